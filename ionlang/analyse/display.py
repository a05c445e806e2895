"""Numbers for people: the display unit of a dimension, digits that mean something."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ionlang.simulate.tuning.tuned import Tuned
from ionlang.units import PURE, TIME, Dimension, display_unit


def shown_value(value: float, dimension: Dimension | None) -> tuple[float, str]:
    """A value in cell units as (value, unit) in the display unit of its dimension."""
    if dimension is None or dimension == PURE:
        return value, ""
    unit = display_unit(dimension)
    return value / float(unit.scale), unit.text


def shown(value: float, dimension: Dimension | None, digits: int = 6) -> str:
    """`-67.1939 mV`; a time in the unit that suits it; `never` for nan."""
    if math.isnan(value):
        return "never"
    if dimension == TIME:
        return duration(value, digits)
    number, unit = shown_value(value, dimension)
    return f"{plain(number, digits)} {unit}".rstrip()


def duration(milliseconds: float, digits: int = 6) -> str:
    """A time [ms] in seconds, or in milliseconds where it is short."""
    if not math.isfinite(milliseconds):
        return "infinite"
    size, word = (1000.0, "s") if abs(milliseconds) >= 1000.0 or milliseconds == 0.0 else (1.0, "ms")
    return f"{plain(milliseconds / size, digits)} {word}"


def plain(value: float, digits: int = 6) -> str:
    """A number with so many significant digits, without needless zeros."""
    if not math.isfinite(value):
        return "-"
    return f"{value:.{digits}g}"


def tuned_lines(tuned: tuple[Tuned, ...], indent: str) -> Iterator[str]:
    """What was solved for before anything else."""
    if tuned:
        yield f"{indent}tuned: " + ", ".join(f"{t.name} = {shown(t.value, t.dimension, 8)}" for t in tuned)
