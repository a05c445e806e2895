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
