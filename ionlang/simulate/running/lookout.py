"""Integrate a phase while somebody looks out for what happens in it.

The phase is done in legs, and each is looked at before the next. A leg is counted in steps of the solver, so nothing
need be known of time scales: the longer nothing happens the longer are the legs, up to those of `integrate_phase`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ionlang.simulate.functions import FloatArray, Functions, GuardedRates, Phase
from ionlang.simulate.running.integrate import (
    ATTEMPTS,
    NO_LENGTH,
    STEPS,
    Integration,
    integrate_phase,
    resolution,
)
from ionlang.simulate.running.step_legs import StepLegs
from ionlang.simulate.running.thinning import thinned
from ionlang.simulate.trajectory import PhaseRun, Piece

FIRST_LEG = 32  # steps

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Lookout:
    """`look` gives the part of a leg up to where something happened, or None if nothing did; `steps` is what the last
    phase took."""

    look: Callable[[Piece], Piece | None]
    steps: int


def integrate_watched(
    functions: Functions,
    phase: Phase,
    y0: Sequence[float],
    rtol: float,
    atol: FloatArray,
    progress: Progress | None,
    lookout: Lookout,
) -> PhaseRun:
    """As `integrate_phase`, up to where something happens."""
    if not y0 or phase.end - phase.start <= NO_LENGTH * resolution(phase):
        piece = integrate_phase(functions, phase, y0, rtol, atol).piece
        return PhaseRun(lookout.look(piece) or piece, None)
    integration = Integration(GuardedRates(functions, phase), phase, rtol, np.asarray(atol, float))
    return _in_legs(integration, np.array(y0, float), progress, lookout)


def _in_legs(
    integration: Integration, y: FloatArray, progress: Progress | None, lookout: Lookout
) -> PhaseRun:
    """One phase in legs that grow, each looked at before the next."""
    phase, t, failed = integration.phase, integration.phase.start, 0
    times, values = [np.array([t])], [integration.kept(np.array([t]), y[None, :])]
    leg = integration.leg if integration.rates.functions.keeper is None else StepLegs(integration).leg
    most = min(max(FIRST_LEG, lookout.steps + lookout.steps // 4), STEPS)
    while failed < ATTEMPTS and phase.end - t > NO_LENGTH * resolution(phase):
        more_times, more_values, stopped = leg(t, y, most)
        failed, most = failed + 1 if stopped else 0, min(2 * most, STEPS)
        integration.rates.early = failed
        found = None
        if more_times.size > 1:
            if phase.end - more_times[-1] <= NO_LENGTH * resolution(phase):
                more_times[-1] = phase.end
            found = lookout.look(Piece(phase, more_times, np.ascontiguousarray(more_values.T)))
        if found is not None:
            more_times, more_values = found.times, found.values.T
        kept = _kept(integration, more_times, more_values)
        times.append(kept.times[1:])
        values.append(kept.values.T[1:])
        t, y = float(more_times[-1]), more_values[-1]
        if progress is not None:
            progress(t)
        if found is not None:
            return PhaseRun(replace(integration.piece(times, values), phase=found.phase), None)
    if failed < ATTEMPTS:
        return PhaseRun(integration.piece(times, values), None)
    return PhaseRun(integration.piece(times, values), integration.failure(t, y))


def _kept(integration: Integration, times: FloatArray, values: FloatArray) -> Piece:
    """What is kept of a leg, of a long line in fewer steps."""
    functions = integration.rates.functions
    leg = Piece(integration.phase, times, integration.kept(times, values).T)
    if functions.keeper is None or times.size == 1:
        return leg
    return thinned(leg, integration.rtol, integration.atol[functions.keeper.rows])
