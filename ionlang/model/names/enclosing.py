"""Which membranes enclose a place: the potential of a place is the sum of theirs, from it out to the outermost."""

from __future__ import annotations

from ionlang.model.names.entities import Entity
from ionlang.model.names.sides import sides_of
from ionlang.syntax import ast

_STORING = ("currents", "charge")


def way_of(membrane: Entity) -> str:
    """`currents` of `V from currents`; empty where V is an expression, or not said."""
    return next((s.way.text for s in membrane.block.body if isinstance(s, ast.Potential)), "")


def enclosing(group: Entity, place: Entity) -> tuple[Entity, ...] | None:
    """The membranes of a group (a line) that enclose a place and hold charge, the innermost first: the one that has it
    on its first side, then the one that has on its first side what is beyond, and so on. None where several ways lead
    out, or a way leads back: then no sum of them is the potential of the place."""
    storing = [m for m in group.members.values() if m.kind == "membrane" and way_of(m) in _STORING]
    found: list[Entity] = []
    here: tuple[Entity, ...] = (place,)
    while True:
        outward = [m for m in storing if any(p in (sides_of(m) or ((), ()))[0] for p in here)]
        if not outward:
            return tuple(found)
        if len(outward) > 1 or outward[0] in found:
            return None
        found.append(outward[0])
        here = (sides_of(outward[0]) or ((), ()))[1]
