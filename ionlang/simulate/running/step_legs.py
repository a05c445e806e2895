"""Legs of a long line for somebody who looks out for what happens (`lookout.py`): all states of every step, as of
`Integration.leg`, but the integrator goes on from leg to leg and never begins anew. Times in ms."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.running.history import polynomial_of
from ionlang.simulate.running.integrate import LEAST_STEPS, PLACES, Integration
from ionlang.simulate.running.stepping import NODES, has_stepped, solver_at
from ionlang.simulate.trajectory import INTERVALS


@dataclass(slots=True)
class StepLegs:
    """`solver` stands where the last leg ended; None before the first, and where it stopped."""

    integration: Integration
    solver: Any = None

    def leg(self, t: float, y: FloatArray, most: int) -> tuple[FloatArray, FloatArray, bool]:
        """Up to `most` steps from t: times (5s + 1,), values (5s + 1, n), and whether the integrator stopped early."""
        times, values = [np.array([t])], [y[None, :]]
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what they say is known by where the integrator stops
            if self.solver is None or self.solver.t != t:
                self.solver = (
                    solver_at(self.integration, t, y) if self.integration.rates.defined(t, y) else None
                )
            for _ in range(min(most, max(PLACES // (INTERVALS * y.size), LEAST_STEPS))):
                if self.solver is None or self.solver.status != "running":
                    break
                if not has_stepped(self.integration.rates, self.solver):
                    self.solver = None
                    break
                begun, ended = float(times[-1][-1]), self.solver.t
                within = (ended - begun) * NODES
                times.append(ended + within)
                values.append(polynomial_of(self.solver).at(within).T)
        return np.concatenate(times), np.concatenate(values), self.solver is None
