"""Actions on one quantity: what they come to together, at edges, as functions of time – with the right answers known."""

from __future__ import annotations

from math import exp, pi, sqrt

import pytest

import ionlang
from ionlang.simulate.solution import Solution

BATHS = """
temperature = 37 degC
ion K {{ valence = +1 }}
ion Na {{ valence = +1 }}
solute ATP
bath inside  {{ K = 140 mM; Na = 15 mM; ATP = 3 mM }}
bath outside {{ K = 4 mM; Na = 145 mM }}
param a = 1 mM
membrane soma (inside | outside) {{
    area = 1000 um2
    capacitance = 1 uF/cm2
    V from currents starting at -70 mV
    channel K_leak {{ carries K; conductance = 0.1 mS/cm2 }}
    pump NaK {{ moves 3 Na out, 2 K in, uses 1 ATP; current = 0.4 uA/cm2 }}
}}
scenario s {{
    {body}
}}
"""


def run(body: str, given: dict[str, str | float] | None = None) -> Solution:
    model = ionlang.loads(BATHS.format(body=body))
    assert not [d for d in model.check() if d.severity == "error"], model.check()
    return model.run("s", given, rtol=1e-9)


def measured(body: str, given: dict[str, str | float] | None = None) -> dict[str, float]:
    return dict(run(body, given).measures)


def codes(body: str) -> list[str]:
    return [d.code for d in ionlang.loads(BATHS.format(body=body)).check() if d.severity == "error"]


@pytest.mark.parametrize(
    ("condition", "time", "count", "duration"),
    [
        ("outside.K > 4 mM", 5.0, 1.0, 15.0),
        ("outside.K >= 4 mM", 0.0, 0.0, 20.0),
        ("outside.K > 8 mM", None, 0.0, 0.0),
        ("outside.K >= 8 mM", 5.0, 1.0, 15.0),
        ("outside.K < 8 mM", 0.0, 0.0, 5.0),
        ("outside.K <= 4 mM", 0.0, 0.0, 5.0),
        ("not (outside.K > 4 mM)", 0.0, 0.0, 5.0),
        ("outside.K >= 8 mM and outside.K > 4 mM", 5.0, 1.0, 15.0),
    ],
)
def test_equality_is_told_from_excess(
    condition: str, time: float | None, count: float, duration: float
) -> None:
    found = measured(
        f"run 20 ms; from 5 ms: set outside.K = 8 mM; measure t = time({condition}); measure n = count({condition});"
        f"measure d = duration({condition})"
    )
    assert found["t"] == (
        pytest.approx(time, abs=1e-9) if time is not None else pytest.approx(float("nan"), nan_ok=True)
    )
    assert found["n"] == count
    assert found["d"] == pytest.approx(duration, abs=1e-9)


def test_a_potential_that_falls_from_its_start_is_below_it_at_once() -> None:
    found = measured("run 5 ms; measure t = time(soma.V < -70 mV); measure n = count(soma.V < -70 mV)")
    assert found["t"] == pytest.approx(0.0, abs=1e-6)
    assert found["n"] == 1.0


def test_values_follow_other_actions() -> None:
    assert (
        measured("set a = 2 mM; run 10 ms; from 5 ms: set outside.K = 4*a; measure k = outside.K at end")["k"]
        == 8.0
    )
    moving = measured(
        "set a = 1 mM + 1 mM/ms*time; run 10 ms; from 0 ms: set outside.K = 4*a; measure k = outside.K at end"
    )
    assert moving["k"] == pytest.approx(44.0)
    own = measured("set a = 2*a; set outside.K = 3*a; run 1 ms; measure k = outside.K at end")
    assert own["k"] == pytest.approx(6.0)


def test_blocks_multiply_whatever_the_order_and_the_base() -> None:
    tail = "; run 10 ms; measure i = soma.NaK.current at end"
    both = ("from 5 ms: set soma.NaK.block = 0.9", "from 5 ms: block NaK by 50 %")
    for order in (both, both[::-1]):
        assert measured("; ".join(order) + tail)["i"] == pytest.approx(0.2)
    given = measured("from 5 ms: block NaK by 50 %" + tail, {"NaK.block": "0.5"})
    assert given["i"] == pytest.approx(1.0)


def test_a_sequence_of_values() -> None:
    """`at T: set` gives a new base; a window replaces it and gives it back."""
    found = measured(
        "run 40 ms; at 5 ms: set outside.K = 8 mM; at 10 ms: set outside.K = 6 mM; from 20 ms for 5 ms: set outside.K = 20 mM;"
        "measure k1 = outside.K at 3 ms; measure k2 = outside.K at 7 ms; measure k3 = outside.K at 15 ms;"
        "measure k4 = outside.K at 22 ms; measure k5 = outside.K at end"
    )
    assert list(found.values()) == [4.0, 8.0, 6.0, 20.0, 6.0]
    assert codes("run 40 ms; at 5 ms: set outside.K = 8 mM; at 5 ms: set outside.K = 6 mM") == ["ION403"]


def test_windows_that_touch_do_not_collide() -> None:
    found = run(
        "run 1 ms; from 0.1 ms for 0.2 ms: set outside.K = 8 mM; from 0.3 ms: set outside.K = 6 mM; measure k = outside.K at 0.3 ms"
    )
    assert dict(found.measures)["k"] == 6.0
    assert found.trajectory is not None
    assert len(found.trajectory.pieces) == 3


def test_at_an_edge_what_begins_there_holds() -> None:
    found = measured(
        "run 20 ms; from 0 ms for 10 ms: set outside.K = 8 mM; measure late = max(outside.K, after = 10 ms);"
        "measure early = max(outside.K, until = 9.9 ms)"
    )
    assert found == {"late": 4.0, "early": 8.0}


