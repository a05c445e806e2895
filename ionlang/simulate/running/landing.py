"""Where a change of a quantity lands: the one place that turns what a scenario names into the state that holds it.

A concentration is the state itself, or follows from an amount; a potential is the state, or follows from a charge.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ionlang.simulate.functions import Parameters
from ionlang.simulate.machine import Machine


@dataclass(frozen=True, slots=True, eq=False)
class Here:
    """A state of the cell: the instant [ms], the states (n,), the parameters."""

    time: float
    states: list[float]
    parameters: Parameters


def row_of(machine: Machine, target: str) -> int:
    """The row of the state vector that a hold keeps and a clamp leads."""
    return machine.state_index[target]


def put(machine: Machine, here: Here, target: str, value: float) -> list[float]:
    """The states after the target has taken a value, in its unit."""
    index = machine.state_index
    if target in index:
        return _with(here, index[target], value)
    owner = target.rpartition(".")[0]
    if f"amount({target})" in index:
        total = value + _bound(machine, here, target, value)
        return _with(here, index[f"amount({target})"], total * _value(machine, here, f"{owner}.volume"))
    return _with(here, index[f"{owner}.charge"], value * _value(machine, here, f"{owner}.total_capacitance"))


def give(machine: Machine, here: Here, target: str, amount: float) -> list[float]:
    """The states after something has been added to the target, in its unit (or, to `amount(P.S)`, an amount)."""
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
