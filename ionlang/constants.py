"""The physical constants of the language, each written once."""

from __future__ import annotations

from ionlang.records import dataclass
from ionlang.units import cell_value, parse_unit


@dataclass(frozen=True, slots=True)
class Constant:
    """A physical constant: its decimal number in `unit`, where it is from, and its value in cell units."""

    name: str
    number: str
    unit: str
    source: str
    in_cell_units: float


def _constant(name: str, number: str, unit: str, source: str) -> Constant:
    return Constant(name, number, unit, source, cell_value(number, parse_unit(unit)))


_SI_2019 = "2019 SI: exact"

AVOGADRO = _constant("avogadro", "6.02214076e23", "/mol", _SI_2019)

# Elementary charge 1.602176634e-19 C times the Avogadro constant.
FARADAY = _constant("faraday", "96485.3321233100184", "C/mol", _SI_2019)

# Boltzmann constant 1.380649e-23 J/K times the Avogadro constant.
GAS_CONSTANT = _constant("gas_constant", "8.31446261815324", "J/mol/K", _SI_2019)

ZERO_CELSIUS = _constant("zero_celsius", "273.15", "K", "definition of the degree Celsius: exact")

CONSTANTS = (FARADAY, GAS_CONSTANT, AVOGADRO, ZERO_CELSIUS)
