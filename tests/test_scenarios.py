"""Scenarios against closed forms: a passive membrane is a resistor and a capacitor, a bath exchange is an exponential."""

from __future__ import annotations

from math import exp, log

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
    channel leak {{ carries charge; conductance = 0.1 mS/cm2; reversal = E_leak }}
    channel shunt {{ carries charge; conductance = 0.1 mS/cm2; reversal = 0 mV }}
}}
scenario s {{
    {body}
}}
"""
TAU = 5.0  # ms: C/(g_leak + g_shunt)
REST = -35.0


def run(body: str, rtol: float = 1e-8) -> Solution:
    model = ionlang.loads(PASSIVE.format(body=body))
    assert not [d for d in model.check() if d.severity == "error"], model.check()
    return model.run("s", rtol=rtol)


def measured(solution: Solution) -> dict[str, float]:
    return dict(solution.measures)


def test_a_scenario_begins_as_written() -> None:
    found = measured(run("run 20 ms; measure v = m.V at 5 ms; measure first = m.V at start"))
    assert found["first"] == -70.0
    assert found["v"] == pytest.approx(REST - 35.0 * exp(-1.0), abs=1e-6)


def test_a_scenario_begins_at_rest_when_it_says_so() -> None:
    found = measured(
        run(
            "begin at rest; run 20 ms; measure low = min(m.V); measure high = max(m.V); measure v = m.V at rest"
        )
    )
    assert found["low"] == pytest.approx(REST, abs=1e-9)
    assert found["high"] == pytest.approx(REST, abs=1e-9)
    assert found["v"] == pytest.approx(REST, abs=1e-12)


def test_what_has_no_moment_holds_at_rest_too() -> None:
    found = measured(run("set E_leak = -50 mV; measure v = m.V at rest"))
    assert found["v"] == pytest.approx(-25.0, abs=1e-12)


def test_an_injected_current_is_positive_into_the_first_side() -> None:
    solution = run(
        "begin at rest; run 60 ms; from 10 ms for 20 ms: inject 2 uA/cm2 into m carried by charge;"
        "measure top = max(m.V); measure half = time(m.V > -30 mV); measure after = m.V at 40 ms"
    )
    found = measured(solution)
    top = REST + 10.0 * (1 - exp(-20.0 / TAU))
    assert found["top"] == pytest.approx(top, abs=1e-6)
    assert found["half"] == pytest.approx(10.0 + TAU * log(2.0), abs=1e-6)
    assert found["after"] == pytest.approx(REST + (top - REST) * exp(-10.0 / TAU), abs=1e-6)
    assert len(solution.trajectory.pieces) == 3  # type: ignore[union-attr]


def test_currents_add_and_blocks_multiply() -> None:
    found = measured(
        run(
            "run 200 ms; from 0 ms: inject 1 uA/cm2 into m carried by charge; from 0 ms: inject 1 uA/cm2 into m carried by charge;"
            "from 100 ms: block shunt by 50 %; from 100 ms: block shunt by 50 %; measure a = m.V at 99.999 ms; measure b = m.V at end"
        )
    )
    assert found["a"] == pytest.approx(REST + 10.0, abs=1e-5)
    assert found["b"] == pytest.approx((2.0 - 7.0) / 0.125, abs=1e-4)


def test_a_window_replaces_what_holds_always_and_gives_it_back() -> None:
    found = measured(
        run(
            "begin at rest; set E_leak = -60 mV; run 300 ms; from 100 ms for 100 ms: set E_leak = -80 mV;"
            "measure a = m.V at 99 ms; measure b = m.V at 199.999 ms; measure c = m.V at end"
        )
    )
    assert found["a"] == pytest.approx(-30.0, abs=1e-6)
    assert found["b"] == pytest.approx(-40.0, abs=1e-5)
    assert found["c"] == pytest.approx(-30.0, abs=1e-5)


def test_a_set_may_be_a_function_of_time() -> None:
    """C dV/dt = -g (V - E) - g V with E = -a t gives V = -(a/2)(t - tau + tau exp(-t/tau)) from V = 0."""
    found = measured(
        run(
            "run 30 ms; at 0 ms: set m.V = 0 mV; from 0 ms: set E_leak = -1 mV/ms * time; measure v = m.V at end;"
        )
    )
    assert found["v"] == pytest.approx(-0.5 * (30.0 - TAU + TAU * exp(-30.0 / TAU)), abs=1e-6)


def test_elapsed_counts_from_the_opening_of_the_window() -> None:
    late = measured(
        run(
            "begin at rest; run 60 ms; from 20 ms: set E_leak = -70 mV - 1 mV/ms * elapsed; measure v = m.V at 50 ms"
        )
    )
    early = measured(
        run(
            "begin at rest; run 60 ms; from 0 ms: set E_leak = -70 mV - 1 mV/ms * elapsed; measure v = m.V at 30 ms"
        )
    )
    assert late["v"] == pytest.approx(early["v"], abs=1e-7)


def test_a_state_can_be_given_a_value_at_a_moment() -> None:
    found = measured(
        run(
            "begin at rest; run 40 ms; at 10 ms: set m.V = 0 mV; measure v = m.V at 15 ms; measure top = max(m.V)"
        )
    )
    assert found["top"] == pytest.approx(0.0, abs=1e-9)
    assert found["v"] == pytest.approx(REST * (1 - exp(-1.0)), abs=1e-6)


def test_a_held_potential_stays_and_the_ledger_says_what_that_took() -> None:
    solution = run(
        "run 30 ms; from 10 ms for 10 ms: hold m.V; measure a = m.V at 10 ms; measure b = m.V at 19.999 ms"
    )
    found = measured(solution)
    assert found["a"] == pytest.approx(found["b"], abs=1e-12)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_order_of_actions_changes_nothing(order: tuple[int, ...]) -> None:
    lines = (
        "from 5 ms for 20 ms: set E_leak = -90 mV",
        "from 10 ms for 20 ms: inject 1 uA/cm2 into m carried by charge",
        "from 15 ms for 30 ms: block shunt by 30 %",
    )
    tail = "; run 60 ms; measure v = m.V at 33 ms; measure w = integral(m.V)"
    reference = measured(run("; ".join(lines) + tail))
    assert measured(run("; ".join(lines[i] for i in order) + tail)) == reference


def test_an_event_that_never_came_fails_with_never() -> None:
    solution = run("run 20 ms; expect time(m.V > 0 mV) = 3 ms +- 1 ms")
    assert not solution.passed
    assert solution.verdicts[0].never
    assert np.isnan(solution.verdicts[0].value)


def test_durations_counts_and_rates() -> None:
    """V follows a slow sine of E well enough to count: E = -70 + 40 sin(2 pi t/100 ms)."""
    found = measured(
        run(
            "run 1 s; from 0 s: set E_leak = -70 mV + 40 mV * sin(2*pi*time/(100 ms)); measure n = count(m.V > -35 mV, after = 100 ms);"
            "measure f = rate(m.V > -35 mV, last = 3); measure d = duration(m.V > -35 mV, after = 200 ms, until = 1 s)"
        )
    )
    assert found["n"] == 9
    assert found["f"] == pytest.approx(1.0 / 100.0, rel=1e-6)
    assert found["d"] == pytest.approx(400.0, abs=1e-3)


EXCHANGE = """
temperature = 37 degC
ion K { valence = +1 }
ion Cl { valence = -1 }
compartment inside { volume = 2 pL; K = 140 mM; Cl = 140 mM }
compartment outside { volume = 1 pL; K = 4 mM; Cl = 4 mM }
bath blood { K = 8 mM; Cl = 8 mM }
membrane m (inside | outside) {
    area = 900 um2
    capacitance = 1 uF/cm2
    V from currents starting at 0 mV
    channel leak { carries K : 1, Cl : 0.2; permeability = 1e-11 cm/s }
}
flux wash { moves 1 K from outside to blood, 1 Cl from outside to blood; rate = 0.5 /s * (outside.K - blood.K) * outside.volume }
scenario s {
    run 4 s
    from 1 s for 1 s: hold outside.K
    from 0 s for 2 s: inject 5 pA into m carried by K
    at 3 s: set inside.Cl = 120 mM
    measure left = integral(wash.rate)
    measure k = outside.K at 900 ms
}
"""


def test_what_left_through_baths_is_in_the_account() -> None:
    solution = ionlang.loads(EXCHANGE).run("s", rtol=1e-9)
    assert {d.name for d in solution.drifts} == {
        "total K", "total Cl", "charge in inside less C·V", "charge in outside less C·V",
    }  # fmt: skip
    assert solution.conservation_drift < 1e-10
    found = measured(solution)
    # The membrane hardly leaks: outside approaches the bath exponentially.
    assert found["k"] == pytest.approx(8.0 - 4.0 * exp(-0.45), rel=1e-3)
    supplied = {s.path: s.amount for s in solution.supplies}
    assert supplied["outside.K"] < 0  # washing in would have raised it: the hold took it away
    assert ionlang.loads(EXCHANGE).run("s", rtol=1e-5).conservation_drift < 1e-6
