"""Laws of what passes from copy to copy of a line: diffusion, axial currents, positions. Electrodiffusion and gap
junctions are in `fields.py` and `joined.py`."""

from __future__ import annotations

from collections.abc import Iterator

from ionlang.equations.closed.quantities import arriving
from ionlang.explain.laws.faces import is_at_end, through_faces
from ionlang.explain.laws.paths import FARADAY, concentration, potential
from ionlang.explain.laws.spots import Spot, Spots, beside
from ionlang.model.algebra import NOTHING, count, minus, over, plus, power, read, signed_sum, times
from ionlang.model.books.along import Way, has_field, way_out
from ionlang.model.books.ledger import charge_of, couplings
from ionlang.model.books.lengthwise import ENDS, End, passes_end, place_at
from ionlang.model.cell import Cell, Line, Membrane
from ionlang.model.cell_lines import Axial, Diffusion, Spreading
from ionlang.model.expression import Expr, Read
from ionlang.units import AREA, CONDUCTANCE, CURRENT, RATE, TIME, VOLTAGE, VOLUME

Laws = Iterator[tuple[str, Expr]]


def line_laws(cell: Cell, spots: Spots, line: Line) -> Laws:
    """Of what is written of the line itself: where a copy is, whether it is the outermost."""
    spot = spots.of(f"{line.name}.x")
    assert spot is not None
    yield f"{line.name}.first()", count(int(spot.number == 1))
    yield f"{line.name}.last()", count(int(spot.number == line.count))
    for diffusion in line.diffusions:
        yield from diffusion_laws(cell, spots, line, diffusion)
    for axial in line.axials:
        yield from _axial_laws(cell, spots, line, axial)


def arriving_laws(cell: Cell, membrane: Membrane) -> Laws:
    """The current that each coupling brings to a membrane from the copies beside it, per area: `M.from(P)/area`."""
    area = read(f"{membrane.name}.area", AREA)
    for process in couplings(cell):
        change = process.change_of(charge_of(membrane.name))
        if change:
            rate = read(process.path, CURRENT if process.kind == "current" else RATE)
            flow = rate if process.kind == "current" else times(FARADAY, rate)
            yield f"{arriving(membrane.name, process.path)}/area", over(signed_sum([(change, flow)]), area)


def neighbour(spots: Spots, symbol: Read, which: str = "next") -> Read:
    """The same quantity in a copy beside this one."""
    spot = spots.of(symbol.path)
    assert spot is not None
    return beside(symbol, spot.line, which)


def fall(spots: Spots, symbol: Read) -> Expr:
    """A quantity less that in the next copy."""
    return minus(symbol, neighbour(spots, symbol))


def section(coupling: Spreading | Axial) -> Read:
    return read(f"{coupling.path}.cross_section", AREA)


def section_laws(line: Line, coupling: Spreading | Axial) -> Laws:
    """The volume of the place over the spacing, where no section is written."""
    if coupling.cross_section is None:
        yield section(coupling).path, over(read(f"{coupling.place}.volume", VOLUME), line.spacing)


def spreading(line: Line, coupling: Spreading, coefficient: Expr) -> Expr:
    """D A/(λ² spacing)."""
    above = times(coefficient, section(coupling))
    if coupling.tortuosity is None:
        return over(above, line.spacing)
    return over(above, times(power(coupling.tortuosity, 2), line.spacing))


def half_of(coupling: Spreading, species: str) -> Read:
    return read(f"{coupling.path}.half({species})", VOLUME / TIME)


def in_series(spots: Spots, half: Read, alike: Expr) -> Expr:
    """From middle to middle: two halves in series where copies may differ, else what is written for all."""
    if half.path not in spots.differing:
        return alike
    other = neighbour(spots, half)
    return over(times(half, other), plus(half, other))


def diffusion_laws(cell: Cell, spots: Spots, line: Line, diffusion: Diffusion) -> Laws:
    """J = D A/(λ² spacing) (c − c of the next)."""
    yield from section_laws(line, diffusion)
    for each in diffusion.species:
        whole, half = spreading(line, diffusion, each.coefficient), half_of(diffusion, each.species)
        yield half.path, times(count(2), whole)
        held = concentration(diffusion.place, each.species)
        face = read(f"{diffusion.path}.face({each.species})", RATE)
        yield from passing_laws(spots, face, times(in_series(spots, half, whole), fall(spots, held)))
        for end in ENDS:
            if passes_end(cell, line, diffusion, end, each.species):
                beyond = beyond_end(cell, diffusion, end, each.species)
                yield f"{diffusion.path}.{end}.beyond({each.species})", beyond
                into = times(count(2), whole, minus(beyond, held))
                path = f"{diffusion.path}.{end}({each.species})"
                yield path, into if is_at_end(spots, path) else NOTHING


def beyond_end(cell: Cell, coupling: Spreading, end: End, species: str) -> Expr:
    """The concentration beyond an end: that of a place there, or what the line holds itself at the start."""
    place = place_at(coupling, end)
    if place is not None:
        return concentration(place, species)
    content = cell.place(coupling.place).content(species)
    assert content is not None and content.start is not None
    return content.start


def passing_laws(spots: Spots, face: Read, law: Expr, *, total: str = "flux", kept: str = "gain") -> Laws:
    """What passes a face; what goes on to the next copy (`flux`); what a copy keeps of both (`gain`)."""
    spot = spots.of(face.path)
    assert spot is not None
    if spot.number < spot.count:
        yield face.path, law
    owner, _, species = face.path.rpartition(".face")
    if total:
        yield f"{owner}.{total}{species}", law if spot.number < spot.count else NOTHING
    if kept:
        yield f"{owner}.{kept}{species}", signed_sum(through_faces(spots, face))


def _axial_laws(cell: Cell, spots: Spots, line: Line, axial: Axial) -> Laws:
    """I = A/(resistivity × spacing) (ψ − ψ of the next)."""
    yield from section_laws(line, axial)
    half, path = read(f"{axial.path}.half", CONDUCTANCE), axial.path
    whole = over(section(axial), times(axial.resistivity, line.spacing))
    conducts = conductance_at_face(axial.path)
    yield half.path, times(count(2), whole)
    if half.path not in spots.differing or not is_last(spots, path):
        yield conducts.path, in_series(spots, half, whole)
    yield f"{path}.free()", NOTHING
    face = read(f"{path}.face", CURRENT)
    falls = has_field(cell, line, axial.place)
    drive = fall_of(axial.place) if falls else potential_fall(cell, spots, axial.place)
    law = times(in_series(spots, half, whole), drive)
    if len(axial.membranes) > 1:
        yield f"{path}.potential", plus(*(potential(name) for name in axial.membranes))
    yield from passing_laws(spots, face, law, total="", kept="current")


def is_last(spots: Spots, path: str) -> bool:
    """Whether it stands in the last copy of its line, which has no face behind it."""
    spot: Spot | None = spots.of(path)
    return spot is not None and spot.number == spot.count


def conductance_at_face(path: str) -> Read:
    """What a coupling lets pass to the next copy, as a conductance."""
    return read(f"{path}.conducts()", CONDUCTANCE)


def fall_of(place: str) -> Read:
    """By how much the potential of a place falls towards the next copy."""
    return read(f"{place}.fall()", VOLTAGE)


def potential_fall(cell: Cell, spots: Spots, place: str) -> Expr:
    """The V between a place and the outermost one, less that in the next copy."""
    way = way_out(cell, place)
    assert isinstance(way, Way)
    if not way.membranes:
        return times(count(0), read("thermal_voltage", VOLTAGE))
    return plus(*(fall(spots, potential(name)) for name in way.membranes))
