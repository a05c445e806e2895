"""Laws of places: what is brought and taken, amounts, charge, osmolarity, buffers."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ionlang.explain.laws.faces import parts_of
from ionlang.explain.laws.paths import FARADAY, concentration, rate_of, valence
from ionlang.explain.laws.spots import Spots
from ionlang.model.algebra import over, plus, read, signed_sum, times
from ionlang.model.books.ledger import Pool, injections, processes, water_of
from ionlang.model.books.states import in_amounts, variables
from ionlang.model.cell import Buffer, Cell, Content, Place
from ionlang.model.check.laws import is_rule
from ionlang.model.expression import Expr, Read
from ionlang.units import AMOUNT, CONCENTRATION, CURRENT, RATE, TIME, VOLUME

Laws = Iterator[tuple[str, Expr]]
_FLOWS = {"rate": RATE, "current": CURRENT, "water": VOLUME / TIME}


def place_laws(cell: Cell, place: Place, spots: Spots) -> Laws:
    yield f"{place.name}.osmolarity", plus(*(concentration(place.name, c.species) for c in place.contents))
    if place.volume_rule is not None:
        yield f"{place.name}.volume", place.volume_rule
    states = {v.path for v in variables(cell)}  # for membership only
    for content in place.contents:
        yield from _content_laws(cell, place, content, states, spots)
    if place.motion == "water":
        path = f"{place.name}.volume"
        yield rate_of(path, VOLUME).path, signed_sum(_brought(cell, water_of(place.name), spots))
    if place.volume is not None:
        yield f"{place.name}.charge", times(FARADAY, signed_sum(_charges(cell, place)))


def _content_laws(cell: Cell, place: Place, content: Content, states: set[str], spots: Spots) -> Laws:
    amount = read(f"amount({content.path})", AMOUNT)
    if place.volume is not None and amount.path not in states:
        yield amount.path, times(concentration(place.name, content.species), volume_of(place))
    if content.start is not None and is_rule(content):
        yield content.path, content.start
        return
    brought = signed_sum(_brought(cell, Pool(place.name, content.species), spots))
    if content.path in states:
        yield rate_of(content.path, CONCENTRATION).path, over(brought, volume_of(place))
    if amount.path in states:
        yield rate_of(amount.path, AMOUNT).path, brought
    if in_amounts(cell, place, content) and not content.held:
        yield content.path, _free(cell, place, content, amount)


def volume_of(place: Place) -> Read:
    return read(f"{place.name}.volume", VOLUME)


def _free(cell: Cell, place: Place, content: Content, amount: Read) -> Expr:
    """amount/volume, less what buffers bind."""
    whole = over(amount, volume_of(place))
    bound = [read(f"{b.path}.bound", CONCENTRATION) for b in cell.buffers_of(place.name, content.species)]
    return signed_sum([(1, whole), *((-1, b) for b in bound)])


def _brought(cell: Cell, pool: Pool, spots: Spots) -> list[tuple[Fraction, Expr]]:
    """What each process brings to a pool, in the file's order."""
    terms: list[tuple[Fraction, Expr]] = []
    for process in (*processes(cell), *injections(cell)):
        change = process.change_of(pool)
        if not change:
            continue
        flow = read(process.path, _FLOWS[process.kind])
        for sign, part in parts_of(cell, spots, flow, pool.place):
            terms.append((sign * change, over(part, FARADAY) if process.kind == "current" else part))
    return terms


def _charges(cell: Cell, place: Place) -> list[tuple[int, Expr]]:
    charged = [c for c in place.contents if cell.valence(c.species)]
    return [(1, times(valence(c.species), read(f"amount({c.path})", AMOUNT))) for c in charged]


def buffer_laws(cell: Cell, buffer: Buffer) -> Laws:
    """sites × free/(K_d + free); the sites are as many as at the start, in the volume of the moment."""
    place = cell.place(buffer.place)
    free = concentration(buffer.place, buffer.species)
    sites = read(f"{buffer.path}.sites", CONCENTRATION)
    yield f"{buffer.path}.bound", over(times(sites, free), plus(buffer.dissociation, free))
    if place.moves and place.volume_start is not None:
        yield sites.path, over(times(buffer.total, place.volume_start), volume_of(place))
    else:
        yield sites.path, buffer.total
