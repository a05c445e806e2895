"""Laws of gap junctions along a line."""

from __future__ import annotations

from collections.abc import Iterator

from ionlang.explain.laws.between import conductance_at_face, fall_of, is_last, neighbour, passing_laws
from ionlang.explain.laws.paths import FARADAY, concentration, in_thermal, thermal, valence
from ionlang.explain.laws.spots import Spots
from ionlang.model.algebra import (
    NOTHING,
    ONE,
    count,
    exp,
    linoid,
    log,
    minus,
    negated,
    over,
    plus,
    read,
    times,
)
from ionlang.model.books.along import Way, way_out
from ionlang.model.cell import Cell, Line
from ionlang.model.cell_lines import GapJunction, Passing
from ionlang.model.expression import Expr, Read
from ionlang.units import CONDUCTANCE, CURRENT, PURE, RATE, TIME, VOLUME

Laws = Iterator[tuple[str, Expr]]


def junction_laws(cell: Cell, spots: Spots, line: Line) -> Laws:
    """An ion passes by g (Δφ + RT/(zF) ln(c/c')), or as the constant field by a permeability."""
    for junction in line.gap_junctions:
        path, whole = junction.path, _whole(junction)
        size = junction.conductance or junction.permeability
        assert size is not None
        yield whole.path, size if junction.number is None else times(junction.number, size)
        yield through(junction).path, _in_series(spots, whole)
        for share in junction.shares:
            if share.ratio is not None:
                yield f"{path}.ratio({share.species or 'charge'})", share.ratio
            law = times(portion(junction, share), through(junction), _force(cell, spots, junction, share))
            yield from passing_laws(
                spots, _face(junction, share), law, total="flux" if share.species is not None else ""
            )
        yield from _sums(cell, spots, junction)


def _whole(junction: GapJunction) -> Read:
    if junction.conductance is not None:
        return read(f"{junction.path}.total_conductance", CONDUCTANCE)
    return read(f"{junction.path}.total_permeability", VOLUME / TIME)


def through(junction: GapJunction) -> Read:
    """The conductance, or permeability, between this copy and the next."""
    whole = _whole(junction)
    return read(f"{junction.path}.pass()", whole.dimension)


def _in_series(spots: Spots, whole: Read) -> Expr:
    """Where copies differ, the junctions of each count as a half."""
    if whole.path not in spots.differing:
        return whole
    other = neighbour(spots, whole)
    return over(times(count(2), whole, other), plus(whole, other))


def portion(junction: GapJunction, share: Passing) -> Expr:
    """The share of an ion: of a conductance its ratio over the sum of ratios; with a permeability its ratio."""
    ratios = [_ratio(junction, each) for each in junction.shares]
    own = ratios[junction.shares.index(share)]
    if junction.permeability is not None:
        return own
    return ONE if len(junction.shares) == 1 else over(own, plus(*ratios))


def _ratio(junction: GapJunction, share: Passing) -> Expr:
    path = f"{junction.path}.ratio({share.species or 'charge'})"
    return ONE if share.ratio is None else read(path, PURE)


def _face(junction: GapJunction, share: Passing) -> Read:
    dimension = RATE if share.species is not None else CURRENT
    return read(f"{junction.path}.face({share.species or 'charge'})", dimension)


def _force(cell: Cell, spots: Spots, junction: GapJunction, share: Passing) -> Expr:
    if share.species is None:
        return fall_of(junction.place)
    if junction.permeability is not None:
        return _constant_field(cell, spots, junction, share.species)
    drive = plus(fall_of(junction.place), nernst_between(cell, spots, junction.place, share.species, "next"))
    return over(drive, times(valence(share.species), FARADAY))


def nernst_between(cell: Cell, spots: Spots, place: str, species: str, which: str) -> Expr:
    """RT/(zF) ln(c/c'): what drives an ion towards a neighbour without a field."""
    held = concentration(place, species)
    return times(thermal(cell, species), log(over(held, neighbour(spots, held, which))))


def _constant_field(cell: Cell, spots: Spots, junction: GapJunction, species: str) -> Expr:
    """u/(1 − e^(−u)) (c − c' e^(−u)) with u = z F Δφ/(R T); c − c' of what has no charge."""
    held = concentration(junction.place, species)
    other = neighbour(spots, held)
    if not cell.valence(species):
        return minus(held, other)
    u = in_thermal(cell, fall_of(junction.place), valence(species))
    return times(linoid(u), minus(held, times(other, exp(negated(u)))))


def _sums(cell: Cell, spots: Spots, junction: GapJunction) -> Laws:
    path, free, current = junction.path, list[Expr](), list[Expr]()
    whole, last = read(f"{path}.face()", CURRENT), is_last(spots, path)
    if not last or through(junction).path not in spots.differing:
        yield conductance_at_face(path).path, through(junction)
    for share in junction.shares:
        face = _face(junction, share)
        if share.species is None:
            current.append(face)
        elif cell.valence(share.species):
            current.append(times(valence(share.species), FARADAY, face))
            drive = nernst_between(cell, spots, junction.place, share.species, "next")
            free.append(times(portion(junction, share), through(junction), drive))
    if not last or not free:
        yield f"{path}.free()", plus(*free)
    if not current:
        yield whole.path, NOTHING
    elif isinstance(way_out(cell, junction.place), Way):
        yield from passing_laws(spots, whole, plus(*current), total="", kept="")
    yield f"{path}.current", NOTHING if last else plus(*current)
