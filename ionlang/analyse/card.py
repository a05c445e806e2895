"""The equilibrium card: what a cell's rest says, as data."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ionlang.analyse.audit import audit_of_rest
from ionlang.analyse.phase_portrait import Search, search_of
from ionlang.analyse.potentials import Potentials, needed_paths, potentials
from ionlang.analyse.unpumped import UnpumpedCard
from ionlang.constants import FARADAY
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.resting.basins import Way, ways_from
from ionlang.simulate.resting.character import Character
from ionlang.simulate.resting.rest import Rest
from ionlang.simulate.tuning.tuned import Tuned
from ionlang.units import Dimension


@dataclass(frozen=True, slots=True)
class Charge:
    """The charge of a compartment: what its ions and impermeants carry [fC], in mM of charge, and what the
    capacitances of its membranes hold there [fC]."""

    matter: float
    concentration: float
    capacitance: float


@dataclass(frozen=True, slots=True)
class StateCard:
    """One state of a cell: concentrations [mM] by place, potentials [mV] by membrane, charge, osmolarity [mM];
    each `variable` in cell units, with its dimension."""

    concentrations: dict[str, dict[str, float]]
    potentials: dict[str, Potentials]
    charges: dict[str, Charge]
    osmolarity: dict[str, float]
    variables: dict[str, tuple[float, Dimension]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EquilibriumCard:
    """An equilibrium: its state, whether it is stable, its slowest time constant [s], residual relative to the
    largest term, eigenvalues [per s], what kind it is [frequency per ms, time in ms], the rank of its Jacobian, and
    where the two ways from a saddle lead."""

    state: StateCard
    stable: bool
    slowest_time_s: float
    residual: float
    eigenvalues: tuple[complex, ...]
    character: Character
    rank: int
    ways: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True)
class Conserved:
    """A conserved quantity with its value [`unit`: fmol, or pL of water]."""

    name: str
    amount: float
    unit: str


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that rest says of a cell. states, laws: how many of each there are, those laws included that hold only
    for a fixed area, which `invariants` leaves out."""

    name: str
    as_written: StateCard
    equilibria: tuple[EquilibriumCard, ...]
    settles_at: int | None
    invariants: tuple[Conserved, ...]
    notes: tuple[str, ...]
    sides: dict[str, tuple[str, str]]
    search: Search
    states: int
    laws: int
    tuned: tuple[Tuned, ...] = ()
    unpumped: UnpumpedCard | None = None


def card_of(rest: Rest) -> Card:
    """The card of a rest that was found."""
    machine = rest.machine
    settled = rest.settled
    invariants = zip(machine.system.invariants, rest.totals, strict=True)
    ways = ways_from(rest)
    return Card(
        machine.cell.name,
        _state(rest, rest.written),
        tuple(
            EquilibriumCard(
                _state(rest, e.state),
                e.stable,
                e.slowest * 1e-3,
                e.residual,
                tuple(complex(x * 1e3) for x in e.eigenvalues),
                e.character,
                e.rank,
                leads,
            )
            for e, leads in zip(rest.found, ways, strict=True)
        ),
        next((i for i, e in enumerate(rest.found) if e is settled), None),
        tuple(Conserved(law.name, amount, law.unit) for law, amount in invariants if law.exact),
        (*rest.equilibria.notes, *audit_of_rest(rest)),
        {m.name: (" + ".join(m.inside), " + ".join(m.outside)) for m in machine.cell.membranes},
        search_of(rest),
        len(machine.system.states),
        len(machine.system.invariants),
    )


def _state(rest: Rest, state: FloatArray) -> StateCard:
    machine = rest.machine
    cell, known = machine.cell, machine.symbols
    wanted = [c.path for p in cell.places for c in p.contents]
    wanted += [v.path for v in cell.varying]
    for p in cell.places:
        wanted += [
            path for path in (f"{p.name}.charge", f"{p.name}.osmolarity", f"{p.name}.volume") if path in known
        ]
    for m in cell.membranes:
        wanted += needed_paths(cell, m, known)
        wanted += [f"{m.name}.total_capacitance"] if m.capacitance is not None else []
    paths = list(dict.fromkeys(wanted))
    found = machine.paths(paths)(np.zeros(1), state[:, None], list(rest.parameters))[:, 0]
    values = dict(zip(paths, (float(x) for x in found), strict=True))
    return StateCard(
        {p.name: {c.species: values[c.path] for c in p.contents} for p in cell.places},
        {m.name: potentials(cell, m, values) for m in cell.membranes},
        {p.name: _charge(rest, p.name, values) for p in cell.places if f"{p.name}.charge" in values},
        {p.name: values[f"{p.name}.osmolarity"] for p in cell.places if p.contents},
        {v.path: (values[v.path], v.dimension) for v in cell.varying},
    )


def _charge(rest: Rest, place: str, values: dict[str, float]) -> Charge:
    held = 0.0
    for m in rest.machine.cell.membranes:
        charge = values.get(f"{m.name}.total_capacitance", 0.0) * values[f"{m.name}.V"]
        held += charge * ((m.inside[0] == place) - (m.outside[0] == place))
    matter = values[f"{place}.charge"]
    return Charge(matter, matter / FARADAY.in_cell_units / values[f"{place}.volume"], held)
