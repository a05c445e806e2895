"""Where a change of a quantity lands: the one place that turns what a scenario names into the state that holds it.

A concentration is the state itself, or follows from an amount; a potential is the state, or follows from a charge.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ionlang.model.cell_lines import Copies
from ionlang.model.scenario import Holding
from ionlang.simulate.evaluate_many import Many
from ionlang.simulate.functions import Parameters
from ionlang.simulate.machine import Machine
from ionlang.simulate.running.landing_lines import Landing, numbered_rows


@dataclass(frozen=True, slots=True, eq=False)
class Here:
    """A state of the cell: the instant [ms], the states (n,), the parameters."""

    time: float
    states: list[float]
    parameters: Parameters


def rows_kept(machine: Machine, holding: Holding) -> list[tuple[int, int]]:
    """The rows of the state vector that a hold keeps and a clamp leads, each with its copy in a line (from 0)."""
    if not machine.has_lines:
        return [(0, row_of(machine, holding.target))]
    return list(numbered_rows(machine, holding.target, holding.copies))


def row_of(machine: Machine, target: str) -> int:
    """The row of the state vector that a hold keeps and a clamp leads."""
    return machine.state_index[target]


def put(machine: Machine, here: Here, target: str, value: Many, copies: Copies | None = None) -> list[float]:
    """The states after the target has taken a value, in its unit."""
    if machine.has_lines:
        return _landing(machine, here, copies).put(target, value)
    value = float(value)
    index = machine.state_index
    if target in index:
        return _with(here, index[target], value)
    owner = target.rpartition(".")[0]
    if f"amount({target})" in index:
        total = value + _bound(machine, here, target, value)
        return _with(here, index[f"amount({target})"], total * _value(machine, here, f"{owner}.volume"))
    return _with(here, index[f"{owner}.charge"], value * _value(machine, here, f"{owner}.total_capacitance"))


def give(
    machine: Machine, here: Here, target: str, amount: Many, copies: Copies | None = None
) -> list[float]:
    """The states after something has been added to the target, in its unit (or, to `amount(P.S)`, an amount)."""
    if machine.has_lines:
        return _landing(machine, here, copies).give(target, amount)
    amount = float(amount)
    index = machine.state_index
    if target in index:
        return _raised(here, index[target], amount)
    path = target.removeprefix("amount(").removesuffix(")")
    owner = path.rpartition(".")[0]
    if path in index:
        return _raised(here, index[path], amount / _value(machine, here, f"{owner}.volume"))
    if f"amount({path})" in index:
        return _raised(here, index[f"amount({path})"], amount * _value(machine, here, f"{owner}.volume"))
    return _raised(
        here, index[f"{owner}.charge"], amount * _value(machine, here, f"{owner}.total_capacitance")
    )


def _landing(machine: Machine, here: Here, copies: Copies | None) -> Landing:
    return Landing(machine, here.time, here.states, here.parameters, copies)


def _with(here: Here, row: int, value: float) -> list[float]:
    return [value if i == row else x for i, x in enumerate(here.states)]


def _raised(here: Here, row: int, amount: float) -> list[float]:
    return _with(here, row, here.states[row] + amount)


def _value(machine: Machine, here: Here, path: str) -> float:
    t, y = np.array([here.time]), np.array(here.states)[:, None]
    return float(machine.paths((path,))(t, y, here.parameters)[0, 0])


def _bound(machine: Machine, here: Here, path: str, free: float) -> float:
    """What fast buffers bind when so much is free."""
    owner, _, species = path.rpartition(".")
    found = 0.0
    for buffer in machine.cell.buffers_of(owner, species):
        sites, half = (_value(machine, here, f"{buffer.path}.{word}") for word in ("sites", "K_d"))
        found += sites * free / (half + free)
    return found
