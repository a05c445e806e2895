"""Legs of a long line for somebody who looks out for what happens (`lookout.py`): all states of every step, as of
`Integration.leg`, but the integrator goes on from leg to leg and never begins anew. Times in ms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.multistep.bdf import Bdf
from ionlang.simulate.multistep.steps import NODES, sampled
from ionlang.simulate.running.integrate import LEAST_STEPS, PLACES, Integration
from ionlang.simulate.running.stepping import solver_at
from ionlang.simulate.trajectory import INTERVALS


@dataclass(slots=True)
class StepLegs:
    """`solver` stands where the last leg ended; None before the first, and where it stopped."""

    integration: Integration
    solver: Bdf | None = None

    def leg(self, t: float, y: FloatArray, most: int) -> tuple[FloatArray, FloatArray, bool]:
        """Up to `most` steps from t: times (5s + 1,), values (5s + 1, n), and whether the integrator stopped early."""
        times, values = [np.array([t])], [y[None, :]]
        with np.errstate(all="ignore"):
            if self.solver is None or self.solver.time != t:
                self.solver = (
                    solver_at(self.integration, t, y) if self.integration.rates.defined(t, y) else None
                )
            for _ in range(min(most, max(PLACES // (INTERVALS * y.size), LEAST_STEPS))):
                if self.solver is None or self.solver.is_over:
                    break
                self.integration.rates.complaint = None
                if not self.solver.step():
                    self.solver = None
                    break
                ended = self.solver.time
                within = ended + (ended - float(times[-1][-1])) * NODES
                times.append(within)
                values.append(sampled(self.solver, within).T)
        return np.concatenate(times), np.concatenate(values), self.solver is None
