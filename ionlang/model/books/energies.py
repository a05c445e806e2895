"""What may be read of energy: of each carrier, flux, reaction and water path, from its own flux and its own potentials.

The power that a process dissipates is −(rate × free energy of one cycle as written): what is lost of free energy per
time, or T times the entropy produced. It is above 0 wherever a process runs down its own gradient; none of these
readings is a remainder of others. What is not known is left out: charge of no named ion has no chemical potential,
matter that comes from nothing has none, and `uses` does not say what its fuel gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from ionlang.model.algebra import (
    NOTHING,
    at_least,
    count,
    larger,
    log,
    minus,
    negated,
    over,
    plus,
    power,
    read,
    selected,
    signed_sum,
    times,
)
from ionlang.model.books.cycles import cycle_of
from ionlang.model.cell import Cell, Channel, Flux, Membrane, Part, Reaction, Share, Transporter, Water
from ionlang.model.expression import Expr, Read
from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.units import AMOUNT, CHARGE, CONCENTRATION, ENERGY, POWER, RATE, TIME, VOLTAGE, VOLUME

Move = tuple[str, int, str, str]
"""(species, count, from, to)."""

_RT = times(read("faraday", CHARGE / AMOUNT), read("thermal_voltage", ENERGY / CHARGE))


@dataclass(frozen=True, slots=True)
class Reading:
    """A path and what it is made of; `what` and `span` name its owner."""

    path: str
    value: Expr
    what: str
    span: Span


def energies(cell: Cell) -> tuple[Reading, ...]:
    """Every reading of power and efficiency, and the free energy of what has no affinity; nothing without RT/F."""
    if cell.temperature is None and cell.thermal_voltage is None:
        return ()
    return energies_if_warm(cell)


def energies_if_warm(cell: Cell) -> tuple[Reading, ...]:
    """The same if a temperature were given."""
    found: list[Reading] = []
    for membrane in cell.membranes:
        own = tuple(_of_membrane(cell, membrane))
        found += [*own, *_sums(membrane, own)]
    for flux in cell.fluxes:
        found += _of_flux(cell, flux)
    for reaction in cell.reactions:
        found += _of_reaction(reaction)
    return tuple(found)


def _of_membrane(cell: Cell, membrane: Membrane) -> Iterator[Reading]:
    for carrier in membrane.carriers:
        if isinstance(carrier, Channel):
            yield from _of_channel(cell, membrane, carrier)
        else:
            yield from _of_transporter(cell, membrane, carrier)
    for water in membrane.waters:
        yield from _of_water(water)


def _sums(membrane: Membrane, own: tuple[Reading, ...]) -> Iterator[Reading]:
    """What all carriers and water paths of a membrane dissipate, and what its pumps do."""
    for word in ("dissipation", "work"):
        parts = [read(r.path, POWER) for r in own if r.path.endswith(f".{word}")]
        if parts:
            yield Reading(f"{membrane.name}.{word}", plus(*parts), f"membrane {membrane.name}", membrane.span)


def _of_channel(cell: Cell, membrane: Membrane, channel: Channel) -> Iterator[Reading]:
    path, what, span = channel.path, f"channel {channel.name}", channel.span
    named = [share for share in channel.shares if share.species is not None]
    whole = read(f"{path}.dissipation", POWER)
    lost: list[Read] = []
    for share in named:
        energy = read(f"{path}.free_energy({share.species})", ENERGY / AMOUNT)
        yield Reading(energy.path, _going_out(cell, membrane, channel, share), what, span)
        own = read(f"{path}.dissipation({share.species})", POWER)
        law = _lost(read(f"{path}.flux({share.species})", RATE), energy)
        yield from (Reading(p, v, what, span) for p, v in _named(own, whole, law, alone=len(named) == 1))
        lost.append(own)
    if len(lost) > 1:
        yield Reading(whole.path, plus(*lost), what, span)


def _named(own: Read, whole: Read, law: Expr, *, alone: bool) -> tuple[tuple[str, Expr], ...]:
    """What one ion loses; of the only one it is what the channel loses."""
    return ((whole.path, law), (own.path, whole)) if alone else ((own.path, law),)


def _going_out(cell: Cell, membrane: Membrane, channel: Channel, share: Share) -> Expr:
    """z F (E − V), with the equilibrium potential between the places of this channel."""
    ion = share.species or ""
    usual = tuple(cell.holder(side, ion) for side in (membrane.inside, membrane.outside))
    owner = membrane.name if usual == (share.inside, share.outside) else channel.path
    drive = minus(read(f"{owner}.E({ion})", VOLTAGE), read(f"{membrane.name}.V", VOLTAGE))
    return times(count(cell.valence(ion)), read("faraday", CHARGE / AMOUNT), drive)


def _of_transporter(cell: Cell, membrane: Membrane, carrier: Transporter) -> Iterator[Reading]:
    moves = whole_moves(carrier)
    if moves is None:
        return
    path, what, span = carrier.path, f"{carrier.kind} {carrier.name}", carrier.span
    rate, energy = read(f"{path}.rate", RATE), read(f"{path}.free_energy", ENERGY / AMOUNT)
    if cycle_of(carrier, membrane) is not None:
        yield Reading(f"{path}.dissipation", _lost(rate, energy), what, span)
    parts = [read(f"{path}.free_energy({name})", ENERGY / AMOUNT) for name in by_species(moves)]
    for part, own in zip(parts, by_species(moves).values(), strict=True):
        yield Reading(part.path, moved(cell, own, membrane), what, span)
    if not has_fuel(carrier):
        if len(parts) > 1:
            up, down = _positive(parts), _positive([negated(part) for part in parts])
            yield Reading(f"{path}.efficiency", _gained(rate, up, down), what, span)
        return
    yield Reading(f"{path}.work", times(rate, plus(*parts)), what, span)
    if carrier.conversion is not None and carrier.equilibrium_constant is not None and not carrier.uses:
        fuel = _given_by(carrier.equilibrium_constant, carrier.conversion.origins, carrier.conversion.targets)
        yield Reading(f"{path}.fuel_power", times(rate, fuel), what, span)
        done, spent = read(f"{path}.work", POWER), read(f"{path}.fuel_power", POWER)
        yield Reading(f"{path}.efficiency", _gained(rate, done, spent), what, span)


def has_fuel(carrier: Transporter) -> bool:
    """Whether the file says what a carrier lives on beside gradients."""
    return bool(carrier.uses) or carrier.conversion is not None


def is_driven(carrier: Transporter) -> bool:
    """Whether it has fuel, or the file calls it a pump."""
    return carrier.kind == "pump" or has_fuel(carrier)


def whole_moves(carrier: Transporter | Flux) -> tuple[Move, ...] | None:
    """What a cycle moves from where to where; None if any of it comes from nothing or vanishes."""
    found = [
        (m.species, m.count, m.origin, m.target)
        for m in carrier.movements
        if m.origin is not None and m.target is not None
    ]
    return tuple(found) if len(found) == len(carrier.movements) else None


def by_species(moves: tuple[Move, ...]) -> dict[str, tuple[Move, ...]]:
    """The moves of each species."""
    names = dict.fromkeys(species for species, *_ in moves)
    return {name: tuple(m for m in moves if m[0] == name) for name in names}


def moved(cell: Cell, moves: tuple[Move, ...], through: Membrane | None) -> Expr:
    """Work per amount of cycles: Σ count (RT ln(c_to/c_from) + z F (ψ_to − ψ_from)); outside a membrane with the
    potential of the one that parts the two places."""
    terms: list[tuple[Fraction | int, Expr]] = []
    for species, number, origin, target in moves:
        ratio = over(_held(target, species), _held(origin, species))
        terms.append((number, times(_RT, log(ratio))))
        membrane = through or separating(cell, origin, target)
        rises = 0 if membrane is None else (target in membrane.inside) - (origin in membrane.inside)
        if membrane is not None and rises and cell.valence(species):
            lifted = times(read("faraday", CHARGE / AMOUNT), read(f"{membrane.name}.V", VOLTAGE))
            terms.append((cell.valence(species) * number * rises, lifted))
    return signed_sum(terms)


def separating(cell: Cell, origin: str, target: str) -> Membrane | None:
    """The first membrane with these two on its sides. Where none parts them no potential is known between them, and
    none counts."""
    for membrane in cell.membranes:
        sides = (membrane.inside, membrane.outside)
        if any(origin in a and target in b for a, b in (sides, sides[::-1])):
            return membrane
    return None


def _of_flux(cell: Cell, flux: Flux) -> Iterator[Reading]:
    moves = whole_moves(flux)
    if not moves:
        return
    path, what = flux.path, f"flux {flux.name}"
    energy = read(f"{path}.free_energy", ENERGY / AMOUNT)
    yield Reading(energy.path, moved(cell, moves, None), what, flux.span)
    yield Reading(f"{path}.dissipation", _lost(read(f"{path}.rate", RATE), energy), what, flux.span)


def _of_reaction(reaction: Reaction) -> Iterator[Reading]:
    if cycle_of(reaction) is None or reaction.equilibrium_constant is None:
        return
    path = reaction.path
    lost = _lost(read(f"{path}.rate", RATE), read(f"{path}.free_energy", ENERGY / AMOUNT))
    yield Reading(f"{path}.dissipation", lost, f"reaction {reaction.name}", reaction.span)


def _of_water(water: Water) -> Iterator[Reading]:
    """Volume per time × (RT (osmolarity outside − inside) + pressure of the inside over the outside)."""
    osmolarities = [read(f"{place}.osmolarity", CONCENTRATION) for place in (water.outside, water.inside)]
    drive = times(_RT, minus(*osmolarities))
    drive = drive if water.pressure is None else plus(drive, water.pressure)
    lost = times(read(f"{water.path}.rate", VOLUME / TIME), drive)
    yield Reading(f"{water.path}.dissipation", lost, f"water {water.name}", water.span)


def _held(place: str, species: str) -> Read:
    return read(f"{place}.{species}", CONCENTRATION)


def _lost(rate: Read, energy: Read) -> Expr:
    return negated(times(rate, energy))


def _given_by(constant: Expr, used: tuple[Part, ...], made: tuple[Part, ...]) -> Expr:
    """What one cycle of a conversion gives per amount: RT ln(K Π c_used/Π c_made)."""
    taken, given = (
        times(*(power(_held(p.place, p.species), p.count) for p in side)) for side in (used, made)
    )
    return times(_RT, log(over(times(constant, taken), given)))


def _positive(parts: Sequence[Expr]) -> Expr:
    return plus(*(larger(part, NOTHING) for part in parts))


def _gained(rate: Read, up: Expr, down: Expr) -> Expr:
    """What is gained over what is spent, in the direction in which the carrier runs."""
    return selected(at_least(rate, 0), over(up, down), over(down, up))
