"""Every zero of a function of one variable in a range, with proof: each stretch has none, or exactly one, or is halved.

A stretch has none if bounds on the value leave 0 out, or those from the middle on with bounds on the slope do; it has
at most one if the slope keeps its sign. Neighbours whose slopes have one sign make one monotonic run, which has a zero
if its ends have opposite signs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ionlang.simulate.enclosing import interval
from ionlang.simulate.enclosing.interval import Array, Interval, exactly
from ionlang.simulate.enclosing.jet import Jet

Function = Callable[[Interval], Jet]

PIECES = 256
"""The range is cut into so many to begin with."""

FINEST = 1e-10
"""Of the range: what is undecided when it is so short stays so – a zero that is double, or a jump."""

MOST_PIECES = 8192
PARTS, ROUNDS = 128, 3


@dataclass(frozen=True, slots=True, eq=False)
class _Sorted:
    """Stretches by what is known of them: runs of slope +1 or −1, and those that say nothing yet."""

    rising: tuple[Array, Array]
    falling: tuple[Array, Array]
    open: tuple[Array, Array]


def every_zero(function: Function, low: float, high: float) -> Array | None:
    """All zeros between low and high, in order; None where some stretch cannot be decided."""
    edges = np.linspace(low, high, PIECES + 1)
    pieces = (edges[:-1], edges[1:])
    monotonic: dict[int, list[tuple[Array, Array]]] = {1: [], -1: []}
    while len(pieces[0]):
        found = _sort(function, pieces)
        monotonic[1].append(found.rising)
        monotonic[-1].append(found.falling)
        lower, upper = found.open
        middle = (lower + upper) / 2
        pieces = (np.concatenate([lower, middle]), np.concatenate([middle, upper]))
        too_fine = len(lower) and float((upper - lower).min()) < FINEST * (high - low)
        if too_fine or len(pieces[0]) > MOST_PIECES:
            return None
    runs = np.hstack([_runs(np.hstack(monotonic[sign])) for sign in monotonic])
    brackets = _with_zero(function, runs)
    return None if brackets is None else np.sort(_narrowed(function, brackets))


def _sort(function: Function, pieces: tuple[Array, Array]) -> _Sorted:
    lower, upper = pieces
    middle, k = (lower + upper) / 2, len(lower)
    found = function(Interval(np.concatenate([lower, middle]), np.concatenate([upper, middle])))
    value, slope = (_shaped(each, 2 * k) for each in (found.value, found.slope))
    whole = Interval(value.low[:k], value.high[:k])
    steep = Interval(slope.low[:k], slope.high[:k])
    centre = Interval(value.low[k:], value.high[k:])
    reach = Interval(lower - middle, upper - middle)
    there = interval.add(centre, interval.multiply(steep, reach))
    none = (np.maximum(whole.low, there.low) > 0) | (np.minimum(whole.high, there.high) < 0)
    rising, falling = ~none & (steep.low > 0), ~none & (steep.high < 0)
    open_ = ~none & ~rising & ~falling
    return _Sorted(*((lower[mask], upper[mask]) for mask in (rising, falling, open_)))


def _shaped(one: Interval, k: int) -> Interval:
    return Interval(np.broadcast_to(one.low, k), np.broadcast_to(one.high, k))


def _runs(pieces: Array) -> Array:
    """Stretches (2, k) joined with those that begin where they end: (2, j)."""
    lower, upper = pieces[:, np.argsort(pieces[0])]
    begins = np.append(True, lower[1:] != upper[:-1])[: len(lower)]
    ends = np.append(begins[1:], True)[: len(lower)]
    return np.array([lower[begins], upper[ends]])


def _with_zero(function: Function, runs: Array) -> Array | None:
    """The monotonic runs (2, j) that have a zero; None if the sign at an end is not sure."""
    at_ends = _shaped(function(exactly(runs.ravel())).value, runs.size)
    sign = (np.where(at_ends.low > 0, 1, 0) - np.where(at_ends.high < 0, 1, 0)).reshape(2, -1)
    if (sign == 0).any():
        return None
    crossing: Array = runs[:, sign[0] != sign[1]]
    return crossing


def _narrowed(function: Function, brackets: Array) -> Array:
    """The zero in each of the brackets (2, j): each time the one of many parts is taken between whose ends the sign
    changes; then a step of Newton's method."""
    for _ in range(ROUNDS if brackets.size else 0):
        grid = brackets[0] + np.linspace(0, 1, PARTS + 1)[:, None] * (brackets[1] - brackets[0])
        positive = (_middle(function(exactly(grid.ravel())).value, grid.size) > 0).reshape(grid.shape)
        last = np.argmax(positive != positive[0], axis=0)
        columns = np.arange(grid.shape[1])
        brackets = np.array([grid[np.maximum(last - 1, 0), columns], grid[last, columns]])
    centre = brackets.mean(axis=0)
    found = function(exactly(centre))
    with np.errstate(all="ignore"):
        step = _middle(found.value, centre.size) / _middle(found.slope, centre.size)
    zeros: Array = np.clip(centre - step, *brackets)
    return zeros


def _middle(one: Interval, k: int) -> Array:
    middle: Array = (np.broadcast_to(one.low, k) + np.broadcast_to(one.high, k)) / 2
    return middle
