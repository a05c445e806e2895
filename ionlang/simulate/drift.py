"""Conservation asserted: the change of every total against separately integrated fluxes.

The total of each species and the charge of each compartment may change only by what passes their borders: to baths,
to and from nothing, by injected currents. Those fluxes are integrated on their own, and what is left over is the
drift. What a hold or a jump brings is counted as supplied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ionlang.constants import FARADAY
from ionlang.model.books.conservation import balances
from ionlang.model.books.ledger import Pool, Process, injections, processes
from ionlang.model.books.states import state_of
from ionlang.simulate import locate
from ionlang.simulate.drift_lines import settle_lines
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.solution import Drift, Supply
from ionlang.simulate.trajectory import Piece, Trajectory


@dataclass(frozen=True, slots=True)
class _Books:
    """The stoichiometry in numbers: changes (pools, processes), and for each pool the state it is in."""

    pools: tuple[Pool, ...]
    states: tuple[int, ...]
    listed: tuple[Process, ...]
    changes: FloatArray


def _books(machine: Machine) -> _Books:
    cell = machine.cell
    listed = (*processes(cell), *injections(cell))
    touched = dict.fromkeys(pool for process in listed for pool, _ in process.changes)
    pools = tuple(pool for pool in touched if state_of(cell, pool) is not None)
    changes = np.array([[float(p.change_of(pool)) for p in listed] for pool in pools]).reshape(
        len(pools), len(listed)
    )
    states = tuple(machine.state_index[path] for pool in pools if (path := state_of(cell, pool)))
    return _Books(pools, states, listed, changes)


def settle_accounts(
    machine: Machine, trajectory: Trajectory, rows: Sequence[Sequence[int]], start: FloatArray
) -> tuple[tuple[Drift, ...], tuple[Supply, ...]]:
    """The drift of every balance over a run from the state `start` (n,), and what held states and jumps were given.
    `rows` are the states that were held, or followed a command, in each piece."""
    if machine.has_lines:
        return settle_lines(machine, trajectory), ()
    books = _books(machine)
    laws = balances(machine.cell)
    weights = np.array(
        [[float(dict(law.weights).get(pool, Fraction(0))) for pool in books.pools] for law in laws]
    )
    weights = weights.reshape(len(laws), len(books.pools))
    left, size = np.zeros(len(laws)), np.zeros(len(laws))
    supplied: dict[str, float] = {}
    before = start
    for piece, kept in zip(trajectory.pieces, rows, strict=True):
        _count_jumps(machine, supplied, before, piece.values[:, 0])
        held = np.array([state in kept for state in books.states], dtype=bool)
        crossing = weights @ np.where(held[:, None], 0.0, books.changes)
        needed = np.flatnonzero((crossing != 0).any(axis=0) | (books.changes[held] != 0).any(axis=0))
        passed = _integrals(machine, books, piece, needed)
        sizes = _sizes(machine, books, piece)
        begun, ended = (piece.values[list(books.states), k] * sizes for k in (0, -1))
        left += weights @ np.where(held, 0.0, ended - begun) - crossing[:, needed] @ passed
        size = np.maximum(size, np.abs(weights) @ np.maximum(np.abs(begun), np.abs(ended)))
        size = np.maximum(size, np.abs(crossing[:, needed]) @ np.abs(passed))
        for i in np.flatnonzero(held).tolist():
            path = machine.system.states[books.states[i]].path
            moved = float(ended[i] - begun[i]) - float(books.changes[i, needed] @ passed)
            supplied[path] = supplied.get(path, 0.0) + moved / float(sizes[i])
        before = piece.values[:, -1]
    drifts = tuple(
        Drift(law.name, float(abs(x) / s) if s else 0.0) for law, x, s in zip(laws, left, size, strict=True)
    )
    supplies = tuple(Supply(path, amount) for path, amount in supplied.items())
    return drifts, supplies


def _count_jumps(machine: Machine, supplied: dict[str, float], before: FloatArray, after: FloatArray) -> None:
    """What states were given from one piece to the next; gates hold nothing."""
    for i in np.flatnonzero(after != before).tolist():
        state = machine.system.states[i]
        if state.kind != "gate":
            supplied[state.path] = supplied.get(state.path, 0.0) + float(after[i] - before[i])


def _sizes(machine: Machine, books: _Books, piece: Piece) -> FloatArray:
    """Amount [fmol] (water: pL) for each unit of the state: a volume, C/F, 1/F, or 1 for what is an amount."""
    sizes = np.ones(len(books.pools))
    kinds = [machine.system.states[i].kind for i in books.states]
    paths = [_size_path(pool, kind) for pool, kind in zip(books.pools, kinds, strict=True)]
    asked = [i for i, path in enumerate(paths) if path]
    if asked:
        t = np.array([piece.start])
        function = machine.paths([paths[i] for i in asked])
        sizes[asked] = function(t, piece.values[:, :1], piece.phase.parameters_many(t))[:, 0]
    charged = np.array([kind in ("potential", "charge") for kind in kinds], dtype=bool)
    return np.where(charged, sizes / FARADAY.in_cell_units, sizes)


def _size_path(pool: Pool, kind: str) -> str:
    match kind:
        case "potential":
            return f"{pool.place}.total_capacitance"
        case "concentration":
            return f"{pool.place}.volume"
        case _:
            return ""


def _integrals(machine: Machine, books: _Books, piece: Piece, needed: NDArray[np.intp]) -> FloatArray:
    """∫ rate dt [fmol] of the processes that cross a border."""
    if not needed.size:
        return np.zeros(0)
    chosen = [books.listed[i] for i in needed.tolist()]
    function = machine.paths([p.path for p in chosen])
    amounts = np.asarray(locate.integral(Trajectory((piece,)), function))
    charge = np.array([p.kind == "current" for p in chosen])
    return np.where(charge, amounts / FARADAY.in_cell_units, amounts)
