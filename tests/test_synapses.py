"""Gates that an event opens, against closed forms; synaptic channels in words, against formulas."""

from __future__ import annotations

from math import e, exp, log

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import ionlang
from ionlang.model.evaluate import evaluate
from ionlang.model.numbers import parameter_values
from tests.gates_models import codes, generated

SYNAPSE = """
temperature = 37 degC
ion K {{ valence = +1 }}
bath inside  {{ K = 140 mM }}
bath outside {{ K = 4 mM }}
event release
membrane soma (inside | outside) {{
    area = 1000 um2
    capacitance = 1 uF/cm2
    V from currents starting at -70 mV
    channel syn {{ carries K; conductance = 1 nS * s
        gate s {{ {gate} }} }}
    channel leak {{ carries K; conductance = 0.1 mS/cm2 }}
}}
{tail}
"""


def synapse(gate: str, tail: str = "") -> str:
    return SYNAPSE.format(gate=gate, tail=tail)


def response(t: float, rise: float, decay: float) -> float:
    """The difference of two exponentials (or the alpha function), scaled to a peak of 1."""
    if rise == decay:
        return e * t / decay * exp(-t / decay)
    peak = log(rise / decay) * rise * decay / (rise - decay)
    return (exp(-t / decay) - exp(-t / rise)) / (exp(-peak / decay) - exp(-peak / rise))


def kick(text: str) -> float:
    cell = ionlang.loads(text).cell
    assert [k.event for k in cell.kicks] == ["release"]
    return evaluate(cell.kicks[0].amount, parameter_values(cell))


@pytest.mark.parametrize("rise", [1e-6, 0.01, 0.5, 4.9, 4.999999, 5.0, 5.000001, 5.1, 50.0, 5e5])
def test_one_event_brings_the_gate_to_1(rise: float) -> None:
    text = synapse(f"rise = {rise!r} ms; decay = 5 ms; opens at release")
    ratio = rise / 5.0
    amount = kick(text)
    known = e if ratio == 1 else exp(-ratio * log(ratio) / (1 - ratio))
    assert amount == pytest.approx(known, rel=1e-9)
    if 0.01 <= rise <= 50:
        functions = generated(text)
        y = np.array([functions.start()[path] for path in functions.paths])
        y[functions.paths.index("soma.syn.s.drive")] += amount
        t = np.linspace(0, 60, 300)
        run = solve_ivp(lambda _, x: functions.rhs(x), (0, 60), y, "LSODA", t, rtol=1e-10, atol=1e-12)
        found = run.y[functions.paths.index("soma.syn.s")]
        close = min(abs(ratio - 1), 1.0)  # the closed form itself cancels near 1
        expected = np.array([response(x, rise, 5.0) for x in t])
        assert np.abs(found - expected).max() < (1e-8 if ratio == 1 else 1e-8 + 1e-15 / close)


def test_a_gate_without_rise_opens_at_once() -> None:
    text = synapse("decay = 5 ms; opens at release")
    assert kick(text) == 1.0
    rates = generated(text).rates({"soma.V": -70.0, "soma.syn.s": 0.6})
    assert rates["soma.syn.s"] == pytest.approx(-0.6 / 5.0, rel=1e-15)


def test_a_temperature_factor_speeds_up_both() -> None:
    gate = "rise = 0.5 ms; decay = 5 ms; opens at release"
    states = {"soma.V": -70.0, "soma.syn.s": 0.6, "soma.syn.s.drive": 0.3}
    slow = generated(synapse(gate)).rates(states)
    fast = generated(synapse(f"{gate}; temperature_factor = 3")).rates(states)
    for path in ("soma.syn.s", "soma.syn.s.drive"):
        assert fast[path] == pytest.approx(3 * slow[path], rel=1e-14)
    assert kick(synapse(gate)) == kick(synapse(f"{gate}; temperature_factor = 3"))


@pytest.mark.parametrize(
    ("gate", "code"),
    [
        ("rise = 1 ms; opens at release", ["ION306"]),
        ("rise = 1 ms; decay = 3 ms", ["ION306"]),
        ("decay = 3 ms; opens at release; opens at release", ["ION305"]),
        ("decay = 3 ms; tau = 3 ms; opens at release", ["ION305"]),
        ("decay = 3 ms; opens at release; instantaneous", ["ION305"]),
        ("decay = 3 ms; opens at releas", ["ION101"]),
        ("decay = 3 ms; opens at soma", ["ION341"]),
        ("decay = 3 ms * exp(V/20 mV); opens at release", ["ION316"]),
        ("decay = 3 mV; opens at release", ["ION204"]),
    ],
)
def test_what_is_said_of_a_gate(gate: str, code: list[str]) -> None:
    found = [c for c in codes(synapse(gate)) if c != "ION109"]
    assert found == code


