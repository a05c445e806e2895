"""Numbers with their units, as every rendering shows them."""

from __future__ import annotations

import math

from ionlang.analyse.display import plain, shown_value
from ionlang.units import AREA, TIME, Dimension

DIGITS = 6
WIDE = 1e5
"""An area from this on [100 um2] is shown in cm2."""


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
    number, unit = shown_value(value, dimension)
    return plain(number + 0.0, DIGITS), unit


def with_unit(value: float, dimension: Dimension | None) -> str:
    number, unit = number_and_unit(value, dimension)
    return f"{number} {unit}".rstrip()
