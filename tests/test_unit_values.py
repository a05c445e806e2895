"""From written numbers to cell units, from dimensions to words, and the physical constants."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ionlang import units as u
from ionlang.constants import AVOGADRO, CONSTANTS, FARADAY, GAS_CONSTANT, ZERO_CELSIUS
from ionlang.units.quantities import _quantities

PROPORTIONAL = [word for word in u.all_unit_words() if word != "degC"]


def words(text: str) -> list[str]:
    return text.split()


@pytest.mark.parametrize(
    "same",
    [
        ["-65 mV", "-0.065 V", "-65000 uV", "-65e6 nV", "-6.5e-5 kV"],
        ["0.1 /mV/ms", "100 /V/ms", "0.1e6 /V/s", "100 /mV/s"],
        ["25.231485 mM", "25231.485 uM", "0.025231485 M", "25.231485 mol/m3", "25.231485 mosM"],
        ["922 um2", "9.22e-6 cm2", "9.22e-10 m2", "0.000922 mm2"],
        ["120 mS/cm2", "1200 S/m2", "0.12 S/cm2", "1.2 nS/um2"],
        ["37 degC", "310.15 K"],
        ["0.1 day", "2.4 h", "144 min", "8640 s"],
    ],
)
def test_one_quantity_is_one_float(same: list[str]) -> None:
    pairs = [quantity.split(" ") for quantity in same]
    assert len({u.cell_value(number, u.parse_unit(unit)) for number, unit in pairs}) == 1


@given(st.integers(-(10**17), 10**17), st.integers(-20, 20), st.sampled_from(PROPORTIONAL))
def test_values_are_rounded_once(digits: int, exponent: int, word: str) -> None:
    unit = u.parse_unit(word)
    exact = digits * Fraction(10) ** exponent * unit.scale
    value = u.cell_value(f"{digits}e{exponent}", unit)
    assert value == exact.numerator / exact.denominator


@pytest.mark.parametrize(
    ("quantity", "value"),
    [("0 degC", 273.15), ("6.3 degC", 279.45), ("-273.15 degC", 0.0), ("0 mV", 0.0), ("5 %", 0.05)]
    + [("1 um2", 0.01), ("1 /h", 1 / 3.6e6), ("+.5 ms", 0.5), ("2. ms", 2.0), ("1E3 ms", 1000.0)],
)
def test_values_in_cell_units(quantity: str, value: float) -> None:
    number, unit = quantity.split(" ")
    assert u.cell_value(number, u.parse_unit(unit)) == value


@pytest.mark.parametrize("number", ["", "nan", "inf", "1/3", "1_000", " 1", "1e", "0x10", "\u0663", "--1"])
def test_only_decimal_numbers_are_numbers(number: str) -> None:
    with pytest.raises(ValueError, match="no decimal number"):
        u.cell_value(number, u.parse_unit("mV"))


@pytest.mark.parametrize("number", ["1e400", "1e308", "-1e308", "1e-400", "1e999999999999", "9" * 5000])
def test_values_beyond_floats_are_refused_without_delay(number: str) -> None:
    with pytest.raises(u.NumberOutOfRange):
        u.cell_value(number, u.parse_unit("V"))


def test_dimensions_compose() -> None:
    assert u.VOLUME ** Fraction(2, 3) == u.AREA
    assert u.CHARGE * u.VOLTAGE == u.ENERGY == u.PRESSURE * u.VOLUME
    assert u.CONDUCTANCE * u.RESISTANCE == u.PURE == u.Dimension()
    assert u.CAPACITANCE / u.CONDUCTANCE == u.TIME
    assert hash(u.VOLUME ** Fraction(1, 3)) == hash(u.LENGTH)


@pytest.mark.parametrize(
    ("dimension", "words"),
    [
        (u.PURE, "pure number"),
        (u.VOLTAGE, "voltage (mV)"),
        (u.CONDUCTANCE / u.AREA, "conductance per area (mS/cm2)"),
        (u.RATE, "rate (fmol/s)"),
        (u.CONCENTRATION**2 / u.TIME, "mM2/ms"),
        (u.CONCENTRATION**4 / u.TIME, "mM4/ms"),
        (u.VOLTAGE * u.TIME, "mV.ms"),
        (u.CONDUCTANCE / u.CONCENTRATION, "nS/mM"),
        (u.CONCENTRATION ** Fraction(1, 2), "mM^(1/2)"),
        (u.LENGTH ** Fraction(1, 2), "pL^(1/6)"),
    ],
)
def test_describe(dimension: u.Dimension, words: str) -> None:
    assert u.describe(dimension) == words


CELL_WORDS = words("""
    mV ms pA nS pF fC fmol mM pL K mS/cm2 uA/cm2 uF/cm2 cm/s /ms fmol/ms mM/ms Gohm aJ mPa /mV /mV/ms
    mV/ms /mM /mM/ms C/mol mJ/mol mJ/mol/K Mohm.cm kohm.cm2 uS/cm umol/cm2/s pL/ms V/cm nC/cm2 fW nW/cm2
    mM2 mM4/ms
