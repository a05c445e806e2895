"""One cell followed for a bounded number of steps, to see where it goes rather than when it is where.

The method is that of many members (Rodas5P), here with the functions of a single state: a few hundred steps cost some
tens of milliseconds, which is less than it takes to load a library of integrators.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ionlang.simulate.ensemble.integrate_many import (
    LONGEST,
    MIXED,
    ORDER,
    SAFETY,
    SAMPLED,
    SHORTEST,
    STAGES,
    TINY,
    UNDEFINED,
)
from ionlang.simulate.ensemble.tableau import GAMMA, A
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine

TOLERANCE = 1e-5
"""Error of a step, in typical sizes."""

FIRST = 1e-2
"""In typical sizes: how far the first step may move."""

NO_STEP = 1e-14


@dataclass(frozen=True, slots=True, eq=False)
class Leg:
    """Five samples for each step behind the start: times (5s + 1,), values (5s + 1, n); the length to try next; stuck
    if no step is short enough."""

    times: FloatArray
    values: FloatArray
    length: float
    stuck: bool


@dataclass(frozen=True, slots=True, eq=False)
class Pursuit:
    """A cell under given parameters; size (n,): typical sizes of its states, in which errors are measured."""

    machine: Machine
    parameters: Sequence[float]
    size: FloatArray

    def leg(self, t: float, y: FloatArray, end: float, most: int, length: float | None = None) -> Leg:
        """Up to `most` steps from y (n,) at t, at most until `end`."""
        rates = self._rates(y)
        times, values = [np.array([t])], [y[None]]
        if rates is None:
            return Leg(times[0], values[0], 0.0, True)
        h = length or FIRST / max(float(np.abs(rates / self.size).max()), 1e-300)
        for _ in range(most):
            h = min(h, end - t)
            if h <= NO_STEP * max(t, 1.0):
                break
            step = self._step(y, rates, h)
            if step is None:
                h *= UNDEFINED
                continue
            samples, error, there = step
            if error <= 1.0:
                times.append(t + h * np.arange(1, 6) / 5)
                values.append(samples)
                t, y, rates = t + h, samples[-1], there
            h *= min(max(SAFETY * max(error, TINY) ** (-1.0 / ORDER), SHORTEST), LONGEST)
        return Leg(np.concatenate(times), np.concatenate(values), h, h <= NO_STEP * max(t, 1.0) and t < end)

    def _rates(self, y: FloatArray) -> FloatArray | None:
        try:
            rates = np.array(self.machine.scalar.rhs(0.0, y.tolist(), self.parameters))
        except (ArithmeticError, ValueError):
            return None
        return rates if np.isfinite(rates).all() else None

    def _step(
        self, y: FloatArray, rates: FloatArray, h: float
    ) -> tuple[FloatArray, float, FloatArray] | None:
        """Samples (5, n) of a step, its error, and the rates at its end; None where something is not defined."""
        stages = self._stages(y, rates, h)
        if stages is None:
            return None
        difference, stages[STAGES] = stages[STAGES - 1].copy(), stages[STAGES] + stages[STAGES - 1] - y
        samples = y + SAMPLED @ stages
        error = float(np.abs(difference / (TOLERANCE * self.size)).max())
        there = self._rates(samples[-1]) if np.isfinite(error) else None
        return None if there is None else (samples, error, there)

    def _stages(self, y: FloatArray, rates: FloatArray, h: float) -> FloatArray | None:
        """The stages (8, n), and behind them where the last one was asked for its rates."""
        try:
            slope = np.array(self.machine.scalar.jacobian(0.0, y.tolist(), self.parameters))
            inverse = np.linalg.inv(np.eye(len(y)) / (GAMMA * h) - slope)
        except (ArithmeticError, ValueError, np.linalg.LinAlgError):
            return None
        stages = np.empty((STAGES + 1, len(y)))
        stages[0] = inverse @ rates
        base = y
        for i in range(1, STAGES):
            move, lean = MIXED[i] @ stages[:i]
            base = y + move if i < len(A) else base + stages[i - 1]
            right = self._rates(base)
            if right is None:
                return None
            stages[i] = inverse @ (right + lean / h)
        stages[STAGES] = base
        return stages
