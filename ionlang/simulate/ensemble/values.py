"""Parameters of many members at once, as what acts on them makes them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ionlang.model.act.composition import in_force, windows_of
from ionlang.model.act.present import Active, Known, Present
from ionlang.model.cell import Cell
from ionlang.model.evaluate import NotKnown
from ionlang.model.expression import Expr, Read
from ionlang.model.numbers import constants, named_values
from ionlang.model.scenario import Scenario
from ionlang.model.scenario_when import Always
from ionlang.simulate.evaluate_many import Many, Values, evaluate_many
from ionlang.units import PURE


def values_many(cell: Cell, given: Values) -> dict[str, Many]:
    """As `parameter_values`: every parameter and what follows from parameters alone; `given` replaces."""
    values: dict[str, Many] = {**constants(), **given}
    waiting = [(path, value) for path, value in named_values(cell).items() if path not in values]
    while waiting:
        left = []
        for path, value in waiting:
            try:
                values[path] = _narrowed(evaluate_many(value, values))
            except NotKnown:
                left.append((path, value))
        if len(left) == len(waiting):
            break
        waiting = left
    return values


def _narrowed(value: Many) -> Many:
    return value if isinstance(value, np.ndarray) and value.ndim else float(value)


class PresentMany:
    """As `Present`, of many members: the same windows act on all of them."""

    def __init__(self, known: Known, values: Values, active: Active) -> None:
        self._scalar, self._values = _Written(known, active, 0.0), values

    def __getitem__(self, path: str) -> Many:
        if not self._scalar.acts_on(path):
            if path not in self._values:
                raise NotKnown(path)
            return self._values[path]
        expression = self._scalar.opened(path)
        try:
            return _narrowed(evaluate_many(expression, self))  # type: ignore[arg-type]
        finally:
            self._scalar.closed()

    def __contains__(self, path: object) -> bool:
        return path in self._values


class _Written(Present):
    """What acts on a path as expressions; a value given from outside is read like any other."""

    def _own(self, path: str) -> Expr:
        written = self._known.written[path]
        given = path in self._known.given
        return Read(path, written.dimension or PURE, written.span) if given else written


def known_many(cell: Cell, given: Values) -> Known:
    """What is written, and of which paths values are given."""
    return Known(named_values(cell), dict.fromkeys(given, 0.0), {})


def base_values_many(cell: Cell, scenario: Scenario, given: Values) -> dict[str, Many]:
    """As `base_values`: the overrides that hold for the whole scenario, rest included."""
    always = [o for o in scenario.overrides if isinstance(o.when, Always)]
    active = in_force(windows_of(always, {}), 0.0)
    present = PresentMany(known_many(cell, given), values_many(cell, given), active)
    return {**given, **{target: present[target] for target in active}}


def of_member(values: Mapping[str, Many], member: int) -> dict[str, float]:
    """The values of one of them."""
    return {path: float(v[member]) if isinstance(v, np.ndarray) else v for path, v in values.items()}
