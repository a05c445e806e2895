"""Newton onto a branch, and the direction in which it goes on."""

from __future__ import annotations

import numpy as np

from ionlang.simulate.continuation.branch import Point
from ionlang.simulate.continuation.followed import Equations, Followed
from ionlang.simulate.functions import FloatArray

_STEPS = 10
_NEAR = 3e-3
_FINE, _ROUNDED = 1e-12, 1e-7
"""A correction this small has converged; below the second, one that no longer shrinks is rounding."""


def correct(family: Equations, guess: FloatArray, normal: FloatArray) -> FloatArray | None:
    """The solution in the plane through a guess (m + 1,) that stands upright on `normal`; None if none is near."""
    place, smallest, local = guess, np.inf, family.local(guess)
    for _ in range(_STEPS):
        if local is None:
            return None
        correction = local.step(normal, float(normal @ (place - guess)))
        if correction is None:
            return None
        size = float(np.abs(correction).max())
        if size > 0.5 * smallest:
            return place if smallest < _ROUNDED else None
        place, smallest = place + correction, size
        if size < _FINE:
            return place
        local = family.local(place) if size > _NEAR else family.near(place, local)
    return place if smallest < _ROUNDED else None


def correct_at(family: Followed, value: float, guess: FloatArray) -> FloatArray | None:
    """The equilibrium with this very value of the parameter, near a guess."""
    upright = np.zeros(len(guess))
    upright[-1] = 1.0
    along = family.along(value)
    found = correct(family, np.append(guess[:-1], along), upright)
    return None if found is None else np.append(found[:-1], along)


def examine(family: Followed, place: FloatArray, forwards: FloatArray) -> Point | None:
    """What an equilibrium on a branch is like; its tangent points the way of `forwards` (m + 1,)."""
    local = family.local(place)
    if local is None:
        return None
    ahead = local.ahead(forwards)
    return None if ahead is None else Point(place, ahead.tangent, local.spectra(), ahead.side, ahead.log_side)
