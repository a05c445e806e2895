"""Integration and its dense output: closed forms, another solver, edges, and failures that keep what they have."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import odeint, solve_ivp

from ionlang.simulate.functions import Functions, GuardedRates, Parameters, Phase, Rhs
from ionlang.simulate.running import integrate as integrate_module
from ionlang.simulate.running.integrate import integrate, integrate_phase
from ionlang.simulate.trajectory import PhaseRun, Trajectory

NONE: list[float] = []


def oscillator(t: float, y: list[float], p: Parameters) -> list[float]:
    return [y[1], -y[0]]


def relaxation(t: float, y: list[float], p: Parameters) -> list[float]:
    return [(p[0] - y[0]) / p[1]]


def spiking(t: float, y: list[float], p: Parameters) -> list[float]:
    """Relaxation oscillations whose jumps are a thousand times faster than what lies between."""
    return [1000.0 * (y[0] - y[0] ** 3 / 3.0 - y[1]), y[0] + p[0]]


def run(rhs: Rhs, end: float, y0: Sequence[float], rtol: float = 1e-6, p: Parameters = NONE) -> Trajectory:
    outcome = integrate(Functions(rhs), [Phase(0.0, end, p)], y0, rtol, np.full(len(y0), rtol * 1e-2))
    assert outcome.failure is None
    return outcome.trajectory


@pytest.mark.parametrize(("rtol", "error"), [(1e-6, 3e-4), (1e-9, 6e-7), (1e-11, 2e-8)])
def test_dense_output_of_oscillations(rtol: float, error: float) -> None:
    trajectory = run(oscillator, 100.0, [0.0, 1.0], rtol)
    t = np.linspace(0.0, 100.0, 20001)
    y = trajectory.at(t)
    assert y.shape == (2, t.size)
    assert np.abs(y[0] - np.sin(t)).max() < error
    assert np.abs(y[1] - np.cos(t)).max() < error


def test_between_steps_it_is_as_good_as_at_steps() -> None:
    piece = run(oscillator, 100.0, [0.0, 1.0], 1e-9).pieces[0]
    at_steps = np.abs(piece.values[0, ::5] - np.sin(piece.times[::5])).max()
    t = np.linspace(0.0, 100.0, 20001)
    assert np.abs(piece.at(t)[0] - np.sin(t)).max() < 1.05 * at_steps


def test_samples_are_those_of_the_solver_itself() -> None:
    piece = run(spiking, 3.0, [1.0, 0.5], p=[0.3]).pieces[0]
    first = integrate_module.Integration(
        GuardedRates(Functions(spiking), piece.phase), piece.phase, 1e-6, np.full(2, 1e-8)
    ).first_step(0.0, np.array([1.0, 0.5]))
    times = piece.times[:3001]
    settings = {"rtol": 1e-6, "atol": 1e-8, "h0": first, "tcrit": [3.0], "mxstep": 500, "tfirst": True}
    rates = lambda t, y: spiking(t, y.tolist(), [0.3])  # noqa: E731
    same = odeint(rates, [1.0, 0.5], times, **settings)  # type: ignore[call-overload]
    np.testing.assert_array_equal(piece.values[:, : times.size], same.T)


def test_stiff_dense_output_does_not_amplify() -> None:
    """y' = −10⁶ (y − cos t): the rate at a state within tolerance is wrong by its full size."""
    trajectory = run(lambda t, y, p: [-1e6 * (y[0] - math.cos(t))], 20.0, [1.0])
    t = np.linspace(0.0, 20.0, 5001)
    assert np.abs(trajectory.at(t)[0] - np.cos(t)).max() < 3e-5


def test_against_another_solver() -> None:
    trajectory = run(spiking, 3.0, [1.0, 0.5], 1e-10, [0.3])
    t = np.linspace(0.0, 3.0, 301)
    other = solve_ivp(
        lambda t, y: spiking(t, y.tolist(), [0.3]), (0, 3), [1.0, 0.5], "DOP853", t, rtol=1e-12, atol=1e-13
    )
    assert np.abs(trajectory.at(t) - other.y).max() < 2e-6


