"""From a dimension to words: what a quantity is called, and the units in which it is computed and shown."""

from __future__ import annotations

from functools import cache

from ionlang.units.composed import composed_unit
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
from ionlang.units.grammar import parse_unit
from ionlang.units.table import PURE_NUMBER, Unit

# Name, dimension, the unit that readers expect, the unit word of scale 1 if there is one.
Quantity = tuple[str, Dimension, str, str | None]


def _quantities() -> tuple[Quantity, ...]:
    return (
        ("voltage", VOLTAGE, "mV", "mV"),
        ("time", TIME, "s", "ms"),
        ("concentration", CONCENTRATION, "mM", "mM"),
        ("current", CURRENT, "pA", "pA"),
        ("conductance", CONDUCTANCE, "nS", "nS"),
        ("capacitance", CAPACITANCE, "pF", "pF"),
        ("charge", CHARGE, "fC", "fC"),
        ("amount", AMOUNT, "fmol", "fmol"),
        ("volume", VOLUME, "pL", "pL"),
        ("area", AREA, "um2", None),
        ("length", LENGTH, "um", None),
        ("temperature", TEMPERATURE, "K", "K"),
        ("frequency or rate constant", FREQUENCY, "/s", "/ms"),
        ("rate", RATE, "fmol/s", "fmol/ms"),
        ("concentration per time", CONCENTRATION / TIME, "mM/s", "mM/ms"),
        ("rate per area", RATE / AREA, "pmol/cm2/s", "umol/cm2/s"),
        ("conductance per area", CONDUCTANCE / AREA, "mS/cm2", "mS/cm2"),
        ("current per area", CURRENT / AREA, "uA/cm2", "uA/cm2"),
        ("capacitance per area", CAPACITANCE / AREA, "uF/cm2", "uF/cm2"),
        ("permeability or speed", PERMEABILITY, "cm/s", "cm/s"),
        ("volume per time", VOLUME / TIME, "pL/s", "pL/ms"),
        ("diffusion coefficient", DIFFUSIVITY, "um2/ms", None),
        ("resistance", RESISTANCE, "Mohm", "Gohm"),
        ("resistance times area", RESISTANCE * AREA, "ohm.cm2", "kohm.cm2"),
        ("resistivity", RESISTIVITY, "ohm.cm", "Mohm.cm"),
        ("conductivity", CONDUCTANCE / LENGTH, "mS/cm", "uS/cm"),
        ("per voltage", PURE / VOLTAGE, "/mV", "/mV"),
        ("per voltage and time", PURE / VOLTAGE / TIME, "/mV/ms", "/mV/ms"),
        ("voltage per time", VOLTAGE / TIME, "mV/ms", "mV/ms"),
        ("voltage per length", VOLTAGE / LENGTH, "mV/mm", "V/cm"),
        ("per concentration, or volume per amount", PURE / CONCENTRATION, "/mM", "/mM"),
        ("per concentration and time", PURE / CONCENTRATION / TIME, "/mM/s", "/mM/ms"),
        ("per length", PURE / LENGTH, "/um", None),
        ("charge per amount", CHARGE / AMOUNT, "C/mol", "C/mol"),
        ("charge per area", CHARGE / AREA, "nC/cm2", "nC/cm2"),
        ("energy", ENERGY, "pJ", "aJ"),
        ("number per amount", PURE / AMOUNT, "/mol", "/fmol"),
        ("energy per amount", ENERGY / AMOUNT, "kJ/mol", "mJ/mol"),
        ("energy per amount and temperature", ENERGY / AMOUNT / TEMPERATURE, "J/mol/K", "mJ/mol/K"),
        ("power", POWER, "pW", "fW"),
        ("power per area", POWER / AREA, "nW/cm2", "nW/cm2"),
        ("entropy per time", POWER / TEMPERATURE, "pW/K", "fW/K"),
        ("pressure", PRESSURE, "kPa", "mPa"),
        ("force", FORCE, "pN", None),
        ("force per length", FORCE / LENGTH, "mN/m", None),
        ("mass", MASS, "pg", None),
        ("mass per amount", MASS / AMOUNT, "g/mol", None),
        ("mass per volume", MASS / VOLUME, "g/L", None),
        ("amount per mass", AMOUNT / MASS, "mmol/kg", None),
    )


def describe(dimension: Dimension) -> str:
    """The dimension in words with a familiar unit, such as `conductance per area (mS/cm2)`, for messages.

    A dimension without a name is given by its unit alone, such as `mM2/ms`.
    """
    if dimension == PURE:
        return "pure number"
    quantity = _by_dimension().get(dimension)
    if quantity is None:
        return display_unit(dimension).text
    name, _, shown, _ = quantity
    return f"{name} ({shown})"


def display_unit(dimension: Dimension) -> Unit:
    """The preferred unit for tables and messages.

    The text of a fractional power (`mM^(1/2)`) is for readers only: parse_unit refuses it.
    """
    if dimension == PURE:
        return PURE_NUMBER
    quantity = _by_dimension().get(dimension)
    if quantity is None:
        return composed_unit(dimension)
    _, _, shown, _ = quantity
    return parse_unit(shown)


def cell_unit(dimension: Dimension) -> Unit | None:
    """The unit of scale 1, in which generated code computes; None where no word has that scale (areas)."""
    if dimension == PURE:
        return PURE_NUMBER
    quantity = _by_dimension().get(dimension)
    if quantity is None:
        composed = composed_unit(dimension)
        return composed if composed.scale == 1 and "^" not in composed.text else None
    _, _, _, computed = quantity
    return parse_unit(computed) if computed else None


@cache
def _by_dimension() -> dict[Dimension, Quantity]:
    return {row[1]: row for row in _quantities()}
