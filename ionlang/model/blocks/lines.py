"""Stoichiometric lines: pumps, transporters and plain fluxes. They balance by construction: what leaves one place
arrives in another, and the net charge follows."""

from __future__ import annotations

from fractions import Fraction

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building, basis_of
from ionlang.model.blocks.chemistry import conversion_of_carrier, equilibrium_constant
from ionlang.model.blocks.counts import count_of, use
from ionlang.model.blocks.gates import gates
from ionlang.model.blocks.movements import across, between, may_move
from ionlang.model.blocks.open_charge import is_excluded
from ionlang.model.blocks.schemes import schemes
from ionlang.model.cell import CycleCurrent, CycleRate, Flux, Movement, Transporter
from ionlang.model.names.entities import Entity
from ionlang.model.names.sides import sides_of
from ionlang.model.read.rate_laws import lines_of
from ionlang.model.read.readings import species_named
from ionlang.model.read.resolve import Where
from ionlang.syntax import ast
from ionlang.units import CONCENTRATION, CURRENT, RATE, TIME

_WAYS = {"rate": ("rate",), "current": ("current",)}


def transporter(building: Building, entity: Entity) -> Transporter | None:
    line = _line(building, entity)
    conversion = conversion_of_carrier(building, entity)
    constant = equilibrium_constant(building, entity, conversion)
    law = _law(building, entity)
    built_gates = gates(building, entity)
    built_schemes = schemes(building, entity)
    if line is None:
        return None
    movements = [across(building, entity, m) for m in line.movements]
    uses = [use(building, entity, u) for u in line.uses]
    if entity.kind == "pump" and not (line.uses or lines_of(entity) or "uses" in entity.lost):
        building.problems.error(
            "ION307", f"{entity.describe()} uses nothing", line.span, "no fuel in this line",
            help="add what drives it: `, uses 1 ATP`; what runs on gradients alone is a `transporter`",
        )  # fmt: skip
    if any(m is None for m in movements) or any(u is None for u in uses):
        return None
    if lines_of(entity) and conversion is None:
        return None
    moves = tuple(m for m in movements if m is not None)
    charge = _charge_out(building, entity, moves)
    if charge is None or not _current_fits(building, entity, charge) or law is None:
        return None
    return Transporter(
        entity.name, entity.path, "pump" if entity.kind == "pump" else "transporter", moves,
        tuple(u for u in uses if u is not None), charge, law, built_gates, is_excluded(entity), entity.span,
        conversion, constant, built_schemes,
    )  # fmt: skip


def _line(building: Building, entity: Entity) -> ast.Moves | None:
    lines = [s for s in entity.block.body if isinstance(s, ast.Moves)]
    if not lines:
        building.missing(
            entity, f"{entity.describe()} moves nothing", "write its line: `moves 3 Na out, 2 K in`"
        )
        return None
    if len(lines) > 1:
        building.problems.error(
            "ION305", f"{entity.describe()} has two lines", lines[1].span, "here again",
            secondary=(Label(lines[0].span, "first here"),), help="write all that one cycle moves in one line",
        )  # fmt: skip
        return None
    return lines[0]


def _law(building: Building, entity: Entity) -> CycleRate | CycleCurrent | None:
    way = building.exclusive(entity, _WAYS, "rate law")
    if way is None:
        return None
    sentence = building.property(entity, way)
    assert sentence is not None
    if way == "rate" and refused_rate(building, entity, sentence):
        return None
    value = building.resolved(entity, sentence)
    if value is None or value.dimension is None:
        return None
    if way == "rate":
        return CycleRate(value, basis_of(value.dimension, RATE))
    return CycleCurrent(value, basis_of(value.dimension, CURRENT))


def refused_rate(building: Building, entity: Entity, sentence: ast.Property) -> bool:
    """A rate in mM/s does not say whose volume: refused with the way to write it."""
    value = building.resolver.expression(sentence.value, Where(entity))
    if value is None or value.dimension != CONCENTRATION / TIME:
        return value is None
    building.problems.error(
        "ION207", "a rate is an amount per time; a concentration per time does not say whose volume",
        sentence.value.span, "this is a concentration per time",
        help=f"multiply it by the volume that is meant: `{sentence.value.span.text} * inside.volume`",
    )  # fmt: skip
    return True


def _charge_out(building: Building, entity: Entity, movements: tuple[Movement, ...]) -> Fraction | None:
    membrane = entity.enclosing("membrane")
    sides = sides_of(membrane) if membrane is not None else None
    assert sides is not None
    inside = [place.path for place in sides[0]]
    total = Fraction(0)
    for m in movements:
        valence = building.valences.get(m.species)
        if valence is None:
            return None
        total += valence * m.count * ((m.origin in inside) - (m.target in inside))
    return total


def _current_fits(building: Building, entity: Entity, charge: Fraction) -> bool:
    sentence = building.property(entity, "current")
    if sentence is None or charge != 0:
        return True
    line = next(s for s in entity.block.body if isinstance(s, ast.Moves))
    building.problems.error(
        "ION308", f"{entity.describe()} moves no net charge, so it has no current", sentence.name.span,
        "a current cannot give its rate", secondary=(Label(line.span, "this line is electroneutral"),),
        help="give a `rate` in mol per time: `rate = …/faraday` turns a current into one",
    )  # fmt: skip
    return False


def flux(building: Building, entity: Entity) -> Flux | None:
    """A plain flux between places: uptake, diffusion to a bath, washing out."""
    line = _line(building, entity)
    sentence = building.property(entity, "rate")
    if sentence is None:
        building.missing(
            entity, f"{entity.describe()} has no `rate`", "give one: `rate = … * outside.volume`"
        )
    rate = None
    if sentence is not None and not refused_rate(building, entity, sentence):
        rate = building.resolved(entity, sentence)
    if line is None:
        return None
    if line.uses:
        building.problems.error("ION107", "`uses` stands in a pump", line.uses[0].span, "not in a flux")
    movements: list[Movement] = []
    for movement in line.movements:
        count = count_of(building, movement.what)
        known = species_named(building.resolver, movement.what.species.parts[-1])
        if count is None or known is None or not _has_ends(building, movement):
            return None
        moved = between(building, entity, movement, known, count)
        if moved is None or not may_move(building, known, movement):
            return None
        movements.append(moved)
    return None if rate is None else Flux(entity.name, entity.path, tuple(movements), rate, entity.span)


def _has_ends(building: Building, movement: ast.Movement) -> bool:
    if movement.direction is None:
        return True
    building.problems.error(
        "ION307", "a flux has no sides: `in` and `out` do not say from where to where", movement.span,
        "between which places?",
        help=f"write `{movement.what.species.text} from outside to bath`",
    )  # fmt: skip
    return False
