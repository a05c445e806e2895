"""The sentences of a scenario that speak of time, against closed forms on a membrane that is a resistor and a capacitor."""

from __future__ import annotations

from math import exp, log, pi, sin
from pathlib import Path

import numpy as np
import pytest

import ionlang
from ionlang.simulate.plan import Collision, plan_of
from ionlang.simulate.schedule import schedule
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
    assert (found.windows[0][0], found.windows[0][1]) == (5.0, pytest.approx(8.0, rel=1e-12))


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


# --- runs that end, events ----------------------------------------------------------------------------------------


def test_a_run_ends_by_its_condition() -> None:
    solution = run(
        "begin at rest; set E_leak = -70 mV; from 10 ms: set E_leak = -30 mV; run until m.V > -50 mV, at most 1 s; measure v = m.V at end"
    )
    assert solution.ended
    assert solution.end == pytest.approx(10.0 + TAU * log(2.0), rel=1e-8)
    assert dict(solution.measures)["v"] == pytest.approx(-50.0, abs=1e-8)
    limit = run("run until m.V > 0 mV, at most 30 ms; measure v = m.V at end")
    assert not limit.ended
    assert limit.end == 30.0
    at_once = run("run until m.V < 0 mV, at most 30 ms; measure v = m.V at end")
    assert at_once.ended
    assert at_once.end == 0.0
    assert dict(at_once.measures)["v"] == -70.0


def test_a_run_ends_before_what_else_its_condition_sets_off() -> None:
    solution = run(
        "from 0 ms: set E_leak = 0 mV; run until m.V > -50 mV, at most 1 s; when m.V > -50 mV: set m.V = -70 mV; measure v = m.V at end"
    )
    assert dict(solution.measures)["v"] == pytest.approx(-50.0, abs=1e-8)


def test_events_are_fired_and_heard() -> None:
    found = run(
        "run 20 ms; at 3 ms: fire ring; every 5 ms from 10 ms: fire ring; when ring: add 1 mV to m.V; when high: fire ring; at 12 ms: set m.V = -40 mV"
    )
    assert [(round(t, 9), e) for t, e in found.fired] == [
        (3.0, "ring"), (10.0, "ring"), (12.0, "high"), (12.0, "ring"), (15.0, "ring"),
    ]  # fmt: skip


def test_integrate_and_fire_keeps_time() -> None:
    """dV/dt = (E − V)/tau with E = −30 mV, reset from −50 to −70 mV: T = tau ln 2. A hundred intervals."""
    found = run("from 0 ms: set E_leak = -30 mV; run 360 ms; when m.V > -50 mV: set m.V = -70 mV")
    times = np.array([t for t, _ in found.fired])
    expected = TAU * log(2.0) * np.arange(1, 104)
    assert times.size == 103
    np.testing.assert_allclose(times, expected, rtol=1e-8)
    coarse = run("from 0 ms: set E_leak = -30 mV; run 360 ms; when m.V > -50 mV: set m.V = -70 mV", 1e-6)
    np.testing.assert_allclose([t for t, _ in coarse.fired], expected, rtol=1e-5)


def test_what_comes_true_for_ever_is_stopped() -> None:
    found = run("from 0 ms: set E_leak = -30 mV; run 100 ms; when m.V > -50 mV: set m.V = -50 mV")
    assert found.failure is not None
    assert found.failure.time == pytest.approx(TAU * log(2.0), rel=1e-8)
    assert "`m.V > -50 mV` comes true again and again" in found.failure.reason
    chain = run("run 100 ms; at 3 ms: fire ring; when ring: fire ring")
    assert chain.failure is not None
    assert "without end" in chain.failure.reason


