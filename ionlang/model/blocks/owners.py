"""Who owns V: which places have one potential, and where charge goes that no capacitance of its own takes."""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building
from ionlang.model.books.potentials import loads
from ionlang.model.cell import Cell, DefinedPotential, FromCharge, Membrane, Place
from ionlang.model.expression import Expr


def check_owners(building: Building, cell: Cell) -> None:
    """V from charge counts the whole charge of its first side; a membrane with a defined V hands its current to those
    whose potentials it is made of. Both must be plain."""
    for membrane in cell.membranes:
        match membrane.potential:
            case FromCharge():
                _check_charge(building, cell, membrane)
            case DefinedPotential(value=value):
                _check_defined(building, cell, membrane, value)
            case _:
                pass


def _check_charge(building: Building, cell: Cell, membrane: Membrane) -> None:
    places = [p for p in cell.places if p.name in membrane.inside]
    odd = next((p for p in places if p.kind == "bath" or _lacks_volume(building, p)), None)
    if odd is not None:
        building.problems.error(
            "ION349", f"V of membrane {membrane.name} is no charge of {odd.kind} {odd.name}", membrane.span,
            "the charge of its first side is not known", secondary=(Label(odd.span, "it has no volume"),),
            help="V from charge needs a `compartment` with a `volume` on the first side; else take `V from currents`",
        )  # fmt: skip
        return
    _check_start(building, cell, membrane, places)
    for other in _owners(cell, membrane.inside):
        if other is not membrane:
            building.problems.error(
                "ION349", f"membranes {membrane.name} and {other.name} share the charge of their first side",
                membrane.span, "how much of it is on this one?", secondary=(Label(other.span, "and on this one"),),
                help="take `V from currents` for both: then each keeps its own charge",
            )  # fmt: skip


def _lacks_volume(building: Building, place: Place) -> bool:
    """Whether the file gives none; one that is wrong has been reported."""
    entity = building.resolver.root.find(place.name)
    return entity is not None and _is_whole(building, place) and building.property(entity, "volume") is None


def _is_whole(building: Building, place: Place) -> bool:
    entity = building.resolver.root.find(place.name)
    return entity is not None and building.is_whole(entity)


def _check_start(building: Building, cell: Cell, membrane: Membrane, places: list[Place]) -> None:
    """A given V and a given charge are two numbers for one thing; and two charges cannot each follow the other."""
    start = membrane.start
    given = all(p.balancer is None and _is_whole(building, p) for p in places)
    if start is not None and given:
        where = places[0].name
        building.problems.error(
            "ION349", f"V of membrane {membrane.name} is the charge of {where}, which is given already", start.span,
            "a second value for it", secondary=(Label(places[0].span, "what it holds says its charge"),),
            help=f"let the charge follow V, `A balances charge` in {where}; or take out `starting at …`",
        )  # fmt: skip
    for other in cell.membranes:
        facing = set(other.inside) & set(membrane.outside) and set(other.outside) & set(membrane.inside)
        free = isinstance(other.potential, FromCharge) and start is None and other.start is None
        if facing and free and membrane.span.start < other.span.start:
            building.problems.error(
                "ION349", f"membranes {membrane.name} and {other.name} face each other, and V of both is from charge",
                other.span, "how much charge is on this one?", secondary=(Label(membrane.span, "and on this one"),),
                help="join them into one membrane, or take `V from currents` for both",
            )  # fmt: skip


def _check_defined(building: Building, cell: Cell, membrane: Membrane, value: Expr) -> None:
    if loads(cell, membrane) is None:
        building.problems.error(
            "ION350", f"V of membrane {membrane.name} is no sum of other potentials", value.span,
            "whose charge does its current change?",
            notes=("a current through it charges the membranes whose potentials it is made of",),
            help="write sums and differences, with plain numbers before them, as in `a.V - b.V`",
        )  # fmt: skip


def _owners(cell: Cell, places: tuple[str, ...]) -> list[Membrane]:
    own = [m for m in cell.membranes if not isinstance(m.potential, DefinedPotential)]
    return [m for m in own if any(place in m.inside for place in places)]
