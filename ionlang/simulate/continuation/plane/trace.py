"""Along a curve of folds or Hopf points, by pseudo-arclength, to the ends of both ranges."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ionlang.simulate.continuation.correct import correct
from ionlang.simulate.continuation.plane.spot import Spot, examine, is_at_end
from ionlang.simulate.continuation.span import LENGTH
from ionlang.simulate.functions import FloatArray

Stop = Literal["end of range", "closed", "bogdanov_takens", "edge", "lost", "long"]

_FIRST, _LONGEST, _SHORTEST = 0.05, 0.3, 1e-6
_TURN, _STRAIGHT = 0.97, 0.995
_DRIFT = 0.3
_MOST = 600
_LEAST_FOR_LOOP = 5
_SAME = 1e-5


def trace(start: Spot) -> tuple[list[Spot], Stop]:
    """All spots behind `start` in the direction of its tangent, and what ended the curve."""
    spots, step = [start], _FIRST
    while len(spots) < _MOST:
        here = spots[-1]
        if is_at_end(here):
            return spots, "end of range"
        there, step = _advance(here, step)
        if there is None:
            return spots, "edge" if _is_at_edge(here) else "lost"
        spots.append(there)
        if there.tests["bogdanov_takens"] < 0 and there.line.kind == "hopf":
            return spots, "bogdanov_takens"
        if len(spots) > _LEAST_FOR_LOOP and _returns(spots[-2], there, start):
            spots[-1] = start
            return spots, "closed"
    return spots, "long"


def _advance(here: Spot, step: float) -> tuple[Spot | None, float]:
    while step > _SHORTEST:
        there = _attempt(here, step)
        if there is not None:
            straight = float(there.tangent @ here.tangent) > _STRAIGHT
            return there, min(1.5 * step, _LONGEST) if straight else step
        step *= 0.5
    return None, step


def _attempt(here: Spot, step: float) -> Spot | None:
    length, normal = _to_the_end(here, step)
    guess = here.place + length * here.tangent
    place = correct(here.line, guess, normal)
    if place is None or not (place[-2:] >= -1e-9).all() or not (place[-2:] <= LENGTH + 1e-9).all():
        return None
    if float(np.linalg.norm(place - guess)) > _DRIFT * max(length, _SHORTEST):
        return None
    place[-2:] = _landed(place[-2:])
    there = examine(here.line, place, here.tangent)
    return there if there is not None and float(there.tangent @ here.tangent) > _TURN else None


def _to_the_end(here: Spot, step: float) -> tuple[float, FloatArray]:
    """How far to go, and what the place is sought across: a step that would leave the ranges lands on their end."""
    length, normal = step, here.tangent
    for k in (-2, -1):
        pace = float(here.tangent[k])
        bound = LENGTH if pace > 0 else 0.0
        if abs(pace) > 1e-12 and (bound - here.place[k]) / pace < length:
            length = float((bound - here.place[k]) / pace)
            normal = np.zeros(len(here.place))
            normal[k] = 1.0
    return length, normal


def _landed(shares: FloatArray) -> FloatArray:
    """Exactly on the ends, if that is where they are but for rounding."""
    held = np.clip(shares, 0.0, LENGTH)
    held = np.where(held < 1e-9, 0.0, held)
    found: FloatArray = np.where(held > LENGTH - 1e-9, LENGTH, held)
    return found


def _is_at_edge(here: Spot) -> bool:
    scaled, state = here.line.plane.scaled(here.place), here.line.plane.state(here.place)
    reach = np.minimum(state - scaled.lower, scaled.upper - state) / scaled.system.scale
    return bool((reach < 1e-2).any())


def _returns(last: Spot, here: Spot, start: Spot) -> bool:
    return lies_between(start.place, last, here) and float(start.tangent @ here.tangent) > 0


def lies_between(place: FloatArray, first: Spot, second: Spot) -> bool:
    """Whether a point lies on the curve between two neighbours on it."""
    chord = second.place - first.place
    length = float(np.linalg.norm(chord))
    if length == 0.0:
        return bool(np.abs(place - first.place).max() < _SAME)
    share = float(chord @ (place - first.place)) / length**2
    slack = _SAME / length
    guess = first.place + share * chord
    if not -slack <= share <= 1 + slack or float(np.linalg.norm(place - guess)) > 0.3 * length + _SAME:
        return False
    found = correct(first.line, guess, chord / length)
    return found is not None and float(np.abs(found - place).max()) < _SAME
