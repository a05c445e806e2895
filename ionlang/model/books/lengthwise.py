"""What passes from copy to copy along a line, as the ledger enters it: what a copy gains, which membranes that charges,
and what comes through the ends."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

from ionlang.model.books.along import enclosing
from ionlang.model.cell import Cell, Line
from ionlang.model.cell_lines import Electrodiffusion, GapJunction, Spreading
from ionlang.records import dataclass
from ionlang.source import Span

End = Literal["first", "last"]
ENDS: tuple[End, ...] = ("first", "last")


@dataclass(frozen=True, slots=True)
class Gain:
    """`path` reads how fast a copy gains: an amount per time, or of `charge` of no named ion a current. `moves` are
    (place, species, count), `charges` how much of it each membrane gets, `beyond` is where it comes from where that is
    a place; else it comes from the neighbours, or from what goes on beyond an open end."""

    path: str
    kind: Literal["rate", "current"]
    what: str
    moves: tuple[tuple[str | None, str, Fraction], ...]
    charges: tuple[tuple[str, Fraction], ...]
    among_copies: bool
    span: Span


def gains(cell: Cell, line: Line) -> Iterator[Gain]:
    """What a copy gains by electrodiffusion and through gap junctions, in source order of the couplings."""
    for field in line.electrodiffusions:
        for each in field.species:
            yield from _of_species(cell, line, field, each.species)
    for junction in line.gap_junctions:
        for share in junction.shares:
            yield _through(cell, junction, share.species)


def _of_species(cell: Cell, line: Line, field: Electrodiffusion, species: str) -> Iterator[Gain]:
    what, place = f"electrodiffusion in {field.place}", field.place
    charges = _charged(cell, place, cell.valence(species))
    held = (place, species, Fraction(1))
    yield Gain(f"{field.path}.gain({species})", "rate", what, (held,), charges, True, field.span)
    for end in ENDS:
        if passes_end(cell, line, field, end, species):
            beyond = (place_at(field, end), species, Fraction(-1))
            path = f"{field.path}.{end}({species})"
            yield Gain(path, "rate", what, (held, beyond), charges, False, field.span)


def _through(cell: Cell, junction: GapJunction, species: str | None) -> Gain:
    what, place = f"gap junctions of {junction.place}", junction.place
    if species is None:
        charges = _charged(cell, place, Fraction(1))
        return Gain(f"{junction.path}.gain(charge)", "current", what, (), charges, True, junction.span)
    charges = _charged(cell, place, cell.valence(species))
    moves = ((place, species, Fraction(1)),)
    return Gain(f"{junction.path}.gain({species})", "rate", what, moves, charges, True, junction.span)


def _charged(cell: Cell, place: str, valence: Fraction) -> tuple[tuple[str, Fraction], ...]:
    return tuple((name, valence) for name in enclosing(cell, place)) if valence else ()


def place_at(coupling: Spreading, end: End) -> str | None:
    """The place that a line ends in there, if any."""
    return coupling.first if end == "first" else coupling.last


def passes_end(cell: Cell, line: Line, coupling: Spreading, end: End, species: str) -> bool:
    """Whether a species passes an end of the line."""
    beyond = place_at(coupling, end)
    return line.ends == "open" if beyond is None else cell.place(beyond).content(species) is not None
