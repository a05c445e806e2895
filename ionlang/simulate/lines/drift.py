"""Conservation along lines: the change of every total, over all copies and what stands in no line, against what passed
the borders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ionlang.constants import FARADAY
from ionlang.model.books.conservation import Law, balances
from ionlang.model.books.conservation_lines import is_between_copies
from ionlang.model.books.ledger import Pool, Process, injections, processes
from ionlang.model.books.states import state_of
from ionlang.model.cell import Cell
from ionlang.model.cell_lines import in_copy
from ionlang.simulate.functions import FloatArray, Phase
from ionlang.simulate.lines.gifts import Gifts
from ionlang.simulate.lines.part import Apart
from ionlang.simulate.machine import Machine
from ionlang.simulate.rows import ManyQuantities
from ionlang.simulate.solution import Drift
from ionlang.simulate.trajectory import INTERVALS, Piece, Trajectory


@dataclass(slots=True)
class Account:
    """One balance: what crosses it, with what turns its integral into an amount; what is `left` over so far, how much
    there was at most, and how much passed."""

    law: Law
    crossing: tuple[Process, ...]
    weights: FloatArray
    left: float = 0.0
    size: float = 0.0
    passed: float = 0.0


@dataclass(eq=False)
class Accounts:
    """All balances of a run, which sees it stretch by stretch: what is there at its end − at its start − ∫ what
    crossed."""

    machine: Machine
    listed: tuple[Account, ...]

    @cached_property
    def crossing(self) -> tuple[Process, ...]:
        """What crosses a border."""
        return tuple(dict.fromkeys(process for account in self.listed for process in account.crossing))

    @cached_property
    def rows(self) -> NDArray[np.intp]:
        """The rows of the state vector on which it depends how fast that crosses."""
        return self.machine.rows_read([self.machine.look(process.path) for process in self.crossing])

    @cached_property
    def _rates(self) -> ManyQuantities:
        """Of what crosses a border, of all copies together."""
        return self.machine.paths([_over_all(self.machine.cell, process.path) for process in self.crossing])

    @cached_property
    def _places(self) -> tuple[list[int], ...]:
        """Of each balance where among all that crosses stands what crosses it."""
        place = {process: k for k, process in enumerate(self.crossing)}
        return tuple([place[process] for process in account.crossing] for account in self.listed)

    def see(self, piece: Piece) -> None:
        """Count a whole stretch."""
        weights = piece.quadrature(0, piece.times.size // INTERVALS)
        self.begun(piece.phase, piece.start, piece.values[:, 0])
        self.crossed(piece.phase, piece.times, piece.values, weights)
        self.ended(piece.phase, piece.end, piece.values[:, -1])

    def begun(self, phase: Phase, time: float, values: FloatArray) -> None:
        """Count a state (n,) as the start of a stretch."""
        self._count(phase, time, values, -1.0)

    def ended(self, phase: Phase, time: float, values: FloatArray) -> None:
        """Count a state (n,) as the end of a stretch."""
        self._count(phase, time, values, 1.0)

    def _count(self, phase: Phase, time: float, values: FloatArray, sign: float) -> None:
        for account in self.listed:
            held = _held(self.machine, account.law, phase, time, values)
            account.left += sign * float(held.sum())
            account.size = max(account.size, float(np.abs(held).sum()))

    def crossed(
        self,
        phase: Phase,
        times: FloatArray,
        values: FloatArray,
        weights: FloatArray,
        apart: Sequence[Apart] = (),
    ) -> None:
        """Count what crosses the borders: states (n, m), and weights [ms] (m,) for the integral. What some copies did
        `apart` is added."""
        if not self.crossing:
            return
        amounts = self._rates(times, values, phase.parameters_many(times)) @ weights
        quantities = tuple(self.machine.look(process.path) for process in self.crossing)
        amounts += sum(each.integrals(quantities) for each in apart)
        for account, places in zip(self.listed, self._places, strict=True):
            passed = account.weights * amounts[places]
            account.left -= float(passed.sum())
            account.passed += float(np.abs(passed).sum())

    @property
    def are_of_copies(self) -> bool:
        """Whether everything that crosses a border does so in a copy."""
        return all(self.machine.cell.line_of(process.path) for process in self.crossing)

    def give(self, gifts: Gifts) -> None:
        """Count what held states were given: it came from outside."""
        if gifts.phase is None or not gifts.kept.any():
            return
        phase = gifts.phase
        for account in self.listed:
            given = _held(self.machine, account.law, phase, phase.start, gifts.kept)
            account.left -= float(given.sum())
            account.size = max(account.size, float(np.abs(given).sum()))

    def settle(self) -> tuple[Drift, ...]:
        """The drift of every balance."""
        sizes = [max(account.size, account.passed) for account in self.listed]
        every = zip(self.listed, sizes, strict=True)
        return tuple(Drift(a.law.name, abs(a.left) / size if size else 0.0) for a, size in every)


def accounts_of(machine: Machine) -> Accounts:
    """The balances of a cell with lines."""
    listed = (*processes(machine.cell), *injections(machine.cell))
    return Accounts(machine, tuple(_account(law, listed) for law in balances(machine.cell)))


def _account(law: Law, listed: Sequence[Process]) -> Account:
    weights = dict(law.weights)
    changes = [(p, sum((weights.get(q, Fraction(0)) * c for q, c in p.changes), Fraction(0))) for p in listed]
    crossing = [(p, w) for p, w in changes if w and not is_between_copies(p)]
    return Account(law, tuple(p for p, _ in crossing), np.array([float(w) / _unit(p) for p, w in crossing]))


def settle_lines(machine: Machine, trajectory: Trajectory, gifts: Gifts) -> tuple[Drift, ...]:
    """The drift of every balance over a run of which every state is kept."""
    accounts = accounts_of(machine)
    for piece in trajectory.pieces:
        accounts.see(piece)
    accounts.give(gifts)
    return accounts.settle()


def _held(machine: Machine, law: Law, phase: Phase, time: float, values: FloatArray) -> FloatArray:
    """Weight × amount [fmol; pL of water] of each pool of a law, in every copy."""
    t, y = np.array([time]), values[:, None]
    parameters = phase.parameters_many(t)
    found = []
    for pool, weight in law.weights:
        path = state_of(machine.cell, pool)
        if path is None:
            continue
        size = _size_path(pool, path)
        paths = [path, size] if size else [path]
        read = machine.arrays(paths)(t, y, parameters)
        amount = read[0] * read[1] if size else read[0]
        found.append(
            float(weight) * (amount / FARADAY.in_cell_units if pool.kind == "charge" else amount).ravel()
        )
    return np.concatenate(found) if found else np.zeros(0)


def _size_path(pool: Pool, path: str) -> str:
    """What a unit of the state is counted in: a volume, a capacitance, or nothing where it is an amount or a charge."""
    if pool.kind == "charge":
        return f"{pool.place}.total_capacitance" if path.endswith(".V") else ""
    return f"{pool.place}.volume" if pool.species is not None and not path.startswith("amount(") else ""


def _unit(process: Process) -> float:
    """What turns its integral into an amount [fmol]."""
    return FARADAY.in_cell_units if process.kind == "current" else 1.0


def _over_all(cell: Cell, path: str) -> str:
    line = cell.line_of(path)
    return path if line is None else in_copy(path, line.name, "*")
