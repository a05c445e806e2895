"""What is kept of a run of long lines while it goes on: at every step the copies that are looked at, and what copies
come to together; profiles of all copies at even times; the accounts of what crossed the borders; fronts."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ionlang.model.expression import Apply
from ionlang.simulate.along import Along
from ionlang.simulate.drift_lines import Accounts, accounts_of
from ionlang.simulate.excerpt import Excerpt, excerpt_of, is_of_neighbours, looked_at
from ionlang.simulate.functions import FloatArray, Phase
from ionlang.simulate.gifts_lines import Gifts, gifts_of
from ionlang.simulate.machine import Machine
from ionlang.simulate.stretch import rows_read
from ionlang.simulate.trajectory import Piece

SHORT = 256
"""Rows of the state vector: of fewer everything is kept."""
PROFILES = 400
"""Profiles of a run, at least: at even times, round ones; with those at the edges of its phases."""


@dataclass
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

    def take(self, phase: Phase, times: FloatArray, values: FloatArray) -> FloatArray:
        """Of some steps within a phase, `values` (5s + 1, n), those of the copies that are looked at."""
        if times.size > 1:
            piece = Piece(phase, times, values.T)
            self.accounts.see(piece)
            self.gifts.see(piece)
            self._profile(phase, piece)
        self.last = values[-1].copy()
        return np.hstack([values[:, self.excerpt.rows], self.look_along(phase, times, values.T).T])

    @cached_property
    def watched(self) -> NDArray[np.intp]:
        """The rows of the state vector on which depends what is seen along the lines."""
        whole = self.excerpt.whole
        assert whole is not None
        return rows_read(whole, (*self.along.wanted, *self.excerpt.series))

    def look_along(self, phase: Phase, times: FloatArray, states: FloatArray) -> FloatArray:
        """Look along the lines in some steps of a phase, states (n, 5s + 1), of which the rows `watched` count. What
        copies come to together (k, 5s + 1) is kept behind the rows of the excerpt."""
        if times.size > 1:
            self.along.see(Piece(phase, times, states))
        return self.excerpt.together(phase, times, states)

    def _profile(self, phase: Phase, piece: Piece) -> None:
        first, end = np.ceil(piece.start / self.every), np.floor(piece.end / self.every)
        even = self.every * np.arange(first, end + 1)
        due = np.unique([t for t in (*even, phase.start, phase.end) if piece.start <= t <= piece.end])
        new = [
            t for t in due.tolist() if not (self.times and self.phases[-1] is phase and t <= self.times[-1])
        ]
        if new:
            found = piece.at(np.array(new))
            self.times += new
            self.profiles += list(found.T)
            self.phases += [phase] * len(new)


def every_of(length: float) -> float:
    """The time [ms] from one profile of a run to the next: round, so that whoever asks for 10 s finds 10 s."""
    most = length / PROFILES * (1 + 1e-9)
    size = 10.0 ** np.floor(np.log10(most))
    return float(size * max(digit for digit in (1.0, 2.0, 2.5, 5.0) if digit * size <= most))


def recorder_of(
    machine: Machine,
    length: float,
    start: FloatArray,
    along: Along | None = None,
    series: tuple[Apply, ...] = (),
) -> Recorder | None:
    """What records a run of this length [ms]; None where everything is kept. `along` looks on, `series` are kept in
    time."""
    if not machine.has_lines or machine.layout.states.size <= SHORT or is_of_neighbours(machine):
        return None
    excerpt = excerpt_of(machine, looked_at(machine.cell), series)
    return Recorder(
        excerpt, accounts_of(machine), gifts_of(machine, start), along or Along(), every_of(length), start
    )
