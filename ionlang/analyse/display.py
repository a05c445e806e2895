"""Numbers for people: the display unit of a dimension, digits that mean something."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import suppress

from ionlang.model.act.asked import observed_in
from ionlang.model.expression import Apply, Expr, Literal
from ionlang.simulate.tuning.tuned import Tuned
from ionlang.units import PERMEABILITY, PURE, TIME, Dimension, Unit, UnitError, display_unit, parse_unit


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


def shown_measure(value: float, asked: Expr, digits: int = 6) -> str:
    """As `shown`; the speed of a front in the unit that suits it."""
    is_speed = any(each.functional == "front_speed" for each in observed_in(asked))
    if is_speed and asked.dimension == PERMEABILITY and math.isfinite(value):
        unit = next(u for least, u in _SPEEDS if abs(value) >= least * float(parse_unit(u).scale))
        return f"{plain(value / float(parse_unit(unit).scale), digits)} {unit}"
    return shown(value, asked.dimension, digits)


_SPEEDS = ((0.1, "m/s"), (1.0, "mm/s"), (0.0, "mm/min"))
"""From how many of it on each unit is used."""


def shown_beside(value: float, dimension: Dimension | None, others: Sequence[Expr], digits: int = 6) -> str:
    """As `shown`, in the unit in which a file writes what the value stands beside: 0.0038 mM beside 4 uM is 3.8 uM."""
    written = (unit for other in others for unit in _units_in(other) if unit.dimension == dimension)
    unit = next(written, None)
    if unit is None or unit.offset or math.isnan(value) or dimension == PURE:
        return shown(value, dimension, digits)
    return f"{plain(value / float(unit.scale), digits)} {unit.text}"


def _units_in(expression: Expr) -> Iterator[Unit]:
    """The units that an expression is written with, in source order."""
    match expression:
        case Literal(text=text):
            word = text.partition(" ")[2].strip()
            if word:
                with suppress(UnitError):
                    yield parse_unit(word)
        case Apply(arguments=arguments):
            for argument in arguments:
                yield from _units_in(argument)
        case _:
            return


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
