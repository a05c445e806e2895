"""Where a line comes to by itself: its course is followed until it hardly changes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ionlang.simulate.functions import FloatArray, Phase
from ionlang.simulate.resting.lines.bordered import Singular
from ionlang.simulate.resting.lines.newton import Task, newton, step_from
from ionlang.simulate.running.integrate import integrate_phase
from ionlang.simulate.running.tolerances import absolute_tolerances
from ionlang.simulate.trajectory import INTERVALS

RELATIVE = 1e-5
FIRST = 100.0
LONGER = 4.0
LONGEST = 1e11
"""The course is followed for 100 ms, then four times as long, up to three years."""
NEAR = 0.05
"""The equilibrium is so near, in typical sizes, before it is taken as the one that the course leads to."""
ENOUGH = 40_000
"""Steps of the integrator before the course is taken for one that never comes to rest."""


class _Restless(Exception):
    pass


@dataclass(slots=True)
class _Last:
    """Keeps of a course its last state alone."""

    state: FloatArray
    steps: int = 0

    def take(self, phase: Phase, times: FloatArray, values: FloatArray) -> FloatArray:
        self.state = values[-1].copy()
        self.steps += times.size // INTERVALS
        if self.steps > ENOUGH:
            raise _Restless
        return values[:, :0]


def relaxed(task: Task, start: FloatArray) -> FloatArray | None:
    """The equilibrium (n,) that the line comes to from a start (n,); None if it comes to none."""
    last = _Last(start.copy())
    functions = replace(task.machine.functions, take=last.take)
    atol = absolute_tolerances(task.machine, task.parameters, start, RELATIVE)
    time, end = 0.0, FIRST
    while time < LONGEST:
        found = _arrived(task, last.state)
        if found is not None:
            return found
        try:
            run = integrate_phase(
                functions, Phase(time, end, task.parameters), last.state.tolist(), RELATIVE, atol
            )
        except _Restless:
            return None
        if run.failure is not None:
            return None
        time, end = end, LONGER * end
    return _arrived(task, last.state)


def _arrived(task: Task, y: FloatArray) -> FloatArray | None:
    """The equilibrium next to a state, if it is stable and so near that the course must come to it."""
    from ionlang.simulate.resting.lines.spectrum import spectrum_at

    try:
        if float(np.abs(step_from(task, y) / task.unit).max(initial=0.0)) > NEAR:
            return None
    except Singular:
        return None
    found = newton(task, y)
    if found is None or float(np.abs((found - y) / task.unit).max(initial=0.0)) > 2 * NEAR:
        return None
    return found if spectrum_at(task, found).stable else None
