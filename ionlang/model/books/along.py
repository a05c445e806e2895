"""Potentials along a line: of each place in a copy, against which other place, through which membranes.

Places that membranes part, in a copy, hang together as a tree: every side but the outermost is the first side of one
membrane whose V currents can change. The potential of a place is that of the outermost one and the V of all membranes
between; a current into a place charges all of them.

The outermost place is earthed, at 0 everywhere, where nothing is said of how current flows along it (a bath, a place
outside the line, a place where matter merely diffuses). Where current flows along it, its own potential falls from copy
to copy by so much that all currents through a face, along all places that hang together, add up to nothing.
"""

from __future__ import annotations

from ionlang.model.books.potentials import group_of
from ionlang.model.cell import Cell, FromCharge, FromCurrents, FromZeroCurrent, Line, Membrane
from ionlang.model.cell_lines import Axial, Electrodiffusion, GapJunction, Passing
from ionlang.records import dataclass

Conducting = Electrodiffusion | Axial | GapJunction


@dataclass(frozen=True, slots=True)
class Way:
    """From a place outward: the membranes with it, or what is around it, on their first side; and the outermost
    places."""

    membranes: tuple[str, ...]
    outermost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Undecided:
    """Why a place has no potential of its own: `membranes` are several with it on their first side, or one that holds
    no charge."""

    membranes: tuple[str, ...]


def way_out(cell: Cell, place: str) -> Way | Undecided:
    """The way from a place to the outermost one."""
    passed: list[str] = []
    group = group_of(cell, place)
    while True:
        holding = [m for m in cell.membranes if _makes(m) and any(p in group for p in m.inside)]
        if not holding:
            return Way(tuple(passed), group)
        if len(holding) > 1 or holding[0].name in passed or not _stores(holding[0]):
            return Undecided(tuple(m.name for m in holding))
        passed.append(holding[0].name)
        group = group_of(cell, holding[0].outside[0])


def passed_outward(cell: Cell, membrane: Membrane) -> tuple[str, ...]:
    """The membranes that a current passes which is brought through one from outside the model: that one, and all
    around it."""
    way = way_out(cell, membrane.outside[0])
    beyond = () if isinstance(way, Undecided) else way.membranes
    return (membrane.name, *(name for name in beyond if name != membrane.name))


def _makes(membrane: Membrane) -> bool:
    """Whether its currents make a potential."""
    return _stores(membrane) or (isinstance(membrane.potential, FromZeroCurrent) and bool(membrane.carriers))


def _stores(membrane: Membrane) -> bool:
    return isinstance(membrane.potential, FromCurrents | FromCharge)


def conducting(cell: Cell, line: Line) -> tuple[Conducting, ...]:
    """All that lets current flow from copy to copy."""
    fields = (f for f in line.electrodiffusions if any(cell.valence(s.species) for s in f.species))
    junctions = (j for j in line.gap_junctions if any(_is_charged(cell, s) for s in j.shares))
    return (*fields, *line.axials, *junctions)


def _is_charged(cell: Cell, share: Passing) -> bool:
    return share.species is None or bool(cell.valence(share.species))


def has_field(cell: Cell, line: Line, place: str) -> bool:
    """Whether the potential outside of a place falls along the line: the outermost places conduct."""
    way = way_out(cell, place)
    if isinstance(way, Undecided):
        return False
    known = [c.place for c in conducting(cell, line)]
    return all(line.holds(f"{p}.") and p in known for p in way.outermost)


def together(cell: Cell, line: Line, place: str) -> tuple[Conducting, ...]:
    """All along which current flows in places that hang together with this one."""
    outermost = way_out(cell, place)
    return tuple(
        c for c in conducting(cell, line) if _outermost(way_out(cell, c.place)) == _outermost(outermost)
    )


def _outermost(way: Way | Undecided) -> tuple[str, ...]:
    return way.outermost if isinstance(way, Way) else ()


def enclosing(cell: Cell, place: str) -> tuple[str, ...]:
    """The membranes that a current into a place charges; none where its potential is not decided."""
    way = way_out(cell, place)
    return way.membranes if isinstance(way, Way) else ()


def is_open(cell: Cell, line: Line, place: str) -> bool:
    """Whether what flows along a place has no way back: the outermost one is a compartment of the copies, along which
    no current flows."""
    way = way_out(cell, place)
    if isinstance(way, Undecided) or has_field(cell, line, place):
        return False
    return all(line.holds(f"{p}.") and cell.place(p).kind == "compartment" for p in way.outermost)
