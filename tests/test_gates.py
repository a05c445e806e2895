"""Markov schemes against gates, null spaces and spanning trees."""

from __future__ import annotations

from itertools import product
from math import prod

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ionlang
from tests.gates_models import EIGHT_STATES, GATES, axon, codes, generated

POTENTIALS = (-120.0, -77.0, -65.0, -40.0, 0.0, 35.0)
STIMULUS = """
scenario spike {
    from 1 ms for 1 ms: inject 20 uA/cm2 into soma carried by charge
    run 20 ms
    measure top = max(soma.V)
    measure peak = max(soma.NaV.conductance)
}
"""


def a_scheme(body: str, tail: str = "", more: str = "") -> str:
    """One channel with one scheme S of these sentences."""
    return f"""
        temperature = 6.3 degC
        ion K {{ valence = +1 }}
        bath inside  {{ K = 397 mM }}
        bath outside {{ K = 20 mM }}
        membrane soma (inside | outside) {{
            capacitance = 1 uF/cm2
            V from currents starting at -60 mV
            channel X {{ carries K; conductance = 1 mS/cm2 * S.A
                scheme S {{ {body} }} }}
            {more}
        }}
        {tail}
    """


TWO_STATES = """
    channel NaV { carries Na; conductance = 120 mS/cm2 * M.O^3*H.O; reversal = 50 mV
        scheme M { C to O at a_m; O to C at b_m }
        scheme H { I to O at a_h; O to I at b_h } }
"""
AS_GATES = {"soma.NaV.M.O": "soma.NaV.m", "soma.NaV.H.O": "soma.NaV.h"}


@pytest.mark.parametrize("potential", POTENTIALS)
def test_two_states_are_a_gate(potential: float) -> None:
    gates, schemes = generated(axon(GATES)), generated(axon(TWO_STATES))
    random = np.random.default_rng(7)
    states = {path: float(random.uniform()) for path in gates.paths} | {"soma.V": potential}
    same = {path: states[AS_GATES.get(path, path)] for path in schemes.paths}
    ours, theirs = schemes.rates(same), gates.rates(states)
    for path, rate in ours.items():
        assert rate == pytest.approx(theirs[AS_GATES.get(path, path)], rel=1e-14, abs=1e-14)


def test_two_states_begin_and_run_as_a_gate_does() -> None:
    gates, schemes = (
        ionlang.loads(axon(text, STIMULUS)).run("spike", rtol=1e-9) for text in (GATES, TWO_STATES)
    )
    assert dict(gates.measures)["top"] > 20
    t = np.linspace(0, 20, 200)
    for scheme, gate in {**AS_GATES, "soma.V": "soma.V"}.items():
        ours, theirs = schemes.values([scheme], t), gates.values([gate], t)
        assert np.abs(ours - theirs).max() < 1e-6 * max(1.0, float(np.abs(theirs).max()))
    start = generated(axon(TWO_STATES)).start()
    for scheme, gate in AS_GATES.items():
        assert start[scheme] == pytest.approx(generated(axon(GATES)).start()[gate], rel=1e-14)


def binomial(m: float, h: float) -> dict[str, float]:
    """The occupancies of eight states of three m and one h that know nothing of each other."""
    of_m = {"3": (1 - m) ** 3, "2": 3 * m * (1 - m) ** 2, "1": 3 * m**2 * (1 - m), "0": m**3}
    names = {"3": ("C3", "I3"), "2": ("C2", "I2"), "1": ("C1", "I1"), "0": ("O", "I")}
    return {name: of_m[k] * part for k in of_m for name, part in zip(names[k], (h, 1 - h), strict=True)}


def test_eight_states_are_the_gates_of_hodgkin_and_huxley() -> None:
    gates, schemes = (
        ionlang.loads(axon(text, STIMULUS)).run("spike", rtol=1e-9) for text in (GATES, EIGHT_STATES)
    )
    t = np.linspace(0, 20, 400)
    v = [run.values(["soma.V"], t)[0] for run in (gates, schemes)]
    assert v[0].max() > 20
    assert np.abs(v[0] - v[1]).max() < 2e-4
    m, h = gates.values(["soma.NaV.m", "soma.NaV.h"], t)
    for name, occupancy in binomial(m, h).items():
        assert np.abs(schemes.values([f"soma.NaV.S.{name}"], t)[0] - occupancy).max() < 1e-6


@pytest.mark.parametrize("potential", POTENTIALS)
def test_eight_states_begin_where_the_gates_do(potential: float) -> None:
    start = generated(axon(EIGHT_STATES, start=f"{potential} mV")).start()
    at_rest = generated(axon(GATES, start=f"{potential} mV")).start()
    for name, occupancy in binomial(at_rest["soma.NaV.m"], at_rest["soma.NaV.h"]).items():
        if name != "C3":
            assert start[f"soma.NaV.S.{name}"] == pytest.approx(occupancy, rel=1e-12)


