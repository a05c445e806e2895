"""Is everything there that the equations need, and nothing that they cannot use?"""

from __future__ import annotations

from fractions import Fraction

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building
from ionlang.model.books.cycles import cycles
from ionlang.model.books.energies import energies_if_warm
from ionlang.model.books.ledger import moved_pools, processes
from ionlang.model.books.losses import dissipations_along
from ionlang.model.books.potentials import places_of_one_potential
from ionlang.model.cell import Basis, Cell, ConstantField, FromCurrents, Membrane, Ohmic, Place
from ionlang.model.cell_lines import Electrodiffusion, GapJunction, of_any_copy
from ionlang.model.check.laws import model_expressions, scenario_expressions
from ionlang.model.expression import Apply, Read, reads
from ionlang.model.kinds import SETTINGS
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import closest
from ionlang.model.scenario import Override
from ionlang.source import Span
from ionlang.syntax import ast

_INJECTED = "injected per area"


def check_sufficiency(building: Building, root: Entity, cell: Cell) -> None:
    _volumes(building, root, cell)
    for membrane in cell.membranes:
        _area(building, root, cell, membrane)
        _start(building, root, cell, membrane)
    _temperature(building, root, cell)
    _read_volumes(building, root, cell)
    _charge_of_fluxes(building, cell)


def _entity(root: Entity, path: str) -> Entity:
    found = root.find(path)
    assert found is not None
    return found


def _volumes(building: Building, root: Entity, cell: Cell) -> None:
    changes = {pool: process for process in processes(cell) for pool, _ in process.changes}
    _filled_volumes(building, root, cell)
    for place in cell.places:
        pools = [p for p in moved_pools(cell) if p.place == place.name]
        given = building.property(_entity(root, place.name), "volume")
        if place.kind == "compartment" and given is None and pools:
            cause = changes.get(pools[0])
            because = (Label(cause.span, f"changes the amount of {pools[0].species} there"),) if cause else ()
            building.missing(
                _entity(root, place.name), f"compartment {place.name} has no `volume`",
                "matter that moves changes a concentration by its volume: `volume = 2 pL`; or make it a `bath`",
                because=because,
            )  # fmt: skip


def _filled_volumes(building: Building, root: Entity, cell: Cell) -> None:
    """Water needs a volume to fill, where no matter moves that would ask for it."""
    moved = {pool.place for pool in moved_pools(cell)}
    for water in (w for m in cell.membranes for w in m.waters):
        for place in (cell.place(name) for name in (water.inside, water.outside)):
            entity = _entity(root, place.name)
            lacking = place.kind == "compartment" and building.property(entity, "volume") is None
            if lacking and place.name not in moved:
                building.missing(
                    entity, f"compartment {place.name} has no `volume`",
                    "water fills it: say how much there is at the start, `volume = 2 pL`; or make it a `bath`",
                    because=(Label(water.span, "crosses here"),),
                )  # fmt: skip


def _area(building: Building, root: Entity, cell: Cell, membrane: Membrane) -> None:
    """A membrane without area is one where everything is a total, or everything is per area and nothing accumulates."""
    if membrane.area is not None or building.property(_entity(root, membrane.name), "area") is not None:
        return
    totals, densities = _written(cell, membrane, "total"), _written(cell, membrane, "per area")
    moved = {p.place for p in moved_pools(cell)}
    filling = next((s for s in membrane.places if s in moved), None)
    balanced = _balanced(cell, membrane)
    wet = any(water.basis == "per area" for water in membrane.waters)
    if totals and densities:
        label, why = totals[0], "totals and values per area meet only through the area"
        if all(d.text == _INJECTED for d in densities):
            label = densities[0]
    elif balanced is not None and balanced.volume is not None and membrane.capacitance_basis == "per area":
        label, why = (
            Label(balanced.span, "its charge is balanced against C·V"),
            "that needs the total capacitance",
        )
    elif densities and filling is not None:
        label = Label(_entity(root, filling).span, "its concentrations change")
        why = "amounts need a total flux"
    elif densities and wet:
        label, why = densities[-1], "a volume per time needs a total permeability"
    else:
        return
    building.missing(
        _entity(root, membrane.name), f"membrane {membrane.name} has no `area`", f"{why}: `area = 1000 um2`",
        because=(label,),
    )  # fmt: skip


def _written(cell: Cell, membrane: Membrane, basis: Basis) -> list[Label]:
    """What is written in this basis: carriers, the capacitance, injected currents."""
    total = basis == "total"
    found = [
        Label(c.span, f"given {'as a total' if total else basis}")
        for c in membrane.carriers
        if c.law.basis == basis
    ]
    found += [
        Label(w.span, f"given {'as a total' if total else basis}")
        for w in membrane.waters
        if w.basis == basis
    ]
    if membrane.capacitance is not None and membrane.capacitance_basis == basis:
        found.append(Label(membrane.span, f"capacitance is {'a total' if total else basis}"))
    for override in (o for s in cell.acting for o in s.overrides if o.way == "inject"):
        if override.target.startswith(f"{membrane.name}.inject(") and _is_density(override) != total:
            found.append(Label(override.span, "injected as a total" if total else _INJECTED))
    return found


