"""The units room, with pint in exact rationals as the oracle for the table and for composed units."""

from __future__ import annotations

from fractions import Fraction
from math import prod

import pint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pint.facets.plain import PlainUnit

from ionlang import units as u
from ionlang.units.dimensions import cell_units_in_si_unit


def words(text: str) -> list[str]:
    return text.split()


ORACLE: pint.UnitRegistry[Fraction] = pint.UnitRegistry(non_int_type=Fraction)
BASES = ("[length]", "[time]", "[mass]", "[current]", "[substance]", "[temperature]")

TABLE = words("""
    V nV uV mV kV  A fA pA nA uA mA  C fC pC nC uC mC  S pS nS uS mS  ohm kohm Mohm Gohm  F fF pF nF uF mF
    mol fmol pmol nmol umol mmol  M fM pM nM uM mM
    osmol fosmol posmol nosmol uosmol mosmol  osM nosM uosM mosM
    m nm um mm cm dm  L fL pL nL uL mL dL  s ns us ms  min h day  Hz mHz kHz MHz  g fg pg ng ug mg kg
    N pN nN uN mN  J aJ fJ pJ nJ uJ mJ kJ  W fW pW nW uW mW  Pa mPa kPa MPa  bar mbar atm mmHg  K % degC
""")
PROPORTIONAL = [word for word in TABLE if word != "degC"]

ELEMENTS = words("""
    He Li Be Ne Na Mg Al Si Cl Ar Ca Sc Ti Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Zr Nb Mo Tc Ru
    Rh Pd Ag Cd In Sn Sb Te Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta Re Os Ir Pt Au
    Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa Np Pu Am Cm Bk Cf Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh
    Fl Mc Lv Ts Og
""")
SPECIES = words("""
    HCO3 CO2 CO3 O2 NO H2O OH NH3 NH4 PO4 SO4 Pi PCr Cr ATP ADP AMP GTP GDP cAMP cGMP NADH NAD IP3 PIP2
    DAG CaM Glc Glu Gln Gly GABA ACh DA NE Lac Pyr Cit Suc Mal pH
""")
NOT_UNITS = words("""
    H mH uH cal kcal eV rad deg T G Bq Gy Sv cd lm lx km Mm Mg Gg Mm kM kL cL cs ks Ms mmin mh kA kC kF
    kS kmol MV MJ MW mohm uohm mK kK nK Torr psi cc sec l ml hr d week year mOsm
""")
OTHER_WORDS = words("""
    as at by do for from if in is of on or out and not then else source so that to nothing time elapsed
    end start rest x pi faraday gas_constant thermal_voltage temperature exp log sqrt abs max sin tanh
    linoid hill q10 ghk amount
""")


def oracle_unit(word: str) -> PlainUnit:
    return ORACLE.Unit({"%": "percent"}.get(word, word.replace("osM", "M").replace("osmol", "mol")))


def oracle_scale_and_dimension(unit: PlainUnit) -> tuple[Fraction, u.Dimension]:
    base = ORACLE.Quantity(Fraction(1), unit).to_base_units()
    dimension = u.Dimension(*(Fraction(str(base.dimensionality.get(name, 0))) for name in BASES))
    return Fraction(str(base.magnitude)) * cell_units_in_si_unit(dimension), dimension


def test_the_table_is_closed_and_in_a_fixed_order() -> None:
    assert sorted(u.all_unit_words()) == sorted(TABLE)
    assert list(u.all_unit_words()) == TABLE


@pytest.mark.parametrize("word", PROPORTIONAL)
def test_every_word_agrees_exactly_with_pint(word: str) -> None:
    unit = u.parse_unit(word)
    assert (unit.scale, unit.dimension) == oracle_scale_and_dimension(oracle_unit(word))
    assert unit.text == word and unit.offset == 0


@pytest.mark.parametrize(
    ("word", "si_decades"),
    [("mV", -3), ("ms", -3), ("pA", -12), ("fmol", -15), ("mM", 0), ("pL", -15), ("nS", -9), ("pF", -12)],
)
def test_cell_units_are_as_agreed(word: str, si_decades: int) -> None:
    unit = u.parse_unit(word)
    assert unit.scale == 1
    assert cell_units_in_si_unit(unit.dimension) * Fraction(10) ** si_decades == 1


def test_reserved_words_are_the_words_of_two_or_more_letters() -> None:
    assert [word for word in TABLE if u.is_unit_word(word)] == [word for word in TABLE if len(word) > 1]
    assert u.is_unit_word("\u00b5m") and u.is_unit_word("\u03bcm") and u.is_unit_word("\u00b0C")
    assert not any(u.is_unit_word(text) for text in ("", "%", "V", "cm2", "/ms", "mS/cm2", "tau"))


def test_no_unit_word_is_an_element_a_species_or_a_word_of_the_language() -> None:
    assert [word for word in ELEMENTS if u.is_unit_word(word)] == ["Pa"]
    assert [word for word in SPECIES if u.is_unit_word(word)] == []
    assert [word for word in OTHER_WORDS if u.is_unit_word(word)] == []


@pytest.mark.parametrize("word", [*NOT_UNITS, *(word for word in ELEMENTS + SPECIES if word != "Pa")])
def test_excluded_words_are_no_units(word: str) -> None:
    with pytest.raises(u.UnitError):
        u.parse_unit(word)
    assert not u.is_unit_word(word)


