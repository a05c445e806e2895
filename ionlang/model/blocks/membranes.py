"""Membranes: two sides, an area, a capacitance, a potential with one owner."""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building, basis_of
from ionlang.model.blocks.carriers import channel
from ionlang.model.blocks.lines import transporter
from ionlang.model.blocks.open_charge import warn_of_excluded, warn_of_unnamed_charge
from ionlang.model.blocks.waters import water
from ionlang.model.cell import (
    Channel,
    DefinedPotential,
    FromCharge,
    FromCurrents,
    FromZeroCurrent,
    Membrane,
    Potential,
    Transporter,
)
from ionlang.model.expression import Expr, Literal, Read
from ionlang.model.kinds import CARRIERS
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import closest, listing
from ionlang.model.read.resolve import Where
from ionlang.syntax import ast
from ionlang.units import AREA, CAPACITANCE, VOLTAGE

_WAYS = ("currents", "charge", "zero_current")


def membrane(building: Building, entity: Entity) -> Membrane | None:
    sides = _sides(building, entity)
    area, area_rule = _area(building, entity)
    known = _potential(building, entity)
    potential = known or FromCurrents(None)  # a stand-in: what is missing was said
    capacitance = _capacitance(building, entity, known)
    channels, transporters = _carriers(building, entity)
    built = (water(building, m) for m in entity.members.values() if m.kind == "water")
    waters = tuple(w for w in built if w is not None)
    warn_of_unnamed_charge(building, entity)
    warn_of_excluded(building, entity)
    if sides is None:
        return None
    basis = basis_of(capacitance.dimension, CAPACITANCE) if capacitance and capacitance.dimension else "total"
    return Membrane(
        entity.path, *sides, area, area_rule, capacitance, basis, potential, channels, transporters, waters,
        entity.span,
    )  # fmt: skip


def _area(building: Building, entity: Entity) -> tuple[Expr | None, Expr | None]:
    """The area as it is read, and its definition if it changes."""
    sentence = building.property(entity, "area")
    value = building.written(entity, sentence) if sentence is not None else None
    if sentence is None or value is None:
        return None, None
    if building.is_fixed(value):
        return building.resolved(entity, sentence), None
    building.fixed[f"{entity.path}.area"] = False
    return Read(f"{entity.path}.area", AREA, sentence.value.span), value


def _capacitance(building: Building, entity: Entity, potential: Potential | None) -> Expr | None:
    sentence = building.property(entity, "capacitance")
    stores = isinstance(potential, FromCurrents | FromCharge)
    if sentence is None and stores:
        building.missing(
            entity,
            f"{entity.describe()} has no `capacitance`",
            "its potential needs one: `capacitance = 1 uF/cm2`",
        )
    value = None
    if sentence is not None:
        why = "a capacitance that grows with the membrane is written per area: `1 uF/cm2`"
        value = building.constant(entity, sentence, why)
    if value is None and stores:  # a stand-in: what is missing was said
        return Literal(1.0, "1 uF/cm2", CAPACITANCE / AREA, entity.span)
    return value


def _sides(building: Building, entity: Entity) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    given = entity.block.sides
    if given is None:
        building.missing(
            entity, f"{entity.describe()} has no sides", f"write `membrane {entity.name} (inside | outside)`"
        )
        return None
    found = tuple(tuple(_place_of(building, entity, name) for name in side) for side in given)
    known = all(p is not None for side in found for p in side)
    if not known or _is_twice(building, entity, given):
        entity.lost.append("sides")
    inside, outside = (tuple(p.path for p in side if p is not None) for side in found)
    return (inside, outside) if known else None


def _is_twice(building: Building, entity: Entity, sides: tuple[ast.Side, ast.Side]) -> bool:
    """Whether a place stands twice, which is reported."""
    first: dict[str, tuple[int, ast.Path]] = {}
    for index, name in ((i, name) for i, side in enumerate(sides) for name in side):
        where, earlier = first.setdefault(name.text, (index, name))
        if earlier is name:
            continue
        twice = f"{entity.describe()} names {name.text} twice on one side"
        building.problems.error(
            "ION311", twice if where == index else f"both sides of {entity.describe()} are {name.text}",
            name.span, "the same place", secondary=(Label(earlier.span, "here"),),
            help="a membrane parts two different places",
        )  # fmt: skip
    return len(first) < sum(len(side) for side in sides)


