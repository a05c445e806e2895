"""The potentials that one reads off a membrane in a given state: Nernst, Goldman–Hodgkin–Katz, chord conductance.

A conductance g to the Nernst potential E of an ion and a permeability P give the same current at the present V when
P = g (RT/F) L(x)/(z² F c_in L(u)), with u = z V F/RT, x = z (V − E) F/RT and L(x) = x/(1 − e^(−x)): so both
potentials are defined for ohmic and for constant-field channels, and at V = E too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from ionlang.constants import FARADAY
from ionlang.model.cell import Cell, Channel, ConstantField, Membrane, Ohmic, Share
from ionlang.model.evaluate import linoid

_FAR = 300.0  # times RT/F


@dataclass(frozen=True, slots=True)
class Path:
    """One ion through the channels of a membrane: conductance [nS] and permeability [pL/ms] with the same current."""

    valence: float
    inside: float
    outside: float
    nernst: float
    conductance: float
    permeability: float


@dataclass(frozen=True, slots=True)
class Potentials:
    """Potentials of a membrane [mV]. `nernst` lacks an ion that is absent on a side; `ghk` is None where no ion passes
    a channel or all stand on one side, `chord` where no channel has a conductance."""

    V: float
    nernst: dict[str, float]
    ghk: float | None
    chord: float | None


def potentials(cell: Cell, membrane: Membrane, values: Mapping[str, float]) -> Potentials:
    """The potentials of a membrane; `values` holds every path of the model that is needed, in cell units."""
    name = membrane.name
    read = {s.name: values.get(f"{name}.E({s.name})", math.nan) for s in cell.species}
    nernst = {ion: e for ion, e in read.items() if math.isfinite(e)}
    paths = [p for channel in membrane.channels for p in _paths(cell, membrane, channel, values)]
    fixed = [_fixed(channel, values) for channel in membrane.channels]
    chords = [(p.conductance, p.nernst) for p in paths if p.conductance > 0]
    chords += [f for f in fixed if f is not None]
    total = sum(g for g, _ in chords)
    chord = sum(g * e for g, e in chords) / total if total > 0 else None
    return Potentials(values[f"{name}.V"], nernst, _ghk(paths, values), chord)


def needed_paths(cell: Cell, membrane: Membrane, known: Mapping[str, object]) -> list[str]:
    """Which paths `potentials` wants of the model."""
    name = membrane.name
    wanted = [f"{name}.V", "thermal_voltage"] + [f"{name}.E({s.name})" for s in cell.species]
    wanted += [f"{place}.{s.name}" for place in membrane.places for s in cell.species]
    for channel in membrane.channels:
        words = ("total_conductance", "total_permeability", "reversal")
        wanted += [f"{channel.path}.{word}" for word in words]
        wanted += [f"{channel.path}.ratio({share.species})" for share in channel.shares]
    return [path for path in wanted if path in known]


def _paths(cell: Cell, membrane: Membrane, channel: Channel, values: Mapping[str, float]) -> list[Path]:
    law = channel.law
    if isinstance(law, Ohmic) and law.reversal is None:
        size, is_conductance = values[f"{channel.path}.total_conductance"], True
    elif isinstance(law, ConstantField):
        size, is_conductance = values[f"{channel.path}.total_permeability"], False
    else:
        return []
    ratios = [values.get(f"{channel.path}.ratio({share.species})", 1.0) for share in channel.shares]
    whole = sum(ratios) if is_conductance else 1.0
    return [
        _path(cell, membrane, share, size * ratio / whole, values, is_conductance=is_conductance)
        for share, ratio in zip(channel.shares, ratios, strict=True)
        if share.species is not None
    ]


def _path(
    cell: Cell,
    membrane: Membrane,
    share: Share,
    size: float,
    values: Mapping[str, float],
    *,
    is_conductance: bool,
) -> Path:
    ion = share.species or ""
    z, thermal = float(cell.valence(ion)), values["thermal_voltage"]
    inside, outside = values[f"{share.inside}.{ion}"], values[f"{share.outside}.{ion}"]
    V, E = values[f"{membrane.name}.V"], nernst_potential(z, thermal, inside, outside)
    push = linoid(z * V / thermal)
    if not (inside > 0 and outside > 0 and push > 0):
        # all of the ion on one side, or a potential of many volts: it passes, without a potential of its own
        return Path(z, inside, outside, E, 0.0, 0.0 if is_conductance else size)
    factor = thermal * linoid(z * (V - E) / thermal)
    factor /= z * z * FARADAY.in_cell_units * inside * push
    conductance, permeability = (size, size * factor) if is_conductance else (size / factor, size)
    return Path(z, inside, outside, E, conductance, permeability)


def nernst_potential(z: float, thermal: float, inside: float, outside: float) -> float:
    """RT/(zF) ln(out/in) [mV]; nan or infinite where a side has none."""
    if inside > 0 and outside > 0:
        return thermal / z * math.log(outside / inside)
    return math.nan if inside <= 0 and outside <= 0 else math.copysign(math.inf, z * (outside - inside))


def _fixed(channel: Channel, values: Mapping[str, float]) -> tuple[float, float] | None:
    """Conductance and reversal potential of a channel that is given both."""
    if not isinstance(channel.law, Ohmic) or channel.law.reversal is None:
        return None
    conductance = values[f"{channel.path}.total_conductance"]
    return conductance, values[f"{channel.path}.reversal"]


def _ghk(paths: list[Path], values: Mapping[str, float]) -> float | None:
    """The potential at which the constant-field currents of all ions cancel: the closed form for monovalent ions
    alone, else the root, which lies between the Nernst potentials (the total current rises with V)."""
    open_paths = [p for p in paths if p.permeability > 0]
    if not open_paths:
        return None
    thermal = values["thermal_voltage"]
    if all(abs(p.valence) == 1 for p in open_paths):
        over = sum(p.permeability * (p.outside if p.valence > 0 else p.inside) for p in open_paths)
        under = sum(p.permeability * (p.inside if p.valence > 0 else p.outside) for p in open_paths)
        return thermal * math.log(over / under) if over > 0 and under > 0 else None
    return _root(open_paths, thermal)


def _root(paths: list[Path], thermal: float) -> float | None:
    """Between the Nernst potentials; where an ion is absent on a side, as far away as anything can be."""
    ends = [p.nernst for p in paths]
    low, high = min(ends), max(ends)
    if not all(map(math.isfinite, ends)):
        low, high = -_FAR * thermal, _FAR * thermal
        if (
            not _constant_field_current(paths, low, thermal)
            < 0
            < _constant_field_current(paths, high, thermal)
        ):
            return None
    for _ in range(200):
        middle = (low + high) / 2
        if _constant_field_current(paths, middle, thermal) > 0:
            high = middle
        else:
            low = middle
    return (low + high) / 2


def _constant_field_current(paths: list[Path], V: float, thermal: float) -> float:
    total = 0.0
    for p in paths:
        u = p.valence * V / thermal
        total += p.permeability * p.valence * (p.inside * linoid(u) - p.outside * linoid(-u))
    return total
