"""Where a change of a quantity lands: the one place that turns what a scenario names into the state that holds it."""

from __future__ import annotations

from dataclasses import dataclass

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
    row = row_of(machine, target)
    return [value if i == row else x for i, x in enumerate(here.states)]


def give(machine: Machine, here: Here, target: str, amount: float) -> list[float]:
    """The states after something has been added to the target, in its unit."""
    row = row_of(machine, target)
    return [x + amount if i == row else x for i, x in enumerate(here.states)]
