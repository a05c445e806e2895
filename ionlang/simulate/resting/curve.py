"""The curve of states in which everything but one coordinate is at rest, followed through the whole range of that one.

Every equilibrium lies on such a curve: it is where the equation that was left out holds too. So all the equilibria of a
curve are found by following it once, by pseudo-arclength around its folds, and watching the rate that was left out
change its sign. What lies on no curve that was followed is not found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt

from ionlang.simulate.resting.newton import solved
from ionlang.simulate.resting.reduced import LARGEST_CONCENTRATION, Array, Kind, ScaledSystem, at_one, states

_FIRST, _LONGEST, _SHORTEST = 0.05, 0.5, 1e-6
_BEND, _FINEST_BEND = 0.25, 0.02
"""A step is halved where the rate that is left out bends by more than this part of its size, so that it could come to
zero and back between two places; but not below the second length."""

_TURN, _STRAIGHT = 0.96, 0.995
"""Cosines between tangents: a step that turns more than the first is halved; below the second the next is longer."""

_DRIFT = 0.2  # of a step: how far across the tangent its correction may lead
_FINE = 1e-9
_STEPS = 6
MOST, WORK = 400, 3000  # points in one direction; times coordinates
FARTHEST = 100.0
"""Typical sizes: beyond, a state is taken to run away."""

_LEAST_FOR_LOOP = 6
_EDGE = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A point of the curve: z (m,), its tangent (m,), and the rate that was left out with its slope along the
    curve."""

    z: Array
    tangent: Array
    rate: float
    slope: float