def test_jacobian_saves_rates_and_changes_nothing_else() -> None:
    """Diffusion along thirty places, sealed at the ends."""
    calls = {"rates": 0, "jacobian": 0}
    size = 30
    coupling = 500.0 * (np.eye(size, k=1) + np.eye(size, k=-1))
    coupling -= np.diag(coupling.sum(axis=0))
    rows = coupling.tolist()

    def rates(t: float, y: list[float], p: Parameters) -> list[float]:
        calls["rates"] += 1
        return [float(rate) for rate in coupling @ np.array(y)]

    def jacobian(t: float, y: list[float], p: Parameters) -> list[list[float]]:
        calls["jacobian"] += 1
        return rows

    phase, start = Phase(0.0, 3.0, NONE), [1.0] + [0.0] * (size - 1)
    plain = integrate_phase(Functions(rates), phase, start, 1e-6, np.full(size, 1e-8))
    without = calls["rates"]
    helped = integrate_phase(Functions(rates, jacobian), phase, start, 1e-6, np.full(size, 1e-8))
    assert calls["jacobian"] > 3
    assert calls["rates"] - without < 0.8 * without
    values, vectors = np.linalg.eigh(coupling)
    for t in (0.01, 0.1, 3.0):
        exact = vectors @ (np.exp(values * t) * vectors[0])
        for run_ in (plain, helped):
            assert np.abs(run_.piece.at(np.array([t]))[:, 0] - exact).max() < 2e-5


def test_edges_split_the_trajectory() -> None:
    phases = [Phase(0.0, 2.0, [1.0, 0.5]), Phase(2.0, 2.0, [9.0, 0.5]), Phase(2.0, 5.0, [-1.0, 2.0])]
    outcome = integrate(Functions(relaxation), phases, [0.0], 1e-9, np.full(1, 1e-12))
    trajectory = outcome.trajectory
    assert [(piece.start, piece.end) for piece in trajectory.pieces] == [(0.0, 2.0), (2.0, 2.0), (2.0, 5.0)]
    t = np.array([0.0, 1.0, 2.0, 3.0, 5.0])
    top = 1.0 - math.exp(-4.0)
    late = [-1.0 + (top + 1.0) * math.exp(-(x - 2.0) / 2.0) for x in (2.0, 3.0, 5.0)]
    expected = [0.0, 1.0 - math.exp(-2.0), *late]
    np.testing.assert_allclose(trajectory.at(t)[0], expected, atol=2e-7)
    np.testing.assert_array_equal(trajectory.at_left(t)[0][2:], trajectory.at(t)[0][2:])
    assert trajectory.piece_indices(t).tolist() == [0, 0, 2, 2, 2]


def test_left_and_right_of_an_edge() -> None:
    trajectory = integrate(
        Functions(relaxation),
        [Phase(0.0, 1.0, [1.0, 1.0]), Phase(1.0, 2.0, [5.0, 1.0])],
        [0.0],
        1e-9,
        np.ones(1),
    ).trajectory
    first, second = trajectory.pieces
    moved = replace(second, values=second.values + 7.0)
    jumping = Trajectory((first, moved))
    edge = np.array([1.0])
    assert jumping.at(edge)[0, 0] - jumping.at_left(edge)[0, 0] == pytest.approx(7.0, abs=1e-12)


