"""Reads of the quantities that laws are made of.

Beside the paths of the equations there are four that only an explanation needs: `z(S)`, the charge number of a species;
`M.u(S)`, the potential of a membrane in units of RT/(zF); `PATH/area`, a total of a carrier per area of its membrane;
`d(PATH)/dt`, the rate of a state.
"""

from __future__ import annotations

from ionlang.model.algebra import over, read, times
from ionlang.model.cell import Cell
from ionlang.model.expression import Expr, Read
from ionlang.units import (
    AMOUNT,
    AREA,
    CHARGE,
    CONCENTRATION,
    ENERGY,
    PURE,
    TEMPERATURE,
    TIME,
    VOLTAGE,
    Dimension,
)

FARADAY = read("faraday", CHARGE / AMOUNT)
GAS_CONSTANT = read("gas_constant", ENERGY / AMOUNT / TEMPERATURE)
ABSOLUTE_TEMPERATURE = read("temperature", TEMPERATURE)
THERMAL_VOLTAGE = read("thermal_voltage", VOLTAGE)
ELECTRIC = ("charge", "current")


def potential(membrane: str) -> Read:
    return read(f"{membrane}.V", VOLTAGE)


def concentration(place: str, species: str) -> Read:
    return read(f"{place}.{species}", CONCENTRATION)


def valence(species: str) -> Read:
    return read(f"z({species})", PURE)


def reduced(membrane: str, species: str) -> Read:
    """u = z F V/(R T)."""
    return read(f"{membrane}.u({species})", PURE)


def rate_of(path: str, dimension: Dimension) -> Read:
    """The rate of a state of this dimension."""
    return read(f"d({path})/dt", dimension / TIME)


def per_area(total: Read) -> Read:
    assert total.dimension is not None
    return read(f"{total.path}/area", total.dimension / AREA)


def thermal(cell: Cell, species: str | None = None) -> Expr:
    """RT/F, or RT/(zF), of what the file gives: T, or RT/F itself."""
    if cell.thermal_voltage is not None:
        return THERMAL_VOLTAGE if species is None else over(THERMAL_VOLTAGE, valence(species))
    charge = FARADAY if species is None else times(valence(species), FARADAY)
    return over(times(GAS_CONSTANT, ABSOLUTE_TEMPERATURE), charge)


def in_thermal(cell: Cell, V: Expr, *charge: Expr) -> Expr:
    """charge F V/(R T)."""
    if cell.thermal_voltage is not None:
        return over(times(*charge, V), THERMAL_VOLTAGE)
    return over(times(*charge, FARADAY, V), times(GAS_CONSTANT, ABSOLUTE_TEMPERATURE))


def energy(cell: Cell) -> Expr:
    """RT: energy per amount."""
    if cell.thermal_voltage is not None:
        return times(FARADAY, THERMAL_VOLTAGE)
    return times(GAS_CONSTANT, ABSOLUTE_TEMPERATURE)
