"""Counts of stoichiometric lines, and the side of a membrane that holds what a cycle uses up or makes."""

from __future__ import annotations

from fractions import Fraction

from ionlang.model.blocks.building import Building
from ionlang.model.cell import Use
from ionlang.model.names.entities import Entity
from ionlang.model.names.sides import SIDE_WORDS, are_known, holding, lost_on, sides_of
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
    """`uses 1 ATP`: taken from the one side that holds it."""
    count, known = count_of(building, use), species_named(building.resolver, use.species.parts[-1])
    membrane = entity.enclosing("membrane")
    if count is None or known is None or membrane is None or membrane.block.sides is None:
        return None
    sides = sides_of(membrane)
    if sides is None or not are_known(membrane) or not {*sides[0]}.isdisjoint(sides[1]):
        return None
    found = [place for side in sides for place in holding(side, known.name)]
    if len(use.species.parts) == 2:
        word = use.species.parts[0].text
        side = sides[SIDE_WORDS.index(word)] if word in SIDE_WORDS else (*sides[0], *sides[1])
        found = [place for place in found if place in side and word in (*SIDE_WORDS, place.name)]
    if len(found) == 1:
        return Use(known.name, count, found[0].path, use.span)
    if not found and any(lost_on(side, known.name) for side in sides):
        return None
    many = " and ".join(place.name for place in found)
    building.problems.error(
        "ION307" if found else "ION303",
        f"{many} hold {known.name}" if found else f"no side of the membrane holds {known.name}", use.span,
        "used here" if verb == "uses" else "turned here",
        help=f"say which: `{verb} {found[0].name}.{known.name}`" if found
        else f"give it a concentration in a compartment: `{known.name} = … mM`",
    )  # fmt: skip
    return None
