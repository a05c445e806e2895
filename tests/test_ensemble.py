"""Many members integrated at once: against closed forms, against LSODA, and against members on their own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import expm

import ionlang
from ionlang.model.numbers import parameter_values
from ionlang.simulate import answering
from ionlang.simulate.ensemble import answer, march
from ionlang.simulate.ensemble.answer import answered_requests
from ionlang.simulate.ensemble.elimination import Inversion, elimination, solver
from ionlang.simulate.ensemble.gather import gathered
from ionlang.simulate.ensemble.integrate_many import Batch, Together, Way, integrate_many
from ionlang.simulate.functions import Phase
from ionlang.simulate.machine import Machine
from ionlang.simulate.measure import Observer, measure_all
from ionlang.simulate.members import run_study
from ionlang.simulate.running.course import Request, answered
from ionlang.simulate.running.integrate import integrate_phase
from ionlang.simulate.running.run import run
from ionlang.simulate.sheaf import stacked
from ionlang.simulate.solution import Solution
from ionlang.simulate.study import Study
from ionlang.simulate.trajectory import PhaseRun

EXAMPLES = Path(__file__).parent.parent / "examples"


@dataclass(frozen=True)
class Task:
    """One member: its phase, the values that it begins at, its absolute tolerances."""

    phase: Phase
    start: np.ndarray
    atol: np.ndarray


def went(functions: Together, tasks: list[Task], rtol: float) -> list[PhaseRun]:
    """Each task to its end."""
    batch = Batch(
        np.array([task.phase.start for task in tasks]),
        np.array([task.phase.end for task in tasks]),
        np.array([task.start for task in tasks], float).T,
        np.array([task.atol for task in tasks], float).T,
        stacked([task.phase.parameters for task in tasks]),
        np.array([task.phase.longest_step for task in tasks]),
    )
    way = integrate_many(functions, batch, rtol)
    sheaf = gathered([batch], [way])
    return [PhaseRun(sheaf.piece(k, task.phase), way.failed.get(k)) for k, task in enumerate(tasks)]


def together(machine: Machine, held: tuple[int, ...] = ()) -> Together:
    functions = machine.functions
    assert functions.rhs_many is not None
    assert functions.jacobian_many is not None
    return Together(functions.rhs_many, functions.jacobian_many, machine.elimination, held)


# ── linear systems ──


@given(st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_elimination_solves_what_a_dense_solver_does(size: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    pattern = random.random((size, size)) < 0.3
    filled = pattern | np.eye(size, dtype=bool)
    matrices = np.where(filled[:, :, None], random.normal(size=(size, size, 7)), 0.0)
    matrices[np.arange(size), np.arange(size)] += size * np.sign(matrices[np.arange(size), np.arange(size)])
    right = random.normal(size=(size, 7))
    plan = elimination(pattern)
    found = plan.solve(plan.factor(matrices.copy()), right.copy())
    expected = np.linalg.solve(matrices.transpose(2, 0, 1), right.T[:, :, None])[:, :, 0].T
    assert np.allclose(found, expected, rtol=1e-9, atol=1e-12)
    inverse = Inversion()
    assert np.allclose(inverse.solve(inverse.factor(matrices.copy()), right), expected, rtol=1e-9, atol=1e-12)


def test_small_systems_are_inverted_and_large_ones_eliminated() -> None:
    assert isinstance(solver(np.eye(16, dtype=bool)), Inversion)
    assert len(solver(np.eye(17, dtype=bool)).pivots) == 17  # type: ignore[union-attr]


def test_cells_that_fire_go_together_only_in_great_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "ENOUGH", 2)
    monkeypatch.setattr(answering, "FIRING", 50)
    called = []
    monkeypatch.setattr(answering, "answered_together", lambda *a: called.append(a))
    machine = ionlang.loads(SWEEP).machine
    asked = next(s for s in machine.cell.scenarios if s.name == "plain")
    assert len(run_study(machine, asked).members) == 8
    assert called == []


def test_an_arrow_is_eliminated_without_fill() -> None:
    """A potential with many gates: the gates go first."""
    pattern = np.eye(8, dtype=bool)
    pattern[0] = pattern[:, 0] = True
    plan = elimination(pattern)
    assert [p.index for p in plan.pivots][-2:].count(0) == 1
    assert sum(p.rows.size * p.columns.size for p in plan.pivots) == 7


# ── closed forms ──

LINEAR = np.array([[-1.0, 3.0, 0.0], [-3.0, -1.0, 0.5], [0.2, 0.0, -200.0]])


def _linear() -> Together:
    slopes = np.repeat(LINEAR[:, :, None], 1, axis=2)
    return Together(
        lambda t, y, p: LINEAR @ y,
        lambda t, y, p: np.repeat(slopes, y.shape[1], axis=2),
        elimination(LINEAR != 0),
    )


def _linear_tasks(ends: list[float], tolerance: float) -> list[Task]:
    return [
        Task(Phase(0.0, end, ()), np.array([1.0, 0.5 * k, -1.0]), np.full(3, tolerance))
        for k, end in enumerate(ends)
    ]


@pytest.mark.parametrize("tolerance", [1e-5, 1e-7, 1e-9])
def test_a_linear_system_is_followed_within_tolerance(tolerance: float) -> None:
    tasks = _linear_tasks([0.5, 1.0, 2.0, 5.0], tolerance)
    for task, found in zip(tasks, went(_linear(), tasks, tolerance), strict=True):
        assert found.failure is None
        assert found.piece.end == task.phase.end
        t = np.linspace(0.0, task.phase.end, 57)
        expected = np.stack([expm(LINEAR * x) @ task.start for x in t], axis=1)
        assert np.abs(found.piece.at(t) - expected).max() < 5 * tolerance


SQUARES = Together(
    lambda t, y, p: y * y, lambda t, y, p: 2 * y[None], elimination(np.ones((1, 1), dtype=bool))
)
"""y' = y²: from y0 it is y0/(1 - y0 t)."""


