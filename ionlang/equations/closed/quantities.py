"""The quantities of a cell as symbols: by the paths that explanations use too (a total per area is `PATH/area`)."""

from __future__ import annotations

import sympy

from ionlang.equations.closed.alphabet import Alphabet
from ionlang.equations.closed.steady import Flow
from ionlang.equations.express import number
from ionlang.model.cell import Cell, ConstantField, Ohmic
from ionlang.units import (
    AMOUNT,
    AREA,
    CHARGE,
    CONCENTRATION,
    CONDUCTANCE,
    CURRENT,
    ENERGY,
    PURE,
    RATE,
    TEMPERATURE,
    TIME,
    VOLTAGE,
    VOLUME,
)


def faraday(alphabet: Alphabet) -> sympy.Symbol:
    return alphabet.positive("faraday", CHARGE / AMOUNT)


def thermal(alphabet: Alphabet, cell: Cell) -> sympy.Expr:
    """RT/F of what the file gives: T, or RT/F itself."""
    if cell.thermal_voltage is not None:
        return alphabet.positive("thermal_voltage", VOLTAGE)
    R = alphabet.positive("gas_constant", ENERGY / AMOUNT / TEMPERATURE)
    return R * alphabet.positive("temperature", TEMPERATURE) / faraday(alphabet)


def concentration(alphabet: Alphabet, place: str, species: str) -> sympy.Symbol:
    return alphabet.positive(f"{place}.{species}", CONCENTRATION)


def potential(alphabet: Alphabet, membrane: str) -> sympy.Symbol:
    return alphabet.real(f"{membrane}.V", VOLTAGE)


def nernst(alphabet: Alphabet, cell: Cell, flow: Flow) -> sympy.Symbol:
    """The equilibrium potential of an ion between its two places, or the written reversal potential of a channel."""
    law, species = flow.channel.law, flow.share.species
    if isinstance(law, Ohmic) and law.reversal is not None:
        return alphabet.real(f"{flow.channel.path}.reversal", VOLTAGE)
    sides = flow.membrane.inside, flow.membrane.outside
    own = tuple(cell.holder(side, species or "") for side in sides) != (flow.share.inside, flow.share.outside)
    owner = flow.channel.path if own else flow.membrane.name
    return alphabet.real(f"{owner}.E({species})", VOLTAGE)


def size(alphabet: Alphabet, flow: Flow) -> sympy.Expr:
    """The conductance or permeability, per area, that is this ion's; nothing where the channel has none."""
    path, law = flow.channel.path, flow.channel.law
    ratios = [
        alphabet.positive(f"{path}.ratio({s.species or 'charge'})", PURE)
        if s.ratio is not None
        else sympy.Integer(1)
        for s in flow.channel.shares
    ]
    own = ratios[flow.channel.shares.index(flow.share)]
    if isinstance(law, ConstantField):
        return own * alphabet.positive(f"{path}.total_permeability/area", VOLUME / TIME / AREA)
    assert isinstance(law, Ohmic)
    part = own / sum(ratios) if len(ratios) > 1 else sympy.Integer(1)
    return part * alphabet.positive(f"{path}.total_conductance/area", CONDUCTANCE / AREA)


def rate(alphabet: Alphabet, path: str) -> sympy.Symbol:
    """Cycles of a carrier per time and area."""
    return alphabet.real(f"{path}.rate/area", RATE / AREA)


def current(alphabet: Alphabet, path: str) -> sympy.Symbol:
    return alphabet.real(f"{path}/area", CURRENT / AREA)


def arriving(membrane: str, process: str) -> str:
    """The path of the current that what passes between copies of a line brings to a membrane."""
    return f"{membrane}.from({process})"


def valence(alphabet: Alphabet, cell: Cell, species: str) -> sympy.Expr:
    """The charge number by its name."""
    z = cell.valence(species)
    return alphabet.positive(f"z({species})", PURE) if z > 0 else alphabet.real(f"z({species})", PURE)


def whole_valence(cell: Cell, species: str) -> sympy.Expr:
    """The charge number itself."""
    return number(cell.valence(species))
