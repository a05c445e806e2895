"""Equilibria of cells against branches in closed form and roots bracketed on a line."""

from __future__ import annotations

import numpy as np
import pytest

from ionlang.simulate.resting.equilibria import find_equilibria
from ionlang.simulate.resting.reduced import ReducedSystem
from tests.equilibria_models import (
    BRANCH_RHO,
    CLOSED_KINDS,
    DONNAN,
    closed_cell,
    closed_potentials,
    potentials,
    pump_strengths,
    squid,
    squid_potentials,
    system,
)


def test_closed_cell_has_its_three_equilibria() -> None:
    result = find_equilibria(*closed_cell(6.8))
    assert potentials(result) == pytest.approx([-67.1938824, -45.1487029, -23.1129755], abs=1e-7)
    assert [e.stable for e in result.found] == [True, False, True]
    assert [e.slowest / 1e3 for e in result.found] == pytest.approx([307.366, 550.451, 343.224], abs=6e-4)
    assert [e.state[3] for e in result.found] == pytest.approx([129.256345, 128.101965, 115.649948], abs=1e-6)
    assert [e.state[6] for e in result.found] == pytest.approx([4.003885, 7.467026, 44.823076], abs=1e-6)
    assert max(e.residual for e in result.found) < 1e-13
    assert result.statistics.start_reaches == 0
    assert result.statistics.index_sum == 1
    assert result.notes == ()


def test_without_the_pump_the_closed_cell_has_its_donnan_equilibrium_alone() -> None:
    result = find_equilibria(*closed_cell(0.0))
    assert potentials(result) == pytest.approx([DONNAN], abs=1e-7)
    assert result.found[0].stable
    assert result.statistics.start_reaches == 0


def test_the_branch_of_the_closed_cell_covers_the_box() -> None:
    assert np.isfinite(BRANCH_RHO).all()
    assert not (pump_strengths(np.linspace(DONNAN + 1e-5, 79.5, 1000)) > 0).any()


@pytest.mark.parametrize(
    "rho", [0.5, 1.05, 1.0648, 1.066, 1.2, 3.0, 12.0, 25.0, 35.0, 39.0, 39.37, 39.4, 60.0]
)
def test_closed_cell_has_every_equilibrium_of_its_branch(rho: float) -> None:
    expected = closed_potentials(rho)
    assert len(expected) in (1, 3)
    assert potentials(find_equilibria(*closed_cell(rho))) == pytest.approx(expected, abs=1e-6)


def test_starts_beyond_the_threshold_relax_to_the_depolarised_state() -> None:
    reduced, start = closed_cell(6.8)
    state = find_equilibria(reduced, start).found[2].state.copy()
    state[0] += 1.0
    state[3] += 0.5
    assert find_equilibria(reduced, state).statistics.start_reaches == 2


@pytest.mark.parametrize("e_k", [-95.0, -77.0, -65.0, -54.0, -40.0, -20.0])
def test_squid_axon_has_one_rest_whatever_the_potassium_battery(e_k: float) -> None:
    expected = squid_potentials(0.0, e_k)
    assert len(expected) == 1
    assert potentials(squid(0.0, e_k)) == pytest.approx(expected, abs=1e-9)


def test_squid_axon_at_rest_is_stable_and_under_current_is_not() -> None:
    assert squid(0.0, -77.0).found[0].stable
    assert not squid(20.0, -77.0).found[0].stable
    assert squid(160.0, -77.0).found[0].stable


@pytest.mark.parametrize(
    ("current", "e_k", "count"),
    [
        (-10.0, -54.0, 3),
        (-15.79, -54.0, 3),
        (-6.8765, -54.0, 3),
        (-6.87, -54.0, 1),
        (-40.0, -40.0, 3),
        (-80.0, -40.0, 1),
    ],
)
def test_squid_axon_under_hyperpolarising_current(current: float, e_k: float, count: int) -> None:
    expected = squid_potentials(current, e_k)
    assert len(expected) == count
    assert potentials(squid(current, e_k)) == pytest.approx(expected, abs=1e-7)


def test_the_closed_cell_with_nothing_eliminated_is_singular() -> None:
    reduced, start = closed_cell(6.8)
    whole = system(reduced.rhs, CLOSED_KINDS, reduced.lower, reduced.upper, reduced.scale)
    result = find_equilibria(whole, start)
    assert result.found and all(e.free_directions == 4 for e in result.found)
    assert len(result.found) <= 3
    assert result.statistics.start_reaches is not None
    assert result.found[result.statistics.start_reaches].state[0] == pytest.approx(-67.1938824, abs=1e-4)


def test_coordinates_need_not_be_the_kept_states() -> None:
    """The closed cell in other coordinates, sums of the kept states, has the same equilibria."""
    reduced, start = closed_cell(6.8)
    mix = np.array([[2.0, 0.0, 0.1, 0.0], [0.0, 0.5, 0.0, 0.0], [1.0, 0.0, 3.0, 1.0], [0.0, 0.0, -1.0, 2.0]])
    offset = reduced.offset + reduced.matrix @ np.array([1.0, 0.1, 2.0, 3.0])
    mixed = ReducedSystem(
        reduced.rhs,
        reduced.jacobian,
        offset,
        reduced.matrix @ mix,
        reduced.rows,
        CLOSED_KINDS,
        reduced.lower,
        reduced.upper,
        reduced.scale,
    )
    plain, other = find_equilibria(reduced, start), find_equilibria(mixed, start)
    assert potentials(other) == pytest.approx(potentials(plain), abs=1e-8)
    assert [e.slowest for e in other.found] == pytest.approx([e.slowest for e in plain.found], rel=1e-6)


def test_the_search_is_the_same_every_time() -> None:
    reduced, start = closed_cell(6.8)
    first = find_equilibria(reduced, start)
    second = find_equilibria(reduced, start)
    assert first.statistics == second.statistics
    assert all((a.state == b.state).all() for a, b in zip(first.found, second.found, strict=True))
