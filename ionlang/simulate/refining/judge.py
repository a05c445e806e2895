"""What values on grids, each `FINER` times as fine as the one before, say of their limit.

With the spacing h a value is f + c h^p. Of three grids the differences tell the order p, and with it the limit f
(Richardson): f3 + (f3 − f2)/(FINER^p − 1).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

FINER = 3
"""Parts of a copy on the next grid; odd, so that the middle of a copy remains the middle of one."""
HIGHEST, LOWEST = 2.0, 0.5
"""Order of the differences between neighbours; and what is no order any more."""
NOISE = 3.0
"""Times what the integrator leaves open: so small a difference is none of the grid's."""

Verdict = Literal["enough", "too coarse", "unclear", "never"]


@dataclass(frozen=True, slots=True)
class Judged:
    """`limit` on an infinitely fine grid, known within `uncertainty`; `order` is None where none can be seen. `error`
    is how far the coarsest grid may be off. `wanted`: how many times as many copies would do, where they would."""

    verdict: Verdict
    limit: float
    uncertainty: float
    order: float | None
    error: float
    wanted: float | None


def judge(values: Sequence[float], left_open: float, share: float) -> Judged:
    """Whether the first of three values or more, on finer and finer grids, is within `share` of their limit;
    `left_open` is what the integrator leaves open in each of them."""
    if any(math.isnan(value) for value in values):
        never = all(math.isnan(value) for value in values)
        return Judged("never" if never else "unclear", math.nan, math.nan, None, math.nan, None)
    before, between, last = values[-3:]
    former, latter = between - before, last - between
    noise = NOISE * left_open
    if max(abs(former), abs(latter)) <= noise:
        return _settled(values, max(abs(former), abs(latter), left_open), share)
    seen = abs(latter) > noise
    order = math.log(former / latter, FINER) if seen and former * latter > 0.0 else None
    if seen and (order is None or order < LOWEST):
        return _settled(values, max(abs(former), abs(latter)) + noise, share)
    return _extrapolated(values, order, noise, share)


def _settled(values: Sequence[float], uncertainty: float, share: float) -> Judged:
    """Differences that tell of no order: too small ones, or such as do not shrink."""
    limit = values[-1]
    error = abs(values[0] - limit) + uncertainty
    verdict: Verdict = "enough" if error <= share * abs(limit) else "unclear"
    return Judged(verdict, limit, uncertainty, None, error, None)


def _extrapolated(values: Sequence[float], order: float | None, noise: float, share: float) -> Judged:
    """The uncertainty is what another order, that of the differences between neighbours, would say."""
    latter = values[-1] - values[-2]
    power = HIGHEST if order is None else min(order, HIGHEST)
    other = HIGHEST if order is None or order < HIGHEST else order
    beyond = latter / (FINER**power - 1.0)
    limit = values[-1] + beyond
    uncertainty = abs(beyond - latter / (FINER**other - 1.0)) + noise
    error = abs(values[0] - limit) + uncertainty
    allowed = share * abs(limit)
    if error <= allowed:
        return Judged("enough", limit, uncertainty, order, error, None)
    wanted = (error / allowed) ** (1.0 / power) if allowed else None
    return Judged("too coarse", limit, uncertainty, order, error, wanted)
