"""`begin at end of OTHER`: which scenario a scenario goes on from."""

from __future__ import annotations

from collections.abc import Sequence

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import closest, listing
from ionlang.syntax import ast


def following(building: Building, entity: Entity, begins: Sequence[ast.Begin]) -> str | None:
    """The scenario at whose end this one begins; unknown ones, circles and two beginnings are reported."""
    if len(begins) > 1:
        building.problems.error(
            "ION305", f"{entity.describe()} begins twice", begins[1].span, "here again",
            secondary=(Label(begins[0].span, "first here"),), help="keep one of the two",
        )  # fmt: skip
    after = next((b.after for b in begins if b.after is not None), None)
    if after is None:
        return None
    other = building.resolver.root.members.get(after.text)
    if other is None or other.kind != "scenario":
        _unknown(building, entity, after, other)
        return None
    other.used = True
    if not any(isinstance(s, ast.Run) for s in other.block.body):
        if not other.stray:
            building.problems.error(
                "ION406", f"{other.describe()} does not run, so it has no end", after.span, "nothing to go on from",
                secondary=(Label(other.span, "declared here"),), help="say there how long it lasts: `run 10 s`",
            )  # fmt: skip
        return None
    return None if _in_a_circle(building, entity, after) else other.name


def _in_a_circle(building: Building, entity: Entity, after: ast.Name) -> bool:
    """Whether one comes back to this scenario on the way back; each circle is reported once, at its first."""
    way = [entity]
    here: Entity | None = building.resolver.root.members[after.text]
    while here is not None and here not in way:
        way.append(here)
        here = _before(building, here)
    if here is not entity:
        return False
    if entity is min(way, key=lambda e: e.span.start):
        building.problems.error(
            "ION410", f"{entity.describe()} would begin at its own end", after.span, "this leads round in a circle",
            secondary=tuple(Label(e.span, "by way of this one") for e in way if e is not entity),
            help="one of them must begin as written, or `begin at rest`",
        )  # fmt: skip
    return True


def _before(building: Building, entity: Entity) -> Entity | None:
    begins = (s for s in entity.block.body if isinstance(s, ast.Begin))
    after = next((b.after.text for b in begins if b.after is not None), None)
    other = None if after is None else building.resolver.root.members.get(after)
    return other if other is not None and other.kind == "scenario" else None


def _unknown(building: Building, entity: Entity, after: ast.Name, other: Entity | None) -> None:
    names = [e.name for e in building.resolver.root.all() if e.kind == "scenario" and e is not entity]
    guess = closest(after.text, names)
    if other is not None:
        building.problems.error(
            "ION110", "only a scenario has an end to begin at", after.span, f"this is {other.describe()}",
            secondary=(Label(other.span, "declared here"),),
            help=f"there are {listing(names)}" if names else "",
        )  # fmt: skip
        return
    building.resolver.not_declared(
        building.resolver.root, after.span, f"no scenario `{after.text}` is declared",
        help=f"did you mean `{guess}`?" if guess else "",
    )  # fmt: skip