""")


@pytest.mark.parametrize("word", CELL_WORDS)
def test_the_cell_unit_has_the_word_of_the_field(word: str) -> None:
    unit = u.parse_unit(word)
    assert unit.scale == 1
    assert u.cell_unit(unit.dimension) == unit


def test_no_two_names_share_a_dimension() -> None:
    assert len({dimension for _, dimension, _, _ in _quantities()}) == len(_quantities())


def test_dimensions_without_a_cell_unit_word() -> None:
    dimensions = (
        u.LENGTH,
        u.AREA,
        u.MASS,
        u.FORCE,
        u.DIFFUSIVITY,
        u.PURE / u.AREA,
        u.LENGTH ** Fraction(1, 2),
    )
    assert [u.cell_unit(dimension) for dimension in dimensions] == [None] * len(dimensions)
    assert u.cell_unit(u.PURE) == u.display_unit(u.PURE) == u.PURE_NUMBER


SHOWN_WORDS = words("""
    mV s mM pA nS pF fC fmol pL um2 um K /s fmol/s mM/s pmol/cm2/s mS/cm2 uA/cm2 uF/cm2 cm/s pL/s um2/ms
    Mohm ohm.cm2 ohm.cm mS/cm /mV /mV/ms mV/ms mV/mm /mM /mM/s /um C/mol nC/cm2 pJ kJ/mol J/mol/K pW
    nW/cm2 kPa pN mN/m pg g/mol g/L mmol/kg
""")


@pytest.mark.parametrize("word", SHOWN_WORDS)
def test_tables_show_the_unit_of_the_field(word: str) -> None:
    unit = u.parse_unit(word)
    assert u.display_unit(unit.dimension) == unit
    assert u.describe(unit.dimension).endswith(f" ({word})")


@settings(max_examples=60, deadline=None)
@given(st.tuples(*[st.integers(-4, 4)] * 6))
def test_any_whole_dimension_is_shown_exactly(exponents: tuple[int, ...]) -> None:
    dimension = u.Dimension(*map(Fraction, exponents))
    unit = u.display_unit(dimension)
    assert unit.dimension == dimension
    if dimension != u.PURE and "^" not in unit.text:
        assert u.parse_unit(unit.text) == unit


def test_constants_are_the_exact_ones() -> None:
    charge, boltzmann, avogadro = (Fraction(x) for x in ("1.602176634e-19", "1.380649e-23", "6.02214076e23"))
    assert Fraction(FARADAY.number) == charge * avogadro
    assert Fraction(GAS_CONSTANT.number) == boltzmann * avogadro
    assert Fraction(AVOGADRO.number) == avogadro
    assert Fraction(ZERO_CELSIUS.number) == u.parse_unit("degC").offset


def test_constants_in_cell_units() -> None:
    values = {constant.name: constant.in_cell_units for constant in CONSTANTS}
    assert values == {
        "faraday": 96485.3321233100184,
        "gas_constant": 8314.46261815324,
        "avogadro": 602214076.0,
        "zero_celsius": 273.15,
    }


def test_the_room_needs_no_heavy_library() -> None:
    heavy = "lark sympy numpy scipy matplotlib pint"
    code = f"import sys, ionlang.constants; print([m for m in '{heavy}'.split() if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
