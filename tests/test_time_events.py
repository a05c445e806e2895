"""Runs that end by a condition, events, scenarios that follow on: against an integrate-and-fire cell."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest

import ionlang
from tests.test_time import PASSIVE, TAU, run


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