FACTORS = st.tuples(st.sampled_from("./"), st.sampled_from(PROPORTIONAL), st.integers(1, 4))


@settings(max_examples=150, deadline=None)
@given(st.lists(FACTORS, min_size=1, max_size=5))
def test_composed_units_agree_exactly_with_pint(factors: list[tuple[str, str, int]]) -> None:
    text = "".join(f"{sign}{word}{power if power > 1 else ''}" for sign, word, power in factors)
    expected = prod(
        (oracle_unit(word) ** (power if sign == "." else -power) for sign, word, power in factors),
        start=ORACLE.Unit("dimensionless"),
    )
    unit = u.parse_unit(text.removeprefix("."))
    assert (unit.scale, unit.dimension) == oracle_scale_and_dimension(expected)


@pytest.mark.parametrize(
    ("text", "same"),
    [("mol/m2/s", "mol/s/m2"), ("mS.ms/cm2", "mS/cm2.ms"), ("A/V", "S"), ("L", "dm3"), ("mM", "mol/m3")]
    + [("J/C", "V"), ("/s", "Hz"), ("N/m2", "Pa"), ("osmol/L", "osM"), ("\u00b5m2", "um2"), ("/ohm", "S")],
)
def test_equal_units(text: str, same: str) -> None:
    one, other = u.parse_unit(text), u.parse_unit(same)
    assert (one.scale, one.dimension) == (other.scale, other.dimension)


def test_the_text_of_a_unit_is_in_plain_spelling() -> None:
    assert u.parse_unit("\u00b5A/\u03bcm2").text == "uA/um2"
    assert u.parse_unit("\u00b0C") == u.parse_unit("degC")


@pytest.mark.parametrize(
    ("text", "fault", "suggestions"),
    [
        ("Mv", "Mv", ("mV",)),
        ("sec", "sec", ("s",)),
        ("mV/msec", "msec", ("ms",)),
        ("mOhm", "mOhm", ("ohm", "Mohm")),
        ("M\u03a9.cm", "M\u03a9", ("Mohm",)),
        ("\u2126", "\u2126", ("ohm",)),
        ("Celsius", "Celsius", ("degC",)),
        ("mmol/l", "l", ("L",)),
        ("molar", "molar", ("M",)),
        ("/hr", "hr", ("h",)),
        ("mS/Cm2", "Cm", ("cm",)),
        ("mOsm/L", "mOsm", ("mosM", "mosmol")),
        ("millivolts", "millivolts", ("mV",)),
        ("MM", "MM", ("mM", "mm", "M")),
        ("km/h", "km", ("m",)),
        ("mV/tau", "tau", ()),
        ("mV/tau_m", "tau_m", ()),
    ],
)
def test_unknown_units_are_located_and_answered(text: str, fault: str, suggestions: tuple[str, ...]) -> None:
    with pytest.raises(u.UnknownUnit) as caught:
        u.parse_unit(text)
    error = caught.value
    assert (error.word, text[error.start : error.end]) == (fault, fault)
    assert error.suggestions == suggestions
    assert all(u.parse_unit(suggestion) for suggestion in suggestions)


@pytest.mark.parametrize(
    ("text", "start", "end", "suggestions"),
    [
        ("", 0, 0, ()),
        ("/", 1, 1, ()),
        ("mV/", 3, 3, ()),
        ("mV//ms", 3, 3, ()),
        (".mV", 0, 0, ()),
        ("1/ms", 0, 1, ("/ms",)),
        ("1", 0, 1, ()),
        ("10mV", 0, 4, ()),
        ("mV/2", 3, 4, ()),
        ("m0", 1, 2, ()),
        ("m1", 1, 2, ("m",)),
        ("m02", 1, 3, ()),
        ("m" + "9" * 50, 1, 51, ()),
        ("mS/cm^2", 3, 7, ("mS/cm2",)),
        ("mS/cm\u00b2", 3, 6, ("mS/cm2",)),
        ("mS\u00b7cm\u207b\u00b2", 0, 7, ("mS/cm2",)),
        ("s-1", 0, 3, ("/s",)),
        ("mS/cm-2", 3, 7, ()),
        ("mol/(m2.s)", 4, 7, ("mol/m2/s",)),
        ("J/mol/degC", 6, 10, ("J/mol/K",)),
        ("degC2", 0, 5, ("K2",)),
        ("mV ms", 0, 5, ()),
        (".".join(["m99"] * 10_000), 100, 39_999, ()),
    ],
)
def test_malformed_units_are_located(text: str, start: int, end: int, suggestions: tuple[str, ...]) -> None:
    with pytest.raises(u.MalformedUnit) as caught:
        u.parse_unit(text)
    error = caught.value
    assert (error.start, error.end, error.suggestions) == (start, end, suggestions)
    assert error.reason and all(u.parse_unit(suggestion) for suggestion in suggestions)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="mMVsLgK12-^./ ()%\u00b5\u00b0C\u00b2\u03a9_", max_size=12))
def test_any_text_is_a_unit_or_a_located_fault(text: str) -> None:
    try:
        assert u.parse_unit(text).scale > 0
    except u.UnitError as error:
        assert 0 <= error.start <= error.end <= len(text)
