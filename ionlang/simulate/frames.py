"""A run as a table of pandas or a dataset of xarray. The one room that knows these libraries; each is imported when
asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ionlang.simulate.table import TIME
from ionlang.units import PURE, Dimension, display_unit

if TYPE_CHECKING:
    from pandas import DataFrame as DataFrame
    from xarray import Dataset as Dataset

    from ionlang.simulate.solution import Solution


def data_frame(solution: Solution) -> DataFrame:
    """A column for each path over an index of times [s]; `attrs` hold units, model, scenario and measures.

    Raises ImportError if pandas is not installed.
    """
    try:
        import pandas
    except ModuleNotFoundError as error:
        raise _missing(error, "pandas") from None
    index = pandas.Index(solution.times, name=f"{TIME} [s]")
    frame = pandas.DataFrame({path: solution[path] for path in _columns(solution)}, index=index)
    measures, units = _measures(solution)
    frame.attrs = {
        "units": solution.units,
        "model": solution.machine.cell.name,
        "scenario": solution.scenario.name,
        "measures": measures,
        "measure_units": units,
    }
    return frame


def dataset(solution: Solution) -> Dataset:
    """A variable for each path along `time` [s], each with its `units`. The attributes of the whole are plain texts and
    numbers (`model`, `scenario`, `title`, and `measure_NAME` with `measure_NAME_units`), as netCDF wants them.

    Raises ImportError if xarray is not installed.
    """
    try:
        import xarray
    except ModuleNotFoundError as error:
        raise _missing(error, "xarray") from None
    units = solution.units
    variables = {path: (TIME, solution[path], {"units": units[path]}) for path in _columns(solution)}
    times = {TIME: (TIME, solution.times, {"units": "s"})}
    return xarray.Dataset(variables, coords=times, attrs=_attributes(solution))


def _attributes(solution: Solution) -> dict[str, str | float]:
    scenario = solution.scenario
    found: dict[str, str | float] = {
        "model": solution.machine.cell.name,
        "scenario": scenario.name,
        "title": scenario.title,
    }
    measures, units = _measures(solution)
    for name, value in measures.items():
        found |= {f"measure_{name}": value, f"measure_{name}_units": units[name]}
    return found


def _columns(solution: Solution) -> tuple[str, ...]:
    return tuple(path for path in solution.columns if path != TIME)


def _measures(solution: Solution) -> tuple[dict[str, float], dict[str, str]]:
    """Each measure in its display unit (nan where an event never came), and these units."""
    dimensions = {m.name: m.value.dimension for m in solution.scenario.measures}
    values, units = dict[str, float](), dict[str, str]()
    for name, value in solution.measures:
        values[name], units[name] = _in_display_unit(value, dimensions[name])
    return values, units


def _in_display_unit(value: float, dimension: Dimension | None) -> tuple[float, str]:
    if dimension is None or dimension == PURE:
        return value, "1"
    unit = display_unit(dimension)
    return value / float(unit.scale), unit.text


def _missing(error: ModuleNotFoundError, library: str) -> ModuleNotFoundError:
    """What to install, where the library itself is missing; else the error as it is."""
    if error.name != library:
        return error
    said = f"this table needs {library}: pip install 'ionlang[{library}]'"
    return ModuleNotFoundError(said, name=library)