def test_the_method_is_of_order_five() -> None:
    """With steps of one length the error at the end falls 32-fold when they are halved."""
    errors = []
    for steps in (16, 32):
        task = Task(Phase(0.0, 1.0, (), longest_step=1.0 / steps), np.array([0.5]), np.array([1e3]))
        (found,) = went(SQUARES, [task], 1e3)
        assert np.diff(found.piece.times[::5])[-5:].max() == pytest.approx(1.0 / steps)
        errors.append(abs(float(found.piece.values[0, -1]) - 1.0))
    assert 26.0 < errors[0] / errors[1] < 40.0


def test_a_member_that_blows_up_fails_and_the_others_finish() -> None:
    starts = [0.1, 1.0, 0.2]
    tasks = [Task(Phase(0.0, 2.0, ()), np.array([y]), np.array([1e-9])) for y in starts]
    found = went(SQUARES, tasks, 1e-8)
    assert [run.failure is None for run in found] == [True, False, True]
    failure = found[1].failure
    assert failure is not None
    assert failure.time == pytest.approx(1.0, abs=1e-6)
    assert failure.state_index == 0
    for k in (0, 2):
        assert found[k].piece.values[0, -1] == pytest.approx(starts[k] / (1 - 2 * starts[k]), rel=1e-7)


def test_parameters_are_each_members_own() -> None:
    decays = Together(
        lambda t, y, p: -p[0] * y + 0 * p[1],
        lambda t, y, p: np.zeros((1, 1, y.shape[1])) - p[0],
        elimination(np.ones((1, 1), dtype=bool)),
    )
    tasks = [Task(Phase(0.0, 1.0 + k, (0.5 * k, 7.0)), np.array([3.0]), np.array([1e-10])) for k in range(5)]
    for k, found in enumerate(went(decays, tasks, 1e-9)):
        assert found.piece.values[0, -1] == pytest.approx(3.0 * np.exp(-0.5 * k * (1.0 + k)), rel=1e-8)


def test_a_phase_of_no_length_and_states_that_are_held() -> None:
    machine = ionlang.load(EXAMPLES / "published" / "hodgkin_huxley_1952.ion").machine
    parameters = machine.parameters({})
    start = np.array(machine.initial_state(parameters))
    start[0] = -40.0
    atol = np.full(start.size, 1e-10)
    tasks = [Task(Phase(5.0, 5.0, parameters), start, atol), Task(Phase(5.0, 9.0, parameters), start, atol)]
    none, held = went(together(machine, (0,)), tasks, 1e-8)
    assert none.piece.end == 5.0
    assert (none.piece.values == start[:, None]).all()
    assert (held.piece.values[0] == -40.0).all()
    rates = machine.functions.rhs_many(np.zeros(1), start[:, None], parameters)  # type: ignore[misc]
    slopes = machine.functions.jacobian_many(np.zeros(1), start[:, None], parameters)  # type: ignore[misc]
    for i in (1, 2, 3):  # at a fixed potential a gate approaches its steady state exponentially
        rate = -float(slopes[i, i, 0])
        steady = start[i] + float(rates[i, 0]) / rate
        assert held.piece.values[i, -1] == pytest.approx(
            steady + (start[i] - steady) * np.exp(-4 * rate), abs=1e-8
        )