# --- contradictions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("from 1 ms for 5 ms: ramp E_leak to 0 mV over 1 ms; from 3 ms: set E_leak = 0 mV", "ION403"),
        ("from 1 ms for 5 ms: relax E_leak to 0 mV with tau 1 ms; from 3 ms: ramp E_leak to 0 mV over 1 ms", "ION403"),
        ("at 1 ms: ramp E_leak to 0 mV over 1 ms; at 1 ms: set E_leak = 0 mV", "ION403"),
        ("hold m.V; from 1 ms: clamp m.V to 0 mV", "ION403"),
        ("from 1 ms for 4 ms: clamp m.V to 0 mV; at 3 ms: set m.V = 3 mV", "ION403"),
        ("at 1 ms { set m.V = 1 mV; set m.V = 2 mV }", "ION403"),
        ("every 1 ms from 0 ms: block leak", "ION408"),
        ("every 1 ms from 0 ms: hold m.V", "ION408"),
        ("from 1 ms: fire ring", "ION409"),
        ("add 1 mV to m.V", "ION409"),
        ("from 0 ms for 9 ms every 2 ms for 3 ms: clamp m.V to 0 mV", "ION411"),
        ("every 1e-9 ms from 0 ms: fire ring", "ION412"),
        ("every 0 ms from 0 ms: fire ring", "ION407"),
        ("at 1 ms: ramp E_leak to 0 mV over 0 ms", "ION407"),
        ("at 1 ms: ramp m.V to 0 mV over 1 ms", "ION402"),
        ("at 1 ms: add 1 mV to E_leak", "ION402"),
        ("from 1 ms: clamp E_leak to 1 mV", "ION402"),
        ("at 1 ms: fire m", "ION110"),
        ("at 1 ms: fire rang", "ION101"),
        ("when m.V: fire ring", "ION208"),
        ("at 1 ms: add 1 mM to m.V", "ION204"),
        ("begin at end of other", "ION101"),
        ("begin at end of m", "ION110"),
        ("begin at end of s", "ION410"),
        ("begin at rest; begin at rest", "ION305"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said(body: str, code: str) -> None:
    assert codes(f"run 10 ms; {body}") == [code]


def test_windows_that_the_run_opens_collide_in_the_run() -> None:
    found = run(
        "run 20 ms; from 5 ms until m.V > 0 mV: set E_leak = -30 mV; from 10 ms for 2 ms: set E_leak = -20 mV"
    )
    assert found.failure is not None
    assert found.failure.time == 10.0
    assert "two sentences say what E_leak is at one time (<text>:14 and <text>:15)" in found.failure.reason
    assert found.trajectory is not None
    assert found.trajectory.end == 10.0
    fine = run(
        "run 20 ms; from 5 ms until m.V > -65 mV: set E_leak = -30 mV; from 10 ms for 2 ms: set E_leak = -20 mV"
    )
    assert fine.failure is None


def test_parameters_from_outside_may_make_windows_collide() -> None:
    known = ionlang.loads(
        PASSIVE.replace("event ring", "param late = 6 ms\nevent ring").format(
            body="run 20 ms\n from 1 ms for 4 ms: set E_leak = 0 mV\n from late: set E_leak = 1 mV"
        )
    )
    assert not known.check()[1:]
    plan_of(known.machine, known.cell.scenarios[0], {})
    with pytest.raises(Collision):
        schedule(known.machine, known.cell.scenarios[0], {"late": 3.0})


# --- following on -------------------------------------------------------------------------------------------------

CHAIN = (
    PASSIVE
    + """
scenario later {{
    begin at end of s
    run 5 ms
    measure first = m.V at start
    measure v = m.V at end
}}
scenario last {{
    begin at end of later
    run 5 ms
    measure v = m.V at end
}}
"""
)


def test_a_scenario_goes_on_where_another_ended() -> None:
    known = ionlang.loads(CHAIN.format(body="run 5 ms\n set E_leak = 0 mV"))
    ended = -70.0 * exp(-1.0)
    found = dict(known.run("later", rtol=1e-9).measures)
    assert found["first"] == pytest.approx(ended, abs=1e-7)
    assert found["v"] == pytest.approx(-70.0 + (ended + 70.0) * exp(-1.0), abs=1e-7)
    again = dict(known.run("last", rtol=1e-9).measures)
    assert again["v"] == pytest.approx(-70.0 + (ended + 70.0) * exp(-2.0), abs=1e-7)


def test_what_did_not_get_to_its_end_has_none() -> None:
    known = ionlang.loads(
        CHAIN.format(body="from 0 ms: set E_leak = -30 mV\n run 50 ms\n when m.V > -50 mV: set m.V = -50 mV")
    )
    with pytest.raises(Exception, match="begins at the end of s, which did not get there"):
        known.run("later")


# --- the books ----------------------------------------------------------------------------------------------------

WASHED = """
temperature = 37 degC
ion K {{ valence = +1 }}
ion Cl {{ valence = -1 }}
compartment inside {{ volume = 2 pL; K = 140 mM; Cl = 140 mM }}
compartment outside {{ volume = 1 pL; K = 4 mM; Cl = 4 mM }}
bath blood {{ K = 8 mM; Cl = 8 mM }}
membrane m (inside | outside) {{
    area = 900 um2
    capacitance = 1 uF/cm2
    V from currents starting at 0 mV
    channel leak {{ carries K : 1, Cl : 0.2; permeability = 1e-7 cm/s }}
}}
flux wash {{ moves 1 K from outside to blood, 1 Cl from outside to blood; rate = 0.5 /s * (outside.K - blood.K) * outside.volume }}
event meal {{ condition = outside.K > 5 mM }}
scenario s {{
    run 4 s
    {body}
}}
"""


@pytest.mark.parametrize(
    "body",
    [
        "from 1 s for 1 s: clamp outside.K to 4 mM + 2 mM/s*elapsed",
        "from 1 s for 1 s: clamp outside.K to 6 mM",
        "from 1 s for 1 s: clamp m.V to -20 mV*sin(elapsed/(20 ms))",
        "at 1 s { add 3 mM to outside.K; add 3 mM to outside.Cl }",
        "every 500 ms from 1 s: add 1 fmol to outside.K",
        "when outside.K > 5 mM: add -1 mM to outside.K",
        "from 500 ms until outside.K > 6 mM: hold m.V",
    ],
)
def test_the_books_close_whatever_is_supplied(body: str) -> None:
    solution = ionlang.loads(WASHED.format(body=body)).run("s", rtol=1e-8)
    assert solution.failure is None
    assert len(solution.drifts) == 4
    assert solution.conservation_drift < 1e-7
    assert any(s.amount != 0.0 for s in solution.supplies)


def test_an_amount_is_counted_by_the_volume() -> None:
    text = WASHED.format(
        body="at 1 s: add 3 fmol to inside.K\n measure jump = inside.K at 1 s\n measure before = inside.K at 0.999999999 s"
    )
    found = dict(ionlang.loads(text).run("s", rtol=1e-9).measures)
    assert found["jump"] - found["before"] == pytest.approx(1.5, abs=1e-6)


def test_clamped_concentrations_follow_and_are_let_go() -> None:
    """Held at 4 mM + 2 mM/s for a second, then washed out with a half-life of ln 2/0.5 s (the membrane hardly leaks)."""
    tight = WASHED.replace("1e-7 cm/s", "1e-12 cm/s")
    text = tight.format(
        body="from 1 s for 1 s: clamp outside.K to 4 mM + 2 mM/s*elapsed\n measure a = outside.K at 1.5 s\n measure b = outside.K at 3 s"
    )
    solution = ionlang.loads(text).run("s", rtol=1e-9)
    found = dict(solution.measures)
    assert found["a"] == pytest.approx(5.0, abs=1e-9)
    assert found["b"] == pytest.approx(8.0 - 2.0 * exp(-0.5), abs=1e-3)
    at_one = 8.0 - 4.0 * exp(-0.5)
    taken = 4.0 - at_one + 2.0 + 0.5 * (-4.0 + 1.0)
    assert {s.path: s.amount for s in solution.supplies}["outside.K"] == pytest.approx(taken, abs=1e-3)


# --- the squid axon under voltage clamp ---------------------------------------------------------------------------


def test_gates_of_the_squid_axon_relax_exponentially_under_clamp() -> None:
    """At constant V every gate is x∞ + (x0 − x∞) exp(−t/τ), whatever else goes on: n of the paper's step by 60 mV."""
    path = Path(__file__).parents[1] / "examples" / "published" / "hodgkin_huxley_1952.ion"
    text = path.read_text(encoding="utf-8")
    gates = [g.path for m in ionlang.loads(text).cell.membranes for c in m.carriers for g in c.gates]
    membrane = ionlang.loads(text).cell.membranes[0].name
    asked = "\n".join(
        f"measure a{i} = {g} at 2 ms\n measure i{i} = {g}.inf at 3 ms\n measure t{i} = {g}.tau at 3 ms\n measure b{i} = {g} at 4.5 ms"
        for i, g in enumerate(gates)
    )
    step = f"scenario clamped {{ begin at rest\n run 10 ms\n from 2 ms for 6 ms: clamp {membrane}.V to 0 mV\n {asked} }}"
    found = dict(ionlang.loads(f"{text}\n{step}\n").run("clamped", rtol=1e-9).measures)
    assert len(gates) == 3
    for i in range(3):
        start, inf, tau = found[f"a{i}"], found[f"i{i}"], found[f"t{i}"]
        assert found[f"b{i}"] == pytest.approx(inf + (start - inf) * exp(-2.5 / tau), abs=1e-8)
