"""The rests of many cells that differ in parameters alone, sought together.

Each is followed from its own state as written, as `rest.find_settled` does for one cell, so that where there are
several stable states a cell comes to its own and not to its neighbour's. All take their steps at once: which cell a
start belongs to is one more coordinate, which never moves. What is found is examined for each cell by itself; who
comes to no rest this way, or conserves other totals than the first, is left to `find_settled`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.account import Equilibria, Statistics
from ionlang.simulate.resting.equilibria import RELAXATION_STEPS
from ionlang.simulate.resting.newton import descend, polish
from ionlang.simulate.resting.reduce import invariant_matrix, reduced_system
from ionlang.simulate.resting.reduced import (
    Kind,
    ReducedSystem,
    ScaledSystem,
    inside,
    linearise,
    scaled_system,
    states,
)
from ionlang.simulate.resting.relaxation import relax
from ionlang.simulate.resting.rest import Rest
from ionlang.simulate.resting.roots import LARGEST_RESIDUAL
from ionlang.simulate.resting.stability import (
    Equilibrium,
    equilibrium_at,
    free_directions,
    ranks,
    residuals,
)
from ionlang.simulate.resting.starts import settle

_AT_ONCE = 256  # cells, to bound memory


@dataclass(frozen=True, slots=True, eq=False)
class _Cell:
    """One cell before it is at rest: its parameters, its state as written (n,), where it begins (m,)."""

    parameters: list[float]
    written: FloatArray
    scaled: ScaledSystem
    home: FloatArray


def find_settled_many(machine: Machine, bases: Sequence[Mapping[str, float]]) -> tuple[Rest | None, ...]:
    """For each set of parameter values (by path, in cell units) the stable rest that the cell comes to from its state
    as written; None where it is not found this way: a line is followed by itself."""
    if machine.has_lines:
        return (None,) * len(bases)
    found: list[Rest | None] = []
    for begin in range(0, len(bases), _AT_ONCE):
        cells = [_begin(machine, base) for base in bases[begin : begin + _AT_ONCE]]
        first = next((cell for cell in cells if cell is not None), None)
        alike = [cell for cell in cells if cell is not None and first is not None and _are_alike(cell, first)]
        settled = _settled(machine, alike) if len(alike) > 1 else [None] * len(alike)
        laws = None if first is None else invariant_matrix(machine, first.parameters)
        rests = {
            id(cell): _rest(machine, cell, rest, laws) for cell, rest in zip(alike, settled, strict=True)
        }
        found += [None if cell is None else rests.get(id(cell)) for cell in cells]
    return tuple(found)


def _begin(machine: Machine, base: Mapping[str, float]) -> _Cell | None:
    parameters = machine.parameters(base)
    written = np.array(machine.initial_state(parameters), dtype=float)
    system = reduced_system(machine, parameters, written)
    settled = settle(scaled_system(system), written) if system.rows else None
    return None if settled is None else _Cell(parameters, written, *settled)


def _are_alike(one: _Cell, other: _Cell) -> bool:
    """Whether the same states are free, with the same totals and in the same box."""
    a, b = one.scaled, other.scaled
    pairs = ((a.spread, b.spread), (a.system.offset, b.system.offset), (a.lower, b.lower), (a.upper, b.upper))
    return np.array_equal(a.rows, b.rows) and all(np.array_equal(x, y) for x, y in pairs)


def _settled(machine: Machine, cells: Sequence[_Cell]) -> list[Equilibrium | None]:
    """Where each cell comes to rest; None if it does not, or if that is not a stable root."""
    together = _together(machine, cells)
    numbers = np.arange(len(cells), dtype=float)[:, None]
    start = np.hstack([np.array([cell.home for cell in cells]), numbers])
    end = descend(together, relax(together, start, RELAXATION_STEPS), np.arange(start.shape[1]))
    found: list[Equilibrium | None] = [None] * len(cells)
    came = np.flatnonzero(end.converged)
    for k, equilibrium in zip(came.tolist(), _examined(together, end.z[came]), strict=True):
        found[k] = equilibrium
    return found


def _examined(together: ScaledSystem, ends: FloatArray) -> Iterator[Equilibrium | None]:
    """What the ends (k, m + 1) of converged ways are, polished; their last coordinate is the number of the cell."""
    z = polish(together, ends)
    y, linear = states(together, z), linearise(together, z)
    slope, residual, rank = linear.slope[:, :-1, :-1], residuals(together, y), ranks(together, y) - 1
    true = inside(together, y) & linear.usable & (residual <= LARGEST_RESIDUAL)
    free = free_directions(slope)
    for i, is_root in enumerate(true.tolist()):
        directions = int(free[i]), int(rank[i])
        found = equilibrium_at(y[:-1, i], float(residual[i]), slope[i], directions, 1) if is_root else None
        yield found if found is not None and found.stable else None


def _together(machine: Machine, cells: Sequence[_Cell]) -> ScaledSystem:
    """All cells as one system, with the number of the cell as its last state: dz/dt is 0 and its slope −1, so that no
    step moves it."""
    first, n = cells[0].scaled.system, len(cells[0].written)
    table = np.array([cell.parameters for cell in cells]).T

    def of(y: FloatArray) -> list[FloatArray]:
        return list(table[:, np.rint(y[n]).astype(np.intp)])

    def rhs(y: FloatArray) -> FloatArray:
        rates = np.asarray(machine.vector.rhs(0.0, y[:n], of(y)), dtype=float)
        return np.concatenate([rates, np.zeros((1, y.shape[1]))])

    def jacobian(y: FloatArray) -> FloatArray:
        slopes = np.zeros((n + 1, n + 1, y.shape[1]))
        slopes[:n, :n] = machine.vector.jacobian(0.0, y[:n], of(y))
        slopes[n, n] = -1.0
        return slopes

    matrix = np.zeros((n + 1, len(first.rows) + 1))
    matrix[:n, :-1], matrix[n, -1] = first.matrix, 1.0
    system = ReducedSystem(
        rhs, jacobian, np.append(first.offset, 0.0), matrix, (*first.rows, n), (*first.kinds, Kind.CONCENTRATION),
        np.append(first.lower, -1.0), np.append(first.upper, np.inf), np.append(first.scale, 1.0),
    )  # fmt: skip
    return replace(scaled_system(system), anchor=np.append(cells[0].scaled.anchor, 0.0))


def _rest(machine: Machine, cell: _Cell, settled: Equilibrium | None, laws: FloatArray | None) -> Rest | None:
    """`laws` are those of all cells that are alike."""
    if settled is None or laws is None:
        return None
    totals = laws @ cell.written
    alone = Equilibria((settled,), Statistics(1, 1, (), 0, None), ())
    return Rest(machine, tuple(cell.parameters), cell.written, alone, tuple(totals.tolist()))
