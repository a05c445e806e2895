"""The ledger of a run of long lines, counted while it goes on: of its steps nothing is kept but sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ionlang.simulate.functions import FloatArray, Phase
from ionlang.simulate.ledgers.count import Counter, Part, Side, Stay
from ionlang.simulate.ledgers.ledger import Entry, gathered
from ionlang.simulate.ledgers.moving import brought, has_definitions
from ionlang.simulate.ledgers.powers import Row
from ionlang.simulate.trajectory import Piece


@dataclass(slots=True, eq=False)
class _Open:
    """A stretch under way in which nothing jumps, as far as the `state` at `time`."""

    phase: Phase
    begun: Side
    kept: tuple[int, ...]
    time: float
    state: FloatArray
    sums: FloatArray | float = 0.0
    extra: list[Entry] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Tally:
    """An onlooker of a run from the state `start` (n,): a part for each phase of it."""

    counter: Counter
    start: FloatArray
    parts: list[Part] = field(default_factory=list)
    rows: tuple[Row, ...] = ()
    open: _Open | None = None
    before: Side | None = None

    @property
    def needs_samples(self) -> bool:
        return has_definitions(self.counter.machine.cell)

    def see(self, piece: Piece, kept: tuple[int, ...]) -> None:
        """Count a stretch of which there is every step."""
        counter = self.counter
        self.begun(piece.phase, piece.start, piece.values[:, 0], kept)
        assert self.open is not None
        self.open.sums = self.open.sums + counter.integral(piece, kept)
        if counter.has_energy:
            self.open.extra += [Entry(by, x) for by, x in brought(counter.books, piece, kept)]
        self.ended(piece.phase, piece.end, piece.values[:, -1])

    def begun(self, phase: Phase, time: float, values: FloatArray, kept: tuple[int, ...]) -> None:
        """A stretch begins in the state (n,), or goes on."""
        if self.open is not None and self.open.phase is phase:
            return
        self.close()
        if self.before is None:
            self.before = self.counter.side(phase, time, self.start)
            self.rows = self.counter.rows(phase, values) if self.counter.has_energy else ()
        self.open = _Open(phase, self.counter.side(phase, time, values), kept, time, np.array(values))

    def passed(self, phase: Phase, times: FloatArray, values: FloatArray, weights: FloatArray) -> None:
        """States (n, m) on the way, with weights [ms] for an integral."""
        assert self.open is not None
        found = self.counter.integrand(times, values, phase.parameters_many(times), self.open.kept)
        self.open.sums = self.open.sums + found @ weights

    def ended(self, phase: Phase, time: float, values: FloatArray) -> None:
        assert self.open is not None
        self.open.time, self.open.state = time, np.array(values)

    def close(self) -> None:
        """The stretch under way is over."""
        now, before = self.open, self.before
        if now is None or before is None:
            return
        last = self.counter.side(now.phase, now.time, now.state)
        sums = np.zeros(self.counter.size(self.rows)) + now.sums
        extra = gathered(now.extra)
        stay = Stay(now.phase, now.time, before, now.begun, last, sums, extra, now.kept)
        self.parts.append(self.counter.part(stay))
        self.before, self.open = last, None

    def of_pieces(self, pieces: Sequence[Piece]) -> list[Part]:
        """A part for each of the pieces of the run; nothing happens in one of no length."""
        self.close()
        waiting, found = list(self.parts), list[Part]()
        for piece in pieces:
            if waiting and waiting[0].start <= piece.start:
                found.append(waiting.pop(0))
            else:
                found.append(self._nothing(piece))
        assert not waiting
        return found

    def _nothing(self, piece: Piece) -> Part:
        side = self.before or self.counter.side(piece.phase, piece.start, self.start)
        sums = np.zeros(self.counter.size(self.rows))
        return self.counter.part(Stay(piece.phase, piece.end, side, side, side, sums, (), ()))
