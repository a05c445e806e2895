"""What may be read of the couplings of a line: what passes to the next copy, what each gains, and the potential."""

from __future__ import annotations

from collections.abc import Iterator

from ionlang.model.books.along import Way, conducting, way_out
from ionlang.model.cell import Cell, Line
from ionlang.model.cell_lines import GapJunction, Spreading


def readings_along(cell: Cell, line: Line) -> Iterator[str]:
    """Their paths, in order: the same as the equations define."""
    for coupling in conducting(cell, line):
        way = way_out(cell, coupling.place)
        places = (coupling.place, *way.outermost) if isinstance(way, Way) else ()
        yield from (f"{place}.potential" for place in places if line.holds(f"{place}."))
    for diffusion in line.diffusions:
        yield from _of_species(diffusion)
    for field in line.electrodiffusions:
        yield f"{field.path}.current"
        yield from _of_species(field)
    for junction in line.gap_junctions:
        yield from _of_junction(junction)


def _of_species(coupling: Spreading) -> Iterator[str]:
    for each in coupling.species:
        yield from (f"{coupling.path}.{word}({each.species})" for word in ("gain", "flux"))


def _of_junction(junction: GapJunction) -> Iterator[str]:
    yield f"{junction.path}.current"
    yield f"{junction.path}.total_{'permeability' if junction.conductance is None else 'conductance'}"
    for share in (s for s in junction.shares if s.species is not None):
        yield from (f"{junction.path}.{word}({share.species})" for word in ("gain", "flux"))
