"""Water: the osmotic path of a membrane."""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.blocks.building import Building, basis_of
from ionlang.model.cell import Water
from ionlang.model.names.entities import Entity
from ionlang.model.names.sides import are_known, sides_of
from ionlang.units import TIME, VOLUME


def water(building: Building, entity: Entity) -> Water | None:
    """The path through the one compartment or bath of each side."""
    permeability = building.required(entity, "permeability", "say how fast water crosses", "0.01 cm/s")
    molar_volume = building.required(entity, "molar_volume", "it turns osmolarity into volume", "18 mL/mol")
    sentence = building.property(entity, "pressure")
    pressure = building.resolved(entity, sentence) if sentence is not None else None
    membrane = entity.enclosing("membrane")
    if membrane is None or not are_known(membrane):
        return None
    sides = sides_of(membrane)
    assert sides is not None
    crowded = next((side for side in sides if len(side) > 1), None)
    if crowded is not None:
        building.problems.error(
            "ION345", f"{entity.describe()}: into which place of this side does the water go?", entity.span,
            f"it may be {' or '.join(place.name for place in crowded)}",
            secondary=(Label(membrane.block.head, "a side with several places"),),
            help="put the water into a membrane with one place on each side",
        )  # fmt: skip
        return None
    if permeability is None or permeability.dimension is None or molar_volume is None:
        return None
    if all(place.block.kind.text == "bath" for side in sides for place in side):
        building.problems.error(
            "ION345", f"{entity.describe()} joins two baths", entity.span, "no volume can change here",
            help="water moves the volume of a `compartment`",
        )  # fmt: skip
    return Water(
        entity.name, entity.path, sides[0][0].path, sides[1][0].path, permeability,
        basis_of(permeability.dimension, VOLUME / TIME), molar_volume, pressure, entity.span,
    )  # fmt: skip
