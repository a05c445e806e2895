"""Who owns V: which places have one potential, and where charge goes that no capacitance of its own takes."""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building
from ionlang.model.cell import Cell, DefinedPotential, FromCharge, Membrane, Place


def check_owners(building: Building, cell: Cell) -> None:
    """V from charge counts the whole charge of its first side; a membrane with a defined V hands its current to the
    membranes of the places that it joins. Both must be plain."""
    for membrane in cell.membranes:
        match membrane.potential:
            case FromCharge():
                _check_charge(building, cell, membrane)
            case DefinedPotential():
                _check_defined(building, cell, membrane)
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
    return entity is not None and building.is_whole(entity) and building.property(entity, "volume") is None


def _check_defined(building: Building, cell: Cell, membrane: Membrane) -> None:
    for place in membrane.places:
        owners = _owners(cell, (place,))
        if len(owners) > 1:
            building.problems.error(
                "ION350", f"the current of membrane {membrane.name} reaches {place}, which is the first side of "
                f"{len(owners)} membranes", membrane.span, "whose potential does it change?",
                secondary=tuple(Label(m.span, "this one?") for m in owners),
                help="give each of them its own compartment, or join the membranes into one",
            )  # fmt: skip


def _owners(cell: Cell, places: tuple[str, ...]) -> list[Membrane]:
    own = [m for m in cell.membranes if not isinstance(m.potential, DefinedPotential)]
    return [m for m in own if any(place in m.inside for place in places)]
