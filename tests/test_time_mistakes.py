"""Sentences of time that contradict each other or make no sense: said before the run, or in it."""

from __future__ import annotations

import pytest

import ionlang
from ionlang.simulate.running.plan import Collision, plan_of
from ionlang.simulate.running.schedule import schedule
from tests.test_time import PASSIVE, codes, run


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


BOUNDED = """
temperature = 37 degC
ion K { valence = +1 }
ion Cl { valence = -1 }
param low = 4 mM
param twice = 2*low between 1 mM and 10 mM
bath inside { K = 140 mM; Cl balances charge }
bath outside { K = low; Cl = 145 mM }
membrane m (inside | outside) {
    capacitance = 1 uF/cm2
    V from currents starting at -80 mV
    channel leak { carries K; conductance = 0.1 mS/cm2 * twice/(8 mM) }
}
scenario s { run 10 ms
    BODY
}
"""


def test_what_follows_from_a_scenario_is_judged_before_it_runs() -> None:
    def found(body: str) -> list[tuple[str, str]]:
        text = BOUNDED.replace("BODY", body)
        return [(d.code, d.message) for d in ionlang.loads(text).check() if d.severity == "error"]

    assert found("set low = 5 mM") == []
    assert found("set low = 6 mM") == [("ION312", "twice must lie between 1 mM and 10 mM")]
    assert found("scale low by 1.5") == [("ION312", "twice must lie between 1 mM and 10 mM")]
    assert found("set inside.K = 0 mM; set low = 5 mM")[0][0] == "ION304"
