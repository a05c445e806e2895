"""What a stoichiometric line moves and uses: counts, species, and from where to where."""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building
from ionlang.model.blocks.carriers import crossing
from ionlang.model.blocks.counts import count_of
from ionlang.model.cell import Movement
from ionlang.model.names.entities import Entity
from ionlang.model.names.sides import are_known, sides_of
from ionlang.model.names.suggest import closest
from ionlang.model.read.readings import species_named
from ionlang.syntax import ast


def across(building: Building, entity: Entity, movement: ast.Movement) -> Movement | None:
    """A movement through the membrane: `out` is from the first side to the second."""
    name = movement.what.species.parts[-1]
    count, known = count_of(building, movement.what), species_named(building.resolver, name)
    membrane = entity.enclosing("membrane")
    if count is None or known is None or membrane is None or membrane.block.sides is None:
        return None
    if not may_move(building, known, movement):
        return None
    if movement.direction is None:
        moved = between(building, entity, movement, known, count)
        return moved if moved is None or _joins_sides(building, moved, membrane) else None
    places = crossing(building, entity, known, movement.span)
    if places is None:
        return None
    ends = places if movement.direction == "out" else places[::-1]
    return Movement(known.name, count, *ends, movement.span)


def may_move(building: Building, known: Entity, movement: ast.Movement) -> bool:
    if known.block.kind.text != "impermeant":
        return True
    building.problems.error(
        "ION302", f"{known.name} is impermeant and cannot be moved", movement.span, "moved here",
        secondary=(Label(known.span, "declared here"),),
        help="declare it as an `ion` or a `solute` if it does cross",
    )  # fmt: skip
    return False


def _joins_sides(building: Building, moved: Movement, membrane: Entity) -> bool:
    sides = sides_of(membrane)
    if sides is None or not are_known(membrane):
        return False
    first, second = ([place.path for place in side] for side in sides)
    if (moved.origin in first and moved.target in second) or (
        moved.origin in second and moved.target in first
    ):
        return True
    building.problems.error(
        "ION307", "a membrane moves matter between its two sides only", moved.span, "not from one side to the other",
        help=f"its sides are `{' + '.join(first)}` and `{' + '.join(second)}`; between other places write a `flux`",
    )  # fmt: skip
    return False


def between(
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
    place = entity.visible_at(path)
    if place is not None and place.kind != "place":
        building.problems.error(
            "ION307", f"{place.describe()} is no place", path.span, "matter moves between compartments and baths",
            secondary=(Label(place.span, "declared here"),), help="name a `compartment`, a `bath` or `nothing`",
        )  # fmt: skip
        return None, False
    if place is None:
        places = [e.path for e in building.resolver.root.all() if e.kind == "place"]
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
    return place.path, True