# ── cells ──


@pytest.mark.parametrize(
    ("name", "length"),
    [("hodgkin_huxley_1952", 30.0), ("huebel_dahlem_2014_closed", 20000.0), ("duesterwald_2018", 1e6)],
)
def test_cells_go_as_with_lsoda(name: str, length: float) -> None:
    """From starts beside the written one; both against LSODA at a thousandth of the tolerance."""
    machine = ionlang.load(EXAMPLES / "published" / f"{name}.ion").machine
    parameters = machine.parameters({})
    start = np.array(machine.initial_state(parameters))
    scale = np.maximum(np.abs(start), 1e-3)
    tasks = [Task(Phase(0.0, length, parameters), start * (1 + 0.002 * k), 1e-9 * scale) for k in range(20)]
    found = went(together(machine), tasks, 1e-6)
    t = np.linspace(0.0, length, 400)
    for k in (0, 7, 19):
        exact = integrate_phase(
            machine.functions, tasks[k].phase, tasks[k].start.tolist(), 1e-9, 1e-12 * scale
        )
        reference = exact.piece.at(t)
        near = np.abs(found[k].piece.at(t) - reference) / (
            np.abs(reference).max(axis=1, keepdims=True) + 1e-9
        )
        assert near.max() < 5e-6, name


def test_totals_stay_to_rounding() -> None:
    machine = ionlang.load(EXAMPLES / "published" / "huebel_dahlem_2014_closed.ion").machine
    parameters = machine.parameters({})
    start = np.array(machine.initial_state(parameters))
    tasks = [Task(Phase(0.0, 1e6, parameters), start, 1e-9 * np.ones(start.size))] * 3
    states = [state.path for state in machine.system.states]
    for found in went(together(machine), tasks, 1e-5):
        y = found.piece.values
        total = 2.16 * y[states.index("inside.K")] + 0.72 * y[states.index("outside.K")]
        assert np.abs(total / total[0] - 1).max() < 1e-12


SWEEP = """
temperature = 37 degC
ion Na { valence = +1 }
ion K  { valence = +1 }
ion Cl { valence = -1 }
impermeant A { valence = -1 }
solute ATP
param leak = 0.02 mS/cm2
compartment inside { volume = 2 pL;  Na = 15 mM;  K = 130 mM;  Cl = 10 mM;  ATP = 3 mM held;  A balances charge }
bath outside { Na = 145 mM;  K = 4 mM;  Cl balances charge }
membrane soma (inside | outside) {
    area = 900 um2
    capacitance = 1 uF/cm2
    V from currents starting at -70 mV
    channel Na_leak { carries Na;  conductance = leak }
    channel K_leak  { carries K;   conductance = 0.1 mS/cm2 }
    channel Cl_leak { carries Cl;  conductance = 0.02 mS/cm2 }
    pump NaK { moves 3 Na out, 2 K in, uses 1 ATP;  current = 1.5 uA/cm2 * hill(in.Na, 15 mM, 3) }
}
scenario plain {
    begin at rest
    run 200 s
    from 20 s for (leak/(0.02 mS/cm2)) * 50 s: set outside.K = 8 mM
    sweep leak from 0.01 mS/cm2 to 0.03 mS/cm2 in 7 steps
    measure highest = max(soma.V)
    measure sodium = inside.Na at end
}
scenario mixed {
    begin at end of plain
    run 200 s
    hold inside.K
    from 50 s for 50 s: ramp leak to 0.025 mS/cm2 over 20 s
    when inside.Na > 14 mM: block NaK by 20 %
    sweep leak from 0.01 mS/cm2 to 0.03 mS/cm2 in 7 steps
    measure highest = max(soma.V)
    measure sodium = inside.Na at end
}
"""


