"""The sentences of a scenario that speak of time, against closed forms on a membrane that is a resistor and a capacitor."""

from __future__ import annotations

from math import exp, log, pi, sin

import numpy as np
import pytest

import ionlang
from ionlang.simulate.solution import Solution

PASSIVE = """
bath inside {{ }}
bath outside {{ }}
param E_leak = -70 mV
membrane m (inside | outside) {{
    capacitance = 1 uF/cm2
    V from currents starting at -70 mV
    channel leak {{ carries charge; conductance = 0.2 mS/cm2; reversal = E_leak }}
}}
event ring
event high {{ condition = m.V > -50 mV }}
scenario s {{
    {body}
}}
"""
TAU = 5.0  # ms: C/g


def model(body: str) -> ionlang.Model:
    return ionlang.loads(PASSIVE.format(body=body.replace(";", "\n    ")))


def run(body: str, rtol: float = 1e-9) -> Solution:
    known = model(body)
    assert not [d for d in known.check() if d.severity == "error"], known.check()
    return known.run("s", rtol=rtol)


def measured(body: str, rtol: float = 1e-9) -> dict[str, float]:
    return dict(run(body, rtol).measures)


def codes(body: str) -> list[str]:
    return [d.code for d in model(body).check() if d.severity == "error"]


def followed(e_start: float, slope: float, v: float, t: float) -> float:
    """V of dV/dt = (E − V)/tau with E = e_start + slope t, from v."""
    late = e_start + slope * (t - TAU)
    return late + (v - e_start + slope * TAU) * exp(-t / TAU)


# --- when ---------------------------------------------------------------------------------------------------------


def test_a_train_is_its_windows_written_out() -> None:
    inject = "inject 1 uA/cm2 into m carried by charge"
    tail = "; measure v = m.V at end; measure w = integral(m.V); measure top = max(m.V)"
    train = f"run 60 ms; from 5 ms for 25 ms every 10 ms for 4 ms: {inject}"
    written = "; ".join(f"from {t} ms for 4 ms: {inject}" for t in (5, 15, 25))
    assert measured(train + tail) == measured(f"run 60 ms; {written}" + tail)


def test_a_train_stops_before_its_end_and_its_last_window_is_whole() -> None:
    found = run("run 60 ms; from 0 ms for 20 ms every 10 ms for 9 ms: set E_leak = 0 mV")
    assert [(a, b) for a, b, _ in found.windows] == [(0.0, 9.0), (10.0, 19.0)]
    late = run("run 60 ms; from 0 ms for 11 ms every 10 ms for 9 ms: set E_leak = 0 mV")
    assert [(a, b) for a, b, _ in late.windows] == [(0.0, 9.0), (10.0, 19.0)]


def test_moments_in_a_row() -> None:
    """V − E after kicks of 4 mV every tau: a geometric series."""
    found = measured("run 25 ms; every 5 ms from 5 ms: add 4 mV to m.V; measure v = m.V at 24.999999999 ms")
    assert found["v"] == pytest.approx(-70.0 + 4.0 * sum(exp(-k) for k in (1, 2, 3, 4)), abs=1e-6)
    bounded = measured(
        "run 25 ms; every 5 ms from 5 ms for 10 ms: add 4 mV to m.V; measure top = max(m.V); measure n = count(m.V > -67 mV)"
    )
    assert bounded["n"] == 2.0
    assert bounded["top"] == pytest.approx(-70.0 + 4.0 * (1 + exp(-1)), abs=1e-8)


def test_a_window_closes_when_its_condition_becomes_true() -> None:
    """dV/dt = (−30 − V)/tau until −50 mV, then back."""
    found = measured(
        "run 40 ms; from 10 ms until m.V > -50 mV: set E_leak = -30 mV; measure t = time(m.V > -50 mV);"
        "measure top = max(m.V); measure v = m.V at 30 ms"
    )
    closed = 10.0 + TAU * log(2.0)
    assert found["t"] == pytest.approx(closed, rel=1e-8)
    assert found["top"] == pytest.approx(-50.0, abs=1e-7)
    assert found["v"] == pytest.approx(-70.0 + 20.0 * exp(-(30.0 - closed) / TAU), abs=1e-6)


