"""Pseudo-transient continuation: implicit Euler in a hurry, for starts that Newton alone cannot bring home.

Time runs as in the model, but steps grow as fast as the state lets them, so that the slow drift of
concentrations over hours costs no more than the settling of a gate.  Stable equilibria attract; the path is
followed roughly, not to the accuracy of a trajectory.  A start that keeps firing is followed through a few
spikes, and then by steps that pass over them, which finds where the slow states drift but is no proof of it.
"""

from __future__ import annotations

import numpy as np

from ionlang.simulate.resting.newton import apply, inverses, length
from ionlang.simulate.resting.reduced import Array, Indices, Mask, ScaledSystem, linearise, room

LARGEST_MOVE = 0.25
LARGEST_DEFECT = 0.05
"""A step may move the state by this part of its typical size, and miss the implicit equation by this much."""

PATIENCE = 60
HASTE = 1.1
"""After so many steps both limits grow by this factor a step."""

FIRST_MOVE = 0.02
GROWTH = 4.0
HORIZON = 1e11
"""Steps as long as this (in the model's time unit: years, in ms) leave nothing to relax."""


class _Flow:
    """The moving part of one relaxation: points, their rates and slopes, and the time step of each start."""

    def __init__(self, scaled: ScaledSystem, z: Array) -> None:
        self.scaled, self.z = scaled, z.copy()
        here = linearise(scaled, self.z)
        self.rate, self.slope, self.usable = here.rate, here.slope, here.usable
        with np.errstate(divide="ignore"):
            self.time = np.minimum(FIRST_MOVE / length(here.rate), HORIZON)

    def step(self, live: Indices, allowance: float) -> None:
        """One linearly implicit Euler step for each live start; if it goes too far, the next is shorter."""
        time = self.time[live]
        slope = time[:, None, None] * self.slope[live]
        inverse = inverses(np.eye(self.z.shape[1]) - slope)
        move = apply(inverse, time[:, None] * self.rate[live])
        fits = length(move) <= allowance * LARGEST_MOVE
        fits &= (room(self.scaled, self.z[live], move) >= 1) & _grows_forwards(slope / allowance)
        there = linearise(self.scaled, self.z[live] + np.where(fits[:, None], move, 0.0))
        defect = length(apply(inverse, time[:, None] * there.rate - move))
        accepted = fits & there.usable & (defect <= allowance * LARGEST_DEFECT)
        at = live[accepted]
        self.z[at] += move[accepted]
        self.rate[at], self.slope[at] = there.rate[accepted], there.slope[accepted]
        strain = np.maximum(length(move) / LARGEST_MOVE, defect / LARGEST_DEFECT) / allowance
        growth = np.clip(0.7 / np.maximum(strain, 1e-300), 0.2, GROWTH)
        self.time[live] = time * np.where(accepted, np.maximum(growth, 0.7), np.minimum(growth, 0.25))


def _grows_forwards(slope: Array) -> Mask:
    """Whether steps times slopes (k, m, m) are short enough to leave a saddle as the flow does.

    Implicit Euler steps longer than 1/λ, λ > 0 real, run towards a saddle instead; the sign of det(1 − 2 Δt
    J) tells.
    """
    forwards: Mask = np.linalg.slogdet(np.eye(slope.shape[1]) - 2 * slope).sign > 0
    return forwards


def relax(scaled: ScaledSystem, z: Array, steps: int) -> Array:
    """Where each start z (k, m) has come to after at most so many steps; a start that is not usable stays."""
    if not len(z):
        return z
    flow = _Flow(scaled, z)
    for taken in range(steps):
        live = np.flatnonzero(flow.usable & (flow.time < HORIZON))
        if not live.size:
            break
        flow.step(live, HASTE ** max(0, taken - PATIENCE))
    return flow.z
