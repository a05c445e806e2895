"""Laws of channels, pumps, transporters, water and plain fluxes."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ionlang.explain.laws.membranes import constant_field, nernst
from ionlang.explain.laws.paths import (
    FARADAY,
    concentration,
    energy,
    per_area,
    potential,
    valence,
)
from ionlang.model.algebra import (
    ONE,
    count,
    log,
    minus,
    over,
    plus,
    read,
    signed_sum,
    times,
)
from ionlang.model.cell import (
    Cell,
    Channel,
    ConstantField,
    CycleCurrent,
    CycleRate,
    Flux,
    Membrane,
    Ohmic,
    Share,
    Transporter,
    Water,
    WrittenCurrent,
)
from ionlang.model.check.defined import is_warm, moved_by
from ionlang.model.expression import Expr, Read
from ionlang.units import (
    AMOUNT,
    AREA,
    CAPACITANCE,
    CHARGE,
    CONCENTRATION,
    CONDUCTANCE,
    CURRENT,
    ENERGY,
    PURE,
    RATE,
    TIME,
    VOLTAGE,
    VOLUME,
)

Laws = Iterator[tuple[str, Expr]]


def working(cell: Cell, path: str) -> Expr:
    """1 − block, times the factor where something scales the carrier."""
    left = minus(ONE, read(f"{path}.block", PURE))
    scaled = any(p.path == f"{path}.factor" for p in cell.parameters)
    return times(left, read(f"{path}.factor", PURE)) if scaled else left


def sized(cell: Cell, membrane: Membrane, path: str, basis: str, written: Expr, total: Read) -> Laws:
    """A written total, or density, as the total and per area."""
    left, area = working(cell, path), read(f"{membrane.name}.area", AREA)
    density = per_area(total)
    match basis:
        case "per area":
            yield total.path, times(left, area, written)
            yield density.path, times(left, written)
        case "per capacitance":
            yield total.path, times(left, read(f"{membrane.name}.total_capacitance", CAPACITANCE), written)
            yield density.path, over(total, area)
        case _:
            yield total.path, times(left, written)
            yield density.path, over(total, area)


def open_law(cell: Cell, membrane: Membrane, path: str, basis: str) -> Laws:
    left = working(cell, path)
    sizes: dict[str, Expr] = {
        "per area": read(f"{membrane.name}.area", AREA),
        "per capacitance": read(f"{membrane.name}.total_capacitance", CAPACITANCE),
    }
    yield f"{path}.open()", times(left, sizes.get(basis, ONE))


def channel_laws(cell: Cell, membrane: Membrane, channel: Channel) -> Laws:
    path, law = channel.path, channel.law
    yield from open_law(cell, membrane, path, law.basis)
    match law:
        case Ohmic(conductance=size, reversal=reversal):
            yield from sized(cell, membrane, path, law.basis, size, conductance_of(path))
            if reversal is not None:
                yield f"{path}.reversal", reversal
        case ConstantField(permeability=size):
            yield from sized(cell, membrane, path, law.basis, size, permeability_of(path))
        case WrittenCurrent():
            pass
    for share in channel.shares:
        if share.ratio is not None:
            yield ratio_of(path, share).path, share.ratio
        yield from _own_potentials(cell, membrane, channel, share)
    yield from _currents(cell, membrane, channel)
    for name in moved_by(channel):
        flux = over(read(f"{path}.current({name})", CURRENT), times(valence(name), FARADAY))
        yield f"{path}.flux({name})", flux
    only = channel.shares[0]
    if len(channel.shares) == 1 and only.species is not None and is_warm(cell):
        moves = ((only.species, 1, only.inside, only.outside),)
        yield f"{path}.free_energy", movement_energy(cell, membrane, moves)


def conductance_of(path: str) -> Read:
    return read(f"{path}.total_conductance", CONDUCTANCE)


def permeability_of(path: str) -> Read:
    return read(f"{path}.total_permeability", VOLUME / TIME)


def current_of(path: str) -> Read:
    return read(f"{path}.current", CURRENT)


def ratio_of(path: str, share: Share) -> Read:
    return read(f"{path}.ratio({share.species or 'charge'})", PURE)


def _currents(cell: Cell, membrane: Membrane, channel: Channel) -> Laws:
    path = channel.path
    parts = [read(f"{path}.current({s.species or 'charge'})", CURRENT) for s in channel.shares]
    for share, part in zip(channel.shares, parts, strict=True):
        whole = current_of(path) if len(parts) == 1 else part
        yield whole.path, _share_current(cell, membrane, channel, share, dense=False)
        yield per_area(whole).path, _share_current(cell, membrane, channel, share, dense=True)
        if len(parts) == 1:
            yield part.path, whole
            yield per_area(part).path, per_area(whole)
    if len(parts) > 1:
        yield f"{path}.current", plus(*parts)
        yield f"{path}.current/area", plus(*(per_area(part) for part in parts))


def owner_of(cell: Cell, membrane: Membrane, channel: Channel, share: Share) -> str:
    """Whose Nernst potential drives the ion: the membrane's, or the channel's own where it names the places."""
    sides = tuple(cell.holder(side, share.species or "") for side in (membrane.inside, membrane.outside))
    return membrane.name if sides == (share.inside, share.outside) else channel.path


def _own_potentials(cell: Cell, membrane: Membrane, channel: Channel, share: Share) -> Laws:
    ion = share.species
    if ion is None or not is_warm(cell) or owner_of(cell, membrane, channel, share) != channel.path:
        return
    sides = concentration(share.inside, ion), concentration(share.outside, ion)
    yield f"{channel.path}.E({ion})", nernst(cell, ion, *sides)
    yield f"{channel.path}.ghk({ion})", constant_field(membrane.name, ion, *sides)


def portion(channel: Channel, share: Share) -> Expr:
    """The share of an ion in a conductance or a written current: its ratio over the sum of ratios."""
    if len(channel.shares) == 1:
        return ONE
    ratios = [ratio_of(channel.path, s) if s.ratio is not None else ONE for s in channel.shares]
    return over(ratios[channel.shares.index(share)], plus(*ratios))


def reversal_of(cell: Cell, membrane: Membrane, channel: Channel, share: Share) -> Read:
    if isinstance(channel.law, Ohmic) and channel.law.reversal is not None:
        return read(f"{channel.path}.reversal", VOLTAGE)
    return read(f"{owner_of(cell, membrane, channel, share)}.E({share.species})", VOLTAGE)


def _share_current(cell: Cell, membrane: Membrane, channel: Channel, share: Share, *, dense: bool) -> Expr:
    path = channel.path
    match channel.law:
        case Ohmic():
            size = per_area(conductance_of(path)) if dense else conductance_of(path)
            drive = minus(potential(membrane.name), reversal_of(cell, membrane, channel, share))
            return times(size, portion(channel, share), drive)
        case ConstantField():
            size = per_area(permeability_of(path)) if dense else permeability_of(path)
            ratio = ratio_of(path, share) if share.ratio is not None else ONE
            ion = share.species or ""
            sides = concentration(share.inside, ion), concentration(share.outside, ion)
            return times(size, ratio, constant_field(membrane.name, ion, *sides))
        case WrittenCurrent(current=written, basis=basis):
            whole = times(portion(channel, share), written)
            target = read(f"{path}.current({share.species or 'charge'})", CURRENT)
            found = dict(sized(cell, membrane, path, basis, whole, target))
            return found[per_area(target).path if dense else target.path]


def transporter_laws(cell: Cell, membrane: Membrane, carrier: Transporter) -> Laws:
    path = carrier.path
    rate, current = read(f"{path}.rate", RATE), current_of(path)
    yield from open_law(cell, membrane, path, carrier.law.basis)
    charges = count(carrier.charge_out)
    match carrier.law:
        case CycleRate(rate=written, basis=basis):
            yield from sized(cell, membrane, path, basis, written, rate)
            yield current.path, times(charges, FARADAY, rate)
            yield per_area(current).path, times(charges, FARADAY, per_area(rate))
        case CycleCurrent(current=written, basis=basis):
            yield from sized(cell, membrane, path, basis, written, current)
            yield rate.path, over(current, times(charges, FARADAY))
            yield per_area(rate).path, over(per_area(current), times(charges, FARADAY))
    for name in moved_by(carrier):
        out = net_out(membrane, carrier, name)
        yield f"{path}.flux({name})", times(count(out), rate)
        if cell.valence(name):
            part = read(f"{path}.current({name})", CURRENT)
            yield part.path, times(count(out), valence(name), FARADAY, rate)
            yield per_area(part).path, times(count(out), valence(name), FARADAY, per_area(rate))
    if is_warm(cell):
        moves = tuple((m.species, m.count, m.origin, m.target) for m in carrier.movements)
        yield f"{path}.free_energy", movement_energy(cell, membrane, moves)


def net_out(membrane: Membrane, carrier: Transporter, species: str) -> Fraction:
    """How many leave the first side in one cycle."""
    mine = [m for m in carrier.movements if m.species == species]
    return Fraction(
        sum(m.count * ((m.origin in membrane.inside) - (m.target in membrane.inside)) for m in mine)
    )


def movement_energy(
    cell: Cell, membrane: Membrane, moves: tuple[tuple[str, int, str | None, str | None], ...]
) -> Expr:
    """ΔG of one cycle = Σ count (RT ln(c_to/c_from) ± z F V), + for charge that comes to the first side."""
    terms: list[tuple[int, Expr]] = []
    for species, number, origin, target in moves:
        if origin is not None and target is not None:
            parts = energy_terms(cell, membrane, species, origin, target)
            terms.append((number, signed_sum([(sign, term) for _, sign, term in parts])))
    if not terms:
        return times(count(0), read("faraday", CHARGE / AMOUNT), read("thermal_voltage", ENERGY / CHARGE))
    return signed_sum(terms)


def energy_terms(
    cell: Cell, membrane: Membrane, species: str, origin: str, target: str
) -> list[tuple[str, int, Expr]]:
    """What the way of one particle is against, with the sign and size of its work per amount."""
    ratio = over(concentration(target, species), concentration(origin, species))
    found: list[tuple[str, int, Expr]] = [("its concentrations", 1, times(energy(cell), log(ratio)))]
    rises = (target in membrane.inside) - (origin in membrane.inside)
    if cell.valence(species) and rises:
        found.append(("V", rises, times(valence(species), FARADAY, potential(membrane.name))))
    return found


def water_law(membrane: Membrane, water: Water, cell: Cell) -> tuple[str, Expr]:
    """permeability × area × molar volume × (osmolarity outside − inside + pressure/RT)."""
    size = water.permeability
    if water.basis == "per area":
        size = times(size, read(f"{membrane.name}.area", AREA))
    drive = minus(*(read(f"{place}.osmolarity", CONCENTRATION) for place in (water.outside, water.inside)))
    if water.pressure is not None:
        drive = plus(drive, over(water.pressure, energy(cell)))
    return f"{water.path}.rate", times(size, water.molar_volume, drive)


def flux_laws(cell: Cell, flux: Flux) -> Laws:
    rate = read(f"{flux.path}.rate", RATE)
    yield rate.path, times(working(cell, flux.path), flux.rate)
    for movement in flux.movements:
        yield f"{flux.path}.flux({movement.species})", times(count(movement.count), rate)
