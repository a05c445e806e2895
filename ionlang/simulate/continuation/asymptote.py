"""Branches that leave for infinity: the value of the parameter at which contents would have no bound.

Far out the parameter is a smooth function of 1/content: its value at 1/content = 0 is extrapolated from places with the
content, half of it, a quarter … (Richardson).
"""

from __future__ import annotations

import numpy as np

from ionlang.simulate.continuation.branch import Point
from ionlang.simulate.continuation.correct import correct
from ionlang.simulate.continuation.followed import Followed
from ionlang.simulate.continuation.span import LENGTH

FAR = 1000.0
"""A content this many typical sizes large may be on its way to infinity."""

_LEFT = 0.02
"""It is, if by its slope the parameter has at most this part of its range still to go."""

_FURTHER, _TERMS = 5, 9
_AGREE = 1e-9 * LENGTH


def grows(family: Followed, point: Point) -> bool:
    """Whether a content is so large, and the parameter so nearly still, that the branch leaves for infinity."""
    index = _largest(family, point)
    if index is None or family.sizes(point.place)[index] < FAR:
        return False
    pace = abs(float(point.tangent[index]))
    return pace > 0 and abs(float(point.tangent[-1])) / pace * abs(point.place[index]) < _LEFT * LENGTH


def size_of(family: Followed, point: Point) -> float:
    """The largest content, in typical sizes."""
    index = _largest(family, point)
    return 0.0 if index is None else float(family.sizes(point.place)[index])


def growing(family: Followed, point: Point) -> str:
    """The path of what grows: a volume, if one does."""
    known = {s.path: s for s in family.machine.system.states}
    sizes = family.sizes(point.place)
    large = [known[family.path(int(i))] for i in np.argsort(-sizes, kind="stable") if sizes[i] > 0.05 * FAR]
    return str(next((s.path for s in large if s.kind == "volume"), large[0].path))


def limit(family: Followed, point: Point) -> float | None:
    """The parameter at infinity [cell units], from the last point of such a branch; None if no value is approached."""
    index = _largest(family, point)
    if index is None:
        return None
    further = _shares(family, point, index, [2.0] * _FURTHER)
    back = _shares(family, point, index, [0.5] * (_TERMS - len(further)))
    return _at_infinity(family, [*reversed(further), float(point.place[-1]), *back])


def _shares(family: Followed, point: Point, index: int, factors: list[float]) -> list[float]:
    """How far the parameter has come where the content is so many times as large as at the place before."""
    upright = np.zeros(len(point.place))
    upright[index] = 1.0
    place, way = point.place, point.tangent / point.tangent[index]
    shares: list[float] = []
    for factor in factors:
        found = correct(family, place + (factor - 1.0) * place[index] * way, upright)
        if found is None:
            break
        way = (found - place) / (found[index] - place[index])
        place = found
        shares.append(float(place[-1]))
    return shares


def _at_infinity(family: Followed, shares: list[float]) -> float | None:
    """shares: of contents that halve from one to the next."""
    if len(shares) < 4:
        return None
    column, best = np.array(shares), np.inf
    value = None
    for order in range(1, len(shares)):
        finer = (2.0**order * column[:-1] - column[1:]) / (2.0**order - 1)
        change = abs(float(finer[0] - column[0]))
        if change < best:
            best, value = change, float(finer[0])
        column = finer
    return None if value is None or best > _AGREE else family.value(np.array([value]))


def _largest(family: Followed, point: Point) -> int | None:
    """Which free state is the largest content."""
    sizes = family.sizes(point.place)
    return int(np.argmax(sizes)) if sizes.any() else None
