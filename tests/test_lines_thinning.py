"""What is kept of a long line in fewer steps says what all of them said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ionlang import loads
from ionlang.simulate.functions import Phase
from ionlang.simulate.running.thinning import SHARE, thinned
from ionlang.simulate.trajectory import INTERVALS, Piece
from tests.benchmarks.lines import MODEL

Array = NDArray[np.float64]
RTOL = 1e-6


def piece_of(edges: Array, *rows: Array) -> Piece:
    return Piece(Phase(0.0, float(edges[-1]), []), edges, np.array(rows))


def even_samples(edges: Array) -> Array:
    """Six for each step, those between two steps once."""
    within = np.arange(1, INTERVALS + 1) / INTERVALS
    return np.append(edges[0], (edges[:-1, None] + np.diff(edges)[:, None] * within).ravel())


def steps_of(piece: Piece) -> int:
    return piece.times.size // INTERVALS


def spike(t: Array, at: float) -> Array:
    return np.exp(-(((t - at) / 0.05) ** 2))


def test_a_quintic_needs_one_step_however_many_were_taken() -> None:
    t = even_samples(np.cumsum(np.append(0.0, 0.1 + 0.05 * np.sin(np.arange(40.0)))))
    found = thinned(piece_of(t, 3 + (t / 2) ** 5, 1 - t), RTOL, np.zeros(2))
    assert steps_of(found) == 1
    assert found.start == t[0] and found.end == t[-1]
    assert found.at(t)[0] == pytest.approx(3 + (t / 2) ** 5, rel=1e-12)


def test_what_changes_fast_keeps_its_steps_and_the_rest_does_not() -> None:
    t = even_samples(np.linspace(0.0, 6.4, 641))
    whole = piece_of(t, 2 + spike(t, 3.2), 5 + 0.1 * t)
    found = thinned(whole, RTOL, np.zeros(2))
    assert steps_of(found) < steps_of(whole) / 4
    assert np.isin(found.times, t[(t > 3.1) & (t < 3.3)]).sum() > 60
    every = np.linspace(0.0, 6.4, 5001)
    assert np.abs(found.at(every) - whole.at(every)).max() < 1.05 * SHARE * RTOL * 2
    assert found.values[0].max() == pytest.approx(3.0, abs=1e-9)


def test_a_spike_within_one_step_is_not_lost() -> None:
    t = even_samples(np.linspace(0.0, 32.0, 33))
    row = np.ones(t.size)
    row[83] = 1.001
    found = thinned(piece_of(t, row), RTOL, np.zeros(1))
    assert found.at(t[[83]])[0, 0] == pytest.approx(1.001, abs=1e-12)


@given(
    st.lists(st.floats(0.01, 2.0), min_size=1, max_size=70), st.floats(0.02, 3.0), st.floats(-4.0, -0.5),
    st.floats(0.0, 1.0),
)  # fmt: skip
def test_it_is_as_near_as_it_promises(
    lengths: list[float], frequency: float, exponent: float, size: float
) -> None:
    t = even_samples(np.cumsum([0.0, *lengths]))
    rows = np.array([2 + size * np.sin(frequency * t), np.exp(-t), size * np.cos(frequency * t)])
    rtol, floor = 10.0**exponent, np.array([0.0, 1e-3, 1e-2])
    whole = piece_of(t, *rows)
    found = thinned(whole, rtol, floor)
    allowed = SHARE * (rtol * np.abs(rows).min(axis=1) + floor)
    looked = np.abs(found.at(t) - rows)
    assert (looked[:, 1::2] <= (1 + 1e-9) * allowed[:, None] + 1e-12).all()
    assert (looked <= 4 * allowed[:, None] + 1e-12).all()  # those between
    assert (found.start, found.end) == (whole.start, whole.end)
    assert (np.diff(found.times) > 0).all()


@pytest.mark.slow
def test_a_run_of_a_long_line_keeps_few_steps_and_measures_as_if_it_kept_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The front is near copy 8, which depolarises, and far from the last ones."""
    measures = """
    measure when  = time(tissue[8].outside.K > 12 mM)
    measure most  = max(tissue[8].outside.K)
    measure least = min(tissue[8].soma.V)
    measure flown = integral(tissue[8].soma.flux(K))
    measure up    = count(tissue[8].soma.V > 0 mV)"""
    text = MODEL.replace("COUNT", "150").replace("SECONDS", "8.6").replace("MEASURES", measures)
    few = loads(text).run()
    monkeypatch.setattr("ionlang.simulate.running.stepping.thinned", lambda piece, rtol, floor: piece)
    all_steps = loads(text).run()
    assert few.trajectory is not None and all_steps.trajectory is not None
    assert steps_of(few.trajectory.pieces[0]) < steps_of(all_steps.trajectory.pieces[0]) * 0.8
    assert dict(few.measures)["up"] > 10
    for (name, found), (_, expected) in zip(few.measures, all_steps.measures, strict=True):
        assert found == pytest.approx(expected, rel=3e-7), name
