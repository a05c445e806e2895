"""Events: moments that a scenario fires, or that come when a condition becomes true."""

from __future__ import annotations

from ionlang.model.blocks.building import Building
from ionlang.model.cell_events import Event
from ionlang.model.names.entities import Entity
from ionlang.model.read.resolve import Where
from ionlang.model.read.wording import a_quantity


def event(building: Building, entity: Entity) -> Event | None:
    sentence = building.property(entity, "condition")
    if sentence is None:
        return Event(entity.name, entity.path, None, entity.span)
    condition = building.resolver.expression(sentence.value, Where(entity, "action"))
    if condition is None:
        return None
    if condition.dimension is not None:
        building.problems.error(
            "ION208", "an event has a condition", sentence.value.span, f"this is {a_quantity(condition.dimension)}",
            help=f"compare it with something, for instance `{sentence.value.span.text} > …`",
        )  # fmt: skip
        return None
    return Event(entity.name, entity.path, condition, entity.span)
