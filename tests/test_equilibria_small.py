"""Equilibria of small systems with known roots, and of systems whose equations leave something open."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq

from ionlang.simulate.resting.equilibria import find_equilibria
from ionlang.simulate.resting.reduced import Kind, ReducedSystem
from tests.equilibria_models import Array, Model, V, X, box, closed_cell, complex_step, potentials, system

# Small systems whose equilibria are known.


def line(model: Model, kinds: tuple[Kind, ...], reach: float) -> ReducedSystem:
    ones = np.ones(len(kinds))
    return system(model, kinds, -reach * ones, reach * ones, ones)


def shared(model: Model, total: float) -> ReducedSystem:
    """Two quantities whose total is kept, the first of them the coordinate."""
    offset, matrix = np.array([0.0, total]), np.array([[1.0], [-1.0]])
    lower, upper = box((X, X))
    return ReducedSystem(model, complex_step(model), offset, matrix, (0,), (X, X), lower, upper, np.ones(2))


def test_cubic_has_three_roots_with_its_own_slopes() -> None:
    result = find_equilibria(line(lambda y: -(y - 1) * (y + 1) * (y - 0.3), (V,), 5.0), np.array([0.4]))
    assert potentials(result) == pytest.approx([-1.0, 0.3, 1.0], abs=1e-14)
    assert [e.stable for e in result.found] == [True, False, True]
    assert [e.eigenvalues[0].real for e in result.found] == pytest.approx([-2.6, 0.91, -1.4], rel=1e-12)
    assert [e.slowest for e in result.found] == pytest.approx([1 / 2.6, 1 / 0.91, 1 / 1.4], rel=1e-12)
    assert result.statistics.start_reaches == 2


def test_roots_close_together_are_kept_apart() -> None:
    result = find_equilibria(line(lambda y: -(y - 1) * (y - 1.001) * (y + 1), (V,), 5.0), np.array([3.0]))
    assert potentials(result) == pytest.approx([-1.0, 1.0, 1.001], abs=1e-10)


def test_no_root_is_an_answer() -> None:
    result = find_equilibria(line(lambda y: y * y + 1, (V,), 5.0), np.array([0.4]))
    assert result.found == ()
    assert result.notes == ("no equilibrium was found in the box",)
    assert result.statistics.converged == 0
    assert sum(count for _, count in result.statistics.failed) == result.statistics.starts


def test_a_double_root_is_one_root() -> None:
    result = find_equilibria(line(lambda y: -((y - 0.7) ** 2), (V,), 5.0), np.array([3.0]))
    assert potentials(result) == pytest.approx([0.7], abs=1e-5)


def test_a_root_outside_the_box_is_not_reported() -> None:
    result = find_equilibria(line(lambda y: -(y - 1) * (y - 7), (V,), 5.0), np.array([3.0]))
    assert potentials(result) == pytest.approx([1.0], abs=1e-12)


@pytest.mark.parametrize("kinds", [(V, V), (X, X), (V, X)])
def test_two_cubics_have_nine_roots(kinds: tuple[Kind, ...]) -> None:
    def model(y):
        a, b = y
        return np.array([-a * (a - 1) * (a + 1) + 0.05 * b, -b * (b - 1) * (b + 1) + 0.05 * a])

    result = find_equilibria(line(model, kinds, 3.0), np.array([0.9, 0.8]))
    assert len(result.found) == 9
    assert sum(e.stable for e in result.found) == 4
    assert result.statistics.index_sum == 1


def test_a_stiff_switch_has_three_roots() -> None:
    """Two substances that suppress each other, one a million times slower than the other."""

    def model(y):
        a, b = y
        return np.array([1e3 * (4 / (1 + b**3) - a), 1e-3 * (4 / (1 + a**3) - b)])

    lower, upper = box((X, X))
    result = find_equilibria(system(model, (X, X), lower, upper, np.ones(2)), np.array([3.0, 0.1]))
    middle = brentq(lambda a: a * (1 + a**3) - 4, 0, 4, xtol=1e-14)
    assert len(result.found) == 3
    assert result.found[1].state == pytest.approx([middle, middle], abs=1e-12)
    assert [e.stable for e in result.found] == [True, False, True]
    assert result.statistics.start_reaches == 2


def test_logarithms_are_never_taken_outside_the_box() -> None:
    """Exchange through a battery ln(b/a), the total kept: evaluated with a and b positive only."""
    seen: list[float] = []

    def model(y):
        seen.append(float(y.real.min()))
        a, b = y
        rate = np.log(b / a) - 4.0
        return np.array([rate, -rate])

    result = find_equilibria(shared(model, 10.0), np.array([9.99, 0.01]))
    assert [e.state[0] for e in result.found] == pytest.approx([10 / (1 + np.exp(4))], rel=1e-13)
    assert min(seen) > 0


def test_starts_that_are_not_numbers_drop_out_and_are_counted() -> None:
    def model(y):
        return np.where(y.real > 1, np.nan, 0.5 - y)

    result = find_equilibria(line(model, (V,), 5.0), np.array([2.0]))
    assert potentials(result) == pytest.approx([0.5], abs=1e-14)
    assert dict(result.statistics.failed)["not finite"] > 10
    assert result.statistics.start_reaches is None


# Degenerate systems.


def test_a_total_that_was_not_eliminated_is_one_singular_root() -> None:
    """a ⇌ b with both kept: a line of equilibria, of which the start's own is the one reported."""

    def model(y):
        a, b = y
        return np.array([-2 * a + b, 2 * a - b])

    lower, upper = box((X, X))
    result = find_equilibria(system(model, (X, X), lower, upper, np.ones(2)), np.array([1.0, 5.0]))
    assert len(result.found) == 1
    assert result.found[0].singular and not result.found[0].stable
    assert result.found[0].slowest == float("inf")
    assert result.found[0].state == pytest.approx([2.0, 4.0], abs=1e-8)
    assert "continuum" in result.notes[0]


