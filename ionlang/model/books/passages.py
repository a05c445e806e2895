"""What moves through a carrier that has no fuel, and how much free energy it gains or loses on the way.

The potential of a species in a place, per mole and over the faraday [mV]: RT/F ln(c/1 M) + z ψ, with ψ = V on the first
side of the membrane and 0 on the second. Whatever passes by itself goes down.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction

from ionlang.constants import FARADAY
from ionlang.model.cell import Cell, Channel, Membrane, Movement, Transporter
from ionlang.model.evaluate import NotKnown, evaluate
from ionlang.records import dataclass

MOLAR = 1000.0  # mM
KILOJOULES = FARADAY.in_cell_units * 1e-6
"""kJ/mol for each mV."""


@dataclass(frozen=True, slots=True)
class Move:
    """`amount` of a species goes from a place to another in each cycle; with a negative one it comes back."""

    species: str
    amount: float
    origin: str
    target: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One cycle of a carrier without fuel. `rate` is read for cycles per time, times `scale`: of a channel its current,
    and a cycle is a mole of its ion (of several ions a mole of charge)."""

    carrier: Channel | Transporter
    membrane: Membrane
    rate: str
    scale: float

    @property
    def what(self) -> str:
        word = self.carrier.kind if isinstance(self.carrier, Transporter) else "channel"
        return f"{word} {self.carrier.name}"


def passages(cell: Cell) -> Iterator[Passage]:
    """Every carrier without fuel all of whose matter has a name, in source order."""
    for membrane in cell.membranes:
        for carrier in membrane.carriers:
            if isinstance(carrier, Channel):
                if all(share.species is not None for share in carrier.shares):
                    scale = 1 / FARADAY.in_cell_units / float(_valence(cell, carrier))
                    yield Passage(carrier, membrane, f"{carrier.path}.current", scale)
            elif not carrier.uses and carrier.conversion is None and _is_whole(carrier.movements):
                yield Passage(carrier, membrane, f"{carrier.path}.rate", 1.0)


def _is_whole(movements: tuple[Movement, ...]) -> bool:
    return all(m.origin is not None and m.target is not None for m in movements)


def _valence(cell: Cell, channel: Channel) -> Fraction:
    """The charge that one cycle takes out."""
    return cell.valence(channel.shares[0].species or "") if len(channel.shares) == 1 else Fraction(1)


def moves_of(cell: Cell, passage: Passage, values: Mapping[str, float]) -> tuple[Move, ...]:
    """What one cycle moves. Raises NotKnown where ratios are."""
    carrier = passage.carrier
    if isinstance(carrier, Transporter):
        return tuple(Move(m.species, m.count, m.origin or "", m.target or "") for m in carrier.movements)
    ratios = [1.0 if s.ratio is None else evaluate(s.ratio, values) for s in carrier.shares]
    whole, charge = sum(ratios), float(_valence(cell, carrier))
    return tuple(
        Move(s.species, charge * ratio / whole / float(cell.valence(s.species)), s.inside, s.outside)
        for s, ratio in zip(carrier.shares, ratios, strict=True)
        if s.species is not None
    )


def level(cell: Cell, membrane: Membrane, place: str, species: str, values: Mapping[str, float]) -> float:
    """The potential of a species in a place [mV]. Raises NotKnown."""
    concentration, valence = _known(values, f"{place}.{species}"), float(cell.valence(species))
    if not concentration > 0:
        raise NotKnown(f"{place}.{species}")
    electric = valence * _known(values, f"{membrane.name}.V") if valence and place in membrane.inside else 0.0
    return _known(values, "thermal_voltage") * math.log(concentration / MOLAR) + electric


def climb(cell: Cell, passage: Passage, moves: tuple[Move, ...], values: Mapping[str, float]) -> float:
    """The free energy that one cycle gains [mV]: above 0 it goes uphill. Raises NotKnown."""
    membrane = passage.membrane
    return sum(
        m.amount
        * (
            level(cell, membrane, m.target, m.species, values)
            - level(cell, membrane, m.origin, m.species, values)
        )
        for m in moves
    )


def _known(values: Mapping[str, float], path: str) -> float:
    if path not in values:
        raise NotKnown(path)
    return values[path]


def needed_paths(cell: Cell, passage: Passage) -> tuple[str, ...]:
    """All that `climb` and the rate read."""
    carrier = passage.carrier
    if isinstance(carrier, Transporter):
        ends = [(place, m.species) for m in carrier.movements for place in (m.origin, m.target)]
    else:
        ends = [(place, s.species or "") for s in carrier.shares for place in (s.inside, s.outside)]
    return (passage.rate, f"{passage.membrane.name}.V", *(f"{place}.{species}" for place, species in ends))


def gained(millivolts: float) -> str:
    """An energy per mole of cycles in both units."""
    return f"{millivolts * KILOJOULES:.3g} kJ/mol ({millivolts:.3g} mV)"


def journey(moves: tuple[Move, ...], rate: float) -> str:
    """`3 Na from outside to inside and 1 K from inside to outside`: what moves which way at a rate of this sign."""
    ways: dict[tuple[str, str], list[str]] = {}
    alone = len(moves) == 1
    for move in moves:
        forward = move.amount * rate > 0
        way = (move.origin, move.target) if forward else (move.target, move.origin)
        count = "" if alone and abs(move.amount) == 1 else f"{abs(move.amount):.3g} "
        ways.setdefault(way, []).append(f"{count}{move.species}")
    return " and ".join(f"{', '.join(what)} from {a} to {b}" for (a, b), what in ways.items())
