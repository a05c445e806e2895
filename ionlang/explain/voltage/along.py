"""The ways of charge between copies of a line: conductances that pull V towards that of a neighbour, or currents alone
where a field is solved for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from ionlang.explain.doers import kind_of
from ionlang.explain.laws.between import conductance_at_face
from ionlang.explain.laws.faces import charging_along, current_at_face
from ionlang.explain.laws.joined import nernst_between, portion, through
from ionlang.explain.laws.paths import FARADAY, potential, valence
from ionlang.explain.laws.spots import Spot, Spots, beside
from ionlang.explain.names import species_name
from ionlang.explain.voltage.way import Way
from ionlang.model.algebra import ONE, minus, negated, plus, read, times
from ionlang.model.books.along import Conducting, Undecided, has_field, way_out
from ionlang.model.cell import Cell, Membrane
from ionlang.model.cell_lines import Axial, Electrodiffusion, GapJunction, Passing
from ionlang.model.expression import Expr, Read
from ionlang.units import CURRENT, RATE

_TO = {"next": "to the next copy", "previous": "from the previous copy"}


def ways_along(cell: Cell, membrane: Membrane, spots: Spots) -> Iterator[Way]:
    """Of every coupling that charges the membrane, from the previous copy and to the next."""
    spot = spots.of(f"{membrane.name}.V")
    if spot is None:
        return
    for coupling in charging_along(cell, membrane):
        for which in _sides(spot):
            if _pulls(cell, coupling):
                yield from _conductances(cell, membrane, spots, coupling, which)
            else:
                yield _current(coupling, spot, which)


def _sides(spot: Spot) -> list[str]:
    """The neighbours that there are."""
    return [*(["previous"] if spot.number > 1 else []), *(["next"] if spot.number < spot.count else [])]


def _pulls(cell: Cell, coupling: Conducting) -> bool:
    """Whether its current is a conductance times a difference of potentials of membranes."""
    line = cell.line_of(f"{coupling.place}.")
    assert line is not None
    if isinstance(coupling, Electrodiffusion) or has_field(cell, line, coupling.place):
        return False
    return isinstance(coupling, Axial) or coupling.conductance is not None


def _at(symbol: Read, line: str, which: str) -> Read:
    """What lies at the face towards a neighbour."""
    return beside(symbol, line, which) if which == "previous" else symbol


def _current(coupling: Conducting, spot: Spot, which: str) -> Way:
    face = _at(current_at_face(coupling), spot.line, which)
    words = f"{kind_of(coupling)} {_TO[which]}"
    outward = face if which == "next" else negated(face)
    sign = Fraction(1 if which == "next" else -1)
    return Way(words, None, None, outward, None, ONE, None, face, sign, is_along=True)


def _conductances(
    cell: Cell, membrane: Membrane, spots: Spots, coupling: Conducting, which: str
) -> Iterator[Way]:
    if isinstance(coupling, Axial):
        size = conductance_at_face(coupling.path)
        pull = _Pull("axial current", size, ONE, None, current_at_face(coupling))
        yield _way(cell, membrane, spots, coupling, which, pull)
    elif isinstance(coupling, GapJunction):
        for share in coupling.shares:
            if share.species is None or cell.valence(share.species):
                yield _way(cell, membrane, spots, coupling, which, _of_share(coupling, share))


@dataclass(frozen=True, slots=True)
class _Pull:
    """A conductance to the next copy, the part of it that is an ion's (None: of no named ion), and what passes."""

    words: str
    size: Read
    part: Expr
    ion: str | None
    face: Read


def _of_share(junction: GapJunction, share: Passing) -> _Pull:
    path, size, part = junction.path, through(junction), portion(junction, share)
    if share.species is None:
        return _Pull("gap junctions", size, part, None, read(f"{path}.face(charge)", CURRENT))
    words = f"{species_name(share.species)} through gap junctions"
    return _Pull(words, size, part, share.species, read(f"{path}.face({share.species})", RATE))


def _way(cell: Cell, membrane: Membrane, spots: Spots, coupling: Conducting, which: str, pull: _Pull) -> Way:
    spot = spots.of(pull.size.path)
    assert spot is not None
    towards = _goal(cell, membrane, spot, coupling.place, which)
    flow: Expr = _at(pull.face, spot.line, which)
    if pull.ion is not None:
        towards = minus(towards, nernst_between(cell, spots, coupling.place, pull.ion, which))
        flow = times(valence(pull.ion), FARADAY, flow)
    size = _at(pull.size, spot.line, which)
    current = times(size, pull.part, minus(potential(membrane.name), towards))
    sign = Fraction(1 if which == "next" else -1)
    words = f"{pull.words} {_TO[which]}"
    return Way(words, None, None, current, size, pull.part, towards, flow, sign, is_along=True)


def _goal(cell: Cell, membrane: Membrane, spot: Spot, place: str, which: str) -> Expr:
    """The V at which the place would have the potential of its neighbour."""
    way = way_out(cell, place)
    assert not isinstance(way, Undecided)
    there = plus(*(beside(potential(name), spot.line, which) for name in way.membranes))
    others = [potential(name) for name in way.membranes if name != membrane.name]
    return minus(there, plus(*others)) if others else there