def test_occupancies_stay_between_0_and_1_and_sum_to_1() -> None:
    run = ionlang.loads(axon(EIGHT_STATES, STIMULUS)).run("spike", rtol=1e-8)
    names = [f"soma.NaV.S.{name}" for name in binomial(0.5, 0.5)]
    found = run.values(names, np.linspace(0, 20, 2000))
    assert np.abs(found.sum(axis=0) - 1).max() < 1e-12
    assert found.min() > -1e-9 and found.max() < 1 + 1e-9


@pytest.mark.parametrize("sodium", [TWO_STATES, EIGHT_STATES])
def test_the_jacobian_is_the_slope_of_the_rates(sodium: str) -> None:
    functions = generated(axon(sodium))
    random = np.random.default_rng(3)
    y = random.uniform(0.05, 0.2, len(functions.paths))
    y[functions.paths.index("soma.V")] = -47.0
    exact = functions.jacobian(y)
    for column, size in enumerate(np.where(np.arange(len(y)) == functions.paths.index("soma.V"), 1e-4, 1e-6)):
        step = np.zeros(len(y))
        step[column] = size
        slope = (functions.rhs(y + step) - functions.rhs(y - step)) / (2 * size)
        assert np.abs(slope - exact[:, column]).max() < 1e-5 * max(1.0, float(np.abs(exact).max()))


def spanning_trees(rates: dict[tuple[int, int], float], n: int) -> list[float]:
    """Occupancies as sums over trees that lead to each state (King and Altman): no solver, nothing subtracted."""
    weights = []
    for root in range(n):
        ways = [[(i, j) for i, j in rates if i == s] for s in range(n) if s != root]
        weights.append(sum(prod(rates[w] for w in tree) for tree in product(*ways) if _leads(tree, root, n)))
    return [w / sum(weights) for w in weights]


def _leads(tree: tuple[tuple[int, int], ...], root: int, n: int) -> bool:
    next_of = dict(tree)
    for state in range(n):
        for _ in range(n):
            state = next_of.get(state, root)
        if state != root:
            return False
    return True


@st.composite
def random_rates(draw: st.DrawFn) -> tuple[int, dict[tuple[int, int], float]]:
    """A ring in both or one direction with some chords; rates over ten orders of magnitude."""
    n = draw(st.integers(2, 5))
    pairs = [(i, (i + 1) % n) for i in range(n)]
    others = [(i, j) for i in range(n) for j in range(n) if i != j and (i, j) not in pairs]
    pairs += draw(st.lists(st.sampled_from(others), unique=True, max_size=6)) if others else []
    size = st.floats(-6, 4).map(lambda x: float(f"{10**x:.3g}"))
    return n, {pair: draw(size) for pair in pairs}


@given(random_rates())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_start_is_the_null_space_to_the_last_digits(
    drawn: tuple[int, dict[tuple[int, int], float]],
) -> None:
    n, rates = drawn
    sentences = "; ".join(f"{'APQRT'[i]} to {'APQRT'[j]} at {rate!r} /ms" for (i, j), rate in rates.items())
    text = a_scheme(sentences)
    order = list(dict.fromkeys(k for pair in rates for k in pair))
    start = generated(text).start()
    known = {k: start.get(f"soma.X.S.{'APQRT'[k]}") for k in range(n)}
    exact = spanning_trees(rates, n)
    for state in order[1:]:
        assert known[state] == pytest.approx(exact[state], rel=1e-12)
    flow = np.zeros((n, n))
    for (i, j), rate in rates.items():
        flow[i, i] -= rate
        flow[j, i] += rate
    null = np.linalg.svd(flow)[2][-1]
    assert np.allclose(null / null.sum(), exact, atol=1e-6)


def test_rest_is_the_steady_state() -> None:
    body = "A to B at 0.02 /ms * exp(V/30 mV); B to A at 0.5 /ms; B to C at 0.1 /ms; C to B at 0.03 /ms * exp(-V/40 mV)"
    model = ionlang.loads(a_scheme(body, "scenario s { begin at rest; run 50 ms; measure c = soma.X.S.C at rest\n"
                                         "measure drift = max(soma.X.S.C) - min(soma.X.S.C)\n"
                                         "measure i = soma.X.S.C.inf at rest }"))  # fmt: skip
    found = dict(model.run("s", rtol=1e-9).measures)
    assert found["c"] == pytest.approx(found["i"], rel=1e-9)
    assert found["drift"] < 1e-9