def test_varying_parameters_are_never_asked_outside_the_phase() -> None:
    asked: list[float] = []

    def ramp(t: float) -> list[float]:
        asked.append(t)
        return [t if t <= 3.0 else math.nan, 0.7]

    phases = [Phase(0.0, 3.0, NONE, ramp), Phase(3.0, 4.0, [0.0, 0.7])]
    outcome = integrate(Functions(relaxation), phases, [0.0], 1e-9, np.full(1, 1e-12))
    assert min(asked) >= 0.0
    assert max(asked) <= 3.0
    exact = 3.0 - 0.7 + 0.7 * math.exp(-3.0 / 0.7)
    assert outcome.trajectory.pieces[0].values[0, -1] == pytest.approx(exact, abs=1e-7)
    last = outcome.trajectory.at(np.array([4.0]))[0, 0]
    assert last == pytest.approx(exact * math.exp(-1.0 / 0.7), abs=1e-7)


def test_parameters_of_many_instants() -> None:
    t = np.array([0.0, 0.5, 1.0])
    scalar = Phase(0.0, 1.0, [0.0, 1.0], lambda t: [t, 2.0])
    vector = Phase(0.0, 1.0, [0.0, 1.0], lambda t: [t, 2.0], lambda t: [t, 2.0])
    for phase in (scalar, vector):
        ramp, level = phase.parameters_many(t)
        np.testing.assert_array_equal(ramp, t)
        np.testing.assert_array_equal(level, np.full(3, 2.0) if phase is scalar else 2.0)
    assert Phase(0.0, 1.0, [4.0]).parameters_many(t) == [4.0]


def test_phase_that_ends_before_it_starts() -> None:
    with pytest.raises(ValueError, match="cannot run from"):
        Phase(2.0, 1.0, NONE)


def test_no_states_and_no_length() -> None:
    empty = integrate_phase(Functions(lambda t, y, p: []), Phase(0.0, 5.0, NONE), [], 1e-6, np.empty(0))
    assert empty.failure is None
    assert empty.piece.at(np.array([1.0, 2.0])).shape == (0, 2)
    short = integrate_phase(Functions(oscillator), Phase(3.0, 3.0, NONE), [1.0, 2.0], 1e-6, np.ones(2))
    assert short.failure is None
    np.testing.assert_array_equal(short.piece.at(np.array([3.0]))[:, 0], [1.0, 2.0])


def test_resting_state_takes_few_steps() -> None:
    piece = run(lambda t, y, p: [-y[0], 0.0], 1e7, [0.0, 3.0]).pieces[0]
    assert piece.end == 1e7
    assert piece.times.size < 500
    np.testing.assert_array_equal(piece.values[:, -1], [0.0, 3.0])


def test_progress_is_told() -> None:
    heard: list[float] = []
    integrate_phase(
        Functions(spiking), Phase(0.0, 60.0, [0.3]), [1.0, 0.5], 1e-8, np.full(2, 1e-8), heard.append
    )
    assert len(heard) > 2
    assert heard == sorted(heard)
    assert heard[-1] == pytest.approx(60.0, abs=1e-9)


def test_blow_up_names_time_and_state() -> None:
    """y' = y² from 1 ends at t = 1."""
    outcome = integrate(
        Functions(lambda t, y, p: [1.0, y[1] ** 2]),
        [Phase(0.0, 2.0, NONE)],
        [0.0, 1.0],
        1e-9,
        np.full(2, 1e-12),
    )
    failure = outcome.failure
    assert failure is not None
    assert failure.time == pytest.approx(1.0, abs=1e-6)
    assert failure.state_index == 1
    assert failure.last_good_values[1] > 1e6
    assert outcome.trajectory.end == failure.time
    t = np.linspace(0.0, 0.9, 91)
    np.testing.assert_allclose(outcome.trajectory.at(t)[1], 1.0 / (1.0 - t), rtol=1e-6)


