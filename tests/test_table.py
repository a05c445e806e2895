"""A run as columns: names, units, and numbers that survive a file."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

import ionlang
from ionlang.simulate.solution import Solution
from tests.test_plot import CELL


@pytest.fixture(scope="module")
def pulse() -> Solution:
    return ionlang.loads(CELL).run("pulse")


def test_columns_have_names_and_units(pulse: Solution) -> None:
    assert pulse.columns[:6] == ("time", "soma.V", "inside.K", "inside.Cl", "outside.K", "outside.Cl")
    assert {"soma.E(K)", "soma.K_leak.current"} < set(pulse.columns)
    assert pulse.units["time"] == "s"
    assert pulse.units["soma.V"] == "mV"
    assert pulse.units["inside.K"] == "mM"
    assert pulse.units["soma.K_leak.current"] == "pA"


def test_columns_agree_with_the_trajectory_and_each_other(pulse: Solution) -> None:
    assert pulse.trajectory is not None
    instants = pulse["time"] * 1e3
    np.testing.assert_allclose(pulse["soma.V"], pulse.trajectory.at(instants)[0], rtol=0, atol=1e-9)
    thermal = 310.15 * 8314.46261815324 / 96485.33212331001
    potential = thermal * np.log(pulse["outside.K"] / pulse["inside.K"])
    np.testing.assert_allclose(pulse["soma.E(K)"], potential, rtol=1e-12)
    total = 2 * pulse["inside.Cl"] + pulse["outside.Cl"]
    np.testing.assert_allclose(total, total[0], rtol=1e-12)


def test_any_quantity_of_the_model_is_a_column(pulse: Solution) -> None:
    np.testing.assert_allclose(pulse["amount(inside.Cl)"], 2.0 * pulse["inside.Cl"], rtol=1e-14)
    with pytest.raises(KeyError, match="did you mean"):
        pulse["soma.v"]


def test_reading_the_file_back_gives_the_same_numbers(pulse: Solution, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    pulse.to_csv(path)
    with path.open(encoding="utf-8", newline="") as stream:
        header, *rows = list(csv.reader(stream))
    assert header[:2] == ["time [s]", "soma.V [mV]"]
    table = np.array(rows, dtype=float)
    for k, column in enumerate(pulse.columns):
        np.testing.assert_array_equal(table[:, k], pulse[column])
    assert (np.diff(table[:, 0]) >= 0).all()
    assert {0.0, 0.5, 1.0, 2.0} <= set(table[:, 0])  # edges are in it


def test_final_values_are_those_of_the_end(pulse: Solution) -> None:
    assert pulse.final["soma.V"] == pytest.approx(pulse["soma.V"][-1], abs=1e-12)
    assert set(pulse.final) <= set(pulse.columns)
