"""What an integrator is given of a line – parameters bound, operations gathered, steps looked at one by one – says the
same as the functions that are shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ionlang import load, loads
from ionlang.codegen.runtime_vector import linoid_slope, linoid_slope_near
from ionlang.simulate.functions import Phase
from ionlang.simulate.lines import recorder
from ionlang.simulate.lines.along import Along
from ionlang.simulate.lines.drift import accounts_of
from ionlang.simulate.lines.recorder import recorder_of
from ionlang.simulate.machine import Machine
from ionlang.simulate.running.integrate import integrate_phase
from ionlang.simulate.running.stepping import integrate_steps
from ionlang.simulate.running.tolerances import absolute_tolerances
from tests.lines_models import tissue
from tests.test_lines_code import ENDS, by_position

EXAMPLES = Path(__file__).parents[1] / "examples"
VESSEL = """
solute S
compartment vessel { volume = 50 pL;  S = 8 mM }
arrangement patch {
    compartment outside { volume = 1 pL;  S = 4 mM + 1 mM * sin(x/(70 um)) }
    flux uptake {
        let gone = max(outside.S - 3 mM, 0 mM)
        moves S from outside to nothing
        rate = (1 /s * gone^3/(1 mM)^2 + 0.1 /s * sqrt(outside.S * 1 mM) * (if outside.S < 4 mM then 1 else 2)) * outside.volume
    }
    flux leak { moves S from vessel to outside;  rate = 0.01 /s * outside.volume * (vessel.S - outside.S) }
}
line tissue of 6 patch { spacing = 50 um;  ends = closed;  diffusion outside { S = 1e-5 cm2/s } }
"""
MODELS = {"cells": tissue(7), "by position": by_position(), "ends": ENDS, "vessel": VESSEL}
SCENARIO = """
scenario spreading {
    run 200 ms
    measure there = tissue[9].outside.K at end
}
"""


def states_of(machine: Machine, seed: int) -> NDArray[np.float64]:
    start = np.array(machine.initial_state(machine.parameters({})))
    return start * np.random.default_rng(seed).uniform(0.9, 1.1, start.size)


@pytest.mark.parametrize("name", MODELS)
def test_bound_rates_are_the_rates(name: str) -> None:
    machine = loads(MODELS[name]).machine
    p = machine.parameters({})
    assert machine.vector.integrand is not None
    rates = machine.vector.integrand(p)
    for seed in range(4):
        y = states_of(machine, seed)
        for t in (0.0, 3000.0):
            expected = machine.vector.rhs(t, y, p)
            size = np.abs(expected).max()
            assert rates(t, y) == pytest.approx(expected, rel=1e-11, abs=1e-13 * size)


@pytest.mark.parametrize("name", MODELS)
def test_the_bound_band_is_the_band(name: str) -> None:
    machine = loads(MODELS[name]).machine
    p = machine.parameters({})
    assert machine.vector.slopes is not None
    slopes = machine.vector.slopes(p)
    for seed in range(4):
        y = states_of(machine, seed)
        expected = machine.vector.jacobian(0.0, y, p)
        assert slopes(0.0, y) == pytest.approx(expected, rel=1e-9, abs=1e-11 * np.abs(expected).max())


@pytest.mark.parametrize("file", ["21_spreading_depolarisation.ion", "published/mcintyre_2002.ion"])
def test_so_it_is_in_examples(file: str) -> None:
    machine = load(str(EXAMPLES / file)).machine
    p, vector = machine.parameters({}), machine.vector
    assert vector.integrand is not None and vector.slopes is not None
    y = states_of(machine, 0)
    for found, expected in (
        (vector.integrand(p)(0.0, y), vector.rhs(0.0, y, p)),
        (vector.slopes(p)(0.0, y), vector.jacobian(0.0, y, p)),
    ):
        assert found == pytest.approx(expected, rel=1e-8, abs=1e-11 * np.abs(expected).max())


def test_where_a_linoid_is_one() -> None:
    machine = loads(tissue(7)).machine
    p, y = machine.parameters({}), states_of(machine, 1)
    y[[row for path, row in machine.state_index.items() if path.endswith("soma.V")]] = -34.0
    assert machine.vector.integrand is not None
    expected = machine.vector.rhs(0.0, y, p)
    assert np.isfinite(expected).all()
    assert machine.vector.integrand(p)(0.0, y) == pytest.approx(expected, rel=1e-11, abs=1e-14)


def test_the_near_slope_of_a_linoid_is_near() -> None:
    x = np.concatenate([np.linspace(-60.0, 60.0, 2001), [0.0, 1e-9, -1e-6, 2e-5]])
    assert linoid_slope_near(x) == pytest.approx(linoid_slope(x), abs=1e-5)
    away = x[np.abs(x) > 1e-3]
    assert linoid_slope_near(away) == pytest.approx(linoid_slope(away), rel=1e-9, abs=1e-13)


def test_two_lines_do_without() -> None:
    second = "arrangement other { compartment lumen { volume = 1 pL; S = 1 mM } }\nline row of 3 other { spacing = 50 um;  ends = closed;  diffusion lumen { S = 1e-5 cm2/s } }\n"
    model = loads(VESSEL + second + "scenario s { run 1 s }\n")
    assert model.machine.vector.integrand is None
    assert model.run().failure is None


@pytest.fixture(autouse=True)
def lines_go_by_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "STEPPED", 0)


def phase_of(machine: Machine, end: float) -> tuple[Phase, list[float], NDArray[np.float64]]:
    p = machine.parameters({})
    start = machine.initial_state(p)
    return Phase(0.0, end, p), start, absolute_tolerances(machine, p, np.array(start), 1e-6)


def test_step_by_step_the_course_is_that_of_odeint() -> None:
    machine = loads(tissue(60, SCENARIO, outside_K="if x < 300 um then 20 mM else 4 mM")).machine
    phase, start, atol = phase_of(machine, 200.0)
    recorder = recorder_of(machine, 200.0, np.array(start), Along(), ())
    assert recorder is not None
    whole = integrate_phase(machine.functions, phase, start, 1e-6, atol).piece
    kept = integrate_steps(replace(machine.functions, keeper=recorder), phase, start, 1e-6, atol).piece
    assert kept.times.size < 1.1 * whole.times.size
    times = np.linspace(0.0, 200.0, 301)
    expected = whole.at(times)[recorder.rows]
    assert kept.at(times) == pytest.approx(expected, rel=3e-5, abs=1e-6)
    assert np.array(recorder.profiles).T[recorder.rows] == pytest.approx(
        kept.at(np.array(recorder.times)), rel=1e-10, abs=1e-12
    )
    assert recorder.times == pytest.approx([0.5 * k for k in range(401)])


def test_what_crosses_borders_is_counted_step_by_step() -> None:
    machine = loads(VESSEL.replace("of 6", "of 300") + "scenario s { run 5 s }").machine
    phase, start, atol = phase_of(machine, 5000.0)
    recorder = recorder_of(machine, 5000.0, np.array(start), Along(), ())
    assert recorder is not None and recorder.accounts.crossing
    integrate_steps(replace(machine.functions, keeper=recorder), phase, start, 1e-8, 0.01 * atol)
    whole = accounts_of(machine)
    whole.see(integrate_phase(machine.functions, phase, start, 1e-8, 0.01 * atol).piece)
    for one, other in zip(recorder.accounts.listed, whole.listed, strict=True):
        assert one.passed == pytest.approx(other.passed, rel=1e-6)
        assert abs(one.left) < 1e-5 * one.size  # the vessel stands outside of the band


def test_a_step_that_leads_nowhere_is_a_failure_with_its_time() -> None:
    """S' = S²/(4 s mM) from 4 mM is infinite after 1 s."""
    growth = (
        "flux growth { moves S from nothing to outside;  rate = 0.25 /s/mM * outside.S^2 * outside.volume }"
    )
    patch = f"arrangement patch {{ compartment outside {{ volume = 1 pL;  S = 4 mM }}\n {growth} }}"
    line = (
        "line tissue of 300 patch { spacing = 50 um;  ends = closed;  diffusion outside { S = 1e-5 cm2/s } }"
    )
    solution = loads(f"solute S\n{patch}\n{line}\nscenario s {{ run 5 s }}").run()
    assert solution.failure is not None
    assert solution.failure.time == pytest.approx(1000.0, abs=0.1)


