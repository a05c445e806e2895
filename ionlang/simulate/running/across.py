"""A scenario in a cell with lines: parameters that actions make another number in each copy.

All is as in `model/act/present.py`; only the values are arrays over the copies (N,) where they differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from ionlang.codegen.runtime_lines import normal_in_copies, positions_of_copies, uniform_in_copies
from ionlang.model.act.along import variates
from ionlang.model.act.composition import Window, in_force
from ionlang.model.act.present import Active, Known, Present, known_values, with_origins
from ionlang.model.cell import Cell
from ionlang.model.cell_lines import COPY, member_path
from ionlang.model.evaluate import evaluate
from ionlang.model.expression import Apply, Expr, Literal, Read
from ionlang.model.numbers import named_values
from ionlang.simulate.ensemble.values import values_many
from ionlang.simulate.evaluate_many import Many, Values, evaluate_many
from ionlang.simulate.machine import Machine
from ionlang.units import PURE, TIME


class PresentAcross(Present):
    """Values by path at one moment [ms] where copies differ."""

    def __getitem__(self, path: str) -> float:
        if path == "time" or not self.acts_on(path):
            return super().__getitem__(path)
        expression = self.opened(path)
        try:
            return valued(expression, self)  # type: ignore[return-value]
        finally:
            self.closed()

    def _own(self, path: str) -> Expr:
        written = self._known.written[path]
        given = path in self._known.given
        return Read(path, written.dimension or PURE, written.span) if given else written


def valued(expression: Expr, values: Mapping[str, float]) -> Many:
    """A number, or one for each copy (N,)."""
    found = np.asarray(evaluate_many(expression, values), dtype=float)
    return found if found.ndim else float(found)


def known_in(machine: Machine, given: Mapping[str, Many]) -> Known:
    """As `known_values`, with arrays where copies differ."""
    cell = machine.cell
    if not cell.lines:
        return known_values(cell, given)  # type: ignore[arg-type]
    numbered: Values = {**_numbers(cell), **given}
    numbered = {**numbered, **_positions(cell, numbered)}
    return Known(named_values(cell), given, values_many(cell, numbered))  # type: ignore[arg-type]


def _positions(cell: Cell, numbered: Values) -> dict[str, Many]:
    """Where the copies are in lines with a pattern, whose lengths may differ."""
    names = [line.name for line in cell.lines if line.pattern]
    values = values_many(cell, numbered) if names else {}
    counts = {line.name: line.count for line in cell.lines}
    return {f"{name}.x": positions_of_copies(values[f"{name}.spacing"], counts[name]) for name in names}


def _numbers(cell: Cell) -> dict[str, Many]:
    counts = {line.name: line.count for line in cell.lines}
    found: dict[str, Many] = {f"{name}.{COPY}": np.arange(1.0, n + 1.0) for name, n in counts.items()}
    for each in variates(cell):
        draw = normal_in_copies if each.kind == "normal" else uniform_in_copies
        found[each.path] = draw(each.seed, counts[each.line])
    for line in (line for line in cell.lines if line.pattern):
        found[member_path(line.name)] = np.array(line.members(), dtype=float)
    return found


def present_in(machine: Machine, known: Known, active: Active, time: float) -> Present:
    """The parameters at a moment [ms] under what is in force."""
    return (PresentAcross if machine.cell.lines else Present)(known, active, time)


def opened_in(machine: Machine, known: Known, windows: tuple[Window, ...]) -> tuple[Window, ...]:
    """The windows with the values that ramps lead from."""
    return (
        with_origins(known, windows, _written_beneath) if machine.cell.lines else with_origins(known, windows)
    )


def in_force_at(machine: Machine, known: Known, windows: tuple[Window, ...], time: float) -> Present:
    """The parameters from an instant [ms] on."""
    return present_in(machine, known, in_force(windows, time), time)


def value_in(machine: Machine, expression: Expr, present: Mapping[str, float]) -> Many:
    """What an action brings: a number, or one for each copy (N,)."""
    return valued(expression, present) if machine.cell.lines else evaluate(expression, present)


def as_columns(values: Mapping[str, Many]) -> dict[str, Many]:
    """What differs in the copies as (N, 1), to stand beside instants."""
    return {path: v[:, None] if isinstance(v, np.ndarray) and v.ndim else v for path, v in values.items()}


def first_of_each(values: Mapping[str, Many]) -> dict[str, float]:
    """Where one number has to stand for all copies that of the first."""
    return {path: float(np.ravel(value)[0]) for path, value in values.items()}


def _written_beneath(known: Known, active: Active, leader: Window) -> float | Expr:
    """What a `ramp` or `relax` leads from, as an expression of what is a number in each copy."""
    present = PresentAcross(known, active, leader.opened)
    value = leader.override.value
    return _unfolded(present, known, Read(leader.override.target, value.dimension or PURE, value.span))


def _unfolded(present: Present, known: Known, read: Read) -> Expr:
    """A path with all that acts on it written out, at the present moment."""
    if read.path == "time":
        return Literal(present["time"], f"{present['time']} ms", TIME, read.span)
    if present.acts_on(read.path):
        expression = present.opened(read.path)
        try:
            return _replaced(expression, lambda inner: _unfolded(present, known, inner))
        finally:
            present.closed()
    value = known.values.get(read.path)
    if isinstance(value, float):
        return Literal(value, str(value), read.dimension, read.span)
    return read


def _replaced(expression: Expr, change: Callable[[Read], Expr]) -> Expr:
    match expression:
        case Read():
            return change(expression)
        case Apply():
            arguments = tuple(_replaced(a, change) for a in expression.arguments)
            return Apply(expression.operator, arguments, expression.dimension, expression.span)
        case _:
            return expression
