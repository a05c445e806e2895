"""Laws of electrodiffusion along a line, and of the potential that follows at each face."""

from __future__ import annotations

from collections.abc import Iterator

from ionlang.explain.laws.between import (
    beyond_end,
    conductance_at_face,
    fall,
    fall_of,
    half_of,
    in_series,
    is_last,
    neighbour,
    passing_laws,
    section_laws,
    spreading,
)
from ionlang.explain.laws.faces import is_at_end
from ionlang.explain.laws.paths import FARADAY, THERMAL_VOLTAGE, concentration, in_thermal, potential, valence
from ionlang.explain.laws.spots import Spots
from ionlang.model.algebra import (
    NOTHING,
    count,
    log_mean,
    minus,
    negated,
    over,
    plus,
    power,
    read,
    times,
)
from ionlang.model.books.along import Way, conducting, has_field, together, way_out
from ionlang.model.books.lengthwise import ENDS, End, passes_end
from ionlang.model.cell import Cell, Line
from ionlang.model.cell_lines import Axial, Diffusing, Electrodiffusion
from ionlang.model.expression import Expr, Read
from ionlang.units import CONCENTRATION, CURRENT, PURE, RATE, TIME, VOLTAGE, VOLUME

Laws = Iterator[tuple[str, Expr]]


def field_laws(cell: Cell, spots: Spots, line: Line) -> Laws:
    """Of all potentials along a line, and what drifts in them."""
    for coupling in conducting(cell, line):
        way = way_out(cell, coupling.place)
        if isinstance(way, Way):
            for place in (coupling.place, *(p for p in way.outermost if line.holds(f"{p}."))):
                yield from _potential_laws(cell, spots, line, place, way)
    for field in line.electrodiffusions:
        yield from _electrodiffusion_laws(cell, spots, line, field)


def _potential_laws(cell: Cell, spots: Spots, line: Line, place: str, outward: Way) -> Laws:
    """What it falls by towards the next copy: V of the membranes around, and what the outermost place falls by; its
    potential is that of the previous copy less what fell on the way."""
    way = way_out(cell, place)
    assert isinstance(way, Way)
    spot = spots.of(f"{place}.")
    assert spot is not None
    around = plus(*(potential(name) for name in way.membranes))
    falls = has_field(cell, line, place)
    if not falls and not way.membranes:
        yield fall_of(place).path, NOTHING
    elif spot.number < spot.count:
        across = [fall(spots, potential(name)) for name in way.membranes]
        outermost = [_outermost(outward)] if falls else []
        yield fall_of(place).path, plus(*across, *outermost)
        if falls:
            yield _outermost(outward).path, _outermost_fall(cell, spots, line, place)
    before = read(f"{place}.potential", VOLTAGE)
    if falls and spot.number > 1:
        yield (
            before.path,
            minus(neighbour(spots, before, "previous"), neighbour(spots, fall_of(place), "previous")),
        )
    else:
        yield before.path, around


def _outermost(way: Way) -> Read:
    return read(f"{way.outermost[0]}.outermost_fall()", VOLTAGE)


def _outermost_fall(cell: Cell, spots: Spots, line: Line, place: str) -> Expr:
    """−Σ (i + σ ΔV)/Σ σ: all currents through a face, along all places that hang together, add up to nothing."""
    above: list[Expr] = []
    below: list[Expr] = []
    for coupling in together(cell, line, place):
        way, sigma = way_out(cell, coupling.place), conductance_at_face(coupling.path)
        assert isinstance(way, Way)
        if not isinstance(coupling, Axial):
            above.append(read(f"{coupling.path}.free()", CURRENT))
        if way.membranes:
            above.append(times(sigma, plus(*(fall(spots, potential(name)) for name in way.membranes))))
        below.append(sigma)
    return negated(over(plus(*above), plus(*below)))


