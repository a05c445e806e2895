"""Units of measurement: from a written number and unit word to cell units, and from a dimension to words.

Cell units are coherent: ms, mV, pA, fmol, mM, pL, 10 um, K; hence nS, pF, fC, aJ, and 1e-6 cm2 for areas, so
that densities are in the field's own mS/cm2, uA/cm2, uF/cm2 and permeabilities in cm/s.

This is the door of the room: `dimensions`, `unit_table`, `unit_grammar` and `quantities` are behind it.
"""

from __future__ import annotations

import re
import sys
from fractions import Fraction

from ionlang.units.dimensions import (
    AMOUNT,
    AREA,
    CAPACITANCE,
    CHARGE,
    CONCENTRATION,
    CONDUCTANCE,
    CURRENT,
    DIFFUSIVITY,
    ENERGY,
    FORCE,
    FREQUENCY,
    LENGTH,
    MASS,
    PERMEABILITY,
    POWER,
    PRESSURE,
    PURE,
    RATE,
    RESISTANCE,
    RESISTIVITY,
    TEMPERATURE,
    TIME,
    VOLTAGE,
    VOLUME,
    Dimension,
)
from ionlang.units.grammar import MalformedUnit, UnitError, UnknownUnit, parse_unit
from ionlang.units.quantities import cell_unit, describe, display_unit
from ionlang.units.table import PURE_NUMBER, Unit, all_unit_words, is_unit_word

__all__ = [
    "AMOUNT",
    "AREA",
    "CAPACITANCE",
    "CHARGE",
    "CONCENTRATION",
    "CONDUCTANCE",
    "CURRENT",
    "DIFFUSIVITY",
    "Dimension",
    "ENERGY",
    "FORCE",
    "FREQUENCY",
    "LENGTH",
    "MASS",
    "MalformedUnit",
    "NumberOutOfRange",
    "PERMEABILITY",
    "POWER",
    "PRESSURE",
    "PURE",
    "PURE_NUMBER",
    "RATE",
    "RESISTANCE",
    "RESISTIVITY",
    "TEMPERATURE",
    "TIME",
    "Unit",
    "UnitError",
    "UnknownUnit",
    "VOLTAGE",
    "VOLUME",
    "all_unit_words",
    "cell_unit",
    "cell_value",
    "describe",
    "display_unit",
    "is_unit_word",
    "parse_unit",
]

_DECIMAL = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?0*([0-9]+))?"
_LONGEST_NUMBER = 400  # characters; with the next bound, it keeps exact arithmetic cheap on any text
_LONGEST_EXPONENT = 4  # digits


class NumberOutOfRange(ValueError):
    """A written number whose value in cell units no normal 64-bit float can hold."""


def cell_value(number: str, unit: Unit) -> float:
    """The value of a written decimal number in this unit, in cell units.

    It is computed exactly and rounded once: one quantity gives one float, in whatever unit it is written.
    Raises ValueError if the text is no decimal number, NumberOutOfRange if it overflows or underflows.
    """
    exact = _exact(number) * unit.scale + unit.offset
    try:
        value = float(exact)
    except OverflowError:
        raise NumberOutOfRange(f"{number} {unit.text} is too large") from None
    if exact and abs(value) < sys.float_info.min:
        raise NumberOutOfRange(f"{number} {unit.text} is too small")
    return value


def _exact(number: str) -> Fraction:
    decimal = re.fullmatch(_DECIMAL, number)
    if decimal is None:
        raise ValueError(f"`{number}` is no decimal number")
    if len(number) > _LONGEST_NUMBER or len(decimal[1] or "") > _LONGEST_EXPONENT:
        raise NumberOutOfRange("the number has too many digits")
    return Fraction(number)
