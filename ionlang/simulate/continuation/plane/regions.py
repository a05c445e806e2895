"""The regions into which curves divide the plane of two parameters, and how many equilibria each has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ionlang.simulate.continuation.diagram import Over
from ionlang.simulate.continuation.plane.chart import Census, Chart
from ionlang.simulate.continuation.span import BY_RATIO
from ionlang.simulate.functions import FloatArray

_CELLS = 360
_LEAST_ROOM = 14
"""A region has a label if a circle of so many cells about it fits in."""


@dataclass(frozen=True, slots=True)
class Region:
    """Where a label has most room, in the units of the chart, and what it says."""

    parameter: float
    also: float
    equilibria: int
    stable: int


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """parameter, also (c + 1,): edges of cells, in the units of the chart; equilibria (c, c), rows along the second
    parameter: nan where no row that was searched passes; labels: one for each region that is large enough."""

    parameter: FloatArray
    also: FloatArray
    equilibria: FloatArray
    labels: tuple[Region, ...]


def regions_of(chart: Chart) -> Regions:
    """Cells that no curve passes, joined to regions; each has what the widest stretch of a row within it has."""
    from scipy.ndimage import distance_transform_edt, label

    free = _free(chart)
    numbers, count = label(free)
    counts = np.full(free.shape, np.nan)
    labels: list[Region] = []
    edges = [_edges(each) for each in (chart.over, chart.also)]
    for number in range(1, count + 1):
        cells = numbers == number
        known = [part for part in chart.census if _lies_in(chart, part, cells)]
        if not known:
            continue
        widest = max(known, key=lambda part: part.high - part.low)
        counts[cells] = widest.equilibria
        depth = distance_transform_edt(np.pad(cells, 1))[1:-1, 1:-1]
        if depth.max() >= _LEAST_ROOM:
            row, column = np.unravel_index(int(np.argmax(depth)), depth.shape)
            where = (edges[0][column : column + 2].mean(), edges[1][row : row + 2].mean())
            labels.append(Region(float(where[0]), float(where[1]), widest.equilibria, widest.stable))
    return Regions(edges[0], edges[1], counts, tuple(labels))


def _free(chart: Chart) -> npt.NDArray[np.bool_]:
    """Cells (c, c) that no curve passes, rows along the second parameter."""
    free = np.ones((_CELLS, _CELLS), dtype=bool)
    for curve in chart.curves:
        a, b = _shares(chart.over, curve.parameter), _shares(chart.also, curve.also)
        length = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(a), np.diff(b)))])
        fine = np.linspace(0.0, length[-1], 2 + int(4 * _CELLS * length[-1]))
        columns, rows = (_cells(np.interp(fine, length, x)) for x in (a, b))
        free[rows, columns] = False
    return free


def _lies_in(chart: Chart, part: Census, cells: npt.NDArray[np.bool_]) -> bool:
    ends = _shares(chart.over, np.array([part.low, part.high]))
    column = _cells(np.array([ends.mean()]))[0]
    row = _cells(_shares(chart.also, np.array([part.also])))[0]
    return bool(cells[row, column])


def _cells(shares: FloatArray) -> npt.NDArray[np.intp]:
    return np.clip((shares * _CELLS).astype(np.intp), 0, _CELLS - 1)


def _ends(over: Over) -> tuple[float, float]:
    return over.shown(over.low), over.shown(over.high)


def is_by_ratio(over: Over) -> bool:
    """Whether equal ratios of a parameter are drawn equally long."""
    low, high = _ends(over)
    return low > 0 and high > BY_RATIO * low


def _shares(over: Over, values: FloatArray) -> FloatArray:
    low, high = _ends(over)
    if is_by_ratio(over):
        return np.asarray(np.log(values / low) / np.log(high / low))
    return (values - low) / (high - low)


def _edges(over: Over) -> FloatArray:
    low, high = _ends(over)
    if is_by_ratio(over):
        return np.geomspace(low, high, _CELLS + 1)
    return np.linspace(low, high, _CELLS + 1)
