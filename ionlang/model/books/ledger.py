"""Every carrier adds matter to one ledger: processes, what each does to each pool, and what follows from that.

A pool is a species in a compartment, counted in amount; the charge number on a membrane (C V/F) is a pool too.
A process is anything with one rate: an ion through a channel, a cycle of a pump, a plain flux, an injected current.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

from ionlang.model.cell import Cell, Channel, Flux, Membrane, Transporter
from ionlang.records import dataclass
from ionlang.source import Span


@dataclass(frozen=True, slots=True)
class Pool:
    """A species in a compartment, or (species None) the charge that a membrane holds, counted for its first side."""

    place: str
    species: str | None


@dataclass(frozen=True, slots=True)
class Process:
    """`path` reads its rate (`soma.K_leak.flux(K)`, `soma.NaK.rate`), or a current (`soma.inject(K)`) that over F is
    its rate; `changes` are amounts per unit of rate. Changes of baths and `nothing` are in `elsewhere`."""

    path: str
    kind: Literal["rate", "current"]
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
    found += [_flux(cell, flux) for flux in cell.fluxes]
    return tuple(found)


def injections(cell: Cell) -> tuple[Process, ...]:
    """Injected currents that some scenario uses: positive charge enters the first side, its ion comes from outside
    the model."""
    paths = dict.fromkeys((o.target, o.span) for s in cell.acting for o in s.overrides if o.way == "inject")
    seen: dict[str, Process] = {}
    for path, span in paths:
        membrane = next(m for m in cell.membranes if path.startswith(f"{m.name}.inject("))
        carrier = path[len(membrane.name) + 8 : -1]
        changes: list[tuple[str | None, str, Fraction]] = []
        if carrier != "charge":
            changes.append((membrane.inside, carrier, 1 / cell.valence(carrier)))
        split = _split(cell, changes)
        charge = ((Pool(membrane.name, None), Fraction(1)),)
        seen.setdefault(
            path, Process(path, "current", "injected current", (*split[0], *charge), split[1], span)
        )
    return tuple(seen.values())


def _channel(cell: Cell, membrane: Membrane, channel: Channel) -> Iterator[Process]:
    for share in channel.shares:
        if share.species is None:
            charge = ((Pool(membrane.name, None), Fraction(-1)),)
            yield Process(
                f"{channel.path}.current(charge)",
                "current",
                f"channel {channel.name}",
                charge,
                (),
                channel.span,
            )
            continue
        z = cell.valence(share.species)
        moves = [
            (membrane.inside, share.species, Fraction(-1)),
            (membrane.outside, share.species, Fraction(1)),
        ]
        held, elsewhere = _split(cell, [(p, s, a) for p, s, a in moves])
        path = f"{channel.path}.flux({share.species})"
        yield Process(
            path,
            "rate",
            f"channel {channel.name}",
            (*held, (Pool(membrane.name, None), -z)),
            elsewhere,
            channel.span,
        )


def _transporter(cell: Cell, membrane: Membrane, carrier: Transporter) -> Process:
    moves: list[tuple[str | None, str, Fraction]] = []
    for m in carrier.movements:
        moves += [(m.origin, m.species, Fraction(-m.count)), (m.target, m.species, Fraction(m.count))]
    moves += [(u.place, u.species, Fraction(-u.count)) for u in carrier.uses]
    held, elsewhere = _split(cell, moves)
    charge = ((Pool(membrane.name, None), -carrier.charge_out),) if carrier.charge_out else ()
    return Process(
        f"{carrier.path}.rate",
        "rate",
        f"{carrier.kind} {carrier.name}",
        (*held, *charge),
        elsewhere,
        carrier.span,
    )


def _flux(cell: Cell, flux: Flux) -> Process:
    moves: list[tuple[str | None, str, Fraction]] = []
    for m in flux.movements:
        moves += [(m.origin, m.species, Fraction(-m.count)), (m.target, m.species, Fraction(m.count))]
    held, elsewhere = _split(cell, moves)
    return Process(f"{flux.path}.rate", "rate", f"flux {flux.name}", held, elsewhere, flux.span)


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