def _is_density(override: Override) -> bool:
    """Whether an injected current is written per area: then the area has been multiplied in, where nobody wrote it."""
    match override.value:
        case Apply(operator="multiply", arguments=(_, Read(path=path, span=span))):
            return path.endswith(".area") and span == override.value.span
        case _:
            return False


def _start(building: Building, root: Entity, cell: Cell, membrane: Membrane) -> None:
    if membrane.potential != FromCurrents(None):
        return
    body = _entity(root, membrane.name).block.body
    if not any(isinstance(s, ast.Potential) and s.way.text == "currents" and s.start is None for s in body):
        return
    running = next((s for s in cell.scenarios if s.duration is not None and not s.at_rest), None)
    balanced = _balanced(cell, membrane)
    if running is not None:
        because, why = (
            (Label(running.span, "this scenario begins as written"),),
            "or let the scenario `begin at rest`",
        )
    elif balanced is not None:
        because, why = (
            (Label(balanced.span, "its charge is balanced against C·V"),),
            "the charge on the membrane counts",
        )
    else:
        return
    building.missing(
        _entity(root, membrane.name), f"V of {membrane.name} has no start value",
        f"write `V from currents starting at -65 mV`; {why}", because=because,
    )  # fmt: skip


def _balanced(cell: Cell, membrane: Membrane) -> Place | None:
    """A side whose charge is balanced at the start."""
    sides = (p for p in cell.places if p.name in membrane.places)
    return next((p for p in sides if p.balancer and p.kind == "compartment"), None)


def _read_volumes(building: Building, root: Entity, cell: Cell) -> None:
    """A volume that is read must be given, even where nothing moves. (An area may be left out: it cancels.)"""
    for read in (r for e in (*model_expressions(cell), *scenario_expressions(cell)) for r in reads(e)):
        owner, _, word = read.path.rpartition(".")
        place = root.find(owner) if owner else None
        if place is None or place.kind != "place" or word != "volume" or word in place.lost:
            continue
        if building.property(place, "volume") is None:
            building.missing(
                place, f"{place.describe()} has no `volume`", "give it: `volume = 2 pL`",
                because=(Label(read.span, "read here"),),
            )  # fmt: skip
            return


def _temperature(building: Building, root: Entity, cell: Cell) -> None:
    given = any(word in SETTINGS or closest(word, SETTINGS) for word in root.lost)
    if given or cell.temperature is not None or cell.thermal_voltage is not None:
        return
    cause = _thermal_need(building, cell)
    if cause is None:
        return
    where, why = cause
    building.problems.error(
        "ION306", "the file does not say how warm the cell is", where, why,
        help="write `temperature = 37 degC` at the top, or `thermal_voltage = 26.64 mV` where a paper fixes RT/F",
    )  # fmt: skip


def _thermal_need(building: Building, cell: Cell) -> tuple[Span, str] | None:
    for membrane in cell.membranes:
        pressed = next((w for w in membrane.waters if w.pressure is not None), None)
        if pressed is not None:
            return pressed.span, "a pressure counts as osmolarity by RT"
        for channel in membrane.channels:
            if isinstance(channel.law, ConstantField):
                return channel.span, "the constant-field equation needs RT/F"
            if isinstance(channel.law, Ohmic) and channel.law.reversal is None:
                return channel.span, "its Nernst potential needs RT/F"
    for line in cell.lines:
        named = (
            j for j in line.gap_junctions if any(s.species and cell.valence(s.species) for s in j.shares)
        )
        driven: tuple[Electrodiffusion | GapJunction, ...] = (*line.electrodiffusions, *named)
        if driven:
            return driven[0].span, "what drives an ion needs RT/F"
    electric = [path for cycle in cycles(cell) if cycle.charge_out for path in cycle.readings]
    electric += [*(reading.path for reading in energies_if_warm(cell)), *dissipations_along(cell)]
    for expression in (*model_expressions(cell), *scenario_expressions(cell)):
        for read in reads(expression):
            last = read.path.rpartition(".")[2]
            if of_any_copy(read.path) in ("temperature", "thermal_voltage", *electric) or last.startswith(
                ("E(", "ghk(", "free_energy")
            ):
                return read.span, "this needs the temperature"
    return None


def _charge_of_fluxes(building: Building, cell: Cell) -> None:
    """A flux that carries net charge between places charges them without any membrane seeing it."""
    for flux in cell.fluxes:
        if any(m.species not in building.valences for m in flux.movements):
            continue  # a valence that is wrong or missing has been reported
        groups = {name: group for group in places_of_one_potential(cell) for name in group}
        net = {group: Fraction(0) for group in groups.values()}
        for m in flux.movements:
            for place, sign in ((m.origin, -1), (m.target, 1)):
                if place is not None:
                    net[groups[place]] += sign * m.count * cell.valence(m.species)
        charged = next((" + ".join(group) for group, z in net.items() if z != 0), None)
        if charged is not None:
            building.problems.warning(
                "ION314", f"flux {flux.name} carries net charge that no membrane sees", flux.span,
                f"it changes the charge of {charged}",
                help="move the counter-ion too if the source does; the ledger shows what is left uncompensated",
            )  # fmt: skip
