"""Membranes: two sides, an area, a capacitance, a potential with one owner."""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building, basis_of
from ionlang.model.blocks.carriers import channel, warn_of_unnamed_charge
from ionlang.model.blocks.lines import transporter
from ionlang.model.cell import Channel, Membrane, Transporter
from ionlang.model.expression import Expr, Literal
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import closest
from ionlang.model.read.resolve import Where
from ionlang.syntax import ast
from ionlang.units import AREA, CAPACITANCE, VOLTAGE

_LATER_WAYS = ("charge", "zero_current")


def membrane(building: Building, entity: Entity) -> Membrane | None:
    sides = _sides(building, entity)
    area_sentence = building.property(entity, "area")
    area = building.resolved(entity, area_sentence) if area_sentence is not None else None
    capacitance = building.required(entity, "capacitance", "its potential needs one", "1 uF/cm2")
    start = _potential(building, entity)
    channels, transporters = _carriers(building, entity)
    warn_of_unnamed_charge(building, entity)
    if sides is None:
        return None
    if capacitance is None or capacitance.dimension is None:
        capacitance = Literal(
            1.0, "1 uF/cm2", CAPACITANCE / AREA, entity.span
        )  # a stand-in: what is missing was said
    return Membrane(
        entity.name, *sides, area, capacitance, basis_of(capacitance.dimension or CAPACITANCE, CAPACITANCE), start,
        channels, transporters, entity.span,
    )  # fmt: skip


def _sides(building: Building, entity: Entity) -> tuple[str, str] | None:
    given = entity.block.sides
    if given is None:
        building.missing(
            entity, f"{entity.describe()} has no sides", f"write `membrane {entity.name} (inside | outside)`"
        )
        return None
    sides = (given[0][0], given[1][0])
    fine = True
    for side in sides:
        place = building.resolver.root.members.get(side.text)
        if place is not None and place.kind == "place":
            place.used = True
            continue
        fine = False
        if place is not None:
            _no_place(building, place, side)
            continue
        guess = closest(
            side.text, (n for n, e in building.resolver.root.members.items() if e.kind == "place")
        )
        building.resolver.not_declared(
            building.resolver.root, side.span, f"no compartment or bath `{side.text}` is declared",
            help=f"did you mean `{guess}`?" if guess else _declare_place(side.text),
        )  # fmt: skip
    if fine and sides[0].text == sides[1].text:
        building.problems.error(
            "ION311", f"both sides of {entity.describe()} are {sides[0].text}", sides[1].span, "the same place",
            secondary=(Label(sides[0].span, "here"),), help="a membrane parts two different places",
        )  # fmt: skip
    return (sides[0].text, sides[1].text) if fine else None


def _no_place(building: Building, entity: Entity, side: ast.Name) -> None:
    building.problems.error(
        "ION311", f"{entity.describe()} is no place, and a membrane parts two places", side.span, "not a place",
        secondary=(Label(entity.span, "declared here"),), help="name a `compartment` or a `bath`",
    )  # fmt: skip


def _declare_place(name: str) -> str:
    if name in ("in", "out"):
        return "`in` and `out` mean the sides of a membrane; here name the two places, as in `(inside | outside)`"
    return f"declare it: `compartment {name} {{ … }}` or `bath {name} {{ … }}`"


def _potential(building: Building, entity: Entity) -> Expr | None:
    """The start value of V, if it is given and right."""
    given = [s for s in entity.block.body if isinstance(s, ast.Potential)]
    if not given:
        building.missing(
            entity,
            f"{entity.describe()} does not say where V comes from",
            "write `V from currents starting at -65 mV`",
        )
        return None
    if len(given) > 1:
        building.problems.error(
            "ION305", f"V of {entity.describe()} has two owners", given[1].span, "and this one",
            secondary=(Label(given[0].span, "this one"),), help="keep one of the two",
        )  # fmt: skip
        return None
    way = given[0].way
    if way.text != "currents":
        guess = closest(way.text, ("currents",))
        building.problems.error(
            "ION107", f"V cannot come from `{way.text}`", way.span, "not known here",
            help="write `V from currents`" if guess or way.text in _LATER_WAYS else "V comes `from currents`",
        )  # fmt: skip
        return None
    if given[0].start is None:
        return None
    start = building.resolver.of_dimension(
        given[0].start, Where(entity), (VOLTAGE,), "a potential at the start"
    )
    if start is not None and not building.is_fixed(start):
        building.problems.error(
            "ION316", "the potential at the start depends on a quantity that changes", given[0].start.span,
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
