"""All equilibria and no others: known counts, kinds, ranks, bounds that hold, and random cells."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

import ionlang
from ionlang.analyse.objects import card_object
from ionlang.analyse.report import card_text
from ionlang.codegen.program import Add, Call, CallName, Divide, Multiply, Negate, Number, Power, Symbol
from ionlang.simulate.enclosing.evaluate import Affine, evaluate
from ionlang.simulate.enclosing.interval import ONE, Interval, exactly
from ionlang.simulate.enclosing.jet import Jet
from ionlang.simulate.enclosing.zeros import every_zero
from ionlang.simulate.resting.character import character_of
from tests.complete_models import FIRING, O1, polynomial_current, pump_leak, pump_leak_rest
from tests.equilibria_random import cell_of, check_nothing_else, check_residuals, check_stability
from tests.equilibria_random_cells import cells

ANOXIA = ionlang.load("examples/anoxia.ion")


# ── known counts ──


def test_the_closed_neuron_has_three_equilibria_of_rank_four() -> None:
    card = ANOXIA.rest()
    found = [e.state.potentials["soma"].V for e in card.equilibria]
    assert found == pytest.approx([-67.19388, -45.14870, -23.11298], abs=1e-5)
    assert [e.character.name for e in card.equilibria] == ["stable node", "saddle", "stable node"]
    assert [e.rank for e in card.equilibria] == [4, 4, 4]
    assert (card.states, card.laws, len(card.invariants)) == (8, 4, 4)
    assert card.search.by == "curve" and card.search.complete
    assert "8 states, 4 conserved quantities: rank 4\n" in card_text(card)
    assert "from here the cell falls to 1 either way" in card_text(card)


@pytest.mark.parametrize("reversal", range(-80, -19, 6))
def test_the_squid_axon_has_one_rest_whatever_its_potassium_reversal(reversal: int) -> None:
    card = ionlang.loads(O1).rest({"E_K": f"{reversal} mV"})
    assert len(card.equilibria) == 1
    assert (card.search.by, card.search.complete) == ("structure", True)


@pytest.mark.parametrize(
    ("current", "count"),
    [(-6.876, 1), (-6.8764, 3), (-10.0, 3), (-15.7923, 3), (-15.7924, 1), (-20.0, 1)],
)
def test_hyperpolarising_current_gives_the_squid_axon_three_between_its_folds(
    current: float, count: int
) -> None:
    card = ionlang.loads(O1).rest({"E_K": "-54 mV", "I": f"{current} uA/cm2"})
    assert len(card.equilibria) == count
    assert card.search.by == "structure"


@pytest.mark.parametrize(
    "roots",
    [
        [-50.0],
        [-70.0, -50.0, -20.0],
        [-90.0, -70.0, -40.0, 0.0, 30.0],
        [-60.001, -60.0, -20.0],
        [-80.0, -45.0, -44.999, -44.998, 20.0],
    ],
)
def test_a_polynomial_current_has_its_roots(roots: list[float]) -> None:
    """Stable where the polynomial rises through zero; time constants are C over its slope."""
    card = ionlang.loads(polynomial_current(roots)).rest()
    assert card.search.by == "structure"
    assert [e.state.potentials["m"].V for e in card.equilibria] == pytest.approx(roots, abs=1e-7)
    assert [e.stable for e in card.equilibria] == [i % 2 == 0 for i in range(len(roots))]


def test_a_double_root_is_not_said_to_be_proved() -> None:
    card = ionlang.loads(polynomial_current([-60.0, -60.0, -20.0])).rest()
    assert card.search.by != "structure"
    assert any(pytest.approx(-20, abs=1e-6) == e.state.potentials["m"].V for e in card.equilibria)


@pytest.mark.parametrize("strength", [0.5, 1.0, 3.0])
def test_the_pump_leak_cell_has_one_rest(strength: float) -> None:
    card = ionlang.loads(pump_leak(strength)).rest()
    assert len(card.equilibria) == 1 and card.search.complete
    found = card.equilibria[0].state
    potential, chloride = pump_leak_rest(strength)
    assert pytest.approx(potential, abs=1e-2) == found.potentials["m"].V  # the closed form neglects C V
    assert found.concentrations["inside"]["Cl"] == pytest.approx(chloride, rel=1e-3)


# ── what they are ──


@pytest.mark.parametrize(
    ("eigenvalues", "name", "unstable"),
    [
        ([-1, -2], "stable node", 0),
        ([-1 + 2j, -1 - 2j, -3], "stable focus", 0),
        ([-1, -2 + 5j, -2 - 5j], "stable node", 0),
        ([1, -1], "saddle", 1),
        ([1 + 1j, 1 - 1j, -1], "saddle-focus", 2),
        ([1, -1 + 1j, -1 - 1j], "saddle-focus", 1),
        ([2, 1], "unstable node", 2),
        ([1 + 1j, 1 - 1j], "unstable focus", 2),
        ([2j, -2j, -1], "centre", 0),
        ([], "stable node", 0),
    ],
)
def test_names_follow_the_leading_eigenvalues(eigenvalues: list[complex], name: str, unstable: int) -> None:
    found = character_of(np.array(eigenvalues, dtype=complex), 0)
    assert (found.name, found.unstable) == (name, unstable)


def test_a_focus_says_how_fast_it_swings_and_settles() -> None:
    found = character_of(np.array([-0.5 + 2j, -0.5 - 2j, -7]), 0).oscillation
    assert found is not None
    assert found.frequency == pytest.approx(1 / math.pi)
    assert (found.time, found.grows) == (2.0, False)


def test_the_squid_axon_past_its_hopf_point_swings_outwards() -> None:
    (found,) = ionlang.loads(O1).rest({"I": "30 uA/cm2"}).equilibria
    assert (found.character.name, found.character.unstable) == ("saddle-focus", 2)
    assert found.character.oscillation is not None and found.character.oscillation.grows
    assert 0.05 < found.character.oscillation.frequency < 0.15  # per ms
    assert "saddle-focus, unstable in 2 directions" in card_text(ionlang.loads(O1).rest({"I": "30 uA/cm2"}))


def test_a_saddle_between_a_rest_and_a_cycle_leads_to_both() -> None:
    """V with a recovery: one stable node, a saddle, and a focus that has become unstable about a cycle."""
    card = ionlang.loads(FIRING).rest()
    saddles = [e for e in card.equilibria if e.character.name == "saddle"]
    assert len(card.equilibria) == 3 and len(saddles) == 1
    assert [way.ends for way in saddles[0].ways] == ["rest", "cycle"]
    assert "from here the cell falls to 1 or into a lasting oscillation" in card_text(card)


def test_json_has_what_the_card_says() -> None:
    found: Any = card_object(ANOXIA.rest())
    assert found["search"]["by"] == "curve" and found["search"]["range"]["quantity"] == "V(soma)"
    saddle = found["equilibria"][1]
    assert (saddle["kind"], saddle["unstable_directions"], saddle["rank"]) == ("saddle", 1, 4)
    assert [way["equilibrium"] for way in saddle["leads_to"]] == [0, 0]
    assert (found["states"], found["conserved"]) == (8, 4)


# ── bounds ──

x = Symbol("x")
FUNCTIONS: tuple[CallName, ...] = ("exp", "tanh", "linoid", "linoid_slope", "abs", "sin", "cos")
NUMBERS = st.integers(-30, 30).map(lambda i: Number(Fraction(i, 10)))
EXPRESSIONS = st.recursive(
    st.one_of(st.just(x), NUMBERS),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(Add),
        st.tuples(inner, inner).map(Multiply),
        st.tuples(inner, inner).map(lambda pair: Divide(*pair)),
        st.tuples(inner, inner).map(lambda pair: Call("max", pair)),
        inner.map(Negate),
        st.tuples(inner, st.integers(2, 4)).map(lambda pair: Power(*pair)),
        st.tuples(st.sampled_from(FUNCTIONS), inner).map(lambda pair: Call(pair[0], (pair[1],))),
    ),
    max_leaves=8,
)


@settings(max_examples=300)
@given(EXPRESSIONS, st.floats(-5, 5), st.floats(1e-3, 2))
def test_bounds_hold_for_values_and_difference_quotients(expression, low: float, width: float) -> None:
    points = np.linspace(low, low + width, 41)
    with np.errstate(all="ignore"):
        whole = _jet(expression, Interval(np.array(low), np.array(low + width)))
        values = _jet(expression, exactly(points)).value
        exact = np.broadcast_to((values.low + values.high) / 2, points.shape)
        assume(np.isfinite(exact).all() and float(np.abs(exact).max()) < 1e100)
        quotients = np.diff(exact) / np.diff(points)
        blur = 1e-11 * float(np.abs(exact).max(initial=0)) / (points[1] - points[0]) + 1e-290
    assert (exact >= whole.value.low).all() and (exact <= whole.value.high).all()
    assert (quotients >= whole.slope.low - blur).all() and (quotients <= whole.slope.high + blur).all()


def _jet(expression, interval: Interval) -> Jet:
    return evaluate(expression, lambda _: Affine(Jet(interval, ONE))).known


@given(st.lists(st.floats(-9.9, 9.9), min_size=1, max_size=5, unique=True))
def test_every_zero_of_a_polynomial_is_counted(roots: list[float]) -> None:
    roots = sorted(roots)
    assume(min(np.diff(roots), default=1.0) > 1e-6)
    product = Multiply(tuple(Add((x, Number(-root))) for root in roots))
    with np.errstate(all="ignore"):
        found = every_zero(lambda interval: _jet(product, interval), -10.0, 10.0)
    if found is not None:  # with several close by bounds may be too wide to tell
        assert found == pytest.approx(roots, abs=1e-6)


# ── random cells ──

UNHURRIED = (HealthCheck.too_slow, HealthCheck.data_too_large)


def check(text: str) -> None:
    note(text)
    cell = cell_of(text)
    if cell is None:
        return
    check_residuals(cell)
    check_stability(cell)
    check_nothing_else(cell, 4)


@settings(max_examples=8, suppress_health_check=UNHURRIED)
@given(cells())
def test_random_cells(text: str) -> None:
    """Residuals are rounding; stable equilibria hold, unstable ones do not; the cell settles nowhere else."""
    check(text)


@pytest.mark.slow
@settings(max_examples=150, suppress_health_check=UNHURRIED)
@given(cells())
def test_many_random_cells(text: str) -> None:
    check(text)
