"""The integrator of long lines: against closed forms, against another solver, and what it keeps exactly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.linalg.lapack import dgbtrs

from ionlang import loads
from ionlang.simulate.multistep.band_systems import Banded, Interleaved, systems_of
from ionlang.simulate.multistep.bdf import NEVER, Bdf, Problem, begun
from ionlang.simulate.multistep.formulas import FORMULAS
from ionlang.simulate.multistep.steps import sampled
from tests.lines_models import tissue

Array = NDArray[np.float64]


def problem_of(
    rates: Callable[[float, Array], Array], band: Callable[[float, Array], Array], end: float, rtol: float
) -> Problem:
    """Of rates whose Jacobian has one diagonal beside its own on either side."""
    return Problem(rates, band, Banded(1, 1, dgbtrs), end, np.inf, rtol, np.array(1e-3 * rtol))


def taken(problem: Problem, state: list[float], first: float = 1e-6) -> list[tuple[float, int, Array]]:
    """When each step ended, at which order, and where."""
    solver = begun(problem, 0.0, np.array(state), first)
    found = []
    while not solver.is_over:
        assert solver.step()
        found.append((solver.time, solver.order, solver.state.copy()))
    return found


def diagonal(*values: float) -> Array:
    band = np.zeros((3, len(values)))
    band[1] = values
    return band


@pytest.mark.parametrize(("order", "beta"), [(1, 1.0), (2, 2 / 3), (3, 6 / 11), (4, 12 / 25), (5, 60 / 137)])
def test_the_formulas_are_those_of_the_textbook(order: int, beta: float) -> None:
    """Σ α_j y_{n-j} = β h y'_n: β, and no error for a polynomial of that degree."""
    formula = FORMULAS[order - 1]
    assert formula.corrected == pytest.approx(beta, rel=1e-14)
    degree = order
    terms = np.array([float(k == degree) for k in range(order + 1)])  # t^q at 0, h = 1
    predicted = formula.advance[:, :-1] @ terms
    assert predicted[0] == pytest.approx(1.0)
    assert predicted[1] == pytest.approx(degree)  # nothing to be corrected


@pytest.mark.parametrize("rtol", [1e-4, 1e-6, 1e-8])
def test_decay_beside_something_a_million_times_as_fast(rtol: float) -> None:
    """y' = -y;  z' = -10⁶ (z - y): of a fast thing nothing is left but where it follows."""
    problem = problem_of(
        lambda t, y: np.array([-y[0], -1e6 * (y[1] - y[0])]),
        lambda t, y: np.array([[0.0, 0.0], [-1.0, -1e6], [1e6, 0.0]]),
        5.0,
        rtol,
    )
    steps = taken(problem, [1.0, 3.0])
    time, _, state = steps[-1]
    assert time == 5.0
    assert state == pytest.approx([np.exp(-5.0), np.exp(-5.0) * 1e6 / (1e6 - 1)], rel=100 * rtol)
    assert len(steps) < 60 * -np.log10(rtol)
    assert max(order for _, order, _ in steps) >= 4


def test_another_one_that_stands_where_it_stands_is_untouched_by_what_it_does() -> None:
    problem = problem_of(
        lambda t, y: np.array([-y[0] * np.cos(t), -1e3 * (y[1] - y[0])]),
        lambda t, y: np.array([[0.0, 0.0], [-np.cos(t), -1e3], [1e3, 0.0]]),
        5.0,
        1e-8,
    )
    solver = begun(problem, 0.0, np.array([1.0, 3.0]), 1e-6)
    while (
        solver.steps < 40 or solver.patience != 1
    ):  # the next step compares its correction with the last one
        assert solver.step()
    other = solver.as_it_is()
    assert other.looked == NEVER and other.before.tolist() == solver.before.tolist() != [0.0, 0.0]
    assert other.weighed_correction().tolist() == solver.weighed_correction().tolist() != [0.0, 0.0]
    time, state = solver.time, solver.state.copy()
    assert solver.step()
    assert (other.time, other.state.tolist()) == (time, state.tolist())
    assert other.step()
    assert (other.time, other.next_order) == (solver.time, solver.next_order)
    assert other.next_length == pytest.approx(solver.next_length, rel=1e-3)
    assert other.state == pytest.approx(solver.state, rel=1e-9)


def test_the_error_goes_with_the_tolerance() -> None:
    """Van der Pol's oscillator, μ = 30, by Radau's method at 1e-12."""

    def rates(t: float, y: Array) -> Array:
        return np.array([y[1], 30.0 * (1 - y[0] ** 2) * y[1] - y[0]])

    def band(t: float, y: Array) -> Array:
        return np.array([[0.0, 1.0], [0.0, 30.0 * (1 - y[0] ** 2)], [-60.0 * y[0] * y[1] - 1.0, 0.0]])

    right = solve_ivp(rates, (0.0, 40.0), [2.0, 0.0], "Radau", dense_output=True, rtol=1e-11, atol=1e-13).sol
    assert right is not None
    errors = []
    for rtol in (1e-5, 1e-7, 1e-9):
        steps = taken(problem_of(rates, band, 40.0, rtol), [2.0, 0.0])
        errors.append(max(abs(state[0] - right(time)[0]) for time, _, state in steps))
    assert errors[0] < 0.05  # where it jumps it is a little early or late
    assert errors[1] < 0.05 * errors[0]
    assert errors[2] < 0.05 * errors[1]


