"""`A balances charge`, `B balances osmolarity`: concentrations at the start that follow from all the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building
from ionlang.model.books.balance import (
    BALANCES,
    BALANCES_OSMOLARITY,
    across,
    balance_expression,
    osmotic_expression,
)
from ionlang.model.cell import Cell, Content, FromCharge, Parameter, Place
from ionlang.model.expression import Expr, Literal, Read
from ionlang.units import CONCENTRATION

Moves = Callable[[Place, Content], bool]
"""Whether a concentration changes, so that what is found is a start value."""


def balanced(building: Building, cell: Cell, moves: Moves) -> Cell:
    """The cell with the species that balance charge and osmolarity; how much that takes is a parameter. Charges come
    first: what balances osmolarity has none."""
    for name in _in_order(cell):
        place = cell.place(name)
        if place.balancer is None or not building.valences.get(place.balancer):
            continue
        if _may_balance(building, cell, place, place.balancer):
            cell = _filled(
                building, cell, place, place.balancer, moves, balance_expression(cell, place), BALANCES
            )
    for place in cell.places:
        cell = _with_osmolarity(building, cell, place.name, moves)
    return cell


def _in_order(cell: Cell) -> list[str]:
    """The places, those first whose charge decides a potential that others need."""
    found: list[str] = []
    waiting = [p.name for p in cell.places]
    while waiting:
        ready = (name for name in waiting if not _awaited(cell, name).intersection(waiting))
        found.append(next(ready, waiting[0]))
        waiting.remove(found[-1])
    return found


def _awaited(cell: Cell, place: str) -> set[str]:
    """The first sides of membranes with V from charge that have the place on their second side."""
    free = [m for m in cell.membranes if m.start is None and isinstance(m.potential, FromCharge)]
    return {name for m in free if place in m.outside for name in m.inside}


def _with_osmolarity(building: Building, cell: Cell, name: str, moves: Moves) -> Cell:
    """The cell with what balances the osmolarity of a place, after that of the place that it follows."""
    place = cell.place(name)
    species = place.osmotic_balancer
    content = None if species is None else place.content(species)
    if species is None or content is None or not _waits(place) or building.valences.get(species) != 0:
        return cell
    if not _may_balance(building, cell, place, species):
        return cell
    other = _reference(cell, place, (name,))
    if other is None:
        _nothing_across(building, cell, place, content)
        return _filled(building, cell, place, species, moves, _stand_in(content), BALANCES_OSMOLARITY)
    cell = _with_osmolarity(building, cell, other.name, moves)
    value = osmotic_expression(place, cell.place(other.name))
    return _filled(building, cell, place, species, moves, value, BALANCES_OSMOLARITY)


def _waits(place: Place) -> bool:
    content = place.content(place.osmotic_balancer or "")
    return content is not None and content.start is None


def _reference(cell: Cell, place: Place, asked: tuple[str, ...]) -> Place | None:
    """The first place across whose osmolarity does not wait for this one."""
    for other in (p for p in across(cell, place) if p.name not in asked):
        if not _waits(other) or _reference(cell, other, (*asked, other.name)) is not None:
            return other
    return None


def _stand_in(content: Content) -> Expr:
    return Literal(1.0, "1 mM", CONCENTRATION, content.span)


def _nothing_across(building: Building, cell: Cell, place: Place, content: Content) -> None:
    others = across(cell, place)
    for name in (place.name, *(p.name for p in others[:1])):  # what follows from it says nothing
        entity = building.resolver.root.find(name)
        if entity is not None:
            entity.stray = True
    if place in others:  # a membrane with one place on both sides: that is the mistake
        return
    if not others:
        building.problems.error(
            "ION306", f"the osmolarity of {place.name} has nothing to balance", content.span, "equal to what?",
            help="it is made equal to that across the first membrane that water crosses: give it one, or a number here",
        )  # fmt: skip
        return
    found = others[0].content(others[0].osmotic_balancer or "")
    building.problems.error(
        "ION305", f"the osmolarities of {place.name} and {others[0].name} each wait for the other", content.span,
        "balanced here", secondary=(Label(found.span, "and here"),) if found is not None else (),
        help="give one of them as a number",
    )  # fmt: skip


def _may_balance(building: Building, cell: Cell, place: Place, species: str) -> bool:
    """Whether the amount decides: what buffers bind would count as well."""
    buffers, content = cell.buffers_of(place.name, species), place.content(species)
    if not buffers or content is None:
        return True
    building.problems.error(
        "ION305", f"buffer {buffers[0].name} binds {species}, which cannot balance {place.name} then", content.span,
        "not free to take any value", secondary=(Label(buffers[0].span, "bound here"),),
        help="let a species balance that nothing binds",
    )  # fmt: skip
    return False


def _filled(
    building: Building, cell: Cell, place: Place, species: str, moves: Moves, value: Expr, text: str
) -> Cell:
    content = place.content(species)
    if content is None or content.start is not None or species not in building.valences:
        return cell
    movable = moves(place, content)
    path = f"{content.path}.start" if movable else content.path
    what = f"{place.kind} {place.name}"
    building.parameters.append(Parameter(path, value, CONCENTRATION, text, what, None, None, content.span))
    building.fixed[path] = True
    building.fixed[content.path] = not movable
    start = replace(content, start=Read(path, CONCENTRATION, content.span))
    contents = tuple(start if c is content else c for c in place.contents)
    whole = replace(place, contents=contents)
    return replace(cell, places=tuple(whole if p.name == place.name else p for p in cell.places))
