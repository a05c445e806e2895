"""What happens between two neighbours on a curve: points that only two parameters together can bring about.

| point | on a curve of folds | on a curve of Hopf points |
|---|---|---|
| cusp | the curvature along the null vector is zero: two curves of folds meet in a point | |
| Bogdanov–Takens | a second eigenvalue is zero | ω is zero: the curve ends there |
| generalised Hopf (Bautin) | | the cycle changes from stable to unstable |
| fold–Hopf | another pair crosses the imaginary axis | another eigenvalue is zero |
| Hopf–Hopf | | another pair crosses the imaginary axis |
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from ionlang.simulate.continuation.correct import correct
from ionlang.simulate.continuation.plane.spot import Corner, Spot, examine

_ACCURACY = 1e-13  # of a step
_FALLS = 0.05
_ALMOST = 0.999
"""Of the way to the end of a curve of Hopf points; at the end itself the cycle has no coefficient."""


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """A corner, and the share of the way from one neighbour to the other at which it lies."""

    kind: Corner
    spot: Spot
    share: float


class _Lost(Exception):
    """The curve was not found again within a step."""


def corners(first: Spot, second: Spot) -> list[Turn]:
    """What lies strictly between two neighbours, in order; of a curve of Hopf points not beyond its end."""
    if first.line.kind == "hopf" and second.tests["bogdanov_takens"] < 0 < first.tests["bogdanov_takens"]:
        return _before_the_end(first, second)
    found = (_locate(first, second, kind, measure) for kind, measure in _measures(first, second))
    return sorted((turn for turn in found if turn is not None), key=lambda turn: turn.share)


def _before_the_end(first: Spot, second: Spot) -> list[Turn]:
    end = _locate(first, second, "bogdanov_takens", _test("bogdanov_takens"))
    if end is None:
        return []
    end = replace(end, spot=replace(end.spot, rate=0.0))
    try:
        return [*corners(first, within(first, second, _ALMOST * end.share)), end]
    except _Lost:
        return [end]


def _measures(first: Spot, second: Spot) -> Iterator[tuple[Corner, Callable[[Spot], float]]]:
    """Each kind of corner that must lie between, and what is zero there."""
    for kind in first.tests:
        if kind == "bautin" and not (first.has_sure_cycle and second.has_sure_cycle):
            continue
        if kind in second.tests and first.tests[kind] * second.tests[kind] < 0:
            yield kind, _test(kind)
    more = abs(second.unstable - first.unstable)
    index = min(first.unstable, second.unstable)
    if first.line.kind == "fold" and more == 2:
        yield "fold_hopf", _real_part(index)
    elif first.line.kind == "hopf" and more in (1, 2):
        yield "fold_hopf" if more == 1 else "hopf_hopf", _real_part(index)


def _test(kind: Corner) -> Callable[[Spot], float]:
    return lambda spot: spot.tests[kind]


def _real_part(index: int) -> Callable[[Spot], float]:
    return lambda spot: float(spot.others[index].real)


def _locate(first: Spot, second: Spot, kind: Corner, measure: Callable[[Spot], float]) -> Turn | None:
    from scipy.optimize import brentq

    try:
        share = float(
            brentq(lambda s: measure(within(first, second, s)), 0.0, 1.0, xtol=_ACCURACY, rtol=1e-14)
        )
        spot = within(first, second, share)
        size = abs(measure(spot))
    except (_Lost, KeyError):
        return None
    steady = size <= _FALLS * min(abs(measure(first)), abs(measure(second)))
    return Turn(kind, spot, share) if steady else None  # a pole changes its sign too


def within(first: Spot, second: Spot, share: float) -> Spot:
    """The spot on the curve upright above a share of the way from one to the other. Raises _Lost."""
    if share in (0.0, 1.0):
        return second if share else first
    chord = second.place - first.place
    near = first if share < 0.5 else second
    place = correct(near.line, first.place + share * chord, chord / np.linalg.norm(chord))
    spot = None if place is None else examine(near.line, place, chord)
    if spot is None:
        raise _Lost
    return spot
