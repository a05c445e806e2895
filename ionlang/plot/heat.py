"""Two sweeps at once as maps: a map for each measure and each variant, colour is the measure."""

from __future__ import annotations

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure

from ionlang.plot.draw import SETTINGS, blank, write_title
from ionlang.plot.scales import is_spread_by_ratio, measure_scale, sweep_marks, sweep_words
from ionlang.plot.styles import QUIET
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.study import Axis, Study

_WIDE, _HIGH = 4.2, 3.1  # inches for each map
_NOTHING = "#d9d9d9"


def draw_map(study: Study) -> Figure:
    """Columns: measures; rows: variants. Grey is never, or no run. One scale of colours for all maps of a measure."""
    if not study.measures:
        raise ValueError("nothing is measured, so there is nothing to draw: write `measure name = …`")
    variants, names = study.variants or ("",), study.measures
    with matplotlib.rc_context(SETTINGS):  # type: ignore[arg-type]
        figure = blank(0.5 + _WIDE * len(names), 0.5 + _HIGH * len(variants))
        table = figure.subplots(len(variants), len(names), sharex=True, sharey=True, squeeze=False)
        for k, name in enumerate(names):
            factor, unit = measure_scale(study, name)
            values = (study[name] * factor).reshape((len(variants), *study.shape[-2:]))
            limits = _limits(values)
            for row, variant in enumerate(variants):
                mesh = _draw(table[row, k], study.axes, values[row], limits)
                table[row, k].set_title(variant, fontsize=9.5, loc="left")
            bar = figure.colorbar(mesh, ax=list(table[:, k]), pad=0.02, aspect=22 * len(variants))
            bar.set_label(f"{name} ({unit})" if unit else name)
            bar.outline.set_visible(False)
            if np.isnan(values).any():
                bar.ax.set_title("grey: no value", fontsize=8.0, color=QUIET, loc="left", pad=7.0)
        _label(table, study.axes)
        scenario = study.scenario
        write_title(figure, f"{scenario.name}: {scenario.title}" if scenario.title else scenario.name)
    return figure


def _limits(values: FloatArray) -> tuple[float, float]:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    least = 1e-6 * max(abs(low), abs(high), 1e-12)
    return (low, high) if high - low > least else (low - least, high + least)


def _draw(axes: Axes, swept: tuple[Axis, ...], values: FloatArray, limits: tuple[float, float]) -> QuadMesh:
    x, y = (np.argsort(axis.values, kind="stable") for axis in swept)
    edges = [_edges(axis.values[order], axis) for axis, order in zip(swept, (x, y), strict=True)]
    shades = matplotlib.colormaps["cividis"].with_extremes(bad=_NOTHING)
    mesh = axes.pcolormesh(
        edges[0], edges[1], np.ma.masked_invalid(values[x][:, y].T), cmap=shades, vmin=limits[0], vmax=limits[1],
    )  # fmt: skip
    sweep_marks(axes.xaxis, swept[0], 6)
    sweep_marks(axes.yaxis, swept[1], 6)
    axes.set_xlim(edges[0][0], edges[0][-1])
    axes.set_ylim(edges[1][0], edges[1][-1])
    return mesh


def _edges(values: FloatArray, axis: Axis) -> FloatArray:
    """The borders (m + 1,) of cells whose middles are the values (m,), ascending."""
    if values.size == 1:
        return np.array([values[0] - 0.5, values[0] + 0.5])
    by_ratio = is_spread_by_ratio(axis.values)
    v = np.log(values) if by_ratio else values
    inner = (v[:-1] + v[1:]) / 2
    edges = np.concatenate([[2 * v[0] - inner[0]], inner, [2 * v[-1] - inner[-1]]])
    return np.exp(edges) if by_ratio else edges


def _label(table: np.ndarray[tuple[int, int], np.dtype[np.object_]], swept: tuple[Axis, ...]) -> None:
    for axes in table[-1]:
        axes.set_xlabel(sweep_words(swept[0]))
    for axes in table[:, 0]:
        axes.set_ylabel(sweep_words(swept[1]))
