"""What a stoichiometric line moves and uses: counts, species, and from where to where."""

from __future__ import annotations

from fractions import Fraction

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building
from ionlang.model.blocks.carriers import crossing
from ionlang.model.cell import Movement, Use
from ionlang.model.names.entities import Entity
from ionlang.model.names.sides import SIDE_WORDS, are_known, holding, lost_on, sides_of
from ionlang.model.names.suggest import closest
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
    place = _named(entity, path)
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


def _named(scope: Entity, path: ast.Path) -> Entity | None:
    """The entity of a path, looked up outward from a block."""
    found = scope.visible(path.parts[0].text)
    for name in path.parts[1:]:
        found = found.members.get(name.text) if found is not None else None
    return found


def use_of(building: Building, entity: Entity, use: ast.Count) -> Use | None:
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
        f"{many} hold {known.name}" if found else f"no side of the membrane holds {known.name}", use.span, "used here",
        help=f"say which: `uses {found[0].name}.{known.name}`" if found
        else f"give it a concentration in a compartment: `{known.name} = … mM`",
    )  # fmt: skip
    return None
