"""What is kept of a run of long lines while it goes on: the copies that are looked at, at every step; profiles of all
copies at even times; the accounts of what crossed the borders."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ionlang.simulate.drift_lines import Accounts, accounts_of
from ionlang.simulate.excerpt import Excerpt, excerpt_of, looked_at
from ionlang.simulate.functions import FloatArray, Phase
from ionlang.simulate.machine import Machine
from ionlang.simulate.trajectory import Piece

SHORT = 256
"""Rows of the state vector: of fewer everything is kept."""
PROFILES = 400
"""Profiles of a run, at even times; with those at the edges of its phases."""


@dataclass(slots=True)
class Recorder:
    """`last` is the whole state where the run has come to; `times` and `profiles` are the instants [ms] and states (n,)
    of all copies that are kept, `phases` those they belong to."""

    excerpt: Excerpt
    accounts: Accounts
    every: float
    last: FloatArray
    times: list[float] = field(default_factory=list)
    profiles: list[FloatArray] = field(default_factory=list)
    phases: list[Phase] = field(default_factory=list)

    @property
    def rows(self) -> NDArray[np.intp]:
        return self.excerpt.rows

    @property
    def crossed(self) -> NDArray[np.intp]:
        return self.accounts.rows

    def take(self, phase: Phase, times: FloatArray, values: FloatArray) -> FloatArray:
        """Of some steps within a phase, `values` (5s + 1, n), those of the copies that are looked at."""
        if times.size > 1:
            piece = Piece(phase, times, values.T)
            self.accounts.see(piece)
            due = self.wants(phase, piece.start, piece.end)
            if due:
                self.profile(phase, due, piece.at(np.array(due)))
        self.last = values[-1].copy()
        return values[:, self.rows]

    def wants(self, phase: Phase, start: float, end: float) -> list[float]:
        """The instants at which a profile is due: even ones, and the edges of the phase."""
        first = math.ceil(start / self.every)
        due = [self.every * k for k in range(first, math.floor(end / self.every) + 1)]
        due += [edge for edge in (phase.start, phase.end) if start <= edge <= end]
        return [t for t in dict.fromkeys(sorted(due)) if start <= t <= end and not self._has(phase, t)]

    def _has(self, phase: Phase, t: float) -> bool:
        return bool(self.times) and self.phases[-1] is phase and t <= self.times[-1]

    def profile(self, phase: Phase, times: list[float], values: FloatArray) -> None:
        """Keep all states (n, k) at these instants."""
        self.times += times
        self.profiles += list(values.T.copy())
        self.phases += [phase] * len(times)

    def begun(self, phase: Phase, time: float, values: FloatArray) -> None:
        self.accounts.begun(phase, time, values)

    def ended(self, phase: Phase, time: float, values: FloatArray) -> None:
        self.accounts.ended(phase, time, values)
        self.last = values.copy()

    def passed(self, phase: Phase, times: FloatArray, values: FloatArray, weights: FloatArray) -> None:
        states = np.empty((self.last.size, times.size))  # what stands in the other rows nobody reads
        states[self.crossed] = values
        self.accounts.crossed(phase, times, states, weights)


def recorder_of(machine: Machine, length: float, start: FloatArray) -> Recorder | None:
    """What records a run of this length [ms]; None where everything is kept."""
    if not machine.has_lines or machine.layout.states.size <= SHORT:
        return None
    excerpt = excerpt_of(machine, looked_at(machine.cell))
    return Recorder(excerpt, accounts_of(machine), length / PROFILES, start)
