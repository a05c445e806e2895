"""Physical dimensions: six exponents, exact and possibly fractional (an area may grow as volume^(2/3))."""

from __future__ import annotations

from fractions import Fraction

from ionlang.records import dataclass

ZERO = Fraction(0)
ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Dimension:
    """The exponents of the six base quantities."""

    length: Fraction = ZERO
    time: Fraction = ZERO
    mass: Fraction = ZERO
    current: Fraction = ZERO
    amount: Fraction = ZERO
    temperature: Fraction = ZERO

    def __mul__(self, other: Dimension) -> Dimension:
        return Dimension(*(a + b for a, b in zip(self.exponents(), other.exponents(), strict=True)))

    def __truediv__(self, other: Dimension) -> Dimension:
        return Dimension(*(a - b for a, b in zip(self.exponents(), other.exponents(), strict=True)))

    def __pow__(self, power: Fraction | int) -> Dimension:
        return Dimension(*(a * power for a in self.exponents()))

    def exponents(self) -> tuple[Fraction, ...]:
        """Length, time, mass, current, amount, temperature."""
        return (self.length, self.time, self.mass, self.current, self.amount, self.temperature)


PURE = Dimension()

LENGTH = Dimension(length=ONE)
TIME = Dimension(time=ONE)
MASS = Dimension(mass=ONE)
CURRENT = Dimension(current=ONE)
AMOUNT = Dimension(amount=ONE)
TEMPERATURE = Dimension(temperature=ONE)

AREA = LENGTH**2
VOLUME = LENGTH**3
FREQUENCY = PURE / TIME
CONCENTRATION = AMOUNT / VOLUME
RATE = AMOUNT / TIME
PERMEABILITY = LENGTH / TIME
DIFFUSIVITY = AREA / TIME

FORCE = MASS * LENGTH / TIME**2
ENERGY = FORCE * LENGTH
POWER = ENERGY / TIME
PRESSURE = FORCE / AREA

CHARGE = CURRENT * TIME
VOLTAGE = ENERGY / CHARGE
CONDUCTANCE = CURRENT / VOLTAGE
RESISTANCE = VOLTAGE / CURRENT
CAPACITANCE = CHARGE / VOLTAGE
RESISTIVITY = RESISTANCE * LENGTH

# One SI unit of length, time, mass, current, amount, temperature, in powers of ten of the cell unit:
# 10 um, 1 ms, 1e-14 kg, 1 pA, 1 fmol, 1 K. So voltages come out in mV, concentrations in mM, volumes in pL.
_DECADES_IN_SI_UNIT = (5, 3, 14, 12, 15, 0)


def cell_units_in_si_unit(dimension: Dimension) -> Fraction:
    """How many cell units one coherent SI unit of this dimension is.

    Raises ValueError where the exponents make that number irrational; no dimension of a unit word does.
    """
    decades = sum((e * d for e, d in zip(dimension.exponents(), _DECADES_IN_SI_UNIT, strict=True) if e), ZERO)
    if decades.denominator != 1:
        raise ValueError("no exact scale: the exponents of this dimension are not whole")
    return Fraction(10) ** decades.numerator
