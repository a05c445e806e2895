"""Damped Newton iteration on many starts at once, and its deflated form that avoids roots already known.

Rows of a cell model differ by many orders of magnitude, so steps are judged by the natural level function
|J⁻¹ f|, which no scaling of rows can change, rather than by |f|.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from ionlang.simulate.resting.reduced import (
    Array,
    Indices,
    Linear,
    Mask,
    ScaledSystem,
    linearise,
    part,
    room,
)

STEP_TOLERANCE = 1e-9
"""A Newton step this small, in typical sizes, has converged."""

ROUNDED_STEP = 1e-5
"""With an ill-conditioned slope steps stop shrinking at rounding; below this size such a start is kept."""

SMALLEST_DAMPING = 1e-3
LARGEST_INVERSE = 1e10
RANK_TOLERANCE = 1e-11
"""Singular values below this part of the largest count as zero."""

FARTHEST_DEFLATED_STEP = 1.0


class Outcome(IntEnum):
    """How one start ended."""

    CONVERGED = 0
    STALLED = 1
    NOT_FINITE = 2
    UNFINISHED = 3


@dataclass(frozen=True, slots=True, eq=False)
class Descent:
    """Where each start ended, z (k, m), and how, outcome (k,) of Outcome values."""

    z: Array
    outcome: npt.NDArray[np.int8]

    @property
    def converged(self) -> Mask:
        reached: Mask = self.outcome == Outcome.CONVERGED
        return reached


def equilibrated(slope: Array) -> tuple[Array, Array]:
    """slope (…, m, n) with the largest entry of each row brought to one, and the sizes (…, m) taken out."""
    size = np.abs(slope).max(axis=-1)
    size = np.where(size > 0, size, 1.0)
    return slope / size[..., None], size


def solved(matrix: Array, vector: Array) -> Array | None:
    """x of matrix (m, m) @ x = vector (m,), each row measured in its own size; None where there is no such x."""
    even, size = equilibrated(matrix)
    try:
        found: Array = np.asarray(np.linalg.solve(even, vector / size), dtype=np.float64)
    except np.linalg.LinAlgError:
        return None
    return found if np.isfinite(found).all() else None


def inverses(slope: Array) -> Array:
    """Inverse of each slope (k, m, m); the pseudo-inverse where a direction is free: steps leave it alone."""
    level, size = equilibrated(slope)
    try:
        inverse = np.linalg.inv(level)
    except np.linalg.LinAlgError:
        inverse = np.full_like(level, np.nan)
    poor = ~(np.abs(inverse).max(axis=(1, 2)) < LARGEST_INVERSE)
    if poor.any():
        inverse[poor] = np.linalg.pinv(level[poor], rcond=RANK_TOLERANCE)
    scaled: Array = inverse / size[:, None, :]
    return scaled


def apply(inverse: Array, vector: Array) -> Array:
    """Product of each matrix (k, m, m) with each vector (k, m)."""
    product: Array = (inverse @ vector[:, :, None])[:, :, 0]
    return product


def length(step: Array) -> Array:
    """Largest component of each step (k, m), in typical sizes."""
    size: Array = np.abs(step).max(axis=1)
    return size


class _March:
    """The moving part of one damped Newton run: points, inverses, corrections and damping of all starts."""

    def __init__(self, scaled: ScaledSystem, z: Array, free: Indices) -> None:
        self.scaled, self.free, self.z = scaled, free, z.copy()
        here = part(linearise(scaled, self.z), free)
        self.inverse = inverses(here.slope)
        self.correction = np.zeros_like(self.z)
        self.correction[:, free] = -apply(self.inverse, here.rate)
        self.damping = np.ones(len(z))
        self.outcome = np.where(here.usable, Outcome.UNFINISHED, Outcome.NOT_FINITE).astype(np.int8)

    def step(self, live: Indices) -> None:
        """Try one step for each live start; where the correction does not shrink, damp the next try."""
        reach = np.minimum(self.damping[live], room(self.scaled, self.z[live], self.correction[live]))
        trial = self.z[live] + reach[:, None] * self.correction[live]
        there = part(linearise(self.scaled, trial), self.free)
        ahead = length(apply(self.inverse[live], there.rate))
        accepted = there.usable & (ahead <= (1 - reach / 4) * length(self.correction[live]))
        self._move(live[accepted], trial[accepted], _members(there, accepted))
        self.damping[live[accepted]] = np.minimum(1.0, 4 * reach[accepted])
        self.damping[live[~accepted]] = reach[~accepted] / 4

    def _move(self, at: Indices, z: Array, linear: Linear) -> None:
        self.z[at] = z
        self.inverse[at] = inverses(linear.slope)
        self.correction[at[:, None], self.free] = -apply(self.inverse[at], linear.rate)

    def settle(self, live: Indices) -> Indices:
        """Close the starts that have converged or can go no further; return those still under way."""
        size = length(self.correction[live])
        stuck = self.damping[live] < SMALLEST_DAMPING
        done = (size <= STEP_TOLERANCE) | (stuck & (size <= ROUNDED_STEP))
        finished = live[done]
        reach = room(self.scaled, self.z[finished], self.correction[finished])
        self.z[finished] += reach[:, None] * self.correction[finished]
        self.outcome[finished] = Outcome.CONVERGED
        self.outcome[live[stuck & ~done]] = Outcome.STALLED
        return live[~(done | stuck)]


def _members(linear: Linear, which: Mask) -> Linear:
    return Linear(linear.rate[which], linear.slope[which], linear.usable[which])


def descend(scaled: ScaledSystem, z: Array, free: Indices, steps: int = 30) -> Descent:
    """Damped Newton from each start z (k, m) in the coordinates `free`, the others held fixed."""
    if not free.size or not len(z):
        return Descent(z.copy(), np.zeros(len(z), dtype=np.int8))
    march = _March(scaled, z, free)
    live = march.settle(np.flatnonzero(march.outcome == Outcome.UNFINISHED))
    for _ in range(steps):
        if not live.size:
            break
        march.step(live)
        live = march.settle(live)
    return Descent(march.z, march.outcome)


def polish(scaled: ScaledSystem, z: Array, steps: int = 4) -> Array:
    """Undamped Newton steps from each root z (k, m) for as long as the correction still shrinks."""
    best, smallest, trial = z, np.full(len(z), np.inf), z
    for _ in range(steps):
        linear = linearise(scaled, trial)
        correction = -apply(inverses(linear.slope), linear.rate)
        size = np.where(linear.usable, length(correction), np.inf)
        better = size < smallest
        best = np.where(better[:, None], trial, best)
        smallest = np.where(better, size, smallest)
        trial = trial + room(scaled, trial, correction)[:, None] * correction
    return best


def descend_apart(scaled: ScaledSystem, z: Array, roots: Array, steps: int = 30) -> Array:
    """Points (j, m) near roots other than the known `roots` (r, m), sought from the starts z (k, m).

    The residual is multiplied by Π(1 + 1/|z − root|²), so known roots repel.  A deflated Newton step is the
    plain one times a number, which is all that has to be worked out.  The points still want `descend`.
    """
    z = z.copy()
    near = np.zeros(len(z), dtype=bool)
    for _ in range(steps):
        live = np.flatnonzero(~near)
        linear = linearise(scaled, z[live])
        plain = -apply(inverses(linear.slope), linear.rate)
        near[live] = (
            linear.usable & (length(plain) < ROUNDED_STEP) & (_distance(z[live], roots) > 10 * ROUNDED_STEP)
        )
        step = plain * _stretch(z[live], roots, plain)[:, None]
        step *= np.minimum(1.0, FARTHEST_DEFLATED_STEP / np.maximum(length(step), 1e-300))[:, None]
        step[near[live] | ~linear.usable] = 0.0
        z[live] += room(scaled, z[live], step)[:, None] * step
        if near.all():
            break
    return z[near]


def _distance(z: Array, roots: Array) -> Array:
    nearest: Array = np.abs(z[:, None, :] - roots[None]).max(axis=2).min(axis=1)
    return nearest


def _stretch(z: Array, roots: Array, step: Array) -> Array:
    """What deflation multiplies each plain Newton step by: 1/(1 − ∇ln M · step), M = Π(1 + 1/|z − root|²)."""
    gap = z[:, None, :] - roots[None]
    square = np.maximum((gap**2).sum(axis=2), 1e-30)
    pull = (-2 * gap / (square * (square + 1))[:, :, None]).sum(axis=1)
    with np.errstate(divide="ignore"):
        stretch: Array = 1 / (1 - (pull * step).sum(axis=1))
    return np.clip(np.nan_to_num(stretch), -1e3, 1e3)