def test_a_window_whose_condition_holds_at_once_does_not_open() -> None:
    found = measured("run 20 ms; from 10 ms until m.V < -60 mV: set E_leak = -30 mV; measure top = max(m.V)")
    assert found["top"] == pytest.approx(-70.0, abs=1e-9)


def test_a_window_may_close_by_what_elapsed() -> None:
    found = run(
        "run 20 ms; from 5 ms until elapsed > 3 ms: set E_leak = -30 mV; measure e = E_leak at 7.99 ms; measure f = E_leak at 8.01 ms"
    )
    assert list(dict(found.measures).values()) == [-30.0, -70.0]
    assert found.windows[0][0] == 5.0
    assert found.windows[0][1] == pytest.approx(8.0, rel=1e-12)


def test_each_time_it_becomes_true() -> None:
    """`when` sets a new base from then on, as `at` does."""
    found = run(
        "begin at rest; run 100 ms; from 10 ms: set E_leak = -30 mV; when m.V > -50 mV: add -10 mV to m.V;"
        "measure n = count(m.V > -50 mV)"
    )
    first = TAU * log(2.0)
    again = TAU * log(30.0 / 20.0)
    expected = 1 + int((90.0 - first) / again)
    assert dict(found.measures)["n"] == expected
    times = [t for t, event in found.fired if event == "high"]
    assert times[:2] == pytest.approx([10.0 + first, 10.0 + first + again], rel=1e-8)
    base = measured(
        "begin at rest; run 60 ms; at 10 ms: set E_leak = -30 mV; when m.V > -50 mV: set E_leak = -90 mV; measure e = E_leak at end"
    )
    assert base["e"] == -90.0


def test_a_condition_that_holds_at_the_start_has_not_become_true() -> None:
    found = run("run 10 ms; when m.V < 0 mV: set E_leak = 0 mV; measure e = E_leak at end")
    assert dict(found.measures)["e"] == -70.0
    assert (
        dict(
            run(
                "run 10 ms; at 0 ms: set m.V = -20 mV; when m.V > -50 mV: set E_leak = 0 mV; measure e = E_leak at end"
            ).measures
        )["e"]
        == 0.0
    )


def test_conditions_may_speak_of_time_alone() -> None:
    found = measured(
        "run 10 ms; when time > 3 ms: set E_leak = 0 mV; measure a = E_leak at 2.99 ms; measure b = E_leak at 3.01 ms"
    )
    assert list(found.values()) == [-70.0, 0.0]


# --- what ---------------------------------------------------------------------------------------------------------


def test_a_ramp_leads_straight_and_stays() -> None:
    found = measured(
        "run 60 ms; at 10 ms: ramp E_leak to -20 mV over 20 ms; measure a = E_leak at 20 ms; measure b = E_leak at end;"
        "measure v = m.V at 30 ms; measure w = m.V at 40 ms"
    )
    assert found["a"] == pytest.approx(-45.0)
    assert found["b"] == -20.0
    top = followed(-70.0, 2.5, -70.0, 20.0)
    assert found["v"] == pytest.approx(top, abs=1e-7)
    assert found["w"] == pytest.approx(-20.0 + (top + 20.0) * exp(-10.0 / TAU), abs=1e-7)


def test_a_ramp_in_a_window_gives_the_base_back() -> None:
    found = measured(
        "run 60 ms; from 10 ms for 30 ms: ramp E_leak to -20 mV over 20 ms; measure a = E_leak at 39 ms; measure b = E_leak at 41 ms"
    )
    assert list(found.values()) == [-20.0, -70.0]


def test_ramps_in_a_row_begin_where_the_last_one_ended() -> None:
    found = measured(
        "run 60 ms; at 10 ms: ramp E_leak to -20 mV over 10 ms; at 15 ms: ramp E_leak to -70 mV over 5 ms;"
        "measure a = E_leak at 15 ms; measure b = E_leak at 17.5 ms; measure c = E_leak at 30 ms"
    )
    assert list(found.values()) == pytest.approx([-45.0, -57.5, -70.0])