@pytest.mark.parametrize(
    ("rate", "state", "reason"),
    [
        (lambda t: math.sqrt(0.5 - t), None, "math domain error|nonnegative"),
        (lambda t: math.nan if t > 0.5 else 1.0, 1, "not a finite number"),
        (lambda t: math.inf if t > 0.5 else 1.0, 1, "not a finite number"),
        (lambda t: math.exp(1e4 * (t - 0.429)), 1, "range error|faster than time"),
    ],
)
def test_undefined_rates_end_the_run_where_they_begin(rate: object, state: int | None, reason: str) -> None:
    assert callable(rate)
    outcome = integrate(
        Functions(lambda t, y, p: [1.0, rate(t)]), [Phase(0.0, 2.0, NONE)], [1.0, 0.0], 1e-6, np.full(2, 1e-9)
    )
    failure = outcome.failure
    assert failure is not None
    assert 0.42 < failure.time <= 0.500001
    if state is not None:
        assert failure.state_index == state
    assert re.search(reason, failure.reason)
    assert failure.last_good_values[0] == pytest.approx(1.0 + failure.time, abs=1e-6)
    assert np.isfinite(outcome.trajectory.at(np.linspace(0.0, 2.0, 50))).all()


def test_undefined_from_the_start() -> None:
    outcome = integrate(
        Functions(lambda t, y, p: [math.log(y[0])]), [Phase(0.0, 2.0, NONE)], [-1.0], 1e-6, np.ones(1)
    )
    assert outcome.failure is not None
    assert outcome.failure.time == 0.0
    assert outcome.failure.last_good_values == (-1.0,)
    assert outcome.trajectory.end == 0.0


@pytest.mark.parametrize("how", ["raise", "nan"])
def test_trial_steps_into_undefined_country_are_retried(how: str) -> None:
    """The solution tends to 1 from below and never reaches 1.001, where the functions end; trial steps do."""
    visits = 0

    def rates(t: float, y: list[float], p: Parameters) -> list[float]:
        nonlocal visits
        if y[0] > 1.001:
            visits += 1
            return [math.nan] if how == "nan" else [math.log(1.001 - y[0])]
        return [50.0 * (1.0 - y[0]) * (1.0 + 1e3 * math.sin(t) ** 2)]

    outcome = integrate(Functions(rates), [Phase(0.0, 5.0, NONE)], [-3.0], 1e-3, np.full(1, 1e-2))
    assert visits > 0
    assert outcome.failure is None
    assert outcome.trajectory.at(np.array([5.0]))[0, 0] == pytest.approx(1.0, abs=1e-2)


def test_other_exceptions_pass_through() -> None:
    def broken(t: float, y: list[float], p: Parameters) -> list[float]:
        raise KeyError("a bug")

    with pytest.raises(KeyError):
        integrate(Functions(broken), [Phase(0.0, 1.0, NONE)], [1.0], 1e-6, np.ones(1))


def test_a_grid_that_is_not_live_gives_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    def attempt(rhs: Rhs, end: float, y0: list[float]) -> PhaseRun:
        return integrate_phase(Functions(rhs), Phase(0.0, end, [0.3]), y0, 1e-7, np.full(len(y0), 1e-9))

    def blow_up(t: float, y: list[float], p: Parameters) -> list[float]:
        return [y[0] ** 2]

    live, live_failed = attempt(spiking, 20.0, [1.0, 0.5]), attempt(blow_up, 2.0, [1.0])
    assert integrate_module._grid_is_live()
    assert live.piece.times.size > 5 * integrate_module.STEPS
    monkeypatch.setattr(integrate_module, "_grid_is_live", lambda: False)
    monkeypatch.setattr(integrate_module._LiveGrid, "__copy__", np.array)
    again, again_failed = attempt(spiking, 20.0, [1.0, 0.5]), attempt(blow_up, 2.0, [1.0])
    np.testing.assert_array_equal(live.piece.times, again.piece.times)
    np.testing.assert_array_equal(live.piece.values, again.piece.values)
    assert live_failed.failure is not None
    assert again_failed.failure is not None
    assert again_failed.failure.time == pytest.approx(live_failed.failure.time, rel=1e-12)
