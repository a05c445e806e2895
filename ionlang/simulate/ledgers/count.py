"""What a ledger counts of a stretch of a run: the sides at its edges, and the integrals between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ionlang.model.cell_lines import Copies
from ionlang.model.check.defined import is_warm
from ionlang.simulate.functions import FloatArray, ParametersMany, Phase
from ionlang.simulate.ledgers.accounts import ACTIONS, Change, contents_at
from ionlang.simulate.ledgers.between import between
from ionlang.simulate.ledgers.books import Books
from ionlang.simulate.ledgers.copies import together
from ionlang.simulate.ledgers.energies import moment_of, stored
from ionlang.simulate.ledgers.ledger import Entry, gathered
from ionlang.simulate.ledgers.lines import Line, lines_of
from ionlang.simulate.ledgers.powers import Power, Row, powers
from ionlang.simulate.machine import Machine
from ionlang.simulate.trajectory import INTERVALS, Piece

TOGETHER = 4096
"""Instants that are looked at in one call, over as many copies as there are."""


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """The cell at one instant: each pool, in each copy of a line; places as a whole; stored energy [aJ]."""

    pools: tuple[FloatArray, ...]
    contents: FloatArray
    energy: float

    @property
    def amounts(self) -> FloatArray:
        """Over all copies (k,)."""
        return np.array([pool.sum() for pool in self.pools])


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One phase in numbers: energies by row, what moved besides the processes. Its sides know no single pools."""

    words: tuple[str, ...]
    start: float
    end: float
    first: Side
    last: Side
    change: Change
    work: FloatArray
    brought: tuple[Entry, ...]

    def then(self, later: Part) -> Part:
        """Both as one."""
        return Part(
            (), self.start, later.end, self.first, later.last, self.change.then(later.change), self.work + later.work,
            gathered((*self.brought, *later.brought)),
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Stay:
    """What was integrated of a phase, as far as its `end`: the side `before` what jumped, `begun` and `last`; `sums` as
    of the integrand; `kept` are the rows of the states that were held."""

    phase: Phase
    end: float
    before: Side
    begun: Side
    last: Side
    sums: FloatArray
    brought: tuple[Entry, ...]
    kept: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Counter:
    """Of all, or of some copies of a line alone."""

    machine: Machine
    copies: Copies | None = None

    @cached_property
    def books(self) -> Books:
        return Books(self.machine, self.copies)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        return lines_of(self.books)

    @cached_property
    def has_energy(self) -> bool:
        return is_warm(self.machine.cell)

    def rows(self, phase: Phase, state: FloatArray) -> tuple[Row, ...]:
        """What the powers are of; they are the same at any instant."""
        t = np.array([phase.start])
        p = phase.parameters_many(t)
        return tuple(
            row for row, _ in self._powers(t, state[:, None], p, self.books.rates(t, state[:, None], p))
        )

    def size(self, rows: tuple[Row, ...]) -> int:
        """Of the integrand."""
        return len(self.books.pools) + len(self.books.listed) + len(rows)

    def _powers(
        self, t: FloatArray, y: FloatArray, p: ParametersMany, rates: Sequence[FloatArray]
    ) -> tuple[Power, ...]:
        moment = moment_of(self.machine, t, y, p, self.copies)
        return (*powers(self.books, self.lines, moment, rates), *between(self.books, moment, rates))

    def integrand(self, t: FloatArray, y: FloatArray, p: ParametersMany, kept: Sequence[int]) -> FloatArray:
        """Over all copies: what the processes do to the states `kept` of each pool, rates, then powers, (k + l + rows,
        m)."""
        rates = self.books.rates(t, y, p)
        rows = [*self._of_kept(rates, t.size, kept), *(together(rate) for rate in rates)]
        if self.has_energy:
            rows += [together(power) for _, power in self._powers(t, y, p, rates)]
        found: FloatArray = np.array([np.broadcast_to(row, t.shape) for row in rows])
        return found.reshape(len(rows), t.size)

    def _of_kept(self, rates: Sequence[FloatArray], size: int, kept: Sequence[int]) -> list[FloatArray]:
        found = []
        for i, rows in enumerate(self.books.states):
            mine = np.isin(rows, kept)
            net = self.books.net(i, rates, size) if mine.any() else np.zeros(size)
            found.append(net[mine].sum(axis=0) if net.ndim == 2 else net)
        return found

    def integral(self, piece: Piece, kept: Sequence[int]) -> FloatArray:
        """Of the integrand over a whole piece, on the run's own steps."""
        steps = (piece.times.size - 1) // INTERVALS
        each = max(TOGETHER // (INTERVALS * self._copies), 1)
        parts = [
            self._over_steps(piece, first, min(first + each, steps), kept) for first in range(0, steps, each)
        ]
        total: FloatArray = np.sum(parts, axis=0)
        return total

    def _over_steps(self, piece: Piece, first: int, last: int, kept: Sequence[int]) -> FloatArray:
        samples = slice(INTERVALS * first, INTERVALS * last + 1)
        t, y = piece.times[samples], piece.values[:, samples]
        found = self.integrand(t, y, piece.phase.parameters_many(t), kept)
        total: FloatArray = found @ piece.quadrature(first, last)
        return total

    @cached_property
    def _copies(self) -> int:
        return max((line.count for line in self.machine.cell.lines), default=1)

    def side(self, phase: Phase, time: float, state: FloatArray) -> Side:
        t, y = np.array([time]), state[:, None]
        p = phase.parameters_many(t)
        energy = float(stored(moment_of(self.machine, t, y, p, self.copies))[0]) if self.has_energy else 0.0
        pools = tuple(row[..., 0] for row in self.books.amounts(t, y, p))
        return Side(pools, contents_at(self.books, t, y, p), energy)

    def part(self, stay: Stay) -> Part:
        """With the jump before it."""
        pools, processes = len(self.books.pools), len(self.books.listed)
        own, passed, work = np.split(stay.sums, [pools, pools + processes])
        given = stay.begun.amounts - stay.before.amounts
        change = Change(stay.before.amounts, stay.last.amounts, passed, given, self._moved(stay) - own)
        extra = list(stay.brought)
        if stay.begun.energy != stay.before.energy:
            extra.insert(0, Entry(ACTIONS, stay.begun.energy - stay.before.energy))
        first, last = replace(stay.before, pools=()), replace(stay.last, pools=())  # of many copies much
        return Part((), stay.phase.start, stay.end, first, last, change, work, tuple(extra))

    def _moved(self, stay: Stay) -> FloatArray:
        """By how much the held states of each pool moved."""
        found = [
            np.where(np.isin(rows, stay.kept), last - begun, 0.0).sum()
            for rows, begun, last in zip(self.books.states, stay.begun.pools, stay.last.pools, strict=True)
        ]
        return np.array(found)
