"""Numbers with their units, as every rendering shows them."""

from __future__ import annotations

import math

from ionlang.analyse.display import plain, shown_value
from ionlang.units import AREA, CURRENT, RATE, TIME, VOLTAGE, Dimension

DIGITS = 6
WIDE = 1e5
"""An area from this on [100 um2] is shown in cm2."""

_NOTHING: dict[Dimension | None, float] = {
    CURRENT: 1e-9, CURRENT / AREA: 1e-9, VOLTAGE: 1e-9, RATE: 1e-14, RATE / AREA: 1e-14,
}  # fmt: skip
"""Smaller than this is what rounding leaves of nothing: less than an ion in a minute."""


def number_and_unit(value: float, dimension: Dimension | None) -> tuple[str, str]:
    """Significant digits, and the unit that readers expect; the unit of a pure number is empty."""
    if math.isnan(value):
        return "undefined", ""
    if not math.isfinite(value):
        return ("∞" if value > 0 else "-∞"), ""
    if dimension == AREA and abs(value) >= WIDE:
        return plain(value * 1e-6, DIGITS), "cm2"
    if dimension == TIME and abs(value) < 1000:
        return plain(value, DIGITS), "ms"
    number, unit = shown_value(0.0 if abs(value) < _NOTHING.get(dimension, 0.0) else value, dimension)
    return plain(number + 0.0, DIGITS), unit


def with_unit(value: float, dimension: Dimension | None) -> str:
    number, unit = number_and_unit(value, dimension)
    return f"{number} {unit}".rstrip()
