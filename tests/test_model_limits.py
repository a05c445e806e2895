"""What a file may say and must not: areas, balances of charge, measures, settings, circles."""

from __future__ import annotations

import math

import pytest

import ionlang
from ionlang.constants import FARADAY, GAS_CONSTANT
from ionlang.diagnostics import ModelError
from ionlang.model.books.balance import balance_parameters
from ionlang.model.numbers import parameter_values
from ionlang.settings import settings_of
from tests.reading_models import BALANCED, CELL, MATTER, PLACES, RT_F, changed, check, codes, with_scenario

# ── areas ─────────────────────────────────────────────────────────────────────────────────────────

NO_AREA = changed(CELL, "    area = 1000 um2\n", "")
TOTALS = MATTER + PLACES + """
membrane soma (inside | outside) {
    capacitance = 10 pF
    V from currents starting at -65 mV
    channel K_leak { carries K;  conductance = 1 nS }
}
"""  # fmt: skip


@pytest.mark.parametrize(
    ("text", "current", "expected"),
    [
        (NO_AREA, "20 pA", ["ION306"]),
        (NO_AREA, "2 uA/cm2", []),
        (TOTALS, "20 pA", []),
        (TOTALS, "2 uA/cm2", ["ION306"]),
        (CELL, "20 pA", []),
    ],
)
def test_an_injected_current_counts_for_the_area(text: str, current: str, expected: list[str]) -> None:
    inject = f"run 10 ms\nfrom 1 ms for 2 ms: inject {current} into soma carried by charge\n"
    assert codes(with_scenario(inject, text)) == expected


def test_a_balance_against_the_capacitance_needs_the_area() -> None:
    held = changed(changed(BALANCED, "    area = 900 um2\n", ""), "K = 140 mM;", "K = 140 mM held;")
    assert codes(held) == ["ION306"]


# ── charge ────────────────────────────────────────────────────────────────────────────────────────


def held_charge(area: float, volume: float, V: float) -> float:
    """C V/(F volume) of 1 uF/cm2 [mM]: um2, pL, mV."""
    return area * 1e-8 * 1e-6 * V * 1e-3 / (96485.33 * volume * 1e-12) * 1e3


def test_a_balance_is_a_parameter_with_the_closed_form() -> None:
    model = ionlang.loads(BALANCED)
    values = parameter_values(model.cell)
    assert balance_parameters(model.cell) == ("inside.A", "outside.Cl")
    expected = (held_charge(900, 2, -80) - 133) / -1.2
    assert values["inside.A"] == pytest.approx(expected, rel=1e-9)
    assert values["outside.Cl"] == 4
    known = model.machine.parameters({})
    assert model.machine.parameter_value("inside.A", known) == pytest.approx(expected, rel=1e-9)


def test_a_balance_that_moves_starts_there_and_follows_what_is_set() -> None:
    moving = changed(BALANCED, "Cl = 7 mM;  A balances charge", "Cl balances charge;  A = 100 mM")
    moving = changed(
        moving, "channel K_leak", "channel Cl_leak { carries Cl;  conductance = 0.1 mS/cm2 }\n channel K_leak"
    )
    model = ionlang.loads(moving)
    assert balance_parameters(model.cell) == ("inside.Cl.start", "outside.Cl")
    start = 140 - 120 - held_charge(900, 2, -80)
    machine = model.machine
    assert machine.initial_state(machine.parameters({}))[machine.state_index["inside.Cl"]] == pytest.approx(
        start, rel=1e-9
    )
    values = parameter_values(model.cell, {"inside.K.start": 150.0})
    assert values["inside.Cl.start"] == pytest.approx(start + 10, rel=1e-9)


def test_a_balance_below_zero_is_said_at_its_sentence() -> None:
    (found,) = (d for d in check(changed(BALANCED, "Cl = 7 mM", "Cl = 150 mM")) if d.severity == "error")
    assert (found.code, found.primary.span.text) == ("ION304", "A balances charge")
    with pytest.raises(ModelError) as wrong:
        ionlang.loads(BALANCED).rest({"inside.K": "5 mM"})
    (found,) = wrong.value.diagnostics
    assert (found.code, found.primary.span.text) == ("ION304", "A balances charge")


@pytest.mark.parametrize(
    ("chloride", "expected"), [("7 mM", ["ION317"]), ("139.9 mM", []), ("139 mM", ["ION317"])]
)
def test_charge_that_nothing_balances_is_warned_of(chloride: str, expected: list[str]) -> None:
    text = changed(BALANCED, "Cl = 7 mM;  A balances charge", f"Cl = {chloride}")
    found = [d for d in check(text) if d.code == "ION317"]
    assert codes(text) == expected
    for d in found:
        excess = 140 - float(chloride.split()[0]) - held_charge(900, 2, -80)
        assert f"holds {excess:.4g} mM" in d.message and d.severity == "warning"


def test_charge_of_no_ion_is_one_warning_for_a_membrane() -> None:
    text = changed(
        CELL, "channel K_leak { carries K;", "channel K_leak { carries charge;  reversal = -80 mV;"
    )
    (found,) = (d for d in check(text) if d.code == "ION313")
    assert found.primary.span.line == 17 and [label.span.line for label in found.secondary] == [19]


