"""Along a branch, by pseudo-arclength: a step along the tangent, then back onto the branch across it.

Length, not the parameter, is what steps are measured in, so a branch is followed around its folds.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ionlang.simulate.continuation.asymptote import grows, size_of
from ionlang.simulate.continuation.branch import Ending, Point
from ionlang.simulate.continuation.correct import correct, correct_at, examine
from ionlang.simulate.continuation.followed import Followed
from ionlang.simulate.continuation.span import LENGTH
from ionlang.simulate.functions import FloatArray

_FIRST, _LONGEST, _SHORTEST = 0.02, 0.2, 1e-8
_TURN, _STRAIGHT = 0.985, 0.998
"""Cosines between tangents: a step that turns more than the first is tried shorter; below the second the next may be
longer."""

_CORNER = 1e-5
"""Where a step this short still turns too much there is a corner (`min`, `max`, `if`), which is taken as it is."""

_LARGE = 10.0
"""Where a content is more than so many typical sizes, steps may be longer in proportion."""

_DRIFT = 0.3  # of a step: how far across the tangent its correction may lead
_MOST = 2000
_LEAST_FOR_LOOP = 5
_SAME = 1e-6


def follow(family: Followed, start: Point) -> tuple[list[Point], Ending]:
    """All points behind `start` in the direction of its tangent, and what ended it."""
    points, step = [start], _FIRST * family.reach(start.tangent)
    while len(points) < _MOST:
        here = points[-1]
        if (end := _end(here)) is not None:
            return points, end
        there, step = _advance(family, here, step)
        if there is None:
            return points, "edge" if family.is_at_edge(here.place) else "lost"
        points.append(there)
        if len(points) > _LEAST_FOR_LOOP and _returns(family, points[-2], there, start):
            points[-1] = start
            return points, "closed"
        if grows(family, there):
            return points, "grows"
    return points, "long"


def _end(here: Point) -> Ending | None:
    """Whether the range of the parameter ends here."""
    if here.place[-1] <= 0.0 and here.tangent[-1] < 0:
        return "lower end"
    return "upper end" if here.place[-1] >= LENGTH and here.tangent[-1] > 0 else None


def _advance(family: Followed, here: Point, step: float) -> tuple[Point | None, float]:
    """The next point, and the length to try behind it; None where no step is short enough."""
    while step > _SHORTEST:
        there = _attempt(family, here, step)
        if there is not None:
            straight = float(there.tangent @ here.tangent) > _STRAIGHT
            longest = _LONGEST * max(1.0, size_of(family, there) / _LARGE) * family.reach(there.tangent)
            return there, min(1.5 * step, longest) if straight else step
        step *= 0.5
    return None, step


def _attempt(family: Followed, here: Point, step: float) -> Point | None:
    guess = here.place + step * here.tangent
    beyond = guess[-1] < 0.0 or guess[-1] > LENGTH
    if beyond:
        guess, place = _at_the_end(family, here)
    else:
        place = correct(family, guess, here.tangent)
    if place is None or not -1e-12 <= place[-1] <= LENGTH + 1e-12:
        return None
    gone = float(np.linalg.norm(guess - here.place))
    if float(np.linalg.norm(place - guess)) > _DRIFT * gone:
        return None
    place[-1] = min(max(place[-1], 0.0), LENGTH)
    there = examine(family, place, here.tangent)
    if there is None:
        return None
    turns = float(there.tangent @ here.tangent)
    return there if turns > _TURN or (step < _CORNER and turns > 0) else None


def _at_the_end(family: Followed, here: Point) -> tuple[FloatArray, FloatArray | None]:
    """A shorter step that lands on the end of the range: the guess, and the equilibrium there."""
    value = family.high if here.tangent[-1] > 0 else family.low
    length = (family.along(value) - here.place[-1]) / here.tangent[-1]
    guess = here.place + length * here.tangent
    return guess, correct_at(family, value, guess)


def _returns(family: Followed, last: Point, here: Point, start: Point) -> bool:
    """Whether a branch has come round to where it began."""
    return lies_on(family, start.place, last, here) and float(start.tangent @ here.tangent) > 0


def lies_on(family: Followed, place: FloatArray, first: Point, second: Point) -> bool:
    """Whether an equilibrium lies on the branch between two neighbours on it."""
    chord = second.place - first.place
    length = float(np.linalg.norm(chord))
    if length == 0.0:
        return bool(np.abs(place - first.place).max() < _SAME)
    share = float(chord @ (place - first.place)) / length**2
    slack = _SAME / length
    guess = first.place + share * chord
    if not -slack <= share <= 1 + slack or float(np.linalg.norm(place - guess)) > 0.5 * length + _SAME:
        return False
    found = correct(family, guess, chord / length)
    return found is not None and float(np.abs(found - place).max()) < _SAME


def is_on(family: Followed, place: FloatArray, points: tuple[Point, ...]) -> bool:
    """Whether an equilibrium lies on a branch that is known."""
    return any(lies_on(family, place, a, b) for a, b in pairwise(points))