def _electrodiffusion_laws(cell: Cell, spots: Spots, line: Line, field: Electrodiffusion) -> Laws:
    """J = k (c − c' + z c̄ (φ − φ')/(RT/F)), with the logarithmic mean c̄ of both sides."""
    yield from section_laws(line, field)
    for each in field.species:
        whole, half = spreading(line, field, each.coefficient), half_of(field, each.species)
        held, k, mean = _symbols(field, each.species)
        yield half.path, times(count(2), whole)
        yield k.path, in_series(spots, half, whole)
        yield mean.path, log_mean(held, neighbour(spots, held))
        force = fall(spots, held)
        if cell.valence(each.species):
            drift = in_thermal(cell, fall_of(field.place), valence(each.species))
            force = plus(force, times(mean, drift))
        yield from passing_laws(spots, _face(field, each.species), times(k, force))
    yield from _sums(cell, spots, field)
    for end in ENDS:
        yield from _end_laws(cell, spots, line, field, end)


def _symbols(field: Electrodiffusion, species: str) -> tuple[Read, Read, Read]:
    """c, k and c̄."""
    return (
        concentration(field.place, species),
        read(f"{field.path}.pass({species})", VOLUME / TIME),
        read(f"{field.path}.mean({species})", CONCENTRATION),
    )


def _face(field: Electrodiffusion, species: str) -> Read:
    return read(f"{field.path}.face({species})", RATE)


def _sums(cell: Cell, spots: Spots, field: Electrodiffusion) -> Laws:
    """F Σ z k (c − c'), F Σ z² k c̄/(RT/F), F Σ z J."""
    ions = [each.species for each in field.species if cell.valence(each.species)]
    free: list[Expr] = []
    conducts: list[Expr] = []
    if is_last(spots, field.path):
        yield f"{field.path}.current", NOTHING
        return
    for ion in ions:
        held, k, mean = _symbols(field, ion)
        free.append(times(valence(ion), k, fall(spots, held)))
        conducts.append(times(power(valence(ion), 2), k, mean))
    yield f"{field.path}.free()", times(FARADAY, plus(*free)) if ions else NOTHING
    whole = times(over(FARADAY, THERMAL_VOLTAGE), plus(*conducts)) if ions else NOTHING
    yield conductance_at_face(field.path).path, whole
    moving = (times(valence(ion), _face(field, ion)) for ion in ions)
    current = times(FARADAY, plus(*moving)) if ions else NOTHING
    face = read(f"{field.path}.face()", CURRENT)
    yield from passing_laws(spots, face, current, total="", kept="")
    yield f"{field.path}.current", current


def _end_laws(cell: Cell, spots: Spots, line: Line, field: Electrodiffusion, end: End) -> Laws:
    """Through an end no net current passes: what is beyond stands higher by so much that the ions cancel."""
    passing = [each for each in field.species if passes_end(cell, line, field, end, each.species)]
    ions = [each for each in passing if cell.valence(each.species)]
    rise = read(f"{field.path}.{end}.rise()", PURE)
    for each in passing:
        held, outside, mean = _end_symbols(field, end, each)
        yield outside.path, beyond_end(cell, field, end, each.species)
        yield mean.path, log_mean(outside, held)
        force = minus(outside, held)
        if each in ions:
            force = plus(force, times(valence(each.species), mean, rise))
        path = f"{field.path}.{end}({each.species})"
        yield path, times(half_of(field, each.species), force) if is_at_end(spots, path) else NOTHING
    if ions:
        yield rise.path, _rise(field, end, ions)
    elif passing:
        yield rise.path, NOTHING


def _end_symbols(field: Electrodiffusion, end: End, each: Diffusing) -> tuple[Read, Read, Read]:
    """c inside, c beyond the end, and their mean."""
    path = f"{field.path}.{end}"
    return (
        concentration(field.place, each.species),
        read(f"{path}.beyond({each.species})", CONCENTRATION),
        read(f"{path}.mean({each.species})", CONCENTRATION),
    )


def _rise(field: Electrodiffusion, end: End, ions: list[Diffusing]) -> Expr:
    """−Σ z k (c − c')/Σ z² k c̄, over RT/F."""
    above: list[Expr] = []
    below: list[Expr] = []
    for each in ions:
        held, outside, mean = _end_symbols(field, end, each)
        z, k = valence(each.species), half_of(field, each.species)
        above.append(times(z, k, minus(outside, held)))
        below.append(times(power(z, 2), k, mean))
    return negated(over(plus(*above), plus(*below)))
