"""The figures of the published models against their references, run here or read from what they printed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

import ionlang
from ionlang.simulate.resting.rest import find_rest
from ionlang.simulate.solution import Solution
from tests.oracles import dusterwald2018, fh1964, hh1952, hubel_closed, hubel_dahlem2014

EXAMPLES = Path(__file__).parent.parent / "examples"
PRINTED = Path(__file__).parent / "oracles"


def published(name: str) -> ionlang.Model:
    return ionlang.load(EXAMPLES / "published" / f"{name}.ion")


def values(solution: Solution) -> dict[str, float]:
    """What each `expect` found, in cell units, by the text of what it looks at."""
    return {v.expectation.value.span.text: v.value for v in solution.verdicts}


def printed(module: str, pattern: str) -> float:
    """A number that the reference printed."""
    found = re.search(pattern, (PRINTED / f"{module}.out").read_text(encoding="utf-8"))
    assert found is not None, pattern
    return float(found[1])


# Hodgkin and Huxley 1952


def test_squid_axon_rests_where_the_reference_does() -> None:
    (only,) = published("hodgkin_huxley_1952").equilibria()
    rest = hh1952.rest(hh1952.EL_PAPER)
    expected = [rest, *(float(x) for x in hh1952.inf(rest))]
    assert only.stable
    assert only.state.tolist() == pytest.approx(expected, abs=1e-10)


def test_squid_axon_fires_as_the_reference_does() -> None:
    rest = hh1952.rest(hh1952.EL_PAPER)
    reference = hh1952.run([rest, *hh1952.inf(rest)], 200, 10.0)
    found = values(published("hodgkin_huxley_1952").run("tonic", rtol=1e-8))
    assert found["count(axon.V > 0 mV)"] == len(reference["up"]) == 14
    assert found["time(axon.V > 0 mV)"] == pytest.approx(reference["up"][0], abs=1e-5)
    frequency = 1 / np.diff(reference["up"])[-3:].mean()
    assert found["rate(axon.V > 0 mV, last = 3)"] == pytest.approx(frequency, rel=2e-6)
    assert found["max(axon.V)"] == pytest.approx(reference["vmax"].max(), abs=2e-5)
    assert 1e3 * frequency == pytest.approx(68.3237, abs=1e-3)


def test_squid_axon_fires_at_the_same_threshold() -> None:
    threshold = printed("hh1952", r"depolarisation, 6 degC = (\S+) mV")
    assert threshold == pytest.approx(6.50656, abs=1e-9)
    text = """
        use "hodgkin_huxley_1952.ion"
        param push = 0 mV
        scenario pushed {
            set temperature = 6 degC
            begin at rest
            run 30 ms
            at 0 ms: set axon.V = -64.996379 mV + push
            expect max(axon.V) > 0 mV
        }
    """
    model = ionlang.loads(text, str(EXAMPLES / "published" / "pushed.ion"))
    assert not model.run("pushed", {"push": f"{threshold - 2e-5} mV"}, rtol=1e-8).passed
    assert model.run("pushed", {"push": f"{threshold + 2e-5} mV"}, rtol=1e-8).passed


def test_squid_axon_loses_and_regains_its_stability_at_the_same_currents() -> None:
    machine = published("hodgkin_huxley_1952").machine
    square_centimetre = machine.parameter_value("axon.area", machine.parameters({}))

    def growth(density: float) -> float:
        rest = find_rest(machine, {"axon.inject(charge)": density * square_centimetre})
        (only,) = rest.found
        return float(only.eigenvalues.real.max())

    lower, upper = printed("hh1952", r"at I = (\S+) and"), printed("hh1952", r"at I = \S+ and (\S+) uA")
    assert brentq(growth, 9, 11, xtol=1e-5) == pytest.approx(lower, abs=2e-5)
    assert brentq(growth, 150, 160, xtol=1e-5) == pytest.approx(upper, abs=5e-5)


# Frankenhaeuser and Huxley 1964


def test_node_rests_where_the_reference_does() -> None:
    (only,) = published("frankenhaeuser_huxley_1964").equilibria()
    rest = brentq(lambda V: float(sum(fh1964.currents(V, *fh1964.inf(V)))), -75, -65, xtol=1e-13)
    assert only.state[0] == pytest.approx(rest, abs=1e-8)


def test_node_fires_as_the_reference_does() -> None:
    model = published("frankenhaeuser_huxley_1964")
    solution = model.run("action_potential", rtol=1e-8)
    first, second = fh1964.ap()
    instants = np.linspace(0.13, 5.0, 40)
    ours = solution.values(["node.V", "node.NaV.h", "node.KDR.n", "node.slow.p"], instants)
    reference = second.sol(instants)[[0, 2, 3, 4]]
    assert np.abs(ours - reference).max(axis=1) == pytest.approx(0, abs=2e-4)
    assert solution.values(["node.V"], np.array([0.12]))[0, 0] == pytest.approx(first.y[0, -1], abs=1e-5)
    peak = second.y_events[0][:, 0].argmax()
    assert values(solution)["max(node.V) + 70 mV"] - 70 == pytest.approx(
        second.y_events[0][peak, 0], abs=1e-5
    )
    moment = values(solution)["time(node.current > 0 mA, after = 0.12 ms)"]
    assert moment == pytest.approx(second.t_events[0][peak], abs=1e-6)


def test_node_fires_at_the_same_threshold() -> None:
    threshold = printed("fh1964", r"0\.12 ms pulse = (\S+) mA")
    assert threshold == pytest.approx(0.760366, abs=1e-9)
    text = """
        use "frankenhaeuser_huxley_1964.ion"
        param pulse = 0 mA/cm2
        scenario pulsed {
            run 3 ms
            from 0 ms for 0.12 ms: inject pulse into node carried by charge
            expect max(node.V) > 0 mV
        }
    """
    model = ionlang.loads(text, str(EXAMPLES / "published" / "pulsed.ion"))
    assert not model.run("pulsed", {"pulse": f"{threshold - 2e-6} mA/cm2"}, rtol=1e-8).passed
    assert model.run("pulsed", {"pulse": f"{threshold + 2e-6} mA/cm2"}, rtol=1e-8).passed


# Hübel and Dahlem 2014, closed


def test_closed_cell_has_the_equilibria_of_the_reference() -> None:
    model = published("huebel_dahlem_2014_closed")
    index = model.machine.state_index
    found = model.equilibria()
    assert len(found) == 3
    for equilibrium, bracket in zip(found, ((-67.4, -67.0), (-45.4, -45.0), (-23.3, -23.0)), strict=True):
        V = brentq(lambda v: hubel_closed.branch(v, 1)[0] - hubel_closed.RHO, *bracket, xtol=1e-12)
        eigenvalues = hubel_closed.eig(V, 1)
        state = dict(zip(index, equilibrium.state.tolist(), strict=True))
        assert state["soma.V"] == pytest.approx(V, abs=2e-6)
        paths = ("inside.K", "inside.Cl", "inside.Na", "outside.K")
        expected = dict(zip(paths, hubel_closed.branch(V, 1)[1:], strict=True))
        assert {path: state[path] for path in expected} == pytest.approx(expected, abs=2e-6)
        assert equilibrium.stable == (eigenvalues.real.max() < 0)
        assert equilibrium.slowest == pytest.approx(1 / np.abs(eigenvalues.real).min(), rel=1e-4)


def test_closed_cell_without_pump_has_the_donnan_equilibrium_of_the_reference_alone() -> None:
    (only,) = published("huebel_dahlem_2014_closed").equilibria(set={"rho": "0 uA/cm2"})
    text = (PRINTED / "hubel_closed.out").read_text(encoding="utf-8")
    (_, donnan) = re.findall(r"Gibbs-Donnan\): V=(\S+) mV", text)
    assert only.state[0] == pytest.approx(float(donnan), abs=1e-6)


def test_closed_cell_depolarises_when_the_reference_does() -> None:
    """The charge on the membrane counts in both; the reference is integrated to 1e-10."""
    hd = hubel_closed
    start = [hd.V0, hubel_dahlem2014.IC[1], hd.K0, hd.L0]

    def integrated(span: tuple[float, float], rho: float, y: np.ndarray, events: Any = None) -> Any:
        return solve_ivp(
            lambda _, y: hd.rhs(y, rho, 1), span, y, "LSODA", rtol=1e-10, atol=1e-12, events=events
        )

    def crossing(t: float, y: np.ndarray) -> float:
        return y[0] + 40

    before = integrated((0, 2e4), hd.RHO, np.array(start))
    after = integrated((2e4, 2.46e4), 0.0, before.y[:, -1], crossing)
    onset = after.t_events[0][0]
    solution = ionlang.load(EXAMPLES / "anoxia.ion").run("anoxia", rtol=1e-8)
    found = dict(solution.measures)
    assert onset == pytest.approx(24523.6, abs=0.1)
    assert found["onset"] == pytest.approx(onset, abs=0.05)
    assert found["spikes"] == 456


# Hübel and Dahlem 2014, with its glial buffer


@pytest.fixture(scope="module")
def recovering() -> Solution:
    return published("huebel_dahlem_2014_glia").run("anoxia", rtol=1e-8)


def test_buffered_cell_depolarises_and_recovers_as_the_reference_does(recovering: Solution) -> None:
    """The reference takes sodium from strict electroneutrality: 0.27 ms of the onset."""
    name = "hubel_dahlem2014"
    line = r"interrupted 20\.\.29\.5 s, glial buffer, 500 s: upward crossings of -40 mV: "
    found = values(recovering)
    onset = printed(name, line + r"\d+ first (\S+) s") * 1e3
    assert found["time(soma.V > -40 mV)"] == pytest.approx(onset, abs=0.5)
    assert found["count(soma.V > -40 mV, until = 60 s)"] == pytest.approx(
        printed(name, line + r"(\d+)"), abs=1
    )
    assert found["max(outside.K)"] == pytest.approx(
        printed(name, line + r".*\s+max Ke = (\S+) mM"), abs=0.005
    )
    assert found["min(inside.K)"] == pytest.approx(printed(name, line + r".*\n.*min Ki ([\d.]+)"), abs=0.01)
    assert found["soma.V at end"] == pytest.approx(printed(name, line + r".*\n.*\n.*V=(\S+) "), abs=0.06)
    assert found["glia.K at end"] == pytest.approx(-printed(name, line + r".*\n.*\n.*dK=(\S+)"), abs=0.7)


def test_buffered_cell_survives_as_long_as_the_reference_does() -> None:
    longest = printed("hubel_dahlem2014", r"duration for SD = (\S+) s")
    assert longest == pytest.approx(8.8312, abs=1e-9)
    text = """
        use "huebel_dahlem_2014_glia.ion"
        scenario stopped {
            run 60 s
            from 20 s for stop: block NaK
            expect max(outside.K) > 25 mM
        }
    """
    model = ionlang.loads(text, str(EXAMPLES / "published" / "stopped.ion"))
    assert not model.run("stopped", {"stop": f"{longest - 3e-3} s"}).passed
    assert model.run("stopped", {"stop": f"{longest + 3e-3} s"}).passed


# A cell whose ATP decays; its figures are those that the reference printed


def collapse(given: dict[str, str | float]) -> float:
    """When V passes -40 mV [s]."""
    model = ionlang.load(EXAMPLES / "19_anoxia.ion")
    measures = dict(model.run("anoxia", given, rtol=1e-9).measures)
    return measures["collapse"] / 1e3


@pytest.mark.parametrize(
    ("name", "path", "unit", "value"),
    [
        ("P_Na", "P_Na", "cm/s", 0.15012820609548743e-6),
        ("pump capacity", "capacity", "pmol/cm2/s", 211.91582919400735),
        ("ATP tau", "ATP_time", "s", 30.0),
    ],
)
def test_the_time_to_collapse_depends_on_each_as_in_the_reference(
    name: str, path: str, unit: str, value: float
) -> None:
    h = 1e-3
    longer, shorter = (np.log(collapse({path: f"{value * (1 + d)!r} {unit}"})) for d in (h, -h))
    elasticity = (longer - shorter) / (np.log(1 + h) - np.log(1 - h))
    assert elasticity == pytest.approx(printed("seed_anoxia", rf"t\(-40\) to {name} +(-?[\d.]+)"), abs=1e-3)


# Düsterwald and others 2018: numbers that hold charge against a closed form that holds none


@pytest.mark.parametrize("conductance", [0.0, 2e-4, 2e-3, 2e-2])
def test_rest_is_the_closed_form_but_for_the_charge_on_the_membrane(conductance: float) -> None:
    text = (EXAMPLES / "published" / "duesterwald_2018.ion").read_text(encoding="utf-8")
    written = "2e-3 S/dm2 / faraday *"
    assert text.count(written) == 1
    model = ionlang.loads(text.replace(written, f"{conductance!r} S/dm2 / faraday *"))
    settled = find_rest(model.machine, {}).settled
    assert settled is not None
    paths = model.machine.paths(["soma.V", "soma.E(Cl)"])
    V, chloride = paths(np.zeros(1), settled.state[:, None], model.machine.parameters({}))[:, 0]
    d = dusterwald2018
    _, (v, _, _, cl, _) = d.analytic_p(gkcc=conductance / d.F)
    assert pytest.approx(1e3 * v, abs=2e-3) == V
    assert pytest.approx(1e3 * d.RTF * np.log(cl / d.clo), abs=2e-3) == chloride
