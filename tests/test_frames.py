"""A run handed to pandas and xarray: the same numbers, with their units, and no need of either library before that."""

from __future__ import annotations

import builtins
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import ionlang
from ionlang.simulate.solution import Solution
from tests.test_plot import CELL

MEASURED = CELL.replace(
    "scenario quiet",
    """scenario measured "two numbers" {
    run 2 s
    from 500 ms for 500 ms: inject 100 pA into soma carried by K
    measure peak = max(soma.V)
    measure sunk = time(soma.V < -900 mV)
    measure ratio = outside.K at end / outside.K at start
}
scenario quiet""",
)


@pytest.fixture(scope="module")
def run() -> Solution:
    return ionlang.loads(MEASURED, "pulse.ion").run("measured")


def test_a_frame_holds_every_column_over_the_times(run: Solution) -> None:
    frame = run.to_pandas()
    assert isinstance(frame, pd.DataFrame)
    assert tuple(frame.columns) == run.columns[1:]
    assert frame.index.name == "time [s]"
    np.testing.assert_array_equal(frame.index, run.times)
    for path in frame.columns:
        np.testing.assert_array_equal(frame[path], run[path])
    assert frame.attrs["units"] == run.units
    assert (frame.attrs["model"], frame.attrs["scenario"]) == ("pulse.ion", "measured")


def test_a_frame_is_a_copy_that_may_be_changed(run: Solution) -> None:
    frame = run.to_pandas()
    frame.loc[:, "soma.V"] = 0.0
    assert run["soma.V"].min() < -1.0


def test_a_frame_says_what_the_csv_file_says(run: Solution, tmp_path: Path) -> None:
    run.to_csv(tmp_path / "run.csv")
    written = pd.read_csv(tmp_path / "run.csv")
    frame = run.to_pandas()
    np.testing.assert_allclose(written.iloc[:, 1:].to_numpy(), frame.to_numpy(), rtol=1e-14)
    np.testing.assert_allclose(written.iloc[:, 0].to_numpy(), frame.index.to_numpy(), rtol=1e-14)


def test_measures_come_with_their_units(run: Solution) -> None:
    frame = run.to_pandas()
    measures, units = frame.attrs["measures"], frame.attrs["measure_units"]
    assert units == {"peak": "mV", "sunk": "s", "ratio": "1"}
    assert measures["peak"] == pytest.approx(frame["soma.V"].max(), abs=1e-3)
    assert math.isnan(measures["sunk"])
    ends = frame["outside.K"].iloc[[0, -1]]
    assert measures["ratio"] == pytest.approx(ends.iloc[1] / ends.iloc[0], rel=1e-9)


def test_a_dataset_labels_every_variable(run: Solution) -> None:
    data = run.to_xarray()
    assert isinstance(data, xr.Dataset)
    assert tuple(data.data_vars) == run.columns[1:]
    assert dict(data.sizes) == {"time": run.times.size}
    assert data["time"].attrs == {"units": "s"}
    for path in run.columns[1:]:
        np.testing.assert_array_equal(data[path].to_numpy(), run[path])
        assert data[path].attrs == {"units": run.units[path]}
    assert data.attrs["title"] == "two numbers"
    assert (data.attrs["measure_sunk_units"], data.attrs["measure_ratio_units"]) == ("s", "1")
    assert data["soma.V"].interp(time=0.75).item() == pytest.approx(
        np.interp(0.75, run.times, run["soma.V"]), abs=1e-12
    )


def test_attributes_of_a_dataset_are_what_a_file_can_hold(run: Solution) -> None:
    data = run.to_xarray()
    assert all(isinstance(value, str | float) for value in data.attrs.values())
    assert all(isinstance(v, str) for each in data.data_vars.values() for v in each.attrs.values())


def test_a_scenario_that_does_not_run_has_one_row() -> None:
    quiet = ionlang.loads(MEASURED).run("quiet")
    frame, data = quiet.to_pandas(), quiet.to_xarray()
    assert (len(frame), dict(data.sizes)) == (1, {"time": 1})
    assert frame["soma.V"].iloc[0] < 0


@pytest.mark.parametrize("library", ["pandas", "xarray"])
def test_without_the_library_it_is_said_what_to_install(
    run: Solution, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = builtins.__import__

    def refuse(name: str, *arguments: Any, **named: Any) -> Any:
        if name == library:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return load(name, *arguments, **named)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(ImportError, match=rf"pip install 'ionlang\[{library}\]'"):
        run.to_pandas() if library == "pandas" else run.to_xarray()


def test_a_run_alone_loads_neither() -> None:
    code = "import ionlang.simulate.solution, ionlang.simulate.frames, ionlang.api, sys\n"
    code += "print([name for name in ('pandas', 'xarray', 'IPython') if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout == "[]\n"