def test_fast_functions_of_time_are_followed() -> None:
    found = measured(
        "run 1000 ms; hold soma.V; set outside.K = 4 mM + 1 mM*sin(2*pi*time/(10 ms))^2;"
        "measure m = mean(outside.K); measure n = count(outside.K > 4.5 mM)"
    )
    assert found["m"] == pytest.approx(4.5, abs=1e-6)
    assert found["n"] == 200.0


def test_a_short_pulse_is_not_stepped_over() -> None:
    """The charge of a Gaussian pulse on a capacitance that barely leaks: I0 sigma sqrt(pi)/C."""
    found = run(
        "block K_leak; block NaK; run 1000 ms; from 0 ms: inject 200 pA*exp(-((time - 500 ms)/(0.5 ms))^2) into soma carried by charge;"
        "measure v = soma.V at end"
    )
    assert dict(found.measures)["v"] == pytest.approx(-70.0 + 200.0 * 0.5 * sqrt(pi) / 10.0, rel=1e-5)
    box = run(
        "block K_leak; block NaK; run 1000 ms;"
        "from 0 ms: inject (if elapsed > 300 ms and elapsed < 301 ms then 200 pA else 0 pA) into soma carried by charge;"
        "measure v = soma.V at end"
    )
    assert dict(box.measures)["v"] == pytest.approx(-70.0 + 200.0 / 10.0, rel=1e-3)


def test_what_holding_takes_is_what_the_drive_brings() -> None:
    solution = run(
        "block K_leak; block NaK; run 1000 ms; hold soma.V; inject 10 pA*sin(2*pi*time/(10 ms))^2 into soma carried by charge"
    )
    supplied = {s.path: s.amount for s in solution.supplies}
    assert supplied["soma.V"] == pytest.approx(-500.0, rel=1e-6)


def test_measures_may_be_used_in_what_is_observed() -> None:
    found = measured(
        "run 20 ms; measure v0 = soma.V at start; measure half = (v0 + min(soma.V))/2; measure t = time(soma.V < half);"
        "measure gone = time(soma.V > 100 mV); measure late = max(soma.V, after = gone)"
    )
    assert 0.0 < found["t"] < 20.0
    fall = measured(f"run 20 ms; measure v = soma.V at {found['t']!r} ms")
    assert fall["v"] == pytest.approx(found["half"], abs=1e-6)
    assert found["late"] != found["late"]  # never: there is no such time


def test_a_changed_parameter_needs_a_moment() -> None:
    assert codes("run 20 ms; from 5 ms: set outside.K = 8 mM; expect outside.K = 4 mM +- 1e-9 mM") == [
        "ION405"
    ]


def test_what_a_jump_brings_is_supplied() -> None:
    solution = run("run 20 ms; at 5 ms: set soma.V = -60 mV; measure v = soma.V at 4.999999 ms")
    supplied = {s.path: s.amount for s in solution.supplies}
    assert supplied["soma.V"] == pytest.approx(-60.0 - dict(solution.measures)["v"], abs=1e-4)


def test_holding_needs_a_run() -> None:
    assert codes("hold soma.V; expect soma.V at rest = -70 mV +- 1 mV") == ["ION406"]


SIZED = """
param vol = 2 pL
param area = 3 mV
ion K { valence = +1 }
compartment inside { volume = vol; K = 140 mM }
bath outside { K = 4 mM }
temperature = 37 degC
membrane m (inside | outside) {
    area = 900 um2
    capacitance = 1 uF/cm2
    V from currents starting at -80 mV
    channel leak { carries K; conductance = 0.1 mS/cm2; reversal = -80 mV + area }
}
"""


def test_a_size_cannot_change_during_a_run_however_it_is_given() -> None:
    def found(action: str) -> list[str]:
        text = SIZED + "scenario s { run 10 ms; " + action + " }"
        return [d.code for d in ionlang.loads(text).check() if d.severity == "error"]

    assert found("from 5 ms: set vol = 1 pL") == ["ION402"]
    assert found("from 5 ms: set inside.volume = 1 pL") == ["ION402"]
    assert found("from 5 ms: set m.area = 1 um2") == ["ION402"]
    assert found("from 5 ms: set area = 4 mV") == []  # a parameter that only has the name
    assert found("set vol = 1 pL") == []


def test_exponential_decay_as_a_function_of_time() -> None:
    found = measured(
        "run 90 s; set a = 3 mM*exp(-time/(30 s)); set outside.K = 1 mM + a; measure k = integral(outside.K)"
    )
    assert found["k"] == pytest.approx(90e3 + 3 * 30e3 * (1 - exp(-3)), rel=1e-9)


def test_a_charge_that_was_balanced_stays_as_it_was() -> None:
    text = """
    temperature = 37 degC
    ion K { valence = +1 }
    ion Cl { valence = -1 }
    bath inside { K = 140 mM; Cl balances charge }
    bath outside { K = 4 mM; Cl balances charge }
    param warmth = thermal_voltage/(1 mV) * 1 mM
    membrane m (inside | outside) {
        capacitance = 1 uF/cm2
        V from currents starting at -80 mV
        channel leak { carries K; conductance = 0.1 mS/cm2 }
    }
    scenario s {
        set outside.K = 5 mM
        set temperature = 20 degC
        run 10 ms
        from 5 ms: set outside.K = 8 mM + warmth
        measure before = outside.Cl at 1 ms
        measure after = outside.Cl at end
        measure k = outside.K at end
    }
    """
    found = dict(ionlang.loads(text).run("s").measures)
    assert found["before"] == found["after"] == 5.0
    assert found["k"] == pytest.approx(8.0 + 8.31446261815324 * 293.15 / 96.48533212331, rel=1e-9)
