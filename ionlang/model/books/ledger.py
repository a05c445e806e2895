"""Every carrier adds matter to one ledger: processes, what each does to each pool, and what follows from that.

A pool is a species in a compartment, counted in amount; the charge number on a membrane (C V/F) is a pool too, and so
is the water of a compartment.
A process is anything with one rate: an ion through a channel, a cycle of a pump, a plain flux, an injected current.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

from ionlang.model.books.along import passed_outward
from ionlang.model.books.lengthwise import Gain, gains
from ionlang.model.books.potentials import loads
from ionlang.model.cell import (
    Cell,
    Channel,
    Conversion,
    DefinedPotential,
    Flux,
    Membrane,
    Reaction,
    Transporter,
    Water,
)
from ionlang.model.cell_lines import Axial, Diffusion, Line
from ionlang.records import dataclass
from ionlang.source import Span


@dataclass(frozen=True, slots=True)
class Pool:
    """A species in a compartment; the charge that a membrane holds, counted for its first side; the water of a
    compartment (`place` is the path of the compartment or membrane, `species` None for charge and water)."""

    place: str
    species: str | None
    kind: Literal["matter", "charge", "water"] = "matter"


def charge_of(membrane: str) -> Pool:
    return Pool(membrane, None, "charge")


def water_of(place: str) -> Pool:
    return Pool(place, None, "water")


@dataclass(frozen=True, slots=True)
class Process:
    """`path` reads its rate (`soma.K_leak.flux(K)`, `soma.NaK.rate`), or a current (`soma.inject(K)`) that over F is
    its rate; of water a volume per time. `changes` are amounts per unit of rate. Changes of baths, of what is held and
    of `nothing` are in `elsewhere`."""

    path: str
    kind: Literal["rate", "current", "water"]
    what: str
    changes: tuple[tuple[Pool, Fraction], ...]
    elsewhere: tuple[tuple[str, str, Fraction], ...]
    span: Span

    def change_of(self, pool: Pool) -> Fraction:
        return sum((amount for p, amount in self.changes if p == pool), Fraction(0))


def processes(cell: Cell) -> tuple[Process, ...]:
    """All processes of the model itself, in source order (injected currents belong to scenarios)."""
    found: list[Process] = []
    for membrane in cell.membranes:
        for carrier in membrane.carriers:
            if isinstance(carrier, Channel):
                found += _channel(cell, membrane, carrier)
            else:
                found.append(_transporter(cell, membrane, carrier))
        found += [_water(cell, water) for water in membrane.waters]
    found += [_flux(cell, flux) for flux in cell.fluxes]
    found += [_reaction(cell, reaction) for reaction in cell.reactions]
    found += couplings(cell)
    return tuple(found)


def couplings(cell: Cell) -> tuple[Process, ...]:
    """What a copy in a line gets from its neighbours and through the ends; the sum over all copies of what neighbours
    give one another is nothing."""
    found: list[Process] = []
    for line in cell.lines:
        for diffusion in line.diffusions:
            for each in diffusion.species:
                found += _diffusing(cell, line, diffusion, each.species)
        found += [_along(cell, axial) for axial in line.axials]
        found += [_gained(cell, gain) for gain in gains(cell, line)]
    return tuple(found)


def _diffusing(cell: Cell, line: Line, diffusion: Diffusion, species: str) -> Iterator[Process]:
    what, place = f"diffusion in {diffusion.place}", diffusion.place
    held, _ = _split(cell, [(place, species, Fraction(1))])
    beside = (("neighbours", species, Fraction(-1)),)
    yield Process(f"{diffusion.path}.gain({species})", "rate", what, held, beside, diffusion.span)
    for word, end in (("first", diffusion.first), ("last", diffusion.last)):
        holds = line.ends == "open" if end is None else cell.place(end).content(species) is not None
        moves: list[tuple[str | None, str, Fraction]] = [
            (place, species, Fraction(1)),
            (end, species, Fraction(-1)),
        ]
        if holds:
            held, elsewhere = _split(cell, moves)
            yield Process(
                f"{diffusion.path}.{word}({species})", "rate", what, held, elsewhere, diffusion.span
            )


def _along(cell: Cell, axial: Axial) -> Process:
    """A current along a place. It charges every membrane that encloses the place: what comes in must go out through
    all of them."""
    charge = tuple((charge_of(membrane), Fraction(1)) for membrane in axial.membranes)
    held: tuple[tuple[Pool, Fraction], ...] = ()
    if axial.carrier is not None:
        held, _ = _split(cell, [(axial.place, axial.carrier, 1 / cell.valence(axial.carrier))])
    beside = (("neighbours", axial.carrier or "charge", Fraction(-1)),)
    what = f"axial current in {axial.place}"
    return Process(f"{axial.path}.current", "current", what, (*held, *charge), beside, axial.span)


def _gained(cell: Cell, gain: Gain) -> Process:
    """What electrodiffusion or gap junctions bring: matter, and charge on the membranes around."""
    held, elsewhere = _split(cell, list(gain.moves))
    charges = tuple((charge_of(name), amount) for name, amount in gain.charges)
    named = gain.moves[0][1] if gain.moves else "charge"
    beside = (("neighbours", named, Fraction(-1)),) if gain.among_copies else elsewhere
    return Process(gain.path, gain.kind, gain.what, (*held, *charges), beside, gain.span)


def injections(cell: Cell) -> tuple[Process, ...]:
    """Injected currents that some scenario uses: positive charge enters the first side, its ion comes from outside
    the model; it charges this membrane and all around it."""
    paths = dict.fromkeys((o.target, o.span) for s in cell.acting for o in s.overrides if o.way == "inject")
    seen: dict[str, Process] = {}
    for path, span in paths:
        membrane = next(m for m in cell.membranes if path.startswith(f"{m.name}.inject("))
        carrier = path[len(membrane.name) + 8 : -1]
        place = cell.holder(membrane.inside, carrier)
        changes: list[tuple[str | None, str, Fraction]] = []
        if place is not None:
            changes.append((place, carrier, 1 / cell.valence(carrier)))
        held, elsewhere = _split(cell, changes)
        charge = tuple((charge_of(name), Fraction(1)) for name in passed_outward(cell, membrane))
        seen.setdefault(path, Process(path, "current", "injected current", (*held, *charge), elsewhere, span))
    return tuple(seen.values())


def _charging(cell: Cell, membrane: Membrane, charge: Fraction) -> tuple[tuple[Pool, Fraction], ...]:
    """What a charge number that leaves the first side does to the charge that membranes hold: to the membrane's own,
    or to those whose potentials its own is the sum of."""
    if not isinstance(membrane.potential, DefinedPotential):
        return ((charge_of(membrane.name), -charge),) if charge else ()
    weights = loads(cell, membrane) or {}
    return tuple((charge_of(name), -weight * charge) for name, weight in weights.items() if weight * charge)


def _channel(cell: Cell, membrane: Membrane, channel: Channel) -> Iterator[Process]:
    what = f"channel {channel.name}"
    for share in channel.shares:
        z = Fraction(1) if share.species is None else cell.valence(share.species)
        charge = () if channel.excluded else _charging(cell, membrane, z)
        if share.species is None:
            yield Process(f"{channel.path}.current(charge)", "current", what, charge, (), channel.span)
            continue
        moves = [
            (share.inside, share.species, Fraction(-1)),
            (share.outside, share.species, Fraction(1)),
        ]
        held, elsewhere = _split(cell, [(p, s, a) for p, s, a in moves])
        path = f"{channel.path}.flux({share.species})"
        yield Process(path, "rate", what, (*held, *charge), elsewhere, channel.span)


def _transporter(cell: Cell, membrane: Membrane, carrier: Transporter) -> Process:
    moves: list[tuple[str | None, str, Fraction]] = []
    for m in carrier.movements:
        moves += [(m.origin, m.species, Fraction(-m.count)), (m.target, m.species, Fraction(m.count))]
    moves += [(u.place, u.species, Fraction(-u.count)) for u in carrier.uses]
    moves += _turned(carrier.conversion)
    held, elsewhere = _split(cell, moves)
    charges = () if carrier.excluded else _charging(cell, membrane, carrier.charge_out)
    what = f"{carrier.kind} {carrier.name}"
    return Process(f"{carrier.path}.rate", "rate", what, (*held, *charges), elsewhere, carrier.span)


def _water(cell: Cell, water: Water) -> Process:
    pools: list[tuple[Pool, Fraction]] = []
    elsewhere: list[tuple[str, str, Fraction]] = []
    for place, change in ((water.inside, Fraction(-1)), (water.outside, Fraction(1))):
        if cell.place(place).motion == "water":
            pools.append((water_of(place), change))
        else:
            elsewhere.append((place, "water", change))
    return Process(
        f"{water.path}.rate", "water", f"water {water.name}", tuple(pools), tuple(elsewhere), water.span
    )


def _flux(cell: Cell, flux: Flux) -> Process:
    moves: list[tuple[str | None, str, Fraction]] = []
    for m in flux.movements:
        moves += [(m.origin, m.species, Fraction(-m.count)), (m.target, m.species, Fraction(m.count))]
    held, elsewhere = _split(cell, moves)
    return Process(f"{flux.path}.rate", "rate", f"flux {flux.name}", held, elsewhere, flux.span)


def _reaction(cell: Cell, reaction: Reaction) -> Process:
    held, elsewhere = _split(cell, _turned(reaction.conversion))
    return Process(
        f"{reaction.path}.rate", "rate", f"reaction {reaction.name}", held, elsewhere, reaction.span
    )


def _turned(line: Conversion | None) -> list[tuple[str | None, str, Fraction]]:
    if line is None:
        return []
    used = [(p.place, p.species, Fraction(-p.count)) for p in line.origins]
    return [*used, *((p.place, p.species, Fraction(p.count)) for p in line.targets)]


def _split(
    cell: Cell, moves: list[tuple[str | None, str, Fraction]] | list[tuple[str, str, Fraction]]
) -> tuple[tuple[tuple[Pool, Fraction], ...], tuple[tuple[str, str, Fraction], ...]]:
    """Changes of pools, and of what is held, a bath or nothing."""
    pools: dict[Pool, Fraction] = {}
    elsewhere: list[tuple[str, str, Fraction]] = []
    for place_name, species, amount in moves:
        place = cell.place(place_name) if place_name is not None else None
        content = place.content(species) if place is not None else None
        if place is None or place.kind == "bath" or content is None or content.held:
            elsewhere.append((place_name or "nothing", species, amount))
        else:
            pool = Pool(place.name, species)
            pools[pool] = pools.get(pool, Fraction(0)) + amount
    return tuple((p, a) for p, a in pools.items() if a), tuple(elsewhere)


def moved_pools(cell: Cell) -> tuple[Pool, ...]:
    """The pools of matter that something changes, in the order of places and contents."""
    touched = {pool for process in (*processes(cell), *injections(cell)) for pool, _ in process.changes}
    return tuple(
        pool
        for place in cell.places
        for content in place.contents
        if (pool := Pool(place.name, content.species)) in touched
    )
