"""What a ledger counts: pools with what holds them, processes with what they do, all quantities it has to look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ionlang.constants import FARADAY
from ionlang.model.books.ledger import Pool, Process, injections, processes
from ionlang.model.books.states import state_of
from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.machine import Machine

F = FARADAY.in_cell_units


@dataclass(frozen=True, eq=False)
class Books:
    """The ledger of one machine: `changes` (pools, processes) in amounts per unit of each rate; `states` are the rows
    that hold the pools."""

    machine: Machine

    @cached_property
    def listed(self) -> tuple[Process, ...]:
        return (*processes(self.machine.cell), *injections(self.machine.cell))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Of each process the carrier, flux, reaction or injection it belongs to."""
        return tuple(_owner(process) for process in self.listed)

    @cached_property
    def pools(self) -> tuple[Pool, ...]:
        """All that a process changes and a state holds: matter by its places, then charges and water."""
        cell = self.machine.cell
        touched = dict.fromkeys(pool for process in self.listed for pool, _ in process.changes)
        matter = [Pool(p.name, c.species) for p in cell.places for c in p.contents]
        rest = [pool for pool in touched if pool.kind != "matter"]
        return tuple(
            pool for pool in (*matter, *rest) if pool in touched and state_of(cell, pool) is not None
        )

    @cached_property
    def states(self) -> tuple[int, ...]:
        cell = self.machine.cell
        return tuple(self.machine.state_index[path] for pool in self.pools if (path := state_of(cell, pool)))

    @cached_property
    def changes(self) -> FloatArray:
        rows = [[float(process.change_of(pool)) for process in self.listed] for pool in self.pools]
        return np.array(rows).reshape(len(self.pools), len(self.listed))

    @cached_property
    def per_rate(self) -> FloatArray:
        """(processes,) what turns the reading of a process into amounts: a current over F."""
        return np.array([1 / F if process.kind == "current" else 1.0 for process in self.listed])

    def rates(self, t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
        """(processes, m) [fmol/ms, water pL/ms]."""
        found = self.machine.paths([process.path for process in self.listed])(t, y, p)
        rates: FloatArray = found * self.per_rate[:, None]
        return rates

    def amounts(self, t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
        """(pools, m): matter and charge in fmol, water in pL."""
        wanted = [_holding(pool) for pool in self.pools]
        paths = list(dict.fromkeys(path for pair in wanted for path in pair))
        found = dict(zip(paths, self.machine.paths(paths)(t, y, p), strict=True))
        rows = [np.prod([found[path] for path in pair], axis=0) for pair in wanted]
        scale = np.array([1 / F if pool.kind == "charge" else 1.0 for pool in self.pools])
        amounts: FloatArray = np.reshape(rows, (len(self.pools), t.size)) * scale[:, None]
        return amounts


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
