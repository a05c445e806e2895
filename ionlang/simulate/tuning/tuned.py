"""The noun of this room: a number that was solved for."""

from __future__ import annotations

from dataclasses import dataclass

from ionlang.units import PURE, Dimension, display_unit


@dataclass(frozen=True, slots=True)
class Tuned:
    """`name` is how the file calls it, `path` the parameter; `value` is what was found and `written` what the file
    says, both in cell units."""

    name: str
    path: str
    dimension: Dimension
    value: float
    written: float

    @property
    def quantity(self) -> tuple[float, str]:
        """The value with its unit; `1` for a pure number."""
        return quantity(self.value, self.dimension)


def quantity(value: float, dimension: Dimension) -> tuple[float, str]:
    """A value in cell units in the unit that such a quantity is shown in."""
    if dimension == PURE:
        return value, "1"
    unit = display_unit(dimension)
    return value / float(unit.scale), unit.text


def said(value: float, dimension: Dimension, digits: int = 4) -> str:
    """`0.0263 mS/cm2`."""
    number, unit = quantity(value, dimension)
    return f"{number:.{digits}g} {unit}".removesuffix(" 1")
