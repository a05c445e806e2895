"""The steps of a closed form in numbers, in order; what is the root of an equation is sought by bisection."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from ionlang.equations.closed.form import Step
from ionlang.model.evaluate import evaluate

_OCTAVES = 200
"""A root is sought this many doublings to both sides of where it is expected."""


def numbers_of(steps: Sequence[Step], known: Mapping[str, float], near: float = 1.0) -> dict[str, float]:
    """The value of every step by path, in cell units; nan where an equation has no root. `near`: the size that an
    implicit step is expected to have."""
    implicit = next((i for i, step in enumerate(steps) if step.how == "implicit"), None)
    if implicit is None:
        return _in_order(steps, known, {})
    step = steps[implicit]
    others = [s for s in steps if s is not step]

    def surplus(value: float) -> float:
        made = _in_order(others, known, {step.left.path: value})
        return value - evaluate(step.right, _Both(made, known))

    found = rising_root(surplus, near)
    return _in_order(others, known, {step.left.path: found})


class _Both(Mapping[str, float]):
    """What the form has made, before what is known of the cell."""

    def __init__(self, made: Mapping[str, float], known: Mapping[str, float]) -> None:
        self._made, self._known = made, known

    def __getitem__(self, path: str) -> float:
        return self._made[path] if path in self._made else self._known[path]

    def __contains__(self, path: object) -> bool:
        return path in self._made or path in self._known

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter({**self._known, **self._made})

    def __len__(self) -> int:
        return len({**self._known, **self._made})


def _in_order(
    steps: Sequence[Step], known: Mapping[str, float], first: Mapping[str, float]
) -> dict[str, float]:
    made = dict(first)
    for step in steps:
        path = step.left.path
        if step.how == "root":
            made[path] = rising_root(lambda x: evaluate(step.right, _Both({**made, path: x}, known)), 1.0)  # noqa: B023
        else:
            made[path] = evaluate(step.right, _Both(made, known))
    return made


def rising_root(rising: Callable[[float], float], near: float) -> float:
    """The positive value at which a function rises through 0; nan if there is none. Where it is no number it counts as
    above 0."""
    low, high = near, near
    for _ in range(_OCTAVES):
        if not _is_below(rising(low)):
            low /= 2
        if _is_below(rising(high)):
            high *= 2
    if not _is_below(rising(low)) or _is_below(rising(high)):
        return math.nan
    return between(rising, low, high)


def between(rising: Callable[[float], float], low: float, high: float) -> float:
    """The root between two positive values, by bisection of their logarithms, then to the last digit."""
    while high - low > 4e-16 * high:
        middle = math.sqrt(low * high) if high > 2 * low > 0 else (low + high) / 2
        if not low < middle < high:
            break
        if _is_below(rising(middle)):
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _is_below(value: float) -> bool:
    return value < 0
