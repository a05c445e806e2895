"""Which membranes a current passes that is brought into a place from outside: it leaves through all around it."""

from __future__ import annotations

from ionlang.model.cell import Cell, FromCharge, FromCurrents, Membrane


def passed_outward(cell: Cell, membrane: Membrane) -> tuple[Membrane, ...]:
    """The membrane, the one around it (which has on its first side what this one has on its second), and so on, as far
    as they hold charge and one way leads out."""
    storing = [m for m in cell.membranes if isinstance(m.potential, FromCurrents | FromCharge)]
    found = [membrane]
    while True:
        outward = [m for m in storing if any(place in m.inside for place in found[-1].outside)]
        if len(outward) != 1 or outward[0] in found:
            return tuple(found)
        found.append(outward[0])