def test_a_curved_line_of_equilibria_is_one_singular_root() -> None:
    def model(y):
        excess = y[0] ** 2 + y[1] ** 2 - 4
        return np.array([-excess * y[0], -excess * y[1]])

    result = find_equilibria(line(model, (X, X), 3.0), np.array([0.6, 0.8]))
    singular = [e for e in result.found if e.singular]
    assert len(singular) == 1
    assert singular[0].state == pytest.approx([1.2, 1.6], abs=1e-6)


def test_nothing_that_can_move_is_an_equilibrium_at_once() -> None:
    reduced = ReducedSystem(
        lambda y: 0 * y,
        lambda y: np.zeros((2, 2, y.shape[1])),
        np.array([3.0, 4.0]),
        np.zeros((2, 0)),
        (),
        (X, X),
        np.zeros(2),
        np.full(2, np.inf),
        np.ones(2),
    )
    result = find_equilibria(reduced, np.array([3.0, 4.0]))
    assert result.found[0].state.tolist() == [3.0, 4.0]
    assert result.found[0].stable and result.found[0].slowest == 0.0


def test_totals_that_leave_no_room_are_said_so() -> None:
    result = find_equilibria(shared(lambda y: -y, -1.0), np.array([1.0, -2.0]))
    assert result.found == ()
    assert "totals" in result.notes[0]


def test_a_pool_that_runs_out_is_said_so() -> None:
    result = find_equilibria(
        system(lambda y: -y, (X,), np.zeros(1), np.full(1, np.inf), np.ones(1)), np.ones(1)
    )
    assert "runs out" in result.notes[0]


def exchange(y):
    return np.array([y[1] - y[0], y[0] - y[1]])


def test_a_start_on_the_edge_is_moved_inside() -> None:
    reduced, start = closed_cell(6.8)
    start[1] = 0.0
    assert len(find_equilibria(reduced, start).found) == 3
    (found,) = find_equilibria(shared(exchange, 6.0), np.array([0.0, 6.0])).found
    assert found.state == pytest.approx([3.0, 3.0], abs=1e-13)


