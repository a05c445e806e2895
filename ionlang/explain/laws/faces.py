"""What passes the faces between copies of a line, as terms of what a copy gains: in from the previous copy, on to the
next."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

from ionlang.explain.laws.spots import Spots, beside
from ionlang.model.algebra import read
from ionlang.model.books.along import Conducting, conducting, enclosing
from ionlang.model.cell import Cell, Line, Membrane
from ionlang.model.cell_lines import Axial, which_copy
from ionlang.model.expression import Expr, Read, reads
from ionlang.units import CURRENT

Signed = list[tuple[Fraction, Read]]
_END = re.compile(r"\.(first|last)\(\w+\)$")


def through_faces(spots: Spots, face: Read) -> Signed:
    """What a copy gains of what passes towards the next: what comes from the previous copy, less what goes on."""
    spot = spots.of(face.path)
    assert spot is not None
    found: Signed = []
    if spot.number > 1:
        found.append((Fraction(1), beside(face, spot.line, "previous")))
    if spot.number < spot.count:
        found.append((Fraction(-1), face))
    return found


def parts_of(cell: Cell, spots: Spots, flow: Read, place: str) -> Signed:
    """The rate of a process, as far as it changes a place, told copy by copy: what neighbours bring is what passes both
    faces; what an end brings is there in the outermost copy alone; a place outside of the line gets it from all."""
    line = cell.line_of(flow.path)
    if line is None:
        return [(Fraction(1), flow)]
    end = _END.search(flow.path)
    if not line.holds(f"{place}."):
        outermost = {"first": "1", "last": str(line.count)}
        return [(Fraction(1), beside(flow, line.name, outermost[end[1]] if end is not None else "*"))]
    face = _face_of(line, flow.path)
    if face is not None:
        return through_faces(spots, replace(flow, path=face))
    return [(Fraction(1), flow)] if end is None or is_at_end(spots, flow.path) else []


def _face_of(line: Line, path: str) -> str | None:
    """What passes a face, of a gain that is made of it."""
    if any(path == f"{axial.path}.current" for axial in line.axials):
        return f"{path.removesuffix('.current')}.face"
    return path.replace(".gain(", ".face(") if ".gain(" in path else None


def is_at_end(spots: Spots, path: str) -> bool:
    """Whether a copy is the outermost one that `….first(…)` or `….last(…)` speaks of."""
    spot, end = spots.of(path), re.search(r"\.(first|last)[.(]", path)
    if spot is None or end is None:
        return False
    return spot.number == (1 if end[1] == "first" else spot.count)


def is_beyond(spots: Spots, law: Expr) -> bool:
    """Whether a law speaks of a copy behind the last: what lies at a face that is not there has none."""
    last = [spot for spot in spots.at if spot.number == spot.count]
    return bool(last) and any(
        which_copy(r.path) == "next" and any(spot.holds(r.path) for spot in last) for r in reads(law)
    )


def charging_along(cell: Cell, membrane: Membrane) -> tuple[Conducting, ...]:
    """The couplings of the membrane's line whose current charges it."""
    line = cell.line_of(f"{membrane.name}.V")
    if line is None:
        return ()
    return tuple(c for c in conducting(cell, line) if membrane.name in _charged(cell, c))


def _charged(cell: Cell, coupling: Conducting) -> tuple[str, ...]:
    return coupling.membranes if isinstance(coupling, Axial) else enclosing(cell, coupling.place)


def current_at_face(coupling: Conducting) -> Read:
    """The current that a coupling lets pass to the next copy."""
    word = "face" if isinstance(coupling, Axial) else "face()"
    return read(f"{coupling.path}.{word}", CURRENT)
