"""Where a field along a line is solved, no net current flows through a face or an end. So what a copy gains by several
ions is not free: the charge of each copy stays, whatever passes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from ionlang.model.books.along import Conducting, conducting, has_field, together
from ionlang.model.books.ledger import Pool, Process
from ionlang.model.books.lengthwise import ENDS
from ionlang.model.cell import Cell, Line
from ionlang.model.cell_lines import Axial, Electrodiffusion

Charges = dict[str, Fraction]
"""The charge that a unit of each process brings, by its path; together they bring none."""


def without_net_current(cell: Cell, listed: tuple[Process, ...]) -> tuple[Process, ...]:
    """The processes with those of a field in pairs that bring no charge, which make all that can happen: each of them
    with so much of the first that their charges cancel."""
    for charges in (c for line in cell.lines for c in _bound(cell, line)):
        listed = _paired(listed, charges)
    return listed


def _bound(cell: Cell, line: Line) -> Iterator[Charges]:
    """Processes whose charges add up to nothing: those of a face, and those of each end of each place."""
    seen: list[str] = []
    for coupling in conducting(cell, line):
        if coupling.path not in seen and has_field(cell, line, coupling.place):
            group = together(cell, line, coupling.place)
            seen += [each.path for each in group]
            yield {path: z for each in group for path, z in _charged(cell, each, "gain").items()}
    for field in line.electrodiffusions:
        yield from (_charged(cell, field, end) for end in ENDS)


def _charged(cell: Cell, coupling: Conducting, word: str) -> Charges:
    if isinstance(coupling, Axial):
        return {f"{coupling.path}.current": Fraction(1)}
    shares = coupling.species if isinstance(coupling, Electrodiffusion) else coupling.shares
    found = {s.species or "charge": cell.valence(s.species) if s.species else Fraction(1) for s in shares}
    return {f"{coupling.path}.{word}({name})": z for name, z in found.items() if z}


def _paired(listed: tuple[Process, ...], charges: Charges) -> tuple[Process, ...]:
    first = next((p for p in listed if p.path in charges), None)
    if first is None:
        return listed
    return tuple(
        p if p.path not in charges else replace(p, changes=_balanced(p, first, charges))
        for p in listed
        if p is not first
    )


def _balanced(process: Process, first: Process, charges: Charges) -> tuple[tuple[Pool, Fraction], ...]:
    """A unit of a process, less so much of the first that no charge comes."""
    share = charges[process.path] / charges[first.path]
    return (*process.changes, *((pool, -share * amount) for pool, amount in first.changes))
