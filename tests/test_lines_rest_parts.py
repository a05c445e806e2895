"""The parts of the search for rest of a line: the whole Jacobian, its totals, systems with borders."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from ionlang import loads
from ionlang.simulate.resting.lines.bordered import bordered
from ionlang.simulate.resting.lines.newton import Task, newton
from tests.lines_models import tissue

SHARED = """
solute S
solute T
compartment pool {{ volume = 40 pL;  S = 1 mM;  T = 2 mM }}
compartment csf {{ volume = 30 pL;  S = 3 mM;  T = 1 mM }}
arrangement patch {{
    compartment outside {{ volume = 1 pL * (1 + x/(100 um));  S = 4 mM + 1 mM * exp(-x/(50 um));  T = 1 mM }}
    flux loss {{ moves S from outside to pool;  rate = 0.01 pL/ms * (outside.S - pool.S^2/(1 mM)) }}
    flux away {{ moves T from outside to pool;  rate = 0.02 pL/ms * (outside.T*outside.S - pool.T*pool.S)/(1 mM) }}
}}
line tissue of 12 patch {{
    spacing = 10 um
    ends = closed
    diffusion outside {{ S = 1e-5 cm2/s;  T = 2e-5 cm2/s;  {ends} }}
}}
"""
ENDS = ("", "last = csf", "first = csf", "first = csf;  last = pool")
TEXTS = (*(SHARED.format(ends=ends) for ends in ENDS), tissue(7, inside_K="129 mM + x * 1 mM/(1 mm)"))


def task(text: str) -> Task:
    machine = loads(text).machine
    parameters = machine.parameters({})
    return Task(machine, parameters, np.array(machine.initial_state(parameters)))


def by_differences(one: Task, y: np.ndarray) -> np.ndarray:
    found = np.zeros((y.size, y.size))
    for j in range(y.size):
        step = np.zeros(y.size)
        step[j] = 1e-5 * max(1.0, abs(y[j]))
        found[:, j] = (one.rates(y + step) - one.rates(y - step)) / (2 * step[j])
    return found


@pytest.mark.parametrize("text", TEXTS)
def test_the_whole_jacobian(text: str) -> None:
    one = task(text)
    y = one.written * (1 + 0.05 * np.sin(np.arange(one.written.size)))
    expected = by_differences(one, y)
    assert one.slopes.at(y).dense() == pytest.approx(expected, rel=1e-6, abs=1e-8 * np.abs(expected).max())


@pytest.mark.parametrize("text", TEXTS)
def test_no_rate_changes_a_total(text: str) -> None:
    one = task(text)
    y = one.written * (1 + 0.05 * np.sin(np.arange(one.written.size)))
    moved, size = one.totals.weights @ one.rates(y), np.abs(one.totals.weights) @ np.abs(one.rates(y))
    assert np.abs(moved).max() <= 1e-12 * size.max()
    rank = np.linalg.matrix_rank(one.slopes.at(y).dense() * one.unit / one.unit[:, None], tol=1e-12)
    assert rank == y.size - one.totals.pivots.size


@pytest.mark.parametrize("text", TEXTS)
def test_a_system_with_borders(text: str) -> None:
    """J x = b where no total stands in the place of a row, and the totals change as asked."""
    one = task(text)
    slope, totals = one.slopes.at(one.written), one.totals
    right = np.sin(np.arange(one.written.size))
    missing = 0.1 * np.cos(np.arange(totals.pivots.size))
    x = bordered(slope, totals, one.unit).solve(right, missing)
    kept = np.setdiff1d(np.arange(x.size), totals.pivots)
    residual = (slope.dense() @ x - right)[kept]
    assert np.abs(residual).max() < 1e-9 * np.abs(slope.dense()).max() * np.abs(x).max()
    assert totals.weights @ x == pytest.approx(missing, abs=1e-9 * np.abs(x).max())


@pytest.mark.parametrize("text", TEXTS)
def test_newton_ends_at_rest_with_the_totals(text: str) -> None:
    one = task(text)
    found = newton(one, one.written)
    assert found is not None
    assert one.residual(found) < 1e-13
    assert one.totals.weights @ found == pytest.approx(one.totals.amounts, rel=1e-13)


VESSEL = """
solute S
solute T
compartment csf {{ volume = {volume};  S = 3 mM;  T = 1 mM }}
arrangement patch {{
    compartment outside {{ volume = 1 pL * (1 + x/(100 um));  S = 4 mM + 1 mM * exp(-x/(50 um));  T = 1 mM }}
    reaction turnover in outside {{ turns S into T;  rate = 0.01 /s * outside.S * outside.T/(1 mM) }}
}}
line tissue of 30 patch {{
    spacing = 10 um
    ends = closed
    diffusion outside {{ S = 1e-5 cm2/s;  T = 2e-5 cm2/s;  {end} = csf }}
}}
scenario long {{ run 100 s }}
"""


def missing(text: str) -> float:
    """How much the totals change over a run, relative to them."""
    solution = loads(text).run()
    assert solution.start is not None and solution.trajectory is not None
    one, end = task(text), solution.trajectory.pieces[-1].values[:, -1]
    return float(np.abs(one.totals.missing(end) / one.totals.amounts).max())


@pytest.mark.parametrize("volume", ["0.5 pL", "30 pL"])
@pytest.mark.parametrize("end", ["first", "last"])
def test_a_vessel_at_an_end_keeps_the_total_to_rounding(end: str, volume: str) -> None:
    """Its row stands next to the outermost copy, so what one loses the other gains in every correction."""
    text = VESSEL.format(end=end, volume=volume)
    machine = loads(text).machine
    row = machine.state_index["csf.S"]
    beside = machine.state_index["tissue[1].outside.S" if end == "first" else "tissue[30].outside.S"]
    assert abs(row - beside) <= 2
    assert missing(text) < 1e-13


def test_a_place_that_all_copies_share_keeps_the_total_to_rounding() -> None:
    text = SHARED.format(ends="") + "scenario long { run 60 s }"
    assert missing(text) < 1e-13


def test_without_that_it_keeps_it_to_the_tolerance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ionlang.simulate.lines.functions.pooling_of", lambda *_: None)
    assert 1e-9 < missing(SHARED.format(ends="") + "scenario long { run 60 s }") < 1e-4


def test_a_small_shared_place_is_integrated_as_itself() -> None:
    def pooled(volume: str) -> int:
        machine = loads(SHARED.format(ends="").replace("40 pL", volume)).machine
        assert machine.functions.pooling is not None
        return int(machine.functions.pooling(machine.parameters({})).rows.size)

    assert (pooled("40 pL"), pooled("4 pL")) == (2, 0)


def on_page(page: str, name: str) -> str:
    """A file of a page of the documentation."""
    text = (Path(__file__).parent.parent / "docs" / page).read_text(encoding="utf-8")
    found = re.search(rf"^```ion {re.escape(name)}[^\n]*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("name", ["junction.ion", "strip.ion", "syncytium.ion"])
def test_the_whole_jacobian_and_the_totals_with_fields(name: str) -> None:
    one = task(on_page("language/electrodiffusion.md", name))
    y = one.written * (1 + 0.01 * np.sin(np.arange(one.written.size)))
    scaled = by_differences(one, y) * one.unit
    size = np.abs(scaled).max(axis=1)[:, None] + 1e-300
    assert np.abs((one.slopes.at(y).dense() * one.unit - scaled) / size).max() < 1e-8
    moved, through = one.totals.weights @ one.rates(y), np.abs(one.totals.weights) @ np.abs(one.rates(y))
    assert np.abs(moved / np.maximum(through, 1e-300)).max() < 1e-12