def test_an_event_in_a_long_line_comes_when_it_does_in_a_plain_run() -> None:
    text = VESSEL.replace("of 6", "of 300")
    stopped = loads(text + "scenario s { run until vessel.S < 6 mM, at most 60 s }").run()
    plain = loads(text + "scenario s { run 60 s;  measure late = time(vessel.S < 6 mM) }").run()
    expected = dict(plain.measures)["late"]
    assert stopped.ended and stopped.trajectory is not None
    assert stopped.trajectory.end == pytest.approx(expected, rel=1e-5)
    assert 1e3 < expected < 60e3
    assert stopped.profiles("tissue.outside.S").values.shape[0] == 300


def test_legs_go_on_from_each_other() -> None:
    """Something is looked out for that never comes true: the run is that of nobody looking."""
    text = tissue(60, SCENARIO, outside_K="if x < 300 um then 20 mM else 4 mM")
    watched = text.replace("run 200 ms", "run until time > 1 s, at most 200 ms")
    plain, found = loads(text).run(), loads(watched).run()
    assert plain.trajectory is not None and found.trajectory is not None
    assert found.trajectory.end == pytest.approx(200.0, rel=1e-12)
    assert dict(found.measures)["there"] == pytest.approx(dict(plain.measures)["there"], rel=1e-12)
    assert found.profiles("tissue.outside.K").values == pytest.approx(
        plain.profiles("tissue.outside.K").values, rel=1e-9
    )


def test_a_sweep_of_many_over_a_line() -> None:
    """So many that members of a cell without lines would go together."""
    scenario = """
scenario spreading {
    run 5 ms
    sweep spread_of_K from 1e-5 cm2/s to 3e-5 cm2/s in 70 steps
    measure there = tissue[3].outside.K at end
}
"""
    study = loads(tissue(5, scenario, outside_K="if x < 100 um then 20 mM else 4 mM")).study()
    found = [
        dict(member.solution.measures)["there"] for member in study.members if member.solution is not None
    ]
    assert len(found) == study.runs
    assert found == sorted(found)
    assert found[0] < found[-1]
