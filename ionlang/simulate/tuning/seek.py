"""Damped Newton on a few goals from one start, and, where that does not arrive, step by step from what the start gives
to what is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ionlang.simulate.functions import FloatArray

STEPS, POLISHING = 40, 4
CONVERGED = 1e-9
SMALLEST_DAMPING = 1e-4
SMALLEST_STRIDE = 1e-4
TO_BOUNDARY = 0.9
RANK_TOLERANCE = 1e-13
LARGEST_STEP = 1e3
"""In typical sizes: a longer Newton step tells of a slope that is all but flat."""


@dataclass(frozen=True, slots=True, eq=False)
class Sought:
    """`rates(z)` (r,) are to be zero, `slopes(z)` (r, m) are their derivatives; z (m,) stays above `lower` and below
    `upper`, and has typical sizes `scale`, all (m,). `asked` (r,) marks the goals among the rates. Both may raise
    ArithmeticError or ValueError, or give what is not finite, where they are not defined."""

    rates: Callable[[FloatArray], FloatArray]
    slopes: Callable[[FloatArray], FloatArray]
    lower: FloatArray
    upper: FloatArray
    scale: FloatArray
    asked: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """Where the search ended, and which share of the way from what the start gives to what is asked it came."""

    z: FloatArray
    share: float

    @property
    def there(self) -> bool:
        return self.share >= 1.0


def seek(sought: Sought, start: FloatArray) -> Arrival:
    """A root near the start (m,). At the start all rates that are not asked for should be zero."""
    direct = _newton(sought, start, np.zeros_like(sought.asked))
    if direct is not None:
        return Arrival(direct, 1.0)
    known = _finite(sought.rates, start)
    if known is None:
        return Arrival(start, 0.0)
    return _by_steps(sought, start, np.where(sought.asked > 0, known, 0.0))


def _by_steps(sought: Sought, start: FloatArray, gap: FloatArray) -> Arrival:
    z, share, stride = start, 0.0, 0.25
    while share < 1.0 and stride > SMALLEST_STRIDE:
        ahead = min(1.0, share + stride)
        found = _newton(sought, z, (1.0 - ahead) * gap)
        if found is None:
            stride /= 2
        else:
            z, share, stride = found, ahead, 2 * stride
    return Arrival(z, share)


def _newton(sought: Sought, z: FloatArray, left: FloatArray) -> FloatArray | None:
    """Where rates − `left` (r,) vanish; None if that is not found."""
    step = _correction(sought, z, left)
    if step is None:
        return None
    damping = 1.0
    for _ in range(STEPS):
        reach = min(damping, _room(sought, z, step))
        trial = z + reach * step
        moved = _finite(sought.rates, trial)
        ahead = np.inf if moved is None else _size(sought, _solve(sought, z, moved - left))
        size = _size(sought, step)
        if size <= CONVERGED:
            found = _polished(sought, z, step, left)
            return found if _is_root(sought, found, left) else None
        if ahead <= (1 - reach / 4) * size:
            following = _correction(sought, trial, left)
            if following is None:
                return None
            z, step, damping = trial, following, min(1.0, 4 * reach)
        elif reach < SMALLEST_DAMPING:
            return None
        else:
            damping = reach / 4
    return None


def _polished(sought: Sought, z: FloatArray, step: FloatArray, left: FloatArray) -> FloatArray:
    """Whole steps for as long as they shrink."""
    for _ in range(POLISHING):
        trial = z + _room(sought, z, step) * step
        following = _correction(sought, trial, left)
        if following is None or _size(sought, following) >= _size(sought, step):
            return z
        z, step = trial, following
    return z


def _is_root(sought: Sought, z: FloatArray, left: FloatArray) -> bool:
    """Whether nothing is left over: where slopes are flat a step may be short though rates are not zero."""
    rates, slopes = _finite(sought.rates, z), _finite(sought.slopes, z)
    if rates is None or slopes is None:
        return False
    most = 10 * CONVERGED * (np.abs(slopes) @ sought.scale)
    return bool((np.abs(rates - left) <= most).all())


def _correction(sought: Sought, z: FloatArray, left: FloatArray) -> FloatArray | None:
    rates = _finite(sought.rates, z)
    if rates is None:
        return None
    step = _solve(sought, z, rates - left)
    return None if step is None or _size(sought, step) > LARGEST_STEP else step


def _solve(sought: Sought, z: FloatArray, rates: FloatArray) -> FloatArray | None:
    """The step (m,) that the slopes at z call for; the shortest in typical sizes where they leave a choice."""
    slopes = _finite(sought.slopes, z)
    if slopes is None:
        return None
    scaled = slopes * sought.scale
    height = np.abs(scaled).max(axis=1)
    height = np.where(height > 0, height, 1.0)
    found = np.linalg.lstsq(scaled / height[:, None], -rates / height, rcond=RANK_TOLERANCE)[0]
    step: FloatArray = found * sought.scale
    return step


def _size(sought: Sought, step: FloatArray | None) -> float:
    return np.inf if step is None else float((np.abs(step) / sought.scale).max(initial=0.0))


def _room(sought: Sought, z: FloatArray, step: FloatArray) -> float:
    """The part of a step, at most 1, that goes at most 0.9 of the way to a bound."""
    with np.errstate(all="ignore"):
        down = np.where(step < 0, (sought.lower - z) / step, np.inf)
        up = np.where(step > 0, (sought.upper - z) / step, np.inf)
    return float(min(1.0, TO_BOUNDARY * np.minimum(down, up).min(initial=np.inf)))


def _finite(function: Callable[[FloatArray], FloatArray], z: FloatArray) -> FloatArray | None:
    try:
        with np.errstate(all="ignore"):
            values = function(z)
    except (ArithmeticError, ValueError):
        return None
    return values if np.isfinite(values).all() else None
