"""Panels and marks → a matplotlib figure, without pyplot and without lasting settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from typing import TextIO

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import AutoMinorLocator, MaxNLocator

from ionlang.plot.choose import panels_of
from ionlang.plot.marking import draw_marks
from ionlang.plot.marks import marks_of
from ionlang.plot.panels import Panel, PanelKind
from ionlang.plot.samples import envelope, sample
from ionlang.plot.scales import (
    current_scale,
    fit_concentrations,
    fit_currents,
    fit_gates,
    fit_potentials,
    fit_rates,
    fit_variable,
    rate_scale,
    time_scale,
)
from ionlang.plot.styles import INK, Style
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.solution import Solution
from ionlang.simulate.table import unit_of

WIDTH, _PANEL, _MARGIN = 8.0, 1.75, 0.85  # inches
SETTINGS: dict[str, object] = {
    "agg.path.chunksize": 10_000,
    "axes.edgecolor": "#555555",
    "axes.labelsize": 9.5,
    "axes.linewidth": 0.8,
    "axes.unicode_minus": True,
    "font.family": ["DejaVu Sans"],
    "font.size": 9.5,
    "legend.fontsize": 9.0,
    "lines.dash_capstyle": "butt",
    "lines.solid_joinstyle": "round",
    "path.simplify": True,
    "pdf.fonttype": 42,
    "savefig.bbox": None,
    "svg.fonttype": "path",
    "svg.hashsalt": "ionlang",
    "xtick.color": "#333333",
    "ytick.color": "#333333",
}
_DOTS_PER_INCH = 150
_UNDATED = {"pdf": {"CreationDate": None}, "svg": {"Date": None}, "ps": {"CreationDate": None}}


def draw(
    solution: Solution, between: tuple[float, float] | None, show: Sequence[str] | None = None
) -> Figure:
    start, end = interval(solution, between)
    panels = panels_of(solution.machine, show)
    with matplotlib.rc_context(SETTINGS):  # type: ignore[arg-type]
        figure = blank(WIDTH, _MARGIN + _PANEL * len(panels))
        column = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
        for axes, panel in zip(column, panels, strict=True):
            _draw_panel(axes, panel, solution, start, end)
        label_time(column[-1], start, end)
        draw_marks(list(column), marks_of(solution, start, end), time_scale(end)[0], WIDTH)
        figure.align_ylabels()
        write_title(figure, title_of(solution))
    return figure


def blank(width: float, height: float) -> Figure:
    """An empty figure [inch] that belongs to no window. Within the settings of this module."""
    figure = Figure(figsize=(width, height), dpi=_DOTS_PER_INCH, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def write_title(figure: Figure, words: str) -> None:
    figure.suptitle(words, x=0.012, ha="left", fontsize=11.5, fontweight="bold", color=INK)


def write(figure: Figure, path: str | PathLike[str]) -> None:
    kind = Path(path).suffix.lstrip(".").lower()
    with matplotlib.rc_context(SETTINGS):  # type: ignore[arg-type]
        figure.savefig(path, format=kind or None, metadata=_UNDATED.get(kind))


def write_svg(figure: Figure, file: TextIO) -> None:
    with matplotlib.rc_context(SETTINGS):  # type: ignore[arg-type]
        figure.savefig(file, format="svg", metadata=_UNDATED["svg"])


def interval(solution: Solution, between: tuple[float, float] | None) -> tuple[float, float]:
    """The stretch of time to show [ms]."""
    if solution.trajectory is None:
        raise ValueError(
            f"scenario {solution.scenario.name} asks for rest alone: there is no time course to plot"
        )
    whole = (solution.trajectory.start, solution.trajectory.end)
    if between is None:
        return whole
    start, end = max(1e3 * between[0], whole[0]), min(1e3 * between[1], whole[1])
    if not start < end:
        shown = f"{between[0]:g} s to {between[1]:g} s"
        raise ValueError(
            f"nothing to plot from {shown}: the run is from {whole[0] / 1e3:g} s to {whole[1] / 1e3:g} s"
        )
    return start, end


def _draw_panel(axes: Axes, panel: Panel, solution: Solution, start: float, end: float) -> None:
    times, rows = sample(solution, [line.path for line in panel.lines], start, end)
    per_time = time_scale(end)[0]
    divisor, unit = _scale(panel, solution, rows)
    rows = rows * np.array([[line.factor / divisor] for line in panel.lines])
    for order, (line, row) in enumerate(zip(panel.lines, rows, strict=True)):
        t, values = envelope(times, row)
        axes.plot(
            t / per_time, values, color=line.style.colour, linestyle=dashes(line.style), linewidth=line.style.width,
            label=line.label, zorder=3.0 - 0.01 * order, gid=line.path,
        )  # fmt: skip
    _FITS[panel.kind](axes, rows)
    _dress(axes, panel, unit, rows)


def _scale(panel: Panel, solution: Solution, rows: FloatArray) -> tuple[float, str]:
    """By what the values are divided, and the unit in which they are shown then."""
    match panel.kind:
        case "variable":
            return 1.0, unit_of(solution.machine, panel.lines[0].path).text
        case "current":
            return current_scale(rows)
        case "flux" | "rate":
            return rate_scale(rows)
        case _:
            return 1.0, _UNITS[panel.kind]


_UNITS: dict[PanelKind, str] = {"potential": "mV", "concentration": "mM", "volume": "pL", "gate": ""}
_FITS: dict[PanelKind, Callable[[Axes, FloatArray], None]] = {
    "potential": fit_potentials,
    "concentration": fit_concentrations,
    "volume": fit_variable,
    "gate": fit_gates,
    "variable": fit_variable,
    "current": fit_currents,
    "flux": fit_currents,
    "rate": fit_rates,
}


def dashes(style: Style) -> str | tuple[float, tuple[float, ...]]:
    return (0.0, style.dashes) if style.dashes else "solid"


def _dress(axes: Axes, panel: Panel, unit: str, rows: FloatArray) -> None:
    """Labels, a quiet frame, and the names of the lines at the right, in the order in which the lines end."""
    axes.set_ylabel(f"{panel.name}\n{panel.words}" + (f" ({unit})" if unit else ""))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#e4e4e4", linewidth=0.7)
    axes.set_axisbelow(True)
    order = sorted(range(len(panel.lines)), key=lambda i: -rows[i, -1])
    handles = [axes.lines[i] for i in order]
    axes.legend(
        handles, [panel.lines[i].label for i in order], loc="center left", bbox_to_anchor=(1.005, 0.5), frameon=False,
        handlelength=2.2, labelspacing=0.35, borderaxespad=0.2, ncols=1 + (len(order) - 1) // 8,
    )  # fmt: skip


def label_time(axes: Axes, start: float, end: float, marks: int = 9) -> None:
    """The time axis from `start` to `end` [ms], with about so many marks."""
    per_time, unit = time_scale(end)
    axes.set_xlim(start / per_time, end / per_time)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=marks, steps=[1, 2, 5, 10]))
    axes.xaxis.set_minor_locator(AutoMinorLocator(2))
    axes.set_xlabel(f"time ({unit})")


def title_of(solution: Solution) -> str:
    scenario = solution.scenario
    title = f"{scenario.name}: {scenario.title}" if scenario.title else scenario.name
    if solution.failure is not None:
        title += f" (stopped at {solution.end / 1e3:.6g} s)"
    return title
