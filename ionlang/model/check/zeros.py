"""Where a law is 0, sought from a point outward."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

_FOLDS = 8  # powers of e on either side of a concentration
_STEPS = 8  # for each e-fold
_MILLIVOLTS = 200  # on either side of a potential
_HALVINGS = 60


def nearest_zero(law: Callable[[float], float], path: str, centre: float) -> float | None:
    """The zero of the law nearest to a value of the quantity with this path; None if there is none in reach."""
    values = list(_grid(path, centre))
    rates = [law(value) for value in values]
    pairs = zip(zip(values, rates, strict=True), zip(values[1:], rates[1:], strict=True), strict=False)
    found = [
        _halved(law, a, b) for (a, at_a), (b, at_b) in pairs if at_a * at_b < 0 or (at_a == 0 and at_b != 0)
    ]
    return min(found, key=lambda zero: abs(_scaled(path, zero) - _scaled(path, centre)), default=None)


def _grid(path: str, centre: float) -> Iterator[float]:
    if path.endswith(".V"):
        yield from (centre + step for step in range(-_MILLIVOLTS, _MILLIVOLTS + 1, 5))
    else:
        yield from (centre * math.exp(step / _STEPS) for step in range(-_FOLDS * _STEPS, _FOLDS * _STEPS + 1))


def _scaled(path: str, value: float) -> float:
    return value if path.endswith(".V") else math.log(value)


def _halved(law: Callable[[float], float], a: float, b: float) -> float:
    at_a = law(a)
    if at_a == 0:
        return a
    for _ in range(_HALVINGS):
        middle = (a + b) / 2
        at_middle = law(middle)
        if at_middle == 0:
            return middle
        if (at_middle < 0) == (at_a < 0):
            a = middle
        else:
            b = middle
    return (a + b) / 2
