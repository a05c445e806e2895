"""What a ledger counts: pools with what holds them, processes with what they do, all quantities it has to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
from numpy.typing import NDArray

from ionlang.constants import FARADAY
from ionlang.model.books.conservation_lines import is_between_copies
from ionlang.model.books.ledger import Pool, Process, injections, processes
from ionlang.model.books.states import state_of
from ionlang.model.cell_lines import Copies
from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.ledgers.copies import added, in_copies, stands_in, together
from ionlang.simulate.machine import Machine
from ionlang.simulate.running.landing_lines import rows_in

F = FARADAY.in_cell_units


@dataclass(frozen=True, eq=False)
class Books:
    """The ledger of one machine: `changes` (pools, processes) in amounts per unit of each rate; `states` are the rows
    that hold each pool, one for each copy of a line. Of some `copies` it is what stands in them."""

    machine: Machine
    copies: Copies | None = None

    @cached_property
    def listed(self) -> tuple[Process, ...]:
        every = (*processes(self.machine.cell), *injections(self.machine.cell))
        return tuple(process for process in every if stands_in(self.copies, process.path))

    @cached_property
    def owners(self) -> tuple[str, ...]:
        """Of each process the carrier, flux, reaction, coupling or injection it belongs to."""
        return tuple(_owner(process) for process in self.listed)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """How each process is called in the ledger."""
        return tuple(
            by_neighbours(owner) if self.copies is not None and is_between_copies(process) else owner
            for process, owner in zip(self.listed, self.owners, strict=True)
        )

    @cached_property
    def pools(self) -> tuple[Pool, ...]:
        """All that a process changes and a state holds: matter by its places, then charges and water."""
        cell = self.machine.cell
        touched = dict.fromkeys(pool for process in self.listed for pool, _ in process.changes)
        matter = [Pool(p.name, c.species) for p in cell.places for c in p.contents]
        rest = [pool for pool in touched if pool.kind != "matter"]
        return tuple(
            pool
            for pool in (*matter, *rest)
            if pool in touched and state_of(cell, pool) is not None and stands_in(self.copies, pool.place)
        )

    @cached_property
    def states(self) -> tuple[NDArray[np.intp], ...]:
        paths = [path for pool in self.pools if (path := state_of(self.machine.cell, pool))]
        if not self.machine.has_lines:
            return tuple(np.array([self.machine.state_index[path]]) for path in paths)
        return tuple(rows_in(self.machine, path, self.copies) for path in paths)

    @cached_property
    def among_copies(self) -> tuple[bool, ...]:
        """Of each process whether it only hands on from copy to copy: over all of them it brings nothing."""
        return tuple(self.copies is None and is_between_copies(process) for process in self.listed)

    @cached_property
    def changes(self) -> FloatArray:
        rows = [[float(process.change_of(pool)) for process in self.listed] for pool in self.pools]
        return np.array(rows).reshape(len(self.pools), len(self.listed))

    @cached_property
    def per_rate(self) -> FloatArray:
        """(processes,) what turns the reading of a process into amounts: a current over F."""
        return np.array([1 / F if process.kind == "current" else 1.0 for process in self.listed])

    def rates(self, t: FloatArray, y: FloatArray, p: ParametersMany) -> list[FloatArray]:
        """Of each process, in every copy of a line (copies, m) or (m,) [fmol/ms, water pL/ms]."""
        found = in_copies(self.machine, [process.path for process in self.listed], self.copies)(t, y, p)
        return [row * scale for row, scale in zip(found, self.per_rate.tolist(), strict=True)]

    def net(self, pool: int, rates: Sequence[FloatArray], size: int) -> FloatArray:
        """What all processes together do to a pool, in each copy, at `size` instants."""
        row = self.changes[pool]
        own = self.machine.cell.line_of(self.pools[pool].place)
        parts = [
            row[j] * (rates[j] if own is not None else together(rates[j]))
            for j in np.flatnonzero(row).tolist()
        ]
        return added(parts, size)

    def amounts(self, t: FloatArray, y: FloatArray, p: ParametersMany) -> list[FloatArray]:
        """Of each pool, in each copy: matter and charge in fmol, water in pL."""
        wanted = [_holding(pool) for pool in self.pools]
        paths = list(dict.fromkeys(path for pair in wanted for path in pair))
        found = dict(zip(paths, in_copies(self.machine, paths, self.copies)(t, y, p), strict=True))
        scales = [1 / F if pool.kind == "charge" else 1.0 for pool in self.pools]
        return [
            scale * reduce(np.multiply, [found[path] for path in pair])
            for pair, scale in zip(wanted, scales, strict=True)
        ]


def by_neighbours(owner: str) -> str:
    """What a coupling brings over the faces of some copies."""
    return f"neighbours by {owner}"


def _holding(pool: Pool) -> tuple[str, ...]:
    """The paths whose product is the amount of a pool (of charge in fC)."""
    match pool.kind:
        case "water":
            return (f"{pool.place}.volume",)
        case "charge":
            return (f"{pool.place}.total_capacitance", f"{pool.place}.V")
        case _:
            return (f"amount({pool.place}.{pool.species})",)


def _owner(process: Process) -> str:
    """`soma.K_leak` of `soma.K_leak.flux(K)`; injected currents stay as they are."""
    if process.what == "injected current":
        return process.path
    reading = process.path.rpartition("(")[0] if process.path.endswith(")") else process.path
    return reading.rpartition(".")[0]