# ── what is known when ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("run 10 ms\nmeasure a = 2*b\nmeasure b = max(soma.V)", "ION405"),
        ("run 10 ms\nmeasure b = 2*b", "ION405"),
        ("run 10 ms\nmeasure begun = time(soma.V > -70 mV)\nfrom begun: block NaK", "ION405"),
        ("run 10 ms\nmeasure b = time", "ION405"),
        ("run 10 ms\nmeasure b = 2*elapsed", "ION405"),
        ("run 10 ms\nmeasure b = max(elapsed)", "ION405"),
        ("run 10 ms\nmeasure b = soma.V at (2*time)", "ION405"),
    ],
)
def test_what_is_not_known_yet_is_said(lines: str, code: str) -> None:
    assert codes(with_scenario(lines)) == [code]


def test_a_measure_may_use_earlier_ones_and_the_clock_of_a_run() -> None:
    text = with_scenario(
        "run 10 ms\nmeasure a = time(soma.V > -90 mV)\nmeasure b = max(time)\nexpect soma.V at a < b * 1 mV/ms"
    )
    assert codes(text) == []


def test_a_fixed_capacitance_and_a_bath_are_fixed() -> None:
    assert codes(with_scenario("expect soma.capacitance = 10 pF +- 1e-9 pF")) == []
    text = "param p = 2*outside.K\nparam c = 3*soma.capacitance\n" + with_scenario(
        "expect soma.V at rest < p * c * 1 mV/mM/pF"
    )
    model = ionlang.loads(text)
    assert [d.severity for d in model.check() if d.severity == "error"] == []
    values = parameter_values(model.cell, {"outside.K": 5.0})
    assert values["p"] == 10.0
    assert values["c"] == pytest.approx(30.0)
    assert model.run("trial").verdicts[0].passed


@pytest.mark.parametrize(
    ("given", "value"),
    [("temperature = 37 degC", RT_F * math.log(2)), ("thermal_voltage = 26 mV", 26 * math.log(2))],
)
def test_the_thermal_quantity_that_is_not_given_is_known_to_parameters(given: str, value: float) -> None:
    text = changed(CELL, "temperature = 37 degC", given)
    text += "let q = thermal_voltage*log(2)\nparam w = 2*q\nparam t = 3^((temperature - 279.45 K)/(10 K))\n"
    model = ionlang.loads(text)
    values = parameter_values(model.cell)
    kelvin = value / math.log(2) * FARADAY.in_cell_units / GAS_CONSTANT.in_cell_units
    assert values["q"] == pytest.approx(value, rel=1e-12)
    assert values["w"] == pytest.approx(2 * value, rel=1e-12)
    assert values["t"] == pytest.approx(3 ** ((kelvin - 279.45) / 10), rel=1e-12)
    known = model.machine.parameters({})
    assert model.machine.parameter_value("w", known) == pytest.approx(2 * value, rel=1e-12)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("outside.K", "0 mM", ["ION304"]),
        ("outside.Ca", "0 mM", []),
        ("size", "-2 um2", ["ION312"]),
        ("size", "60 um2", ["ION312"]),
    ],
)
def test_settings_are_checked_with_all_that_follows(name: str, value: str, expected: list[str]) -> None:
    text = changed(CELL, "area = 1000 um2", "area = 10*size")
    text += "param size = 100 um2\nparam twice = 2*size between 150 um2 and 300 um2\n"
    cell = ionlang.loads(text).cell
    if not expected:
        settings_of(cell, {name: value})
        return
    with pytest.raises(ModelError) as wrong:
        settings_of(cell, {name: value})
    assert sorted({d.code for d in wrong.value.diagnostics}) == expected


# ── circles and numbers out of range ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("area = 1000 um2", "area = 2*soma.area", "ION401"),
        ("area = 1000 um2", "let a = 2*soma.area\n area = a", "ION401"),
        ("capacitance = 1 uF/cm2", "capacitance = 0.5*soma.capacitance", "ION401"),
        ("temperature = 37 degC", "temperature = 300 K * thermal_voltage/(25 mV)", "ION401"),
        ("K : 1, Na : 0.05", "K : 1, Na : -1", "ION312"),
        ("K : 1, Na : 0.05", "K : 0, Na : 1", "ION312"),
        ("K : 1, Na : 0.05", "K : 1, K : 2", "ION305"),
        ("tau = 2 ms", "tau = 0 ms", "ION312"),
        ("tau = 2 ms", "tau = 2 ms;  start = 1.2", "ION312"),
        ("tau = 2 ms", "tau = 2 ms;  start = -0.1", "ION312"),
    ],
)
def test_circles_and_numbers_out_of_range(old: str, new: str, code: str) -> None:
    assert codes(changed(CELL, old, new)) == [code]


def test_a_volume_through_a_parameter_that_reads_it_is_a_circle() -> None:
    text = "param v = 2*inside.volume\n" + changed(BALANCED, "volume = 2 pL", "volume = v")
    assert codes(text) == ["ION401"]


def test_a_flux_cannot_move_what_is_impermeant() -> None:
    text = changed(BALANCED, "Cl balances charge", "Cl balances charge;  A = 0 mM")
    assert codes(text + "flux f { moves A from inside to outside;  rate = 1 fmol/s }") == ["ION302"]
