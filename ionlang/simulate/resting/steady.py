"""The steady curve of a cell: everything but one quantity at rest, and what would then move that one.

For a potential that is the steady current–voltage curve: the net current through the membrane at each V once gates,
concentrations and volumes have settled. Where it crosses zero the cell is at rest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.lines.functions import refuse_lines
from ionlang.simulate.resting.along import followed
from ionlang.simulate.resting.basins import Way, ways_from
from ionlang.simulate.resting.reduce import reduced_system
from ionlang.simulate.resting.reduced import scaled_system
from ionlang.simulate.resting.rest import Rest
from ionlang.simulate.resting.roots import Roots
from ionlang.simulate.resting.starts import settle


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """An equilibrium on the curve: its value of the quantity, and where the ways from it lead if it is a saddle."""

    along: float
    stable: bool
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Steady:
    """quantity [unit] along; `drive` is what moves it: of a potential the net outward current [pA], which lowers it
    where it is positive; of anything else its rate [unit per s]. curves: pairs of both, each (k,)."""

    model: str
    quantity: str
    unit: str
    is_potential: bool
    curves: tuple[tuple[FloatArray, FloatArray], ...]
    marks: tuple[Mark, ...]


def steady(rest: Rest) -> Steady:
    """Raises ValueError if nothing in the cell can move, or no such curve was found."""
    machine = rest.machine
    refuse_lines(machine.cell, "a steady current-voltage curve")
    system = reduced_system(machine, rest.parameters, rest.written)
    settled = settle(replace(scaled_system(system)), rest.written) if system.rows else None
    if settled is None:
        raise ValueError("nothing can move in this cell: there is no curve to draw")
    scaled, home = settled
    z = np.array([e.state[scaled.rows] / scaled.unit for e in rest.found]).reshape(-1, len(home))
    ones = (1,) * len(z)
    along = followed(scaled, Roots(z, ones, ones, 0), home)
    if not along.curves:
        raise ValueError("the curve on which all but one quantity is at rest was not found")
    state = machine.system.states[along.lead]
    electric = state.kind in ("potential", "charge")
    curves = tuple(_values(rest, along.lead, states, rates) for states, rates, _ in along.curves)
    marks = tuple(
        Mark(float(_along(rest, along.lead, e.state[:, None])[0]), e.stable, ways)
        for e, ways in zip(rest.found, ways_from(rest), strict=True)
    )
    name = f"V({state.path.rpartition('.')[0]})" if electric else state.path
    return Steady(machine.cell.name, name, "mV" if electric else state.unit, electric, curves, marks)


def _values(rest: Rest, lead: int, states: FloatArray, rates: FloatArray) -> tuple[FloatArray, FloatArray]:
    kind = rest.machine.system.states[lead].kind
    if kind == "potential":
        return _along(rest, lead, states), -rates * _capacitance(rest, lead, states)
    return _along(rest, lead, states), -rates if kind == "charge" else rates * 1e3


def _along(rest: Rest, lead: int, states: FloatArray) -> FloatArray:
    values: FloatArray = states[lead]
    if rest.machine.system.states[lead].kind == "charge":
        values = values / _capacitance(rest, lead, states)
    return values


def _capacitance(rest: Rest, lead: int, states: FloatArray) -> FloatArray:
    """Of the membrane whose potential or charge the state `lead` is, [pF] at states (n, k)."""
    membrane = rest.machine.system.states[lead].path.rpartition(".")[0]
    path = f"{membrane}.total_capacitance"
    if path not in rest.machine.symbols:
        return np.ones(states.shape[1])
    found: FloatArray = rest.machine.paths([path])(np.zeros(states.shape[1]), states, list(rest.parameters))[
        0
    ]
    return found
