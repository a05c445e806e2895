"""The conserved totals of a cell with lines: one in each copy of what a copy keeps by itself, one over everything of
what is handed on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ionlang.codegen.callables import vector_arrays
from ionlang.codegen.program import Rows
from ionlang.equations.system import Invariant
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine

Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """`weights` (k, n), sparse: what each total counts [fmol per unit of the state]; `amounts` (k,) what it comes to
    [fmol]; `pivots` (k,) the row of the state that it leaves dependent on the others; `whole` (k,) tells the totals
    over everything from those of single copies; `laws` (k,) the number of the law that each belongs to."""

    weights: Any
    amounts: FloatArray
    pivots: Indices
    whole: NDArray[np.bool_]
    laws: Indices

    @property
    def by_law(self) -> FloatArray:
        """The amount of each law over everything [fmol]."""
        found: FloatArray = np.bincount(self.laws, weights=self.amounts).astype(np.float64)
        return found

    def missing(self, y: FloatArray) -> FloatArray:
        """By how much a state (n,) falls short of each (k,)."""
        found: FloatArray = self.amounts - self.weights @ y
        return found


Weigh = Callable[..., list[FloatArray]]
"""Of t, y and parameters the weights of all laws, one law after the other: numbers, or one for each copy."""


def weigh_of(machine: Machine) -> Weigh:
    flat = [weight for law in machine.system.invariants for _, weight in law.terms]
    return vector_arrays(machine.system, flat) if flat else lambda t, y, p: []


def totals_of(machine: Machine, weigh: Weigh, parameters: Sequence[float], y: FloatArray) -> Totals:
    """The totals that a state (n,) has."""
    from scipy.sparse import coo_array

    laws, rows = machine.system.invariants, machine.vector.program.rows
    values = _weights(weigh, laws, parameters, y)
    pivots = _pivots(
        laws, rows, values, y, [s.kind in ("potential", "charge") for s in machine.system.states]
    )
    entries: list[tuple[Indices, Indices, FloatArray]] = []
    chosen: list[Indices] = []
    base = 0
    for law, weights, pivot in zip(laws, values, pivots, strict=True):
        count = max(rows[i].count for i, _ in law.terms) if law.line else 1
        for (i, _), weight in zip(law.terms, weights, strict=True):
            mine = _places(rows[i])
            where = base + np.arange(mine.size) if law.line else np.full(mine.size, base)
            entries.append((where, mine, np.broadcast_to(weight, mine.shape)))
        places = _places(rows[pivot])
        chosen.append(places if law.line else places[[places.size // 2]])
        base += count
    numbers = [np.full(c.size, k) for k, c in enumerate(chosen)]
    whole = [np.full(c.size, not law.line) for c, law in zip(chosen, laws, strict=True)]
    across, along, heavy = (np.concatenate(part) if part else np.zeros(0) for part in _columns(entries))
    matrix = coo_array((heavy, (across.astype(np.intp), along.astype(np.intp))), shape=(base, y.size)).tocsr()
    return Totals(
        matrix,
        np.asarray(matrix @ y),
        _joined(chosen, np.intp),
        _joined(whole, np.bool_),
        _joined(numbers, np.intp),
    )


def _columns(entries: list[tuple[Indices, Indices, FloatArray]]) -> tuple[list[Any], list[Any], list[Any]]:
    return [e[0] for e in entries], [e[1] for e in entries], [e[2] for e in entries]


def _joined(parts: Sequence[Any], kind: type[Any]) -> Any:
    return np.concatenate(parts).astype(kind) if parts else np.zeros(0, dtype=kind)


def _places(rows: Rows) -> Indices:
    """Which rows of the state vector a state has."""
    return rows.first + rows.step * np.arange(rows.count)


def _weights(
    weigh: Weigh, laws: tuple[Invariant, ...], parameters: Sequence[float], y: FloatArray
) -> list[list[FloatArray]]:
    """Of each law the weight of each of its states: a number, or one for each copy."""
    found = iter(weigh(0.0, y, parameters))
    return [[next(found) for _ in law.terms] for law in laws]


def _pivots(
    laws: tuple[Invariant, ...],
    rows: tuple[Rows, ...],
    values: list[list[FloatArray]],
    y: FloatArray,
    electric: list[bool],
) -> list[int]:
    """For each law the state with the largest pool, by Gaussian elimination; a potential only where nothing else is
    left. Laws of single copies come first."""
    work = np.zeros((len(laws), len(rows)))
    for k, (law, weights) in enumerate(zip(laws, values, strict=True)):
        for (i, _), weight in zip(law.terms, weights, strict=True):
            work[k, i] = float(np.abs(weight).max() * np.sign(np.ravel(weight)[0]))
    size = np.array([float(np.abs(y[_places(r)]).max()) for r in rows])
    size = np.maximum(size, 1e-12) * np.where(electric, 1e-12, 1.0)
    found: list[int] = []
    for k, law in enumerate(laws):
        pools = np.abs(work[k]) * size
        pools[found] = 0.0
        if law.line:
            pools[[i for i, r in enumerate(rows) if r.line != law.line]] = 0.0
        pivot = int(pools.argmax())
        found.append(pivot)
        others = [j for j in range(len(laws)) if j != k]
        work[others] -= np.outer(work[others, pivot] / work[k, pivot], work[k])
    return found