def test_a_relaxation_is_an_exponential() -> None:
    """E → −20 with tau T: V has two exponentials."""
    found = measured(
        "run 60 ms; at 10 ms: relax E_leak to -20 mV with tau 8 ms; measure e = E_leak at 18 ms; measure v = m.V at 30 ms"
    )
    assert found["e"] == pytest.approx(-20.0 - 50.0 * exp(-1.0))
    slow, fast = exp(-20.0 / 8.0), exp(-20.0 / TAU)
    assert found["v"] == pytest.approx(-20.0 - 50.0 * (8.0 * slow - TAU * fast) / (8.0 - TAU), abs=1e-6)


def test_scales_and_shifts_act_on_what_holds() -> None:
    lines = (
        "from 0 ms for 20 ms: scale E_leak by 0.5",
        "from 0 ms for 30 ms: scale E_leak by 0.1",
        "from 0 ms: shift E_leak by -3 mV",
        "from 10 ms: set E_leak = -100 mV",
    )
    tail = "; run 40 ms; measure a = E_leak at 5 ms; measure b = E_leak at 15 ms; measure c = E_leak at 25 ms; measure d = E_leak at end"
    for order in (lines, lines[::-1]):
        assert list(measured("; ".join(order) + tail).values()) == pytest.approx([-6.5, -8.0, -13.0, -103.0])


def test_what_a_clamp_takes_is_the_clamp_current() -> None:
    """dV = −20 + 30 mV at once, then C dV/dt + g (V − E) over the window, in mV of C."""
    solution = run(
        "run 30 ms; from 10 ms for 10 ms: clamp m.V to -40 mV + 1 mV/ms*elapsed; measure v = m.V at 15 ms; measure w = m.V at 25 ms"
    )
    found = dict(solution.measures)
    assert found["v"] == pytest.approx(-35.0, abs=1e-9)
    assert found["w"] == pytest.approx(-70.0 + 40.0 * exp(-1.0), abs=1e-7)
    taken = {s.path: s.amount for s in solution.supplies}["m.V"]
    assert taken == pytest.approx(30.0 + 10.0 + (30.0 * 10.0 + 50.0) / TAU, rel=1e-8)
    assert solution.conservation_drift < 1e-9


def test_a_clamp_follows_a_wave() -> None:
    found = measured(
        "run 50 ms; clamp m.V to -70 mV + 10 mV*sin(2*pi*time/(7 ms)); measure v = m.V at 13.37 ms; measure top = max(m.V);"
        "measure i = integral(m.current)"
    )
    assert found["v"] == pytest.approx(-70.0 + 10.0 * sin(2 * pi * 13.37 / 7.0), abs=1e-6)
    assert found["top"] == pytest.approx(-60.0, abs=1e-6)
    charge = 10.0 * 7.0 / (2 * pi) * (1 - np.cos(2 * pi * 50.0 / 7.0))  # mV ms
    assert found["i"] == pytest.approx(charge * 0.2e6, rel=1e-5)  # 1 cm2 leaks 0.2e6 nS


def test_an_added_amount_is_supplied() -> None:
    solution = run("run 20 ms; at 5 ms { add 4 mV to m.V; add 2 mV to m.V }; measure v = m.V at 5 ms")
    assert dict(solution.measures)["v"] == pytest.approx(-64.0, abs=1e-9)
    assert {s.path: s.amount for s in solution.supplies} == {"m.V": pytest.approx(6.0)}


def test_a_value_is_given_before_anything_is_added() -> None:
    for actions in ("add 4 mV to m.V; set m.V = -50 mV", "set m.V = -50 mV; add 4 mV to m.V"):
        found = measured(f"run 20 ms; at 5 ms {{ {actions} }}; measure v = m.V at 5 ms")
        assert found["v"] == pytest.approx(-46.0, abs=1e-12)
