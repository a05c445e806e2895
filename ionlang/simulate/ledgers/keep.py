"""A run that is over → its ledger. All integrals are taken on the run's own steps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, reduce

import numpy as np

from ionlang.model.check.defined import is_warm
from ionlang.simulate import locate
from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.ledgers.accounts import (
    ACTIONS,
    Change,
    accounts_of,
    balances_of,
    contents_of,
    contents_paths,
)
from ionlang.simulate.ledgers.books import Books
from ionlang.simulate.ledgers.energies import moment_of, stored
from ionlang.simulate.ledgers.ledger import Energy, Entry, Ledger, LedgerPhase, gathered
from ionlang.simulate.ledgers.lines import Line, lines_of
from ionlang.simulate.ledgers.moving import brought
from ionlang.simulate.ledgers.phases import Stretch, stretches
from ionlang.simulate.ledgers.powers import Row, powers
from ionlang.simulate.lines import refuse_lines
from ionlang.simulate.solution import Solution
from ionlang.simulate.trajectory import Piece, Trajectory

PICO = 1e-6  # aJ in pJ
COLD = "no energies: the file gives no temperature"


def ledger_of(solution: Solution) -> Ledger:
    """The ledger of a run. Raises ValueError where nothing was run."""
    refuse_lines(solution.machine.cell, "a ledger")
    if solution.trajectory is None:
        raise ValueError(
            f"scenario {solution.scenario.name} does not run, it asks about rest alone: it has no ledger"
        )
    keeper = _Keeper(solution)
    parts = [keeper.part(stretch) for stretch in stretches(solution)]
    whole = reduce(_joined, parts)
    notes = () if keeper.has_energy else (COLD,)
    return Ledger(tuple(keeper.phase(part) for part in parts), keeper.phase(whole), notes)


@dataclass(frozen=True, slots=True)
class _Side:
    """The cell at one instant: pools (k,), places as a whole, stored energy [aJ]."""

    amounts: FloatArray
    contents: FloatArray
    energy: float


@dataclass(frozen=True, slots=True)
class _Part:
    """One phase in numbers: energies by row, what moved besides the processes."""

    words: tuple[str, ...]
    start: float
    end: float
    first: _Side
    last: _Side
    change: Change
    work: FloatArray
    brought: tuple[Entry, ...]


@dataclass(frozen=True, eq=False)
class _Keeper:
    solution: Solution

    @cached_property
    def books(self) -> Books:
        return Books(self.solution.machine)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        return lines_of(self.books)

    @property
    def has_energy(self) -> bool:
        return is_warm(self.solution.machine.cell)

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        assert self.solution.trajectory is not None
        return self.solution.trajectory.pieces

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """What the powers are of."""
        piece = self.pieces[0]
        t = piece.times[:1]
        y, p = piece.values[:, :1], piece.phase.parameters_many(t)
        moment, rates = moment_of(self.books.machine, t, y, p), self.books.rates(t, y, p)
        return tuple(row for row, _ in powers(self.books, self.lines, moment, rates))

    def integrand(self, t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
        """Rates, then powers, (l + rows, m)."""
        rates = self.books.rates(t, y, p)
        if not self.has_energy:
            return rates
        moment = moment_of(self.books.machine, t, y, p)
        found = [
            np.broadcast_to(power, t.shape) for _, power in powers(self.books, self.lines, moment, rates)
        ]
        return np.concatenate([rates, np.reshape(found, (len(found), t.size))])

    def side(self, piece: Piece, column: int, state: FloatArray | None = None) -> _Side:
        """The first or the last instant of a piece, or another state at it."""
        t = piece.times[[column]]
        y = (piece.values[:, column] if state is None else state)[:, None]
        p = piece.phase.parameters_many(t)
        energy = float(stored(moment_of(self.books.machine, t, y, p))[0]) if self.has_energy else 0.0
        contents = self.books.machine.paths(contents_paths(self.books))(t, y, p)[:, 0]
        return _Side(self.books.amounts(t, y, p)[:, 0], contents, energy)

    def part(self, stretch: Stretch) -> _Part:
        found = [self.piece(k) for k in range(stretch.first, stretch.last)]
        whole = reduce(_joined, found)
        return replace(whole, words=stretch.words)

    def piece(self, k: int) -> _Part:
        """One piece, with the jump before it."""
        piece, kept = self.pieces[k], self.solution.held[k]
        first = self.side(self.pieces[k - 1], -1) if k else self.side(piece, 0, self.solution.start)
        begun, last = self.side(piece, 0), self.side(piece, -1)
        sums = np.asarray(locate.integral(Trajectory((piece,)), self.integrand))
        passed, work = np.split(sums, [len(self.books.listed)])
        held = np.array([state in kept for state in self.books.states], dtype=bool)
        kept_up = np.where(held, last.amounts - begun.amounts - self.books.changes @ passed, 0.0)
        change = Change(first.amounts, last.amounts, passed, begun.amounts - first.amounts, kept_up)
        extra = [Entry(by, x) for by, x in brought(self.books, piece, kept)] if self.has_energy else []
        if begun.energy != first.energy:
            extra.insert(0, Entry(ACTIONS, begun.energy - first.energy))
        return _Part((), piece.start, piece.end, first, last, change, work, tuple(extra))

    def phase(self, part: _Part) -> LedgerPhase:
        books = self.books
        return LedgerPhase(
            part.words,
            part.start,
            part.end,
            accounts_of(books, part.change),
            contents_of(books, part.first.contents, part.last.contents),
            balances_of(books, part.change),
            self.energy(part) if self.has_energy else None,
        )

    def energy(self, part: _Part) -> Energy:
        worked = [
            (side, Entry(by, PICO * x)) for (side, by), x in zip(self.rows, part.work.tolist(), strict=True)
        ]
        by_side = {
            name: gathered(e for side, e in worked if side == name) for name in ("dissipated", "supplied")
        }
        extra = tuple(Entry(e.by, PICO * e.amount) for e in part.brought)
        supplied = gathered((*by_side["supplied"], *extra))
        before, after = PICO * part.first.energy, PICO * part.last.energy
        return Energy(before, after, by_side["dissipated"], supplied)


def _joined(one: _Part, next_one: _Part) -> _Part:
    return _Part(
        (),
        one.start,
        next_one.end,
        one.first,
        next_one.last,
        one.change.then(next_one.change),
        one.work + next_one.work,
        gathered((*one.brought, *next_one.brought)),
    )
