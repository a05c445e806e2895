"""The two sides of a membrane: the places that its first line names, and who holds a species there."""

from __future__ import annotations

from ionlang.model.names.entities import Entity
from ionlang.syntax import ast

SIDE_WORDS = ("in", "out")


def sides_of(membrane: Entity) -> tuple[tuple[Entity, ...], tuple[Entity, ...]] | None:
    """The places of both sides, as far as they are declared; None for a membrane without sides."""
    given = membrane.block.sides
    if given is None:
        return None
    return _places(membrane, given[0]), _places(membrane, given[1])


def _places(membrane: Entity, side: ast.Side) -> tuple[Entity, ...]:
    outer = membrane.outer or membrane
    found = (outer.visible_at(path) for path in side)
    return tuple(place for place in found if place is not None and place.kind == "place")


def are_known(membrane: Entity) -> bool:
    """Whether every place that the first line names is declared."""
    given, known = membrane.block.sides, sides_of(membrane)
    return given is not None and known is not None and [len(s) for s in given] == [len(s) for s in known]


def holding(side: tuple[Entity, ...], species: str) -> tuple[Entity, ...]:
    """The places of a side that hold the species."""
    return tuple(place for place in side if species in place.members)


def lost_on(side: tuple[Entity, ...], species: str) -> bool:
    """Whether the species may stand in a sentence of a place there that could not be read."""
    return any(species in place.lost for place in side)


def named(side: tuple[Entity, ...]) -> str:
    """The side as a message calls it: `compartment inside`, or `soma + terminal`."""
    return side[0].describe() if len(side) == 1 else " + ".join(place.name for place in side)
