"""A unit for a dimension that has no familiar one: the product of fewest powers of common units."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import product

from ionlang.units.dimensions import PURE, Dimension
from ionlang.units.table import UNITS, Unit

# Each group holds the ways to account for one base dimension, taken off in this order; the first is preferred
# among equals. All but `um` are cell units, so that fractional powers of them keep an exact scale.
_MASS_BY = ("mV", "nS", "pF", "aJ", "mPa")
_CURRENT_BY = ("pA", "fC")
_AMOUNT_BY = ("mM", "fmol")
_LENGTH_BY = ("um", "pL")

Powers = tuple[tuple[Unit, Fraction], ...]


@cache
def composed_unit(dimension: Dimension) -> Unit:
    """The product of fewest powers; among equals, the first in the order of the lists above.

    The text of a fractional power, `mM^(1/2)`, is for readers only: no unit word has one.
    """
    choices = (_powers(dimension, words) for words in product(_MASS_BY, _CURRENT_BY, _AMOUNT_BY, _LENGTH_BY))
    best = min((powers for powers in choices if _scale_is_exact(powers)), key=_cost)
    return Unit(_text(best), dimension, _scale(best))


def _powers(dimension: Dimension, words: tuple[str, str, str, str]) -> Powers:
    mass, current, amount, length = (UNITS[word] for word in words)
    steps = (
        (mass, "mass"),
        (current, "current"),
        (amount, "amount"),
        (length, "length"),
        (UNITS["ms"], "time"),
        (UNITS["K"], "temperature"),
    )
    powers: list[tuple[Unit, Fraction]] = []
    for unit, base in steps:
        power = _exponent(dimension, base) / _exponent(unit.dimension, base)
        dimension /= unit.dimension**power
        powers.append((unit, power))
    assert dimension == PURE
    return tuple((unit, power) for unit, power in powers if power)


def _exponent(dimension: Dimension, base: str) -> Fraction:
    names = ("length", "time", "mass", "current", "amount", "temperature")
    return dimension.exponents()[names.index(base)]


def _scale_is_exact(powers: Powers) -> bool:
    return all(unit.scale == 1 or power.denominator == 1 for unit, power in powers)


def _scale(powers: Powers) -> Fraction:
    scale = Fraction(1)
    for unit, power in powers:
        if unit.scale != 1:
            scale *= unit.scale**power.numerator
    return scale


def _cost(powers: Powers) -> tuple[Fraction, int]:
    uneven = sum(power.denominator != 1 for _, power in powers)
    return sum((abs(power) for _, power in powers), Fraction(uneven)), len(powers)


def _text(powers: Powers) -> str:
    above = ".".join(_factor(unit, power) for unit, power in powers if power > 0)
    return above + "".join("/" + _factor(unit, -power) for unit, power in powers if power < 0)


def _factor(unit: Unit, power: Fraction) -> str:
    if power == 1:
        return unit.text
    return f"{unit.text}{power}" if power.denominator == 1 else f"{unit.text}^({power})"
