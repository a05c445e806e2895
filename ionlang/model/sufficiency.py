"""Is everything there that the equations need, and nothing that they cannot use?"""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.building import Building
from ionlang.model.cell import Cell, ConstantField, Membrane, Ohmic
from ionlang.model.entities import Entity
from ionlang.model.expression import Expr, reads
from ionlang.model.kinds import SETTINGS
from ionlang.model.laws import kinetic_expressions, law_expressions
from ionlang.model.ledger import moved_pools, processes
from ionlang.model.suggest import closest
from ionlang.source import Span
from ionlang.syntax import ast

_SIZES = {"volume": "2 pL", "area": "1000 um2"}


def check_sufficiency(building: Building, root: Entity, cell: Cell) -> None:
    _volumes(building, root, cell)
    for membrane in cell.membranes:
        _area(building, root, cell, membrane)
        _start(building, root, cell, membrane)
    _temperature(building, root, cell)
    _read_sizes(building, root, cell)
    _charge_of_fluxes(building, cell)


def _volumes(building: Building, root: Entity, cell: Cell) -> None:
    changes = {pool: process for process in processes(cell) for pool, _ in process.changes}
    for place in cell.places:
        pools = [p for p in moved_pools(cell) if p.place == place.name]
        given = building.property(root.members[place.name], "volume")
        if place.kind == "compartment" and given is None and pools:
            cause = changes.get(pools[0])
            because = (Label(cause.span, f"changes the amount of {pools[0].species} there"),) if cause else ()
            building.missing(
                root.members[place.name], f"compartment {place.name} has no `volume`",
                "matter that moves changes a concentration by its volume: `volume = 2 pL`; or make it a `bath`",
                because=because,
            )  # fmt: skip


def _area(building: Building, root: Entity, cell: Cell, membrane: Membrane) -> None:
    """A membrane without area is one where everything is per area and nothing accumulates."""
    if membrane.area is not None or building.property(root.members[membrane.name], "area") is not None:
        return
    absolute = next((c for c in membrane.carriers if c.law.basis == "total"), None)
    moved = {p.place for p in moved_pools(cell)}
    filling = next((s for s in (membrane.inside, membrane.outside) if s in moved), None)
    if absolute is not None or membrane.capacitance_basis == "total":
        if membrane.capacitance_basis == "total" and all(c.law.basis == "total" for c in membrane.carriers):
            return
        label = (
            Label(absolute.span, "given as a total")
            if absolute
            else Label(membrane.span, "capacitance is a total")
        )
        why = "totals and values per area meet only through the area"
    elif filling is not None:
        label, why = (
            Label(root.members[filling].span, "its concentrations change"),
            "amounts need a total flux",
        )
    else:
        return
    building.missing(
        root.members[membrane.name], f"membrane {membrane.name} has no `area`", f"{why}: `area = 1000 um2`",
        because=(label,),
    )  # fmt: skip


def _start(building: Building, root: Entity, cell: Cell, membrane: Membrane) -> None:
    body = root.members[membrane.name].block.body
    if not any(isinstance(s, ast.Potential) and s.start is None for s in body):
        return
    running = next((s for s in cell.scenarios if s.duration is not None and not s.at_rest), None)
    balanced = next(
        (
            p
            for p in cell.places
            if p.balancer and p.name in (membrane.inside, membrane.outside) and p.kind == "compartment"
        ),
        None,
    )
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
        root.members[membrane.name], f"V of {membrane.name} has no start value",
        f"write `V from currents starting at -65 mV`; {why}", because=because,
    )  # fmt: skip


def _read_sizes(building: Building, root: Entity, cell: Cell) -> None:
    """A volume or area that is read must be given, even where the equations could do without."""
    for read in (r for e in every_expression(building, cell) for r in reads(e)):
        owner, _, word = read.path.rpartition(".")
        entity = root.members.get(owner)
        if entity is None or word not in ("volume", "area") or not read.span.text.endswith(f".{word}"):
            continue
        if building.property(entity, word) is None and word not in entity.lost:
            building.missing(
                entity, f"{entity.describe()} has no `{word}`", f"give it: `{word} = {_SIZES[word]}`",
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
        for channel in membrane.channels:
            if isinstance(channel.law, ConstantField):
                return channel.span, "the constant-field equation needs RT/F"
            if isinstance(channel.law, Ohmic) and channel.law.reversal is None:
                return channel.span, "its Nernst potential needs RT/F"
    for expression in every_expression(building, cell):
        for read in reads(expression):
            last = read.path.rpartition(".")[2]
            if read.path in ("temperature", "thermal_voltage") or last.startswith(
                ("E(", "ghk(", "free_energy")
            ):
                return read.span, "this needs the temperature"
    return None


def every_expression(building: Building, cell: Cell) -> list[Expr]:
    """All expressions of the file that compute something."""
    found: list[Expr] = [p.value for p in cell.parameters] + [d.value for d in cell.definitions]
    for membrane in cell.membranes:
        for carrier in membrane.carriers:
            found += law_expressions(carrier.law)
            for gate in carrier.gates:
                found += kinetic_expressions(gate.kinetics)
                found += [part for part in (gate.factor, gate.start) if part is not None]
    found += [f.rate for f in cell.fluxes]
    for s in cell.scenarios:
        found += [o.value for o in s.overrides] + [j.value for j in s.jumps] + [m.value for m in s.measures]
        for e in s.expectations:
            found += [part for part in (e.value, e.target, e.tolerance, e.upper) if part is not None]
    return found


def _charge_of_fluxes(building: Building, cell: Cell) -> None:
    """A flux that carries net charge between places charges them without any membrane seeing it."""
    for flux in cell.fluxes:
        net = {p.name: cell.valence(flux.movements[0].species) * 0 for p in cell.places}
        for m in flux.movements:
            for place, sign in ((m.origin, -1), (m.target, 1)):
                if place is not None:
                    net[place] += sign * m.count * cell.valence(m.species)
        charged = next((name for name, z in net.items() if z != 0), None)
        if charged is not None:
            building.problems.warning(
                "ION314", f"flux {flux.name} carries net charge that no membrane sees", flux.span,
                f"it changes the charge of {charged}",
                help="move the counter-ion too if the source does; the ledger shows what is left uncompensated",
            )  # fmt: skip
