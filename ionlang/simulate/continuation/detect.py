"""What happens between two neighbours on a branch: where the parameter turns, where branches meet, where a pair of
eigenvalues crosses the imaginary axis.

| | what changes sign along the branch | eigenvalues with a positive real part |
|---|---|---|
| fold | the tangent along the parameter | one more or one less |
| branch point | the determinant of the slope with the tangent below it | one more or one less, or as many |
| Hopf point | the real part of a complex pair | two more or two less |

A step in which these do not add up holds more than one of them and is halved until they do.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ionlang.simulate.continuation.branch import Crossing, Happening, Point
from ionlang.simulate.continuation.correct import correct, examine
from ionlang.simulate.continuation.followed import Followed

_SHORTEST = 1e-5
"""Steps are not halved below this length."""

_ACCURACY = 1e-13  # of a step

_HALVED, _SLOW, _ONWARDS = 30, 3e-5, 1e-3
"""Of a step with a change of stability in a long line: how often it is halved at most, until the growth [per ms] is as
slow as this; and the part of the way from there that its slope is taken over."""

Found = Point | Happening


class _Lost(Exception):
    """The branch was not found again within a step."""


def between(family: Followed, first: Point, second: Point) -> list[Found]:
    """What lies strictly between two neighbours, in order: where something happens, and points that were needed to tell
    such places apart."""
    kinds = _kinds(first, second)
    if not (first.known.whole and second.known.whole):
        return _between_leading(family, first, second, kinds)
    if not kinds and first.unstable == second.unstable:
        return []
    if len(kinds) == 1:
        found = _locate(family, first, second, kinds[0])
        if found is not None and _explains(found, first, second):
            return [found]
    middle = _middle(family, first, second)
    if middle is None:  # several pairs may cross at one place, as where copies hardly feel each other
        found = _locate(family, first, second, kinds[0] if kinds else "hopf")
        return [] if found is None else [found]
    return [*between(family, first, middle), middle, *between(family, middle, second)]


def _between_leading(family: Followed, first: Point, second: Point, kinds: list[Crossing]) -> list[Found]:
    """Where not all eigenvalues are known: folds and branch points by signs, and a Hopf point where stability changes
    with neither."""
    if len(kinds) > 1:
        middle = _middle(family, first, second)
        if middle is not None:
            return [*between(family, first, middle), middle, *between(family, middle, second)]
    if kinds and kinds[0] != "hopf":
        found = _locate(family, first, second, kinds[0])
    else:
        found = _swing(family, first, second) if first.stable != second.stable else None
    return [] if found is None else [found]


def _swing(family: Followed, first: Point, second: Point) -> Happening | None:
    """The Hopf point at which stability changes. The pair is known on the side on which it grows, but for very slow
    growth; from there its real part is followed to 0."""
    calm, wild = (0.0, 1.0) if first.stable else (1.0, 0.0)
    end, growing = wild, first if second.stable else second
    try:
        for _ in range(_HALVED):
            if growing.eigenvalues[0].real < _SLOW:
                break
            middle = _within(family, first, second, 0.5 * (calm + wild))
            if middle.stable:
                calm = 0.5 * (calm + wild)
            else:
                wild, growing = 0.5 * (calm + wild), middle
        share = wild + _ONWARDS * (end - wild)
        further = _within(family, first, second, share)
        slope = float(further.eigenvalues[0].real - growing.eigenvalues[0].real)
        if growing.eigenvalues[0].imag == 0.0 or slope <= 0.0:
            return None
        place = wild - float(growing.eigenvalues[0].real) * (share - wild) / slope
        point = _within(family, first, second, min(max(place, 0.0), 1.0))
    except _Lost:
        return None
    return Happening("hopf", replace(point, critical=True), abs(float(growing.eigenvalues[0].imag)))


def _kinds(first: Point, second: Point) -> list[Crossing]:
    """What must happen at least; a meeting first, for there the tangent may turn too."""
    kinds: list[Crossing] = []
    if (first.side > 0) != (second.side > 0):
        kinds.append("branch")
    if (first.tangent[-1] > 0) != (second.tangent[-1] > 0):
        kinds.append("fold")
    if not kinds and abs(second.unstable - first.unstable) == 2:
        kinds.append("hopf")
    return kinds


def _explains(found: Happening, first: Point, second: Point) -> bool:
    """Whether the eigenvalues on both sides are those at the place itself but for the critical ones."""
    return {first.unstable, second.unstable} <= {found.others, found.others + found.critical}


def _locate(family: Followed, first: Point, second: Point, kind: Crossing) -> Happening | None:
    match kind:
        case "fold":
            point = root_between(family, first, second, lambda p: float(p.tangent[-1]))
        case "branch":
            point = root_between(family, first, second, lambda p: _relative_side(p, first))
        case "hopf":
            crossing = min(first.unstable, second.unstable)
            point = root_between(family, first, second, lambda p: float(p.eigenvalues[crossing].real))
    if point is None:
        return None
    if kind == "branch":
        point = family.sharpened(point, second.place - first.place)
    rate = _rate(point) if kind == "hopf" else 0.0
    return None if kind == "hopf" and rate == 0.0 else Happening(kind, replace(point, critical=True), rate)


def _relative_side(point: Point, first: Point) -> float:
    """The determinant, in the size of that at the first point."""
    return point.side * math.exp(min(point.log_side - first.log_side, 700.0))


def _rate(point: Point) -> float:
    """|Im λ| of the pair on the imaginary axis."""
    pairs = [x for x in point.eigenvalues if x.imag > 0]
    return float(min(pairs, key=lambda x: abs(x.real)).imag) if pairs else 0.0


def root_between(
    family: Followed, first: Point, second: Point, measure: Callable[[Point], float]
) -> Point | None:
    """Where a quantity that has another sign at the second point is zero; None if the branch is lost between."""
    from scipy.optimize import brentq

    def value(share: float) -> float:
        return measure(_within(family, first, second, share))

    try:
        share = brentq(value, 0.0, 1.0, xtol=_ACCURACY, rtol=1e-14)
        return _within(family, first, second, share)
    except _Lost:
        return None


def _within(family: Followed, first: Point, second: Point, share: float) -> Point:
    """The point on the branch upright above a share of the way from one to the other. Raises _Lost."""
    if share in (0.0, 1.0):
        return second if share else first
    chord = second.place - first.place
    place = correct(family, first.place + share * chord, chord / np.linalg.norm(chord))
    point = None if place is None else examine(family, place, chord)
    if point is None:
        raise _Lost
    return point


def _middle(family: Followed, first: Point, second: Point) -> Point | None:
    if float(np.linalg.norm(second.place - first.place)) < _SHORTEST:
        return None
    try:
        return _within(family, first, second, 0.5)
    except _Lost:
        return None
