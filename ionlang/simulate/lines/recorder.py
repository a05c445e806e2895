"""What is kept of a run of long lines while it goes on: at every step the copies that are looked at, and what copies
come to together; profiles of all copies at even times; the accounts of what crossed the borders; fronts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ionlang.equations.express import express
from ionlang.model.expression import Apply
from ionlang.simulate.functions import FloatArray, Phase
from ionlang.simulate.lines.along import Along
from ionlang.simulate.lines.drift import Accounts, accounts_of
from ionlang.simulate.lines.excerpt import Excerpt, excerpt_of, looked_at, of_neighbours
from ionlang.simulate.lines.gifts import Gifts, gifts_of
from ionlang.simulate.lines.part import Apart
from ionlang.simulate.machine import Machine
from ionlang.simulate.trajectory import Piece

SHORT = 256
"""Rows of the state vector: of fewer everything is kept."""
STEPPED = 1000
"""Rows: of fewer a compiled loop over steps is faster, though it knows nothing of lines (`running/integrate.py`)."""
PROFILES = 400
"""Profiles of a run, at least: at even times, round ones; with those at the edges of its phases."""


class Onlooker(Protocol):
    """Sees all states of a run while it goes on: of stretches with `needs_samples`, or with rows that are `kept`, every
    step; of others where they `begun` and `ended`, and states between with weights for integrals (`passed`)."""

    @property
    def needs_samples(self) -> bool: ...
    def see(self, piece: Piece, kept: tuple[int, ...]) -> None: ...
    def begun(self, phase: Phase, time: float, values: FloatArray, kept: tuple[int, ...]) -> None: ...
    def passed(self, phase: Phase, times: FloatArray, values: FloatArray, weights: FloatArray) -> None: ...
    def ended(self, phase: Phase, time: float, values: FloatArray) -> None: ...


@dataclass(slots=True)
class Recorder:
    """`last` is the whole state where the run has come to; `times` and `profiles` are the instants [ms] and states (n,)
    of all copies that are kept, `phases` those they belong to."""

    excerpt: Excerpt
    accounts: Accounts
    gifts: Gifts
    along: Along
    every: float
    last: FloatArray
    times: list[float] = field(default_factory=list)
    profiles: list[FloatArray] = field(default_factory=list)
    phases: list[Phase] = field(default_factory=list)
    looked: NDArray[np.intp] | None = None
    onlooker: Onlooker | None = None
    room: FloatArray = field(default_factory=lambda: np.empty((0, 0)))

    def take(self, phase: Phase, times: FloatArray, values: FloatArray) -> FloatArray:
        """Of some steps within a phase, `values` (5s + 1, n), those of the copies that are looked at."""
        if times.size > 1:
            piece = Piece(phase, times, values.T)
            self.accounts.see(piece)
            self.gifts.see(piece)
            if self.onlooker is not None:
                self.onlooker.see(piece, self.gifts.held)
            due = self.wants(phase, piece.start, piece.end)
            if due:
                self.profile(phase, due, piece.at(np.array(due)))
        self.last = values[-1].copy()
        return np.hstack([values[:, self.excerpt.rows], self.look_along(phase, times, values.T).T])

    @property
    def rows(self) -> NDArray[np.intp]:
        return self.excerpt.rows

    def counted(self) -> NDArray[np.intp]:
        if self.onlooker is not None or self.gifts.held:
            return np.arange(self.last.size)
        return self.accounts.rows

    @property
    def needs_samples(self) -> bool:
        """Whether every step must be seen with its samples: by an onlooker where something is held or led."""
        return self.onlooker is not None and (self.onlooker.needs_samples or bool(self.gifts.held))

    @property
    def goes_by_steps(self) -> bool:
        """Whether it sees a run step by step, as a `Keeper`; else it takes what it wants from stretches."""
        return self.last.size >= STEPPED and not self.needs_samples

    def watched(self) -> NDArray[np.intp]:
        """The rows of the state vector on which depends what is seen along the lines."""
        if self.looked is None:
            machine = self.excerpt.all_copies
            wanted = (*self.along.wanted, *self.excerpt.series)
            self.looked = machine.rows_read([express(each, machine.look) for each in wanted])
        return self.looked

    def look_along(self, phase: Phase, times: FloatArray, states: FloatArray) -> FloatArray:
        """Look along the lines in some steps of a phase, states (n, 5s + 1), of which the rows `watched` count. What
        copies come to together (k, 5s + 1) is kept behind the rows of the excerpt."""
        if times.size > 1:
            self.along.see(Piece(phase, times, states))
        return self.excerpt.together(phase, times, states)

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
        self.gifts.begun(phase, values)
        if self.onlooker is not None:
            self.onlooker.begun(phase, time, values, self.gifts.held)

    def ended(self, phase: Phase, time: float, values: FloatArray) -> None:
        self.accounts.ended(phase, time, values)
        self.gifts.ended(values)
        if self.onlooker is not None:
            self.onlooker.ended(phase, time, values)
        self.last = values.copy()

    def passed(
        self,
        phase: Phase,
        times: FloatArray,
        values: FloatArray,
        weights: FloatArray,
        apart: Sequence[Apart] = (),
    ) -> None:
        states = self._among_all(self.counted(), values)
        if self.onlooker is not None:
            self.onlooker.passed(phase, times, states, weights)
        self.accounts.crossed(phase, times, states, weights, apart)
        self.gifts.crossed(phase, times, states, weights)

    @property
    def counts_by_copies(self) -> bool:
        return self.onlooker is None and not self.gifts.held and self.accounts.are_of_copies

    def seen(self, phase: Phase, times: FloatArray, values: FloatArray) -> FloatArray:
        if not self.along.wanted and not self.excerpt.series:
            return np.zeros((0, times.size))
        return self.look_along(phase, times, self._among_all(self.watched(), values))

    def _among_all(self, rows: NDArray[np.intp], values: FloatArray) -> FloatArray:
        """States (n, m) of which only these rows count, in memory that is kept."""
        if rows.size == self.last.size:
            return values
        count = values.shape[1]
        if self.room.shape[1] < count:
            self.room = np.empty((self.last.size, count))
        states = self.room[:, :count]
        states[rows] = values
        return states


def every_of(length: float) -> float:
    """The time [ms] from one profile of a run to the next: round, so that whoever asks for 10 s finds 10 s."""
    most = length / PROFILES * (1 + 1e-9)
    size = 10.0 ** np.floor(np.log10(most))
    return float(size * max(digit for digit in (1.0, 2.0, 2.5, 5.0) if digit * size <= most))


def recorder_of(
    machine: Machine, length: float, start: FloatArray, along: Along, series: tuple[Apply, ...]
) -> Recorder | None:
    """What records a run of this length [ms]; None where everything is kept. `along` looks on, `series` are kept in
    time."""
    if not machine.has_lines or machine.layout.states.size <= SHORT:
        return None
    excerpt = excerpt_of(machine, looked_at(machine.cell), (*series, *of_neighbours(machine)))
    return Recorder(excerpt, accounts_of(machine), gifts_of(machine, start), along, every_of(length), start)
