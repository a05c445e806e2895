"""What each carrier does to a balance at the start: the ground of what is said of one that cannot be met."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ionlang.constants import FARADAY
from ionlang.model.books.ledger import Pool, injections, processes
from ionlang.model.books.states import state_of
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.tuning.tuned import said
from ionlang.units import AREA, CURRENT, RATE

NOTHING = 1e-12  # of the largest flow
ONE_SQUARE_CENTIMETRE = 1e6  # in cell units of 100 um2


@dataclass(frozen=True, slots=True)
class Flow:
    """`value` is what a carrier brings [fmol/ms]; of the charge of a membrane, the current that it carries [pA]."""

    what: str
    value: float
    words: str


def balance_name(machine: Machine, state: int) -> str:
    """What the rate of a state is the balance of."""
    pool = _pool(machine, state)
    path = machine.system.states[state].path
    if pool is None:
        return path
    return (
        f"the currents of {pool.place}"
        if pool.kind == "charge"
        else f"{pool.species or 'water'} in {pool.place}"
    )


def flows(machine: Machine, state: int, parameters: list[float], values: FloatArray) -> tuple[Flow, ...]:
    """What moves the pool behind a state, with the cell in the state `values` (n,); none for what is no pool."""
    pool = _pool(machine, state)
    if pool is None or pool.kind == "water":
        return ()
    listed = [p for p in (*processes(machine.cell), *injections(machine.cell)) if p.change_of(pool)]
    if not listed:
        return ()
    rates = machine.paths([p.path for p in listed])(np.zeros(1), values[:, None], parameters)[:, 0]
    found = []
    for process, rate in zip(listed, rates.tolist(), strict=True):
        amount = rate * float(process.change_of(pool))
        in_charge = process.kind == "current"
        amount = amount / FARADAY.in_cell_units if in_charge else amount
        found.append(_flow(machine, pool, process.what, amount))
    largest = max(abs(f.value) for f in found)
    return tuple(f for f in found if abs(f.value) > NOTHING * largest)


def _flow(machine: Machine, pool: Pool, what: str, amount: float) -> Flow:
    if pool.kind == "charge":
        current = -amount * FARADAY.in_cell_units
        way = "outward" if current > 0 else "inward"
        return Flow(what, current, f"{what} carries {_current(machine, pool, abs(current))} {way}")
    way = "brings" if amount > 0 else "takes out"
    return Flow(what, amount, f"{what} {way} {said(abs(amount), RATE)}")


def _current(machine: Machine, pool: Pool, size: float) -> str:
    """Where everything of a membrane is per area, it has no area of its own, and 1 cm2 is computed."""
    membrane = next(m for m in machine.cell.membranes if m.name == pool.place)
    if membrane.area is not None:
        return said(size, CURRENT)
    return said(size / ONE_SQUARE_CENTIMETRE, CURRENT / AREA)


def _pool(machine: Machine, state: int) -> Pool | None:
    path = machine.system.states[state].path
    touched = (pool for p in processes(machine.cell) for pool, _ in p.changes)
    return next((pool for pool in touched if state_of(machine.cell, pool) == path), None)