def _place_of(building: Building, entity: Entity, path: ast.Path) -> Entity | None:
    scope = entity.outer or building.resolver.root
    place = scope.visible_at(path)
    if place is not None and place.kind == "place":
        place.used = True
        return place
    if place is not None:
        _no_place(building, place, path)
        return None
    guess = closest(
        path.text, (n for n in scope.visible_names() if (e := scope.visible(n)) and e.kind == "place")
    )
    building.resolver.not_declared(
        scope, path.span, f"no compartment or bath `{path.text}` is declared",
        help=f"did you mean `{guess}`?" if guess else _declare_place(path.text),
    )  # fmt: skip
    return None


def _no_place(building: Building, entity: Entity, side: ast.Path) -> None:
    building.problems.error(
        "ION311", f"{entity.describe()} is no place, and a membrane parts two places", side.span, "not a place",
        secondary=(Label(entity.span, "declared here"),), help="name a `compartment` or a `bath`",
    )  # fmt: skip


def _declare_place(name: str) -> str:
    if name in ("in", "out"):
        return "`in` and `out` mean the sides of a membrane; here name the two places, as in `(inside | outside)`"
    return f"declare it: `compartment {name} {{ … }}` or `bath {name} {{ … }}`"


def _potential(building: Building, entity: Entity) -> Potential | None:
    """Who owns V; what is missing or wrong is reported. A membrane that only water crosses needs none."""
    ways = [s for s in entity.block.body if isinstance(s, ast.Potential)]
    written = building.property(entity, "V")
    owners: tuple[ast.Potential | ast.Property, ...] = (*ways, *((written,) if written is not None else ()))
    given = sorted(owners, key=lambda s: s.span.start)
    if not given and _carries_only_water(entity):
        return FromZeroCurrent()
    if not given:
        building.missing(
            entity,
            f"{entity.describe()} does not say where V comes from",
            "write `V from currents starting at -65 mV`",
        )
    if len(given) > 1:
        building.problems.error(
            "ION305", f"V of {entity.describe()} has two owners", given[1].span, "and this one",
            secondary=(Label(given[0].span, "this one"),), help="keep one of the two",
        )  # fmt: skip
    match given:
        case [ast.Property() as sentence]:
            return _defined(building, entity, sentence)
        case [ast.Potential() as sentence]:
            return _from(building, entity, sentence)
        case _:
            return None


def _carries_only_water(entity: Entity) -> bool:
    kinds = [m.kind for m in entity.members.values()]
    return "water" in kinds and not any(kind in CARRIERS for kind in kinds) and not entity.lost


def _defined(building: Building, entity: Entity, sentence: ast.Property) -> Potential | None:
    """V as an expression of other potentials. A number is taken too, and said: nobody shall mean a start value."""
    value = building.resolved(entity, sentence)
    if value is not None and building.is_fixed(value):
        written = sentence.value.span.text
        building.problems.warning(
            "ION351", f"V of {entity.describe()} never changes", sentence.name.span, "no current moves it",
            help=f"where the currents make it: `V from currents starting at {written}`",
        )  # fmt: skip
    return None if value is None else DefinedPotential(value)


def _from(building: Building, entity: Entity, sentence: ast.Potential) -> Potential | None:
    way = sentence.way
    if way.text not in _WAYS:
        guess = closest(way.text, _WAYS)
        building.problems.error(
            "ION107", f"V cannot come from `{way.text}`", way.span, "not known here",
            help=f"did you mean `V from {guess}`?" if guess else f"V comes from {listing(_WAYS, 'or')}",
        )  # fmt: skip
        return None
    if way.text == "zero_current":
        if sentence.start is not None:
            building.problems.error(
                "ION305", "V from zero_current has no start of its own", sentence.start.span, "this has no effect",
                help="at every instant V is where all currents cancel: take out `starting at …`",
            )  # fmt: skip
        return FromZeroCurrent()
    start = _start(building, entity, sentence.start)
    return FromCurrents(start) if way.text == "currents" else FromCharge(start)


def _start(building: Building, entity: Entity, written: ast.Expr | None) -> Expr | None:
    if written is None:
        return None
    start = building.resolver.of_dimension(written, Where(entity), (VOLTAGE,), "a potential at the start")
    if start is not None and not building.is_fixed(start):
        building.problems.error(
            "ION316", "the potential at the start depends on a quantity that changes", written.span,
            "not known before the start", help="use numbers and parameters",
        )  # fmt: skip
        return None
    return start


def _carriers(building: Building, entity: Entity) -> tuple[tuple[Channel, ...], tuple[Transporter, ...]]:
    channels: list[Channel] = []
    transporters: list[Transporter] = []
    for member in entity.members.values():
        if member.kind == "channel":
            built = channel(building, member)
            channels += [built] if built is not None else []
        elif member.kind in ("pump", "transporter"):
            line = transporter(building, member)
            transporters += [line] if line is not None else []
    return tuple(channels), tuple(transporters)
