"""The equilibrium card: what a cell's rest says, as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ionlang.analyse.audit import audit_of_rest
from ionlang.analyse.copies import Copy, LineShown, RestProfile, copies_shown, lines_shown, profiles_at
from ionlang.analyse.phase_portrait import Search, search_of
from ionlang.analyse.potentials import Potentials, needed_paths, potentials
from ionlang.analyse.unpumped import UnpumpedCard
from ionlang.constants import FARADAY
from ionlang.equations.system import Invariant
from ionlang.model.cell import Cell, Membrane
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
    each `variable` in cell units, with its dimension. Of lines some copies (`tissue[1].outside`)."""

    concentrations: dict[str, dict[str, float]]
    potentials: dict[str, Potentials]
    charges: dict[str, Charge]
    osmolarity: dict[str, float]
    variables: dict[str, tuple[float, Dimension]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EquilibriumCard:
    """An equilibrium: its state, whether it is stable, its slowest time constant [s], residual relative to the
    largest term, eigenvalues [per s], what kind it is [frequency per ms, time in ms], the rank of its Jacobian, and
    where the two ways from a saddle lead. `profiles` are along lines, by path."""

    state: StateCard
    stable: bool
    slowest_time_s: float
    residual: float
    eigenvalues: tuple[complex, ...]
    character: Character
    rank: int
    ways: tuple[Way, ...] = ()
    profiles: dict[str, RestProfile] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Conserved:
    """A conserved quantity with its value [`unit`: fmol, or pL of water]."""

    name: str
    amount: float
    unit: str


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that rest says of a cell. states, laws: how many of each there are, those laws included that hold only
    for a fixed area, which `invariants` leaves out. `lines` are those that the cell has."""

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
    lines: tuple[LineShown, ...] = ()


def card_of(rest: Rest) -> Card:
    """The card of a rest that was found."""
    machine = rest.machine
    settled = rest.settled
    invariants = zip(machine.system.invariants, rest.totals, strict=True)
    ways = ((),) * len(rest.found) if machine.has_lines else ways_from(rest)
    extents = {line.name: line.count for line in machine.cell.lines}
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
                profiles_at(rest, e.state),
            )
            for e, leads in zip(rest.found, ways, strict=True)
        ),
        next((i for i, e in enumerate(rest.found) if e is settled), None),
        tuple(Conserved(_law_name(law), amount, law.unit) for law, amount in invariants if law.exact),
        (*rest.equilibria.notes, *audit_of_rest(rest)),
        _sides(machine.cell),
        search_of(rest),
        machine.layout.states.size if machine.has_lines else len(machine.system.states),
        sum(extents.get(law.line, 1) for law in machine.system.invariants),
        lines=lines_shown(machine.cell),
    )


def _law_name(law: Invariant) -> str:
    """Of what each copy keeps by itself the sum is shown."""
    return f"{law.name} (in each copy; together)" if law.line else law.name


def _sides(cell: Cell) -> dict[str, tuple[str, str]]:
    return {
        copy.named(m.name): (_named(copy, m.inside), _named(copy, m.outside))
        for copy in copies_shown(cell)
        for m in cell.membranes
        if copy.has(cell, f"{m.name}.")
    }


def _named(copy: Copy, places: tuple[str, ...]) -> str:
    return " + ".join(copy.named(place) for place in places)


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
    found = StateCard({}, {}, {}, {}, {})
    for copy in copies_shown(cell):
        _add(found, cell, copy, copy.values(machine, wanted, 0.0, state, rest.parameters))
    return found


def _add(card: StateCard, cell: Cell, copy: Copy, values: dict[str, float]) -> None:
    """What there is in a copy, and what stands in no line."""
    places = [p for p in cell.places if copy.has(cell, f"{p.name}.")]
    membranes = [m for m in cell.membranes if copy.has(cell, f"{m.name}.")]
    card.concentrations.update(
        {copy.named(p.name): {c.species: values[c.path] for c in p.contents} for p in places}
    )
    card.potentials.update({copy.named(m.name): potentials(cell, m, values) for m in membranes})
    card.charges.update(
        {
            copy.named(p.name): _charge(membranes, p.name, values)
            for p in places
            if f"{p.name}.charge" in values
        }
    )
    card.osmolarity.update({copy.named(p.name): values[f"{p.name}.osmolarity"] for p in places if p.contents})
    mine = [v for v in cell.varying if v.path in values]
    card.variables.update({copy.named(v.path): (values[v.path], v.dimension) for v in mine})


def _charge(membranes: Sequence[Membrane], place: str, values: dict[str, float]) -> Charge:
    held = 0.0
    for m in membranes:
        charge = values.get(f"{m.name}.total_capacitance", 0.0) * values[f"{m.name}.V"]
        held += charge * ((m.inside[0] == place) - (m.outside[0] == place))
    matter = values[f"{place}.charge"]
    return Charge(matter, matter / FARADAY.in_cell_units / values[f"{place}.volume"], held)
