"""The closed table of units, and the prefixes that each may carry.

To add a unit, add one row. Two rules hold (and are tested):

- every word of two or more letters is reserved in a model, so only prefixes of use in cells are listed;
- no word of two or more letters is a chemical element's symbol or the name of a usual species: so the gram
  does not take the prefix M, and there is no henry. The one exception is `Pa`, the pascal: protactinium has
  no physiology. `min` is also the name of a function, which a bracket tells apart.
"""

from __future__ import annotations

from fractions import Fraction

from ionlang.records import dataclass
from ionlang.units.dimensions import (
    AMOUNT,
    CAPACITANCE,
    CHARGE,
    CONCENTRATION,
    CONDUCTANCE,
    CURRENT,
    ENERGY,
    FORCE,
    FREQUENCY,
    LENGTH,
    MASS,
    POWER,
    PRESSURE,
    PURE,
    RESISTANCE,
    TEMPERATURE,
    TIME,
    VOLTAGE,
    VOLUME,
    ZERO,
    Dimension,
    cell_units_in_si_unit,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measurement: a value of x in it is x·scale + offset in cell units, exactly.

    `text` is spelt with `u` and `degC`, whatever the source had. Only `degC` has an offset.
    """

    text: str
    dimension: Dimension
    scale: Fraction
    offset: Fraction = ZERO


PURE_NUMBER = Unit("", PURE, Fraction(1))


PREFIXES = {
    "a": Fraction(1, 10**18),
    "f": Fraction(1, 10**15),
    "p": Fraction(1, 10**12),
    "n": Fraction(1, 10**9),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 10**3),
    "c": Fraction(1, 100),
    "d": Fraction(1, 10),
    "k": Fraction(10**3),
    "M": Fraction(10**6),
    "G": Fraction(10**9),
}

_SI = Fraction(1)
_PER_THOUSAND = Fraction(1, 1000)

# Word, dimension, size in coherent SI units, prefixes that it may carry.
ROWS: tuple[tuple[str, Dimension, Fraction, str], ...] = (
    ("V", VOLTAGE, _SI, "numk"),
    ("A", CURRENT, _SI, "fpnum"),
    ("C", CHARGE, _SI, "fpnum"),
    ("S", CONDUCTANCE, _SI, "pnum"),
    ("ohm", RESISTANCE, _SI, "kMG"),
    ("F", CAPACITANCE, _SI, "fpnum"),
    ("mol", AMOUNT, _SI, "fpnum"),
    ("M", CONCENTRATION, Fraction(1000), "fpnum"),
    ("osmol", AMOUNT, _SI, "fpnum"),  # osmotically active particles, counted as matter
    ("osM", CONCENTRATION, Fraction(1000), "num"),
    ("m", LENGTH, _SI, "numcd"),  # no km: a usual name for a Michaelis constant
    ("L", VOLUME, _PER_THOUSAND, "fpnumd"),
    ("s", TIME, _SI, "num"),
    ("min", TIME, Fraction(60), ""),
    ("h", TIME, Fraction(3600), ""),
    ("day", TIME, Fraction(86400), ""),
    ("Hz", FREQUENCY, _SI, "mkM"),
    ("g", MASS, _PER_THOUSAND, "fpnumk"),
    ("N", FORCE, _SI, "pnum"),
    ("J", ENERGY, _SI, "afpnumk"),
    ("W", POWER, _SI, "fpnum"),
    ("Pa", PRESSURE, _SI, "mkM"),
    ("bar", PRESSURE, Fraction(10**5), "m"),
    ("atm", PRESSURE, Fraction(101325), ""),
    ("mmHg", PRESSURE, Fraction("133.322387415"), ""),  # 13.5951 g/cm3 · 9.80665 m/s2 · 1 mm
    ("K", TEMPERATURE, _SI, ""),
    ("%", PURE, Fraction(1, 100), ""),
)

_KELVIN_AT_ZERO_CELSIUS = Fraction("273.15")


def _all_units() -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for word, dimension, si, prefixes in ROWS:
        size = si * cell_units_in_si_unit(dimension)
        units[word] = Unit(word, dimension, size)
        for prefix in prefixes:
            units[prefix + word] = Unit(prefix + word, dimension, PREFIXES[prefix] * size)
    units["degC"] = Unit("degC", TEMPERATURE, _SI, _KELVIN_AT_ZERO_CELSIUS)
    return units


# Every word that stands for one unit, prefix included, in the order of the table.
UNITS: dict[str, Unit] = _all_units()


def plain_spelling(text: str) -> str:
    """The text with `u` for either micro sign and `degC` for the degree sign with C."""
    return text.replace("\u00b5", "u").replace("\u03bc", "u").replace("\u00b0C", "degC")


def is_unit_word(text: str) -> bool:
    """Whether the text is a unit word of two or more letters, which no declaration may take.

    Standing alone it means one of that unit; `degC` is reserved too, but has no meaning without a number.
    """
    word = plain_spelling(text)
    return len(word) >= 2 and word in UNITS


def all_unit_words() -> tuple[str, ...]:
    """Every single unit word, prefixes, one-letter words and `%` included, in the order of the table."""
    return tuple(UNITS)
