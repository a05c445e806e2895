"""Stoichiometric lines: pumps, transporters and plain fluxes. They balance by construction: what leaves one place
arrives in another, and the net charge follows."""

from __future__ import annotations

from fractions import Fraction

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building, basis_of
from ionlang.model.blocks.carriers import on_both_sides
from ionlang.model.blocks.gates import gates
from ionlang.model.blocks.schemes import schemes
from ionlang.model.cell import CycleCurrent, CycleRate, Flux, Movement, Transporter, Use
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import closest
from ionlang.model.read.readings import species_named
from ionlang.model.read.resolve import Where
from ionlang.syntax import ast
from ionlang.units import CONCENTRATION, CURRENT, RATE, TIME

_WAYS = {"rate": ("rate",), "current": ("current",)}


def transporter(building: Building, entity: Entity) -> Transporter | None:
    line = _line(building, entity)
    law = _law(building, entity)
    built_gates = gates(building, entity)
    built_schemes = schemes(building, entity)
    if line is None:
        return None
    movements = [_across(building, entity, m) for m in line.movements]
    uses = [_use(building, entity, u) for u in line.uses]
    if entity.kind == "pump" and not line.uses:
        building.problems.error(
            "ION307", f"{entity.describe()} uses nothing", line.span, "no fuel in this line",
            help="add what drives it: `, uses 1 ATP`; what runs on gradients alone is a `transporter`",
        )  # fmt: skip
    if any(m is None for m in movements) or any(u is None for u in uses):
        return None
    moves = tuple(m for m in movements if m is not None)
    charge = _charge_out(building, entity, moves)
    if charge is None or not _current_fits(building, entity, charge) or law is None:
        return None
    return Transporter(
        entity.name, entity.path, "pump" if entity.kind == "pump" else "transporter", moves,
        tuple(u for u in uses if u is not None), charge, law, built_gates, entity.span, built_schemes,
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


def _count(building: Building, count: ast.Count) -> int | None:
    if count.count is None:
        return 1
    number = Fraction(count.count.text)
    if number.denominator == 1 and number > 0:
        return int(number)
    building.problems.error(
        "ION307", "a count in a stoichiometric line is a whole number above 0", count.count.span, "not a count",
        help="multiply the whole line until every count is whole, and divide the rate",
    )  # fmt: skip
    return None


def _across(building: Building, entity: Entity, movement: ast.Movement) -> Movement | None:
    """A movement through the membrane: `out` is from the first side to the second."""
    name = movement.what.species.parts[-1]
    count, known = _count(building, movement.what), species_named(building.resolver, name)
    membrane = entity.enclosing("membrane")
    if count is None or known is None or membrane is None or membrane.block.sides is None:
        return None
    if not _may_move(building, known, movement):
        return None
    inside, outside = (side[0].text for side in membrane.block.sides)
    if movement.direction is None:
        between = _between(building, entity, movement, known, count)
        return between if between is None or _joins_sides(building, between, inside, outside) else None
    if not on_both_sides(building, entity, known, movement.span):
        return None
    ends = (inside, outside) if movement.direction == "out" else (outside, inside)
    return Movement(known.name, count, *ends, movement.span)


def _may_move(building: Building, known: Entity, movement: ast.Movement) -> bool:
    if known.block.kind.text != "impermeant":
        return True
    building.problems.error(
        "ION302", f"{known.name} is impermeant and cannot be moved", movement.span, "moved here",
        secondary=(Label(known.span, "declared here"),),
        help="declare it as an `ion` or a `solute` if it does cross",
    )  # fmt: skip
    return False


def _joins_sides(building: Building, moved: Movement, inside: str, outside: str) -> bool:
    if {moved.origin, moved.target} == {inside, outside}:
        return True
    building.problems.error(
        "ION307", "a membrane moves matter between its two sides only", moved.span, "not from one side to the other",
        help=f"its sides are `{inside}` and `{outside}`; between other places write a `flux`",
    )  # fmt: skip
    return False


def _between(
    building: Building, entity: Entity, movement: ast.Movement, known: Entity, count: int
) -> Movement | None:
    """`from P to Q`; `nothing` is neither compartment nor bath."""
    origin, fine_origin = _end(building, entity, movement.origin, known)
    target, fine_target = _end(building, entity, movement.target, known)
    if not (fine_origin and fine_target):
        return None
    if origin == target:
        building.problems.error(
            "ION307", "this moves matter from a place to itself", movement.span, "nothing would change",
            help="name two different places",
        )  # fmt: skip
        return None
    if origin is None or target is None:
        building.problems.warning(
            "ION315", f"{known.name} {'appears from' if origin is None else 'vanishes into'} nothing", movement.span,
            "its total is not conserved; the ledger lists it",
            help="a `bath` gives and takes without limit and keeps the account",
        )  # fmt: skip
    return Movement(known.name, count, origin, target, movement.span)


def _end(building: Building, entity: Entity, path: ast.Path | None, known: Entity) -> tuple[str | None, bool]:
    if path is None:
        return None, False
    if path.text == "nothing":
        return None, True
    place = building.resolver.root.members.get(path.parts[0].text)
    if place is not None and place.kind != "place" and len(path.parts) == 1:
        building.problems.error(
            "ION307", f"{place.describe()} is no place", path.span, "matter moves between compartments and baths",
            secondary=(Label(place.span, "declared here"),), help="name a `compartment`, a `bath` or `nothing`",
        )  # fmt: skip
        return None, False
    if place is None or len(path.parts) > 1:
        places = [n for n, e in building.resolver.root.members.items() if e.kind == "place"]
        guess = closest(path.text, places)
        building.resolver.not_declared(
            building.resolver.root, path.span, f"no compartment or bath `{path.text}` is declared",
            help=f"did you mean `{guess}`?" if guess else "declare it, or write `nothing`",
        )  # fmt: skip
        return None, False
    place.used = True
    if known.name in place.lost:
        return None, False
    if known.name not in place.members:
        building.problems.error(
            "ION303", f"{place.describe()} holds no {known.name}, which {entity.describe()} moves", path.span,
            "moved here",
            secondary=(Label(place.span, f"{place.name} is declared here"),),
            help=f"give it a concentration there: `{known.name} = … mM`",
        )  # fmt: skip
        return None, False
    return place.name, True


def _use(building: Building, entity: Entity, use: ast.Count) -> Use | None:
    """`uses 1 ATP`: taken from the one side that holds it."""
    count, known = _count(building, use), species_named(building.resolver, use.species.parts[-1])
    membrane = entity.enclosing("membrane")
    if count is None or known is None or membrane is None or membrane.block.sides is None:
        return None
    places = [building.resolver.root.members.get(side[0].text) for side in membrane.block.sides]
    if not all(p is not None and p.kind == "place" for p in places) or places[0] is places[1]:
        return None
    holding = [p for p in places if p is not None and p.kind == "place" and known.name in p.members]
    if len(use.species.parts) == 2:
        wanted = {"in": 0, "out": 1}.get(use.species.parts[0].text)
        holding = [
            p
            for p in holding
            if p.name == use.species.parts[0].text or (p is places[wanted or 0] and wanted is not None)
        ]
    if len(holding) == 1:
        return Use(known.name, count, holding[0].name, use.span)
    if not holding and any(p is not None and known.name in p.lost for p in places):
        return None
    problem = (
        f"no side of the membrane holds {known.name}" if not holding else f"both sides hold {known.name}"
    )
    building.problems.error(
        "ION303" if not holding else "ION307", problem, use.span, "used here",
        help=f"say which: `uses in.{known.name}`" if holding
        else f"give it a concentration in a compartment: `{known.name} = … mM`",
    )  # fmt: skip
    return None


def _charge_out(building: Building, entity: Entity, movements: tuple[Movement, ...]) -> Fraction | None:
    membrane = entity.enclosing("membrane")
    assert membrane is not None and membrane.block.sides is not None
    inside = membrane.block.sides[0][0].text
    total = Fraction(0)
    for m in movements:
        valence = building.valences.get(m.species)
        if valence is None:
            return None
        total += valence * m.count * ((m.origin == inside) - (m.target == inside))
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
        count = _count(building, movement.what)
        known = species_named(building.resolver, movement.what.species.parts[-1])
        if count is None or known is None or not _has_ends(building, movement):
            return None
        moved = _between(building, entity, movement, known, count)
        if moved is None or not _may_move(building, known, movement):
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
