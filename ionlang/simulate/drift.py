"""Conservation asserted: the change of every total against separately integrated fluxes.

The total of each species and the charge of each compartment may change only by what passes their borders: to baths,
to and from nothing, by injected currents. Those fluxes are integrated on their own, and what is left over is the
drift. What a hold or a jump brings is counted as supplied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ionlang.constants import FARADAY
from ionlang.model.books.ledger import Pool
from ionlang.simulate.books import Books
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.locating.many import whole_integrals
from ionlang.simulate.machine import Machine
from ionlang.simulate.sheaf import Sheaf
from ionlang.simulate.solution import Drift, Supply

Account = tuple[tuple[Drift, ...], tuple[Supply, ...]]
"""The drift of every balance over a run, and what held states and jumps were given."""


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    """Each piece by itself (…, k): the pools as it begins and ends [fmol; water: pL], what one unit of their states
    is [fmol], and what passed by each process [fmol]."""

    begun: FloatArray
    ended: FloatArray
    sizes: FloatArray
    passed: FloatArray


@dataclass(frozen=True, slots=True)
class _Gift:
    """What a state was given in a piece, or as it began (which comes first)."""

    piece: int
    rank: int
    path: str
    amount: float


def settle_accounts(
    machine: Machine, sheaf: Sheaf, rows: Sequence[tuple[int, ...]], start: FloatArray
) -> list[Account]:
    """The account of each of m runs from the states `start` (n, m). `rows` are the states that were held, or followed a
    command, in each piece."""
    books = machine.books
    groups = {held: np.array([each == held for each in rows], dtype=bool) for held in dict.fromkeys(rows)}
    pieces = _measured(machine, sheaf, books, list(groups))
    laws = (len(books.laws), sheaf.runs.size)
    left, size = np.zeros(laws), np.zeros(laws)
    gifts = _jumps(machine, sheaf, start)
    for key, mine in groups.items():
        held = books.held(key)
        left[:, mine], size[:, mine] = _balanced(books, pieces, held, mine)
        gifts += _gifts(machine, books, pieces, held, mine)
    total, most = np.zeros((sheaf.count, laws[0])), np.zeros((sheaf.count, laws[0]))
    np.add.at(total, sheaf.runs, left.T)
    np.maximum.at(most, sheaf.runs, size.T)
    with np.errstate(divide="ignore", invalid="ignore"):
        drifts = np.where(most != 0, np.abs(total) / most, 0.0).tolist()
    supplies = _summed(gifts, sheaf)
    return [
        (tuple(Drift(name, x) for name, x in zip(books.laws, of_run, strict=True)), supplies.get(run, ()))
        for run, of_run in enumerate(drifts)
    ]


def _balanced(
    books: Books, pieces: _Pieces, held: NDArray[np.bool_], mine: NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray]:
    """What is left over of each law in each piece, and what it is relative to (laws, pieces)."""
    begun, ended, passed = pieces.begun[:, mine], pieces.ended[:, mine], pieces.passed[:, mine]
    crossing = books.crossing(held)
    left = books.weights @ np.where(held[:, None], 0.0, ended - begun) - crossing @ passed
    most = np.abs(books.weights) @ np.maximum(np.abs(begun), np.abs(ended))
    return left, np.maximum(most, np.abs(crossing) @ np.abs(passed))


def _gifts(
    machine: Machine, books: Books, pieces: _Pieces, held: NDArray[np.bool_], mine: NDArray[np.bool_]
) -> list[_Gift]:
    """What held pools were given."""
    found = []
    for i in np.flatnonzero(held).tolist():
        path = machine.system.states[books.states[i]].path
        moved = (pieces.ended[i] - pieces.begun[i] - books.changes[i] @ pieces.passed) / pieces.sizes[i]
        found += [_Gift(k, 1, path, float(moved[k])) for k in np.flatnonzero(mine).tolist()]
    return found


def _jumps(machine: Machine, sheaf: Sheaf, start: FloatArray) -> list[_Gift]:
    """What states were given from one piece to the next; gates hold nothing."""
    after = sheaf.values[:, sheaf.first[:-1]]
    before = sheaf.values[:, np.maximum(sheaf.first[:-1] - 1, 0)]
    opens = np.append(True, sheaf.last_of_run[:-1])
    before = np.where(opens, start[:, sheaf.runs], before)
    states = machine.system.states
    return [
        _Gift(k, 0, states[i].path, float(after[i, k] - before[i, k]))
        for k, i in np.argwhere((after != before).T).tolist()
        if states[i].kind != "gate"
    ]


def _summed(gifts: Sequence[_Gift], sheaf: Sheaf) -> dict[int, tuple[Supply, ...]]:
    """By run and state, in order of time."""
    found: dict[int, dict[str, float]] = {}
    for gift in sorted(gifts, key=lambda g: (g.piece, g.rank)):
        of_run = found.setdefault(int(sheaf.runs[gift.piece]), {})
        of_run[gift.path] = of_run.get(gift.path, 0.0) + gift.amount
    return {run: tuple(Supply(path, x) for path, x in given.items()) for run, given in found.items()}


def _measured(machine: Machine, sheaf: Sheaf, books: Books, keys: Sequence[tuple[int, ...]]) -> _Pieces:
    sizes = _sizes(machine, books, sheaf)
    states = list(books.states)
    begun, ended = (
        sheaf.values[states][:, place] * sizes for place in (sheaf.first[:-1], sheaf.first[1:] - 1)
    )
    needed = np.zeros(len(books.listed), dtype=bool)
    for key in keys:
        needed |= books.needed(books.held(key))
    passed = np.zeros((len(books.listed), sheaf.runs.size))
    if needed.any():
        passed[needed] = _integrals(machine, sheaf, books, np.flatnonzero(needed).tolist())
    return _Pieces(begun, ended, sizes, passed)


def _sizes(machine: Machine, books: Books, sheaf: Sheaf) -> FloatArray:
    """Amount [fmol] (water: pL) for each unit of the state (pools, k): a volume, C/F, 1/F, or 1 for what is an
    amount."""
    sizes = np.ones((len(books.pools), sheaf.runs.size))
    kinds = [machine.system.states[i].kind for i in books.states]
    paths = [_size_path(pool, kind) for pool, kind in zip(books.pools, kinds, strict=True)]
    asked = [i for i, path in enumerate(paths) if path]
    if asked:
        function = machine.paths([paths[i] for i in asked])
        pieces = np.arange(sheaf.runs.size)
        parameters = sheaf.parameters_at(pieces, sheaf.starts)
        sizes[asked] = function(sheaf.starts, sheaf.values[:, sheaf.first[:-1]], parameters)
    charged = np.array([kind in ("potential", "charge") for kind in kinds], dtype=bool)
    return np.where(charged[:, None], sizes / FARADAY.in_cell_units, sizes)


def _size_path(pool: Pool, kind: str) -> str:
    match kind:
        case "potential":
            return f"{pool.place}.total_capacitance"
        case "concentration":
            return f"{pool.place}.volume"
        case _:
            return ""


def _integrals(machine: Machine, sheaf: Sheaf, books: Books, needed: Sequence[int]) -> FloatArray:
    """∫ rate dt [fmol] of processes over each piece (…, k)."""
    chosen = [books.listed[i] for i in needed]
    amounts = whole_integrals(sheaf, machine.paths([p.path for p in chosen]))
    charge = np.array([p.kind == "current" for p in chosen])
    return np.where(charge[:, None], amounts / FARADAY.in_cell_units, amounts)