def test_wrong_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="states"):
        system(lambda y: -y, (X,), np.zeros(2), np.ones(1), np.ones(1))
    with pytest.raises(ValueError, match="scale"):
        system(lambda y: -y, (X,), np.zeros(1), np.ones(1), np.zeros(1))


@st.composite
def compartments(draw: st.DrawFn) -> tuple[Array, Array, Array]:
    """Exchange rates between compartments over six decades, a loss from each, an inflow to each."""
    n = draw(st.integers(1, 6))
    seed = draw(st.integers(0, 2**31))
    random = np.random.default_rng(seed)
    exchange = 10 ** random.uniform(-3, 3, (n, n)) * (random.random((n, n)) < 0.6)
    np.fill_diagonal(exchange, 0.0)
    loss = 10 ** random.uniform(-3, 3, n)
    return (
        exchange - np.diag(exchange.sum(axis=0) + loss),
        10 ** random.uniform(-3, 3, n),
        random.uniform(0.1, 9, n),
    )


@settings(max_examples=25, deadline=None)
@given(compartments())
def test_linear_compartments_have_their_one_solution(drawn: tuple[Array, Array, Array]) -> None:
    rates, inflow, start = drawn
    kinds = (X,) * len(start)
    lower, upper = box(kinds)
    exact = np.linalg.solve(rates, -inflow)
    reduced = system(lambda y: rates @ y + inflow[:, None], kinds, lower, upper, np.maximum(exact, 1.0))
    result = find_equilibria(reduced, start)
    assert len(result.found) == 1
    assert result.found[0].state == pytest.approx(exact, rel=1e-8)
    assert result.found[0].stable
    assert result.statistics.start_reaches == 0


@settings(max_examples=25, deadline=None)
@given(compartments())
def test_closed_linear_compartments_share_out_their_total(drawn: tuple[Array, Array, Array]) -> None:
    """Reversible exchange along a chain with ratio b: amounts in ratio b, the total as at the start."""
    _, ratio, start = drawn
    n = len(start)
    ratio = 10 ** (np.log10(ratio) / 3)

    def model(y):
        flow = y[:-1] * ratio[1:, None] - y[1:]
        zero = np.zeros_like(y[:1])
        return np.concatenate([zero, flow]) - np.concatenate([flow, zero])

    share = np.cumprod(np.concatenate([[1.0], ratio[1:]]))
    exact = start.sum() * share / share.sum()
    matrix = np.vstack([np.eye(n)[:-1, : n - 1], -np.ones(n - 1)])
    offset = np.concatenate([np.zeros(n - 1), [start.sum()]])
    kinds = (X,) * n
    rows = tuple(range(n - 1))
    reduced = ReducedSystem(model, complex_step(model), offset, matrix, rows, kinds, *box(kinds), np.ones(n))
    result = find_equilibria(reduced, start)
    assert len(result.found) == 1
    assert result.found[0].state == pytest.approx(exact, rel=1e-7, abs=1e-12)
    assert result.found[0].stable


def test_residual_is_relative_to_the_terms_that_the_caller_gives() -> None:
    """A balance of large terms that rounding leaves a little out of zero."""

    def model(y):
        return 1e6 * y - 1e6 / 3 - 1e6 * y * y * y

    plain = line(model, (V,), 0.5)
    ((alone,), (given_terms,)) = (
        find_equilibria(reduced, np.array([0.1])).found
        for reduced in (plain, replace(plain, terms=lambda y: 1e6 * np.abs(y)))
    )
    assert given_terms.residual < 1e-14
    left_over = abs(float(model(given_terms.state[0])))
    assert given_terms.residual == pytest.approx(left_over / (1e6 * given_terms.state[0]), rel=1e-12)
    assert alone.state == pytest.approx(given_terms.state, rel=1e-15)