def test_linear_totals_are_kept_to_rounding() -> None:
    """A chain of three, with exchange that is not linear; its Jacobian is exact."""

    def rates(t: float, y: Array) -> Array:
        flow = 50.0 * (y[:-1] ** 2 - y[1:] ** 2)
        return np.append(0.0, flow) - np.append(flow, 0.0)

    def band(t: float, y: Array) -> Array:
        out = 100.0 * y
        return np.array([[0.0, *out[1:]], [-out[0], -2 * out[1], -out[2]], [*out[:-1], 0.0]])

    for _, _, state in taken(problem_of(rates, band, 10.0, 1e-6), [5.0, 1.0, 0.0]):
        assert state.sum() == pytest.approx(6.0, rel=1e-13)


def test_between_two_steps_there_is_a_polynomial() -> None:
    problem = problem_of(
        lambda t, y: np.array([np.cos(t), -y[1]]), lambda t, y: diagonal(0.0, -1.0), 3.0, 1e-8
    )
    solver = begun(problem, 0.0, np.array([0.0, 1.0]), 1e-6)
    before = 0.0
    while not solver.is_over:
        assert solver.step()
        times = np.linspace(before, solver.time, 7)
        found = sampled(solver, times)
        assert found[0] == pytest.approx(np.sin(times), abs=3e-6)
        assert found[1] == pytest.approx(np.exp(-times), abs=3e-6)
        assert found[:, -1] == pytest.approx(solver.state, rel=1e-14)
        before = solver.time


def test_no_step_is_longer_than_it_may_be() -> None:
    problem = problem_of(lambda t, y: -y, lambda t, y: diagonal(-1.0, -1.0), 50.0, 1e-5)
    free, bound = (
        np.diff([0.0, *(time for time, _, _ in taken(each, [1.0, 1.0]))])
        for each in (problem, replace(problem, longest=0.5))
    )
    assert free.max() > 1.0
    assert bound.max() <= 0.5 + 1e-12


def test_what_grows_without_bound_ends_where_it_does() -> None:
    """y' = y² from 1 is infinite at 1."""
    problem = problem_of(lambda t, y: y * y, lambda t, y: diagonal(*(2.0 * y)), 5.0, 1e-6)
    solver = begun(problem, 0.0, np.array([1.0, 0.0]), 1e-6)
    with np.errstate(all="ignore"):
        while solver.step():
            pass
    assert not solver.is_over
    assert solver.time == pytest.approx(1.0, abs=1e-4)
    assert np.isfinite(solver.state).all()


def test_a_trial_without_a_rate_is_one_that_is_too_long() -> None:
    """y' = -√y has no rates below 0; y = (1 - t/2)²."""

    def rates(t: float, y: Array) -> Array:
        return -np.sqrt(y)

    problem = problem_of(rates, lambda t, y: diagonal(*(-0.5 / np.sqrt(y))), 1.9, 1e-7)
    with np.errstate(all="ignore"):
        end = taken(problem, [1.0, 1.0], first=10.0)[-1][2]
    assert end == pytest.approx(0.05**2, rel=1e-3)


def solver_of(copies: int) -> tuple[Interleaved, Banded, Array]:
    machine = loads(tissue(copies)).machine
    functions = machine.functions
    parameters = machine.parameters({})
    state = np.array(machine.initial_state(parameters)) * (1 + 0.1 * np.random.default_rng(3).random())
    assert functions.slopes is not None and functions.band is not None
    with np.errstate(all="ignore"):
        band = functions.slopes(parameters)(0.0, state)
    within = systems_of(functions)
    assert isinstance(within, Interleaved)
    plain = Banded(*functions.band, dgbtrs)
    within.look(band)
    plain.look(band)
    return within, plain, np.random.default_rng(4).normal(size=state.size)


@pytest.mark.parametrize("c", [1e-4, 0.1, 30.0])
@pytest.mark.parametrize("copies", [2, 9])
def test_copy_by_copy_the_answer_is_that_of_the_band(copies: int, c: float) -> None:
    within, plain, right = solver_of(copies)
    within.factor(c)
    plain.factor(c)
    assert within.solve(right) == pytest.approx(plain.solve(right), rel=1e-9, abs=1e-12)


def test_neighbours_take_part_in_the_answer() -> None:
    """Without what passes between copies it is another."""
    within, plain, right = solver_of(9)
    within.across = {place: np.zeros_like(entries) for place, entries in within.across.items()}
    within.factor(30.0)
    plain.factor(30.0)
    assert within.solve(right) != pytest.approx(plain.solve(right), rel=1e-3)


def test_a_system_that_is_not_finite_has_no_solution() -> None:
    within, _, right = solver_of(9)
    for entries in within.across.values():
        entries[:] = np.inf
    within.factor(1.0)
    assert np.isnan(within.solve(right)).all()


def test_it_begins_with_the_first_step_that_it_is_given() -> None:
    problem = problem_of(lambda t, y: -y, lambda t, y: diagonal(-1.0, -1.0), 1.0, 1e-4)
    solver = begun(problem, 0.0, np.ones(2), 1e-5)
    assert isinstance(solver, Bdf)
    assert solver.step()
    assert solver.time == pytest.approx(1e-5)