EVENTS = """scenario z {
    at 3 ms: fire release
    every 4 ms from 10 ms for 12 ms: fire release
    run 60 ms
}"""


@pytest.mark.parametrize("rise", [0.3, 5.0, 8.0])
def test_events_add(rise: float) -> None:
    run = ionlang.loads(synapse(f"rise = {rise} ms; decay = 5 ms; opens at release", EVENTS)).run(
        "z", rtol=1e-9
    )
    t = np.linspace(0, 60, 241)
    known = sum(
        np.array([response(x - fired, rise, 5.0) if x >= fired else 0.0 for x in t])
        for fired in (3, 10, 14, 18)
    )
    assert np.abs(run.values(["soma.syn.s"], t)[0] - known).max() < 1e-7


def test_events_of_a_gate_without_rise_add() -> None:
    run = ionlang.loads(synapse("decay = 5 ms; opens at release", EVENTS)).run("z", rtol=1e-9)
    t = np.linspace(0, 60, 240)  # no sample at a jump
    known = sum(np.where(t >= fired, np.exp(-(t - fired) / 5), 0.0) for fired in (3, 10, 14, 18))
    assert np.abs(run.values(["soma.syn.s"], t)[0] - known).max() < 1e-7


PASSIVE = """
temperature = 37 degC
ion K { valence = +1 }
ion Na { valence = +1 }
ion Mg { valence = +2 }
bath inside  { K = 130 mM; Na = 12 mM }
bath outside { K = 3 mM; Na = 145 mM; Mg = 1 mM }
membrane m (inside | outside) {
    capacitance = 1 pF
    V from currents starting at -90 mV
    channel Kir { carries K; conductance = 10 nS * sqrt(out.K/(1 mM)) / (1 + exp((V - E(K) - 20 mV)/25 mV)) }
    channel NMDA { carries K : 1, Na : 1; reversal = E(K : 1, Na : 1)
        conductance = 1 nS / (1 + out.Mg/(3.57 mM) * exp(-V/16.13 mV)) }
}
scenario z { clamp m.V to VOLTAGE mV; run 1 ms; measure kir = m.Kir.current at end; measure nmda = m.NMDA.current at end
  measure k = m.NMDA.current(K) at end
  CHANGE }
"""
RT_F = 8.31446261815324 * 310.15 / 96485.33212331001 * 1000


@pytest.mark.parametrize("voltage", [-140.0, -95.0, -60.0, -20.0, 0.0, 40.0])
@pytest.mark.parametrize(("potassium", "magnesium"), [(3.0, 1.0), (12.0, 1.0), (3.0, 1e-6)])
def test_rectification_and_block(voltage: float, potassium: float, magnesium: float) -> None:
    change = f"set outside.K = {potassium} mM; set outside.Mg = {magnesium} mM"
    text = PASSIVE.replace("VOLTAGE", str(voltage)).replace("CHANGE", change)
    found = dict(ionlang.loads(text).run("z").measures)
    e_k = RT_F * log(potassium / 130)
    kir = 10 * potassium**0.5 / (1 + exp((voltage - e_k - 20) / 25)) * (voltage - e_k)
    e_rev = RT_F * log((potassium + 145) / (130 + 12))
    nmda = (voltage - e_rev) / (1 + magnesium / 3.57 * exp(-voltage / 16.13))
    assert found["kir"] == pytest.approx(kir, rel=1e-9)
    assert found["nmda"] == pytest.approx(nmda, rel=1e-9)
    assert found["k"] == pytest.approx(nmda / 2, rel=1e-9)


def test_a_gate_may_be_called_open() -> None:
    """What turns a density into a total has no name that a file could give."""
    tail = "scenario one { run 3 ms;  clamp soma.V to -60 mV;  at 1 ms: fire release }"
    named = (
        synapse("decay = 2 ms; opens at release", tail)
        .replace("gate s", "gate open")
        .replace("* s", "* open")
    )
    solution = ionlang.loads(named).run("one")
    conductance = solution.values(["soma.syn.total_conductance"], np.array([2.0]))[0, 0]
    assert conductance == pytest.approx(exp(-0.5), rel=1e-6)
