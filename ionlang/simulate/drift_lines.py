"""Conservation along lines: the change of every total, over all copies and what stands in no line, against what passed
the borders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ionlang.constants import FARADAY
from ionlang.model.books.conservation import Law, balances
from ionlang.model.books.conservation_lines import is_between_copies
from ionlang.model.books.ledger import Pool, Process, injections, processes
from ionlang.model.books.states import state_of
from ionlang.model.cell import Cell
from ionlang.model.cell_lines import in_copy
from ionlang.simulate import locate
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.gifts_lines import Gifts
from ionlang.simulate.machine import Machine
from ionlang.simulate.solution import Drift
from ionlang.simulate.trajectory import Piece, Trajectory, constant_piece


@dataclass(slots=True)
class Account:
    """One balance: what crosses it with what weight, what is `left` over so far, and how much there was at most."""

    law: Law
    crossing: tuple[Process, ...]
    weights: FloatArray
    left: float = 0.0
    size: float = 0.0


@dataclass(slots=True)
class Accounts:
    """All balances of a run, which sees it stretch by stretch."""

    machine: Machine
    listed: tuple[Account, ...]

    def see(self, piece: Piece) -> None:
        """Count a stretch: |what is there at its end − at its start − ∫ what crossed|."""
        for account in self.listed:
            begun, ended = (_held(self.machine, account.law, piece, k) for k in (0, -1))
            passed = account.weights * _passed(self.machine, piece, account.crossing)
            account.left += float((ended - begun).sum() - passed.sum())
            sizes = (float(np.abs(part).sum()) for part in (begun, ended, passed))
            account.size = max(account.size, *sizes)

    def give(self, gifts: Gifts) -> None:
        """Count what held states were given: it came from outside."""
        if gifts.phase is None or not gifts.kept.any():
            return
        phase = gifts.phase
        piece = constant_piece(phase, phase.start, gifts.kept, 1)
        for account in self.listed:
            given = _held(self.machine, account.law, piece, 0)
            account.left -= float(given.sum())
            account.size = max(account.size, float(np.abs(given).sum()))

    def settle(self) -> tuple[Drift, ...]:
        """The drift of every balance."""
        return tuple(Drift(a.law.name, abs(a.left) / a.size if a.size else 0.0) for a in self.listed)


def accounts_of(machine: Machine) -> Accounts:
    """The balances of a cell with lines."""
    listed = (*processes(machine.cell), *injections(machine.cell))
    return Accounts(machine, tuple(_account(law, listed) for law in balances(machine.cell)))


def _account(law: Law, listed: Sequence[Process]) -> Account:
    weights = dict(law.weights)
    changes = [(p, sum((weights.get(q, Fraction(0)) * c for q, c in p.changes), Fraction(0))) for p in listed]
    crossing = [(p, w) for p, w in changes if w and not is_between_copies(p)]
    return Account(law, tuple(p for p, _ in crossing), np.array([float(w) for _, w in crossing]))


def settle_lines(machine: Machine, trajectory: Trajectory, gifts: Gifts) -> tuple[Drift, ...]:
    """The drift of every balance over a run of which every state is kept."""
    accounts = accounts_of(machine)
    for piece in trajectory.pieces:
        accounts.see(piece)
    accounts.give(gifts)
    return accounts.settle()


def _held(machine: Machine, law: Law, piece: Piece, k: int) -> FloatArray:
    """Weight × amount [fmol; pL of water] of each pool of a law, in every copy."""
    t, y = piece.times[[k]], piece.values[:, [k]]
    parameters = piece.phase.parameters_many(t)
    found = []
    for pool, weight in law.weights:
        path = state_of(machine.cell, pool)
        if path is None:
            continue
        size = _size_path(pool, path)
        paths = [path, size] if size else [path]
        values = machine.arrays(paths)(t, y, parameters)
        amount = values[0] * values[1] if size else values[0]
        found.append(
            float(weight) * (amount / FARADAY.in_cell_units if pool.kind == "charge" else amount).ravel()
        )
    return np.concatenate(found) if found else np.zeros(0)


def _size_path(pool: Pool, path: str) -> str:
    """What a unit of the state is counted in: a volume, a capacitance, or nothing where it is an amount or a charge."""
    if pool.kind == "charge":
        return f"{pool.place}.total_capacitance" if path.endswith(".V") else ""
    return f"{pool.place}.volume" if pool.species is not None and not path.startswith("amount(") else ""


def _passed(machine: Machine, piece: Piece, crossing: Sequence[Process]) -> FloatArray:
    """∫ rate dt [fmol] of what crosses a border, over all copies."""
    if not crossing:
        return np.zeros(0)
    paths = [_over_all(machine.cell, p.path) for p in crossing]
    amounts = np.atleast_1d(np.asarray(locate.integral(Trajectory((piece,)), machine.paths(paths))))
    charge = np.array([p.kind == "current" for p in crossing])
    return np.where(charge, amounts / FARADAY.in_cell_units, amounts)


def _over_all(cell: Cell, path: str) -> str:
    line = cell.line_of(path)
    return path if line is None else in_copy(path, line.name, "*")
