"""Curves of folds and Hopf points through those met on a few rows of the plane, and those that leave from corners."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ionlang.simulate.continuation.branch import Happening
from ionlang.simulate.continuation.explore import Exploration, explore
from ionlang.simulate.continuation.plane.corners import Turn, corners
from ionlang.simulate.continuation.plane.lines import Curve, Line, fold_line, hopf_line
from ionlang.simulate.continuation.plane.plane import Plane
from ionlang.simulate.continuation.plane.spot import Spot, examine
from ionlang.simulate.continuation.plane.trace import Stop, lies_between, trace
from ionlang.simulate.functions import FloatArray

_MOST_CURVES = 40
_SAME = 1e-5


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """The branches over the first parameter at one value of the second [cell units]."""

    value: float
    found: Exploration


@dataclass(frozen=True, slots=True, eq=False)
class Locus:
    """A curve: its spots in order, corners among them, and what ends it on either side."""

    kind: Curve
    spots: tuple[Spot, ...]
    turns: tuple[Turn, ...]
    began: Stop
    ended: Stop


@dataclass(frozen=True, slots=True, eq=False)
class _Seed:
    kind: Curve
    place: FloatArray
    rate: float


@dataclass(frozen=True, slots=True, eq=False)
class _Run:
    spots: list[Spot]
    turns: list[Turn]
    end: Stop


def look(plane: Plane, value: float) -> Row:
    """The branches at one value of the second parameter."""
    family = plane.row(value)
    return Row(value, explore(family, (family.low, family.high)))


def survey(
    plane: Plane, rows: tuple[Row, ...], progress: Callable[[float], None] | None = None
) -> tuple[Locus, ...]:
    """All curves through what happens on the rows, and through the corners on these curves."""
    waiting = [seed for row in rows for seed in _seeds(plane, row)]
    found: list[Locus] = []
    done = 0
    while waiting and len(found) < _MOST_CURVES:
        seed = waiting.pop(0)
        if progress is not None:
            progress(done / (done + len(waiting) + 1))
        done += 1
        if any(_is_on(seed, locus) for locus in found):
            continue
        locus = _through(plane, seed)
        if locus is not None:
            found.append(locus)
            waiting += _onwards(locus)
    return tuple(found)


def _seeds(plane: Plane, row: Row) -> Iterator[_Seed]:
    """Folds and Hopf points of a row as places of the plane."""
    known: list[Happening] = [h for b in row.found.branches for h in b.happenings]
    for happening in known:
        if happening.kind in ("fold", "hopf"):
            own = row.found.family
            value, state = own.value(happening.point.place), own.state(happening.point.place)
            place = plane.lifted(plane.row(row.value).place(value, state), row.value)
            yield _Seed("fold" if happening.kind == "fold" else "hopf", place, happening.rate)


def _onwards(locus: Locus) -> Iterator[_Seed]:
    """Where curves of the other kind pass through or end."""
    for turn in locus.turns:
        if turn.kind in ("bogdanov_takens", "fold_hopf"):
            other: Curve = "hopf" if locus.kind == "fold" else "fold"
            yield _Seed(other, turn.spot.place, _other_rate(turn, locus.kind))


def _other_rate(turn: Turn, kind: Curve) -> float:
    """|Im λ| of the pair of a corner."""
    if turn.kind == "bogdanov_takens" or kind == "hopf":
        return 0.0
    pairs = [x for x in turn.spot.others if x.imag > 0]
    return float(min(pairs, key=lambda x: abs(x.real)).imag) if pairs else 0.0


def _is_on(seed: _Seed, locus: Locus) -> bool:
    if seed.kind != locus.kind:
        return False
    if any(np.abs(seed.place - end.place).max() < _SAME for end in (locus.spots[0], locus.spots[-1])):
        return True
    return any(lies_between(seed.place, a, b) for a, b in pairwise(locus.spots))


def _through(plane: Plane, seed: _Seed) -> Locus | None:
    """The whole curve through a place, in both directions."""
    line: Line | None = (
        fold_line(plane, seed.place) if seed.kind == "fold" else hopf_line(plane, seed.place, seed.rate)
    )
    start = None if line is None else _start(line, seed.place)
    if start is None:
        return None
    forwards = _run(start)
    if forwards.end == "closed":
        return Locus(seed.kind, tuple(forwards.spots), tuple(forwards.turns), "closed", "closed")
    backwards = _run(replace(start, tangent=-start.tangent))
    spots = [*reversed(backwards.spots), *forwards.spots[1:]]
    turns = [*reversed(backwards.turns), *forwards.turns]
    if len(spots) < 2:
        return None
    return Locus(seed.kind, tuple(spots), tuple(turns), backwards.end, forwards.end)


def _start(line: Line, place: FloatArray) -> Spot | None:
    """A direction to begin in: the one the equations leave, the second parameter upwards if it may be."""
    local = line.local(place)
    if local is None:
        return None
    way = np.linalg.svd(local.slope / np.abs(local.slope).max(axis=1, keepdims=True))[2][-1]
    return examine(line, place, way if way[-1] >= 0 else -way)


def _run(start: Spot) -> _Run:
    """One direction, with its corners put in; a curve of Hopf points ends where ω is zero."""
    spots, end = trace(start)
    whole, turns = [start], []
    for first, second in pairwise(spots):
        for turn in corners(first, second):
            whole.append(turn.spot)
            turns.append(turn)
            if turn.kind == "bogdanov_takens" and _is_beyond(second):
                return _Run(whole, turns, end)
        if not _is_beyond(second):
            whole.append(second)
    return _Run(whole, turns, end)


def _is_beyond(spot: Spot) -> bool:
    """Whether the two eigenvalues are real and only their sum is zero."""
    return spot.line.kind == "hopf" and spot.tests["bogdanov_takens"] < 0
