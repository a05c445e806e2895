"""Events, extremes and integrals: closed forms, and no dependence on any grid."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ionlang.simulate.functions import FloatArray, Functions, Parameters, ParametersMany, Phase
from ionlang.simulate.locate import Quantity, crossings, integral, maximum, mean, minimum, value
from ionlang.simulate.running.integrate import integrate
from ionlang.simulate.trajectory import Trajectory

TOLERANCE = 1e-10


def oscillation(end: float = 50.0) -> Trajectory:
    """y = (sin t, cos t)."""

    def rates(t: float, y: list[float], p: Parameters) -> list[float]:
        return [y[1], -y[0]]

    return integrate(
        Functions(rates), [Phase(0.0, end, [])], [0.0, 1.0], TOLERANCE, np.full(2, 1e-12)
    ).trajectory


def drifting(phases: list[Phase]) -> Trajectory:
    """One state that changes at the rate p[0]."""

    def rates(t: float, y: list[float], p: Parameters) -> list[float]:
        return [p[0]]

    return integrate(Functions(rates), phases, [0.0], TOLERANCE, np.full(1, 1e-12)).trajectory


def first(t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
    return y[0]


def above(level: float) -> Quantity:
    return lambda t, y, p: y[0] - level


TURN = 2 * math.pi


def test_crossings_of_a_sine() -> None:
    trajectory = oscillation()
    half = math.asin(0.5)
    up = np.arange(half, 50.0, TURN)
    down = np.arange(math.pi - half, 50.0, TURN)
    np.testing.assert_allclose(crossings(trajectory, above(0.5), "upward"), up, atol=3e-8)
    np.testing.assert_allclose(crossings(trajectory, above(0.5), "downward"), down, atol=3e-8)
    np.testing.assert_allclose(
        crossings(trajectory, above(0.5), "both"), np.sort(np.concatenate([up, down])), atol=3e-8
    )


def test_crossings_are_polished_to_the_last_digits() -> None:
    """Of the dense output, whose own error is larger."""
    trajectory = oscillation()
    found = crossings(trajectory, above(0.5), "upward")
    assert np.abs(trajectory.at(found)[0] - 0.5).max() < 1e-13


def test_window_of_crossings() -> None:
    trajectory = oscillation()
    inside = crossings(trajectory, above(0.5), "upward", after=10.0, until=20.0)
    everywhere = crossings(trajectory, above(0.5), "upward")
    chosen = everywhere[(everywhere > 10.0) & (everywhere < 20.0)]
    assert chosen.size == 2
    np.testing.assert_allclose(inside, chosen, rtol=1e-13)
    assert crossings(trajectory, above(0.5), "upward", after=60.0).size == 0
    assert crossings(trajectory, above(2.0), "both").size == 0


@pytest.mark.parametrize("gap", [1e-3, 1e-5, 1e-7])
def test_two_crossings_within_one_step(gap: float) -> None:
    """The sine stays above 1 − gap for a time far shorter than a step."""
    trajectory = oscillation(10.0)
    half = math.acos(1.0 - gap)
    tops = [math.pi / 2, math.pi / 2 + TURN]
    tolerance = 1e-8 / math.sin(half)
    up = crossings(trajectory, above(1.0 - gap), "upward")
    down = crossings(trajectory, above(1.0 - gap), "downward")
    np.testing.assert_allclose(up, [top - half for top in tops], atol=tolerance)
    np.testing.assert_allclose(down, [top + half for top in tops], atol=tolerance)
    troughs = crossings(trajectory, above(gap - 1.0), "downward")
    np.testing.assert_allclose(troughs, [1.5 * math.pi - half], atol=tolerance)
    rising = crossings(trajectory, above(gap - 1.0), "upward")
    np.testing.assert_allclose(rising, [1.5 * math.pi + half], atol=tolerance)


def test_expression_of_states_parameters_and_time() -> None:
    trajectory = drifting([Phase(0.0, 4.0, [2.0])])
    found = crossings(trajectory, lambda t, y, p: y[0] * p[0] - 3.0 - t, "upward")
    np.testing.assert_allclose(found, [1.0], atol=1e-12)


def test_jump_across_zero_at_an_edge() -> None:
    trajectory = drifting([Phase(0.0, 1.0, [-1.0]), Phase(1.0, 2.0, [1.0]), Phase(2.0, 3.0, [-1.0])])
    rate: Quantity = lambda t, y, p: np.full(t.shape, p[0])  # noqa: E731
    assert crossings(trajectory, rate, "upward").tolist() == [1.0]
    assert crossings(trajectory, rate, "downward").tolist() == [2.0]
    assert value(trajectory, rate, 1.0) == 1.0
    assert value(trajectory, rate, 0.999) == -1.0


def test_crossing_exactly_at_an_edge_is_counted_once() -> None:
    trajectory = drifting([Phase(0.0, 1.0, [1.0]), Phase(1.0, 2.0, [1.0])])
    assert crossings(trajectory, above(1.0), "upward") == pytest.approx([1.0], abs=1e-9)


def test_forced_oscillator() -> None:
    """y'' = −9 y + 5 cos 2t from rest: y = cos 2t − cos 3t, whose zeros are at multiples of 2π/5."""

    def rates(t: float, y: list[float], p: Parameters) -> list[float]:
        return [y[1], p[0] - 9.0 * y[0]]

    def force(t: float) -> list[float]:
        return [5.0 * math.cos(2.0 * t)]

    phases = [Phase(0.0, 6.0, [0.0], force)]
    trajectory = integrate(Functions(rates), phases, [0.0, 0.0], 1e-11, np.full(2, 1e-13)).trajectory
    zeros = crossings(trajectory, first, "both", after=0.1)
    np.testing.assert_allclose(zeros, [TURN / 5 * k for k in (1, 2, 3, 4)], atol=1e-7)
    t = np.linspace(0.0, 6.0, 2_000_001)
    exact = np.cos(2 * t) - np.cos(3 * t)
    top = maximum(trajectory, first)
    assert top.value == pytest.approx(float(exact.max()), abs=1e-8)
    assert top.time == pytest.approx(float(t[exact.argmax()]), abs=1e-5)
    driving = maximum(trajectory, lambda t, y, p: y[0] * 0.0 + p[0], after=1.0, until=5.0)
    assert driving.time == pytest.approx(math.pi, abs=1e-6)


def test_extremes_of_a_sine() -> None:
    trajectory = oscillation()
    top = maximum(trajectory, first, after=3.0, until=12.0)
    assert top.value == pytest.approx(1.0, abs=1e-8)
    assert top.time == pytest.approx(math.pi / 2 + TURN, abs=1e-6)
    bottom = minimum(trajectory, first, until=10.0)
    assert bottom.value == pytest.approx(-1.0, abs=1e-8)
    assert bottom.time == pytest.approx(1.5 * math.pi, abs=1e-6)


def test_extremes_at_the_ends_of_the_window() -> None:
    trajectory = drifting([Phase(0.0, 1.0, [1.0]), Phase(1.0, 2.0, [-1.0])])
    assert maximum(trajectory, first, until=0.7).time == 0.7
    assert minimum(trajectory, first, after=0.25, until=0.7).time == 0.25
    peak = maximum(trajectory, first)
    assert (peak.time, peak.value) == pytest.approx((1.0, 1.0), abs=1e-9)
    flat = maximum(trajectory, lambda t, y, p: np.full(t.shape, 3.0))
    assert (flat.time, flat.value) == (0.0, 3.0)


def test_integrals_and_means() -> None:
    trajectory = oscillation()
    for a, b in ((0.0, 50.0), (1.0, 2.5), (1.0, 1.0001), (7.3, 43.21)):
        assert integral(trajectory, first, a, b) == pytest.approx(math.cos(a) - math.cos(b), abs=1e-8)
    square = integral(trajectory, lambda t, y, p: y[0] ** 2)
    assert square == pytest.approx(25.0 - math.sin(100.0) / 4.0, abs=1e-7)
    assert mean(trajectory, first, 0.0, TURN / 2) == pytest.approx(2.0 / math.pi, abs=1e-8)


def test_integral_of_several_quantities_at_once() -> None:
    trajectory = oscillation()
    both = integral(trajectory, lambda t, y, p: y[:2], 0.5, 20.0)
    expected = [math.cos(0.5) - math.cos(20.0), math.sin(20.0) - math.sin(0.5)]
    np.testing.assert_allclose(both, expected, atol=1e-8)


def test_fluxes_account_for_the_state() -> None:
    """Over edges: what flows in at the rate p[0] is what is there in the end."""
    phases = [Phase(0.0, 1.0, [3.0]), Phase(1.0, 2.5, [-1.0]), Phase(2.5, 4.0, [0.0], lambda t: [t])]
    trajectory = drifting(phases)
    inflow = integral(trajectory, lambda t, y, p: p[0] + 0.0 * t)
    assert inflow == pytest.approx(float(trajectory.pieces[-1].values[0, -1]), abs=1e-8)
    assert inflow == pytest.approx(3.0 - 1.5 + (16.0 - 6.25) / 2.0, abs=1e-8)


def test_value_at_an_instant() -> None:
    trajectory = oscillation()
    assert value(trajectory, first, 1.2345) == pytest.approx(math.sin(1.2345), abs=1e-8)
    assert value(trajectory, first, 50.0) == pytest.approx(math.sin(50.0), abs=1e-7)
    with pytest.raises(ValueError, match="outside"):
        value(trajectory, first, 50.1)


@pytest.mark.parametrize("ask", [maximum, minimum, integral, mean])
def test_window_off_the_trajectory(ask: object) -> None:
    assert callable(ask)
    with pytest.raises(ValueError, match="window"):
        ask(oscillation(5.0), first, 6.0, 7.0)


def test_results_converge_with_the_tolerance_alone() -> None:
    """Ten times the tolerance moves events by tolerances, not by steps or samples."""

    def rates(t: float, y: list[float], p: Parameters) -> list[float]:
        return [100.0 * (y[0] - y[0] ** 3 / 3.0 - y[1]), y[0] + 0.3]

    found = []
    for rtol in (1e-8, 1e-9, 1e-11):
        phases = [Phase(0.0, 10.0, [])]
        trajectory = integrate(Functions(rates), phases, [1.0, 0.5], rtol, np.full(2, rtol * 1e-2)).trajectory
        times = crossings(trajectory, first, "upward")
        found.append(np.append(times, maximum(trajectory, first, after=1.0).value))
    assert found[0].size == found[1].size == found[2].size > 3
    assert np.abs(found[0] - found[2]).max() < 2e-5
    assert np.abs(found[1] - found[2]).max() < 3e-6


def test_no_states() -> None:
    phases = [Phase(0.0, 10.0, [0.0], lambda t: [math.sin(t)], lambda t: [np.sin(t)])]
    trajectory = integrate(Functions(lambda t, y, p: []), phases, [], 1e-6, np.empty(0)).trajectory
    driving: Quantity = lambda t, y, p: np.asarray(p[0]) - 0.5  # noqa: E731
    found = crossings(trajectory, driving, "upward")
    np.testing.assert_allclose(found, [math.asin(0.5), math.asin(0.5) + TURN], atol=1e-12)