def test_a_scheme_begins_in_the_state_that_is_named() -> None:
    body = "A to B at 0.2 /ms; B to C at 0.1 /ms; start = B"
    start = generated(a_scheme(body)).start()
    assert start["soma.X.S.B"] == 1.0 and start["soma.X.S.C"] == 0.0
    text = a_scheme(
        body, "scenario s { run 30 ms; measure b = soma.X.S.B at 10 ms; measure c = soma.X.S.C at end }"
    )
    found = dict(ionlang.loads(text).run("s", rtol=1e-9).measures)
    assert found["b"] == pytest.approx(np.exp(-1.0), rel=1e-7)
    assert found["c"] == pytest.approx(1 - np.exp(-3.0), rel=1e-7)


def test_a_temperature_factor_speeds_up_a_scheme_and_leaves_its_steady_state() -> None:
    body = "A to B at 0.2 /ms; B to A at 0.1 /ms; B to C at 0.3 /ms; C to B at 0.3 /ms"
    slow, fast = generated(a_scheme(body)), generated(a_scheme(body + "; temperature_factor = 3"))
    states = {"soma.V": -60.0, "soma.X.S.B": 0.1, "soma.X.S.C": 0.2}
    assert slow.start() == fast.start()
    for path in ("soma.X.S.B", "soma.X.S.C"):
        assert fast.rates(states)[path] == pytest.approx(3 * slow.rates(states)[path], rel=1e-14)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("A to B at 1 /ms; A to B at 2 /ms; B to A at 1 /ms", ["ION335"]),
        ("A to B at 1 /ms; B to A at 1 /ms; B to B at 1 /ms", ["ION335"]),
        ("A to B at 1 /ms; B to A at 1 /ms; C to D at 1 /ms; D to C at 1 /ms", ["ION336"]),
        ("A to B at 1 /ms", ["ION338"]),
        ("A to B at 1 /ms; start = A", ["ION337"]),
        ("B to A at 1 /ms; start = A", ["ION337"]),
        ("A to B at 1 /ms; start = C", ["ION101"]),
        ("A to B at 1 /ms; B to A at 1 /ms; start = 0.5", ["ION204"]),
        ("A to B at 1 /ms * B; B to A at 1 /ms", ["ION339"]),
        ("A to B at 0 /ms * V/1 mV; B to A at 1 /ms", []),
        ("A to B at 1 /ms; B to A at 0 /ms * V/1 mV", ["ION338"]),
        ("A to B at 1 mV; B to A at 1 /ms", ["ION204"]),
        ("", ["ION306"]),
        ("A to B at 1 /ms; B to A at 1 /ms; B to C at 1 /ms; C to B at 1 /ms; C to A at 1 /ms; A to C at 1 /ms", []),
        ("A to B at 2 /ms; B to A at 1 /ms; B to C at 1 /ms; C to B at 1 /ms; C to A at 1 /ms; A to C at 1 /ms",
         ["ION340"]),
        ("A to B at 1 /ms; B to C at 1 /ms; C to A at 1 /ms", ["ION340"]),
        ("A to B at 1.004 /ms; B to A at 1 /ms; B to C at 1 /ms; C to B at 1 /ms; C to A at 1 /ms; A to C at 1 /ms", []),
        ("A to B at 1 /ms * exp(V/20 mV); B to A at 1 /ms; B to C at 1 /ms; C to B at 1 /ms * exp(V/20 mV)\n"
         "C to A at 1 /ms; A to C at 1 /ms", []),
        ("A to B at 1 /ms * exp(V/20 mV); B to A at 1 /ms; B to C at 1 /ms; C to B at 1 /ms\n"
         "C to A at 1 /ms; A to C at 1 /ms", ["ION340"]),
    ],
)  # fmt: skip
def test_what_is_said_of_a_scheme(body: str, code: list[str]) -> None:
    assert codes(a_scheme(body)) == code


def test_a_pump_may_go_round() -> None:
    ring = "A to B at 1 /ms; B to C at 1 /ms; C to A at 1 /ms"
    pump = f"transporter T {{ moves 1 K out; current = 1 uA/cm2 * R.A; scheme R {{ {ring} }} }}"
    text = a_scheme("A to B at 1 /ms; B to A at 1 /ms", more=pump)
    assert codes(text) == []


def test_the_states_of_a_scheme_are_not_set_one_by_one() -> None:
    text = a_scheme(
        "A to B at 1 /ms; B to A at 1 /ms", "scenario s { run 1 ms; at 0 ms: set soma.X.S.B = 1 }"
    )
    assert codes(text) == ["ION110"]