@pytest.mark.parametrize("scenario", ["plain", "mixed"])
def test_a_sweep_of_many_is_each_member_by_itself(scenario: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With windows that end at another time in each, states that are held, drives and conditions."""
    monkeypatch.setattr(answer, "ENOUGH", 4)
    monkeypatch.setattr(answering, "ENOUGH", 4)
    asked_together: list[int] = []

    def counted(functions: Together, batch: Batch, rtol: float) -> Way:
        asked_together.append(batch.start.size)
        return integrate_many(functions, batch, rtol)

    monkeypatch.setattr(answer, "integrate_many", counted)
    model = ionlang.loads(SWEEP)
    machine = model.machine
    asked = next(s for s in machine.cell.scenarios if s.name == scenario)
    study = run_study(machine, asked)
    assert asked_together and max(asked_together) == len(study.members) - 1  # the first goes ahead
    for k in (0, 5, len(study.members) - 1):
        member = study.members[k]
        alone = run(machine, asked, {"leak": member.values[0]}, rtol=1e-9)
        assert member.failure is None
        for name, value in alone.measures:
            assert member.measured(name) == pytest.approx(value, rel=3e-6), (k, name)
        assert member.solution is not None
        assert member.solution.conservation_drift < 1e-6
        assert member.solution.trajectory is not None
        assert alone.trajectory is not None
        ends, exact = ([p.end for p in t.pieces] for t in (member.solution.trajectory, alone.trajectory))
        assert ends == pytest.approx(exact, rel=1e-5)


def test_requests_that_cannot_go_together_are_answered_alone() -> None:
    """A parameter that moves with time; and fewer than it takes."""
    machine = ionlang.loads(SWEEP).machine
    parameters = machine.parameters({})
    start = machine.initial_state(parameters)
    atol = np.full(len(start), 1e-9)

    def request(phase: Phase) -> Request:
        return Request(machine.functions, phase, list(start), 1e-7, atol, (), False, None)

    moving = Phase(0.0, 50.0, parameters, lambda t: parameters)
    requests = [request(moving), *(request(Phase(0.0, 50.0 + k, parameters)) for k in range(3))]
    found = answered_requests(machine, requests)
    for one, other in zip(found, requests, strict=True):
        assert (one.piece.values == other.answer().piece.values).all()


def test_a_conversation_is_answered_to_its_end() -> None:
    def asks_nothing():
        return 7
        yield

    assert answered(asks_nothing()) == 7


# ── cohorts: whole scenarios in arrays ──

COHORT = (
    SWEEP.split("scenario plain")[0]
    + """
param ratio = leak / (0.1 mS/cm2)
scenario cohort {
    set soma.Cl_leak.conductance = 0.03 mS/cm2
    begin at rest
    run 300 s
    from 20 s for 60 s: block NaK by min(0.9, 2*ratio)
    from 50 s for 100 s: scale soma.K_leak.conductance by 1 + ratio
    from 90 s: set outside.K = 5 mM + 10 mM * ratio
    from 200 s for 50 s: hold inside.K
    sweep leak from 0.01 mS/cm2 to 0.03 mS/cm2 in 69 steps
    measure highest = max(soma.V)
    measure lowest = min(soma.V, after = 30 s)
    measure late = time(inside.Na > 15.5 mM)
    measure above = duration(soma.V > -60 mV)
    measure often = count(soma.V > -60 mV)
    measure charge = integral(soma.NaK.current, after = 10 s, until = 250 s)
    measure middle = mean(soma.V, until = 77 s)
    measure rested = soma.V at rest
    measure sodium = inside.Na at end
    measure relative = max(soma.V - rested)
    measure some = inside.K at 123.4 s
    expect highest > rested
}
"""
)


def cohort(rtol: float) -> tuple[Study, Machine]:
    machine = ionlang.loads(COHORT).machine
    asked = next(s for s in machine.cell.scenarios if s.name == "cohort")
    return run_study(machine, asked, rtol=rtol), machine


def test_a_cohort_says_what_each_run_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """All kinds of measures, of the members and of single runs with the other integrator, both at a tight tolerance."""
    marched: list[int] = []
    true = march.solved_together

    def counted(*asked: object) -> list[Solution | None]:
        found = true(*asked)  # type: ignore[arg-type]
        marched.append(sum(one is not None for one in found))
        return found

    monkeypatch.setattr(answering, "solved_together", counted)
    study, machine = cohort(1e-9)
    assert marched == [69]
    for k in (1, 23, 69):
        member = study.members[k]
        alone = run(machine, study.scenario, {"leak": member.values[0]}, rtol=1e-9)
        assert member.solution is not None
        for name, value in alone.measures:
            assert member.measured(name) == pytest.approx(value, rel=3e-8, abs=1e-9, nan_ok=True), (k, name)
        assert [v.passed for v in member.solution.verdicts] == [v.passed for v in alone.verdicts]
        assert [d.name for d in member.solution.drifts] == [d.name for d in alone.drifts]
        assert member.solution.conservation_drift < 1e-8
        supplied = {s.path: s.amount for s in member.solution.supplies}
        assert supplied == pytest.approx({s.path: s.amount for s in alone.supplies}, rel=1e-6)
        assert member.solution.windows == alone.windows


def test_a_member_looks_at_itself_as_all_do_at_it() -> None:
    """What was measured of all at once, measured anew of one of them: not a digit differs by more than rounding."""
    study, machine = cohort(1e-6)
    for k in (5, 42):
        solution = study.members[k].solution
        assert solution is not None and solution.trajectory is not None
        values = parameter_values(machine.cell, {"leak": study.members[k].values[0]})
        observer = Observer(machine, solution.trajectory, solution.rest, values)
        again = measure_all(observer, study.scenario)
        for (name, one), (_, other) in zip(again, solution.measures, strict=True):
            assert one == pytest.approx(other, rel=1e-11, abs=1e-11, nan_ok=True), name


def test_members_that_the_cell_cannot_be_keep_their_reason() -> None:
    """Of some nothing is left to balance the charge, some are out of bounds; the others march."""
    text = SWEEP.split("scenario plain")[0].replace("Na = 15 mM", "Na = sodium", 1)
    text += """
param sodium = 50 mM between 0 mM and limit
param limit = 100 mM
scenario s { run 5 s; set limit = 80 mM; measure last = inside.Na at end; sweep sodium from 1 mM to 99 mM in 68 steps }
"""
    study = ionlang.loads(text.replace("K = 130 mM", "K = 5 mM").replace("Cl = 10 mM", "Cl = 30 mM")).study(
        "s"
    )
    for member in study.members:
        (sodium,) = member.values
        if sodium > 80:
            assert member.failure is not None and "sodium must lie between" in member.failure
        elif sodium < 24:
            assert member.failure == "A cannot balance the charge of inside"
        elif sodium > 26:
            assert member.failure is None
            assert member.measured("last") == pytest.approx(sodium, rel=0.05)


def test_a_member_that_fails_on_its_way_keeps_its_reason() -> None:
    """dA/dt = A²/(1 mM s): those that begin above 0.5 mM come to no end within 2 s."""
    study = ionlang.loads("""
solute A
param dose = 0.5 mM
compartment cell { volume = 1 pL;  A = dose }
bath outside { A = 1 mM }
flux uptake { moves A from outside to cell;  rate = 1 /s * cell.A^2 / (1 mM) * cell.volume }
scenario s { run 2 s; sweep dose from 0.1 mM to 0.8 mM in 70 steps; measure last = cell.A at end }
""").study("s")
    for member in study.members:
        (dose,) = member.values
        if dose > 0.505:
            assert member.failure is not None
            assert member.solution is not None and member.solution.failure is not None
            assert member.solution.failure.time == pytest.approx(1e3 / dose, rel=1e-4)
        elif dose < 0.495:
            assert member.measured("last") == pytest.approx(dose / (1 - 2 * dose), rel=1e-4)


def test_conditions_at_equality_in_arrays() -> None:
    """What holds at the start, what comes true at the very end, what is never more than equal."""
    study = ionlang.loads("""
solute A
param speed = 1 mM/s
compartment cell { volume = 1 pL;  A = 1 mM }
bath outside { A = 1 mM }
flux uptake { moves A from outside to cell;  rate = speed * cell.volume }
scenario s {
    run 1 s
    sweep speed from 0 mM/s to 2 mM/s in 80 steps
    measure at_least = time(cell.A >= 1 mM)
    measure above = time(cell.A > 1 mM)
    measure two = time(cell.A >= 2 mM)
    measure beyond = time(cell.A > 3.01 mM)
}
""").study("s")
    rates = np.array([m.values[0] for m in study.members])
    assert (study["at_least"] == 0).all()
    assert np.isnan(study["above"][rates == 0]).all()
    assert (study["above"][rates > 0] < 1e-9).all()
    reached = rates >= 1.0 + 1e-9
    assert study["two"][reached] == pytest.approx(1 / rates[reached], rel=1e-9)
    assert np.isnan(study["two"][rates < 1.0 - 1e-9]).all()
    assert np.isnan(study["beyond"]).all()
