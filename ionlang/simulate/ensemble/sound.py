"""Which members a cell can be: the checks on values, made once for all members as far as these agree."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ionlang.diagnostics import Problems
from ionlang.model.cell import Cell, Parameter
from ionlang.model.check.limits import check_together, check_value
from ionlang.model.expression import reads
from ionlang.simulate.ensemble.values import of_member
from ionlang.simulate.evaluate_many import Many, Values


class _Noting(dict[str, float]):
    """Values that note which of them are asked for."""

    def __init__(self, values: dict[str, float]) -> None:
        super().__init__(values)
        self.asked: dict[str, None] = {}

    def __getitem__(self, path: str) -> float:
        self.asked[path] = None
        return super().__getitem__(path)

    def get(self, path: str, default: float | None = None) -> float | None:  # type: ignore[override]
        self.asked[path] = None
        return super().get(path, default)


def sound_members(cell: Cell, values: Values, count: int) -> NDArray[np.bool_]:
    """Whether the cell may have the values of each member (count,); `values` are all parameters, and what follows from
    them."""
    varying = {path: None for path, value in values.items() if isinstance(value, np.ndarray)}
    sound = np.ones(count, dtype=bool)
    first = _Noting(of_member(values, 0))
    for parameter in cell.parameters:
        value = values.get(parameter.path)
        if value is not None:
            sound &= _each(parameter, value, values, varying, count)
    first.asked.clear()
    problems = Problems()
    check_together(problems, cell, first, {})
    if not any(path in varying for path in first.asked):
        return sound & (not problems.errors)
    for member in np.flatnonzero(sound).tolist():
        problems = Problems()
        check_together(problems, cell, of_member(values, member), {})
        sound[member] = not problems.errors
    return sound


def _each(
    parameter: Parameter, value: Many, values: Values, varying: Mapping[str, None], count: int
) -> NDArray[np.bool_] | bool:
    """Whether members may have their values of a parameter."""
    read = [r.path for bound in parameter.bounds or () for r in reads(bound) if r.path in values]
    bounds = {path: values[path] for path in read}
    own = of_member(bounds, 0)
    bounded = any(path in varying for path in bounds)
    if not isinstance(value, np.ndarray) and not bounded:
        return _is_sound(parameter, value, own)
    numbers = np.broadcast_to(value, (count,)).tolist()
    if not bounded and all(_is_sound(parameter, x, own) for x in (min(numbers), max(numbers))):
        return True  # what a parameter may be is all between two numbers
    if not bounded:
        return np.array([_is_sound(parameter, number, own) for number in numbers])
    return np.array([_is_sound(parameter, x, of_member(bounds, k)) for k, x in enumerate(numbers)])


def _is_sound(parameter: Parameter, value: float, values: dict[str, float]) -> bool:
    problems = Problems()
    check_value(problems, parameter, value, values, parameter.value.span)
    return not problems.errors