@dataclass(frozen=True, slots=True)
class End:
    """How a curve ends: a state (by number) reaches the edge of the box, or runs away; it comes round to where it
    began; or it was given up."""

    how: Literal["edge", "away", "closed", "given up"]
    state: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Places in order from one end to the other, and what is there."""

    places: tuple[Place, ...]
    ends: tuple[End, End]


def trace(scaled: ScaledSystem, z: Array, lead: int) -> Curve | None:
    """The curve through z (m,), at which everything but coordinate `lead` is at rest; None if it has no direction
    there."""
    upwards = np.zeros(len(z))
    upwards[lead] = 1.0
    start = _place(scaled, z, lead, upwards)
    if start is None:
        return None
    forwards, end = _follow(scaled, start, lead)
    if end.how == "closed":
        return Curve(tuple(forwards), (end, end))
    turned = Place(start.z, -start.tangent, start.rate, -start.slope)
    backwards, other = _follow(scaled, turned, lead)
    back = [Place(p.z, -p.tangent, p.rate, -p.slope) for p in reversed(backwards[1:])]
    return Curve((*back, *forwards), (other, end))


def zeros(curve: Curve) -> Array:
    """Points (j, m) near each zero of the rate that was left out: where it changes its sign between neighbours, and
    where it comes so close to 0 between them that it may do so twice."""
    found = [point for one, other in pairwise(curve.places) for point in _between(one, other)]
    return np.array(found).reshape(len(found), len(curve.places[0].z))


def _between(one: Place, other: Place) -> Iterator[Array]:
    """By the cubic that has the rates and slopes of both ends."""
    length = float(np.linalg.norm(other.z - one.z))
    if length == 0.0:
        return
    a, b, da, db = one.rate, other.rate, one.slope * length, other.slope * length
    cubic = np.array([2 * a - 2 * b + da + db, -3 * a + 3 * b - 2 * da - db, da, a])
    if a * b <= 0:
        share = next(iter(_inside(np.roots(cubic))), a / (a - b) if a != b else 0.5)
        yield one.z + share * (other.z - one.z)
        return
    for turn in _inside(np.roots(np.array([3, 2, 1]) * cubic[:3])):
        least = float(np.polyval(cubic, turn))
        if abs(least) < 0.05 * min(abs(a), abs(b)) or least * a < 0:
            for shift in (-0.05, 0.05):
                yield one.z + min(max(turn + shift, 0.0), 1.0) * (other.z - one.z)


def _inside(found: npt.ArrayLike) -> list[float]:
    roots = np.asarray(found, dtype=np.complex128)
    real = roots[np.abs(roots.imag) < 1e-9].real
    return sorted(float(x) for x in real if 0 <= x <= 1)


def _follow(scaled: ScaledSystem, start: Place, lead: int) -> tuple[list[Place], End]:
    places, step = [start], _FIRST
    while len(places) < min(MOST, WORK // len(start.z)):
        here = places[-1]
        there, step = _advance(scaled, here, lead, step)
        if there is None:
            return places, _edge(scaled, here.z, lead)
        places.append(there)
        if len(places) > _LEAST_FOR_LOOP and _passes(start, here, there):
            return [*places[:-1], start], End("closed")
        if (gone := _runaway(scaled, there.z)) is not None:
            return places, gone
    return places, End("given up")


def _advance(scaled: ScaledSystem, here: Place, lead: int, step: float) -> tuple[Place | None, float]:
    while step > _SHORTEST:
        guess = here.z + step * here.tangent
        z = _correct(scaled, guess, here.tangent, lead, _DRIFT * step)
        there = None if z is None else _place(scaled, z, lead, here.tangent)
        if there is None or (turn := float(there.tangent @ here.tangent)) <= _TURN:
            step *= 0.4
        elif step > _FINEST_BEND and _bends(here, there):
            step *= 0.5
        else:
            return there, min(1.6 * step, _LONGEST) if turn > _STRAIGHT else step
    return None, step


def _bends(one: Place, other: Place) -> bool:
    """How far the cubic through both ends is from the straight line, half way, against the larger end."""
    length = float(np.linalg.norm(other.z - one.z))
    return abs(one.slope - other.slope) * length / 8 > _BEND * max(abs(one.rate), abs(other.rate))


def drawn(curve: Curve, parts: int = 12) -> tuple[Array, Array]:
    """Points (k, m) of the curve and the rate (k,) that was left out there, by the cubics between its places."""
    share = np.arange(parts)[:, None] / parts
    first = 2 * share**3 - 3 * share**2 + 1
    lean, other_lean = share**3 - 2 * share**2 + share, share**3 - share**2
    points, rates = [], []
    for one, other in pairwise(curve.places):
        length = np.linalg.norm(other.z - one.z)
        ends = first * one.z + (1 - first) * other.z
        points.append(ends + length * (lean * one.tangent + other_lean * other.tangent))
        levels = first * one.rate + (1 - first) * other.rate
        rates.append((levels + length * (lean * one.slope + other_lean * other.slope))[:, 0])
    last = curve.places[-1]
    return np.vstack([*points, last.z[None]]), np.append(np.concatenate([*rates, []]), last.rate)


def _correct(scaled: ScaledSystem, guess: Array, normal: Array, lead: int, drift: float) -> Array | None:
    """Back onto the curve across `normal`, by no more than `drift`."""
    z = guess
    for _ in range(_STEPS):
        local = at_one(scaled, z)
        if local is None:
            return None
        rate = local[0].copy()
        rate[lead] = normal @ (z - guess)
        move = solved(_bordered(local[1], lead, normal), -rate)
        if move is None:
            return None
        z = z + move
        if float(np.linalg.norm(z - guess)) > drift:
            return None
        if float(np.abs(move).max()) < _FINE:
            return z
    return None


def _place(scaled: ScaledSystem, z: Array, lead: int, forwards: Array) -> Place | None:
    local = at_one(scaled, z)
    if local is None:
        return None
    onwards = np.zeros(len(z))
    onwards[lead] = 1.0
    tangent = solved(_bordered(local[1], lead, forwards), onwards)
    if tangent is None:
        return None
    tangent = tangent / np.linalg.norm(tangent)
    return Place(z, tangent, float(local[0][lead]), float(local[1][lead] @ tangent))


def _bordered(slope: Array, lead: int, normal: Array) -> Array:
    """The slopes with `normal` in the row of the lead."""
    matrix = slope.copy()
    matrix[lead] = normal
    return matrix


def _edge(scaled: ScaledSystem, z: Array, lead: int) -> End:
    """The state that is about to leave its box, where a curve could not be followed on; the lead before others."""
    y = states(scaled, z[None])[:, 0]
    reach = np.minimum(y - scaled.lower, scaled.upper - y) / scaled.system.scale
    if reach[scaled.rows[lead]] < _EDGE:
        return End("edge", int(scaled.rows[lead]))
    quantity = [kind is not Kind.GATE for kind in scaled.system.kinds]
    nearest = int(np.argmin(np.where(quantity, reach, np.inf)))
    return End("edge", nearest) if reach[nearest] < _EDGE else End("given up")


def _runaway(scaled: ScaledSystem, z: Array) -> End | None:
    """A state that has no bound and is already far out."""
    y = states(scaled, z[None])[:, 0]
    bounded = np.isfinite(scaled.upper - scaled.lower) & (scaled.upper != LARGEST_CONCENTRATION)
    far = np.where(bounded, 0.0, np.abs(y) / scaled.system.scale)
    farthest = int(np.argmax(far))
    return End("away", farthest) if far[farthest] > FARTHEST else None


def _passes(start: Place, here: Place, there: Place) -> bool:
    """Whether the curve comes through its start, in the same direction."""
    chord = there.z - here.z
    length = float(np.linalg.norm(chord))
    share = float(chord @ (start.z - here.z)) / length**2
    aside = float(np.linalg.norm(here.z + share * chord - start.z))
    return 0 <= share <= 1 and aside < 0.02 * length and float(start.tangent @ there.tangent) > 0.9
