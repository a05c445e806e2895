"""Counts of stoichiometric lines, and the side of a membrane that holds what a cycle uses up or makes."""

from __future__ import annotations

from fractions import Fraction

from ionlang.model.blocks.building import Building
from ionlang.model.cell import Use
from ionlang.model.names.entities import Entity
from ionlang.model.read.readings import species_named
from ionlang.syntax import ast


def count_of(building: Building, count: ast.Count) -> int | None:
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


def use(building: Building, entity: Entity, use: ast.Count, verb: str = "uses") -> Use | None:
    """`uses 1 ATP`, a part of `turns ATP into ADP`: in the one side that holds it, or the one named before it."""
    count, known = count_of(building, use), species_named(building.resolver, use.species.parts[-1])
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
        "ION303" if not holding else "ION307", problem, use.span, "used here" if verb == "uses" else "turned here",
        help=f"say which: `{verb} in.{known.name}`" if holding
        else f"give it a concentration in a compartment: `{known.name} = … mM`",
    )  # fmt: skip
    return None
