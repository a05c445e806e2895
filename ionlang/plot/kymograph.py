"""A line over time: position upwards, time to the right, the quantity as a colour; beneath each the courses in some
copies."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ionlang.analyse.display import duration
from ionlang.model.cell_lines import in_copy
from ionlang.plot.along import Seen, borders_of, length_scale, seen_along, too_coarse
from ionlang.plot.draw import SETTINGS, WIDTH, blank, interval, label_time, title_of, write_title
from ionlang.plot.marking import draw_marks
from ionlang.plot.marks import marks_of
from ionlang.plot.samples import envelope, sample
from ionlang.plot.scales import fit_variable, time_scale
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.solution import Solution

_MAP, _COURSE, _MARGIN = 2.3, 1.25, 0.95  # inches
_COLOURS = {True: "viridis", False: "inferno"}
"""Of potentials, of all else: equal steps look equal in both."""
_PLACES = "plasma"
_DARK = {"facecolor": "black", "alpha": 0.45, "edgecolor": "none", "pad": 2.0}
_FRONTS = ("#ffffff", "#7fd4ff", "#9dff9d")


def draw_kymograph(
    solution: Solution, between: tuple[float, float] | None, quantities: Sequence[str] | None
) -> Figure:
    """Raises ValueError where there is nothing to draw, KeyError for a quantity that stands in no line."""
    start, end = interval(solution, between)
    seen = seen_along(solution, (start / 1e3, end / 1e3), quantities)
    if not seen:
        raise ValueError(f"{solution.machine.cell.name} has nothing to draw along its lines")
    with matplotlib.rc_context(SETTINGS):  # type: ignore[arg-type]
        figure = blank(WIDTH, _MARGIN + (_MAP + _COURSE) * len(seen))
        grid = figure.add_gridspec(
            2 * len(seen), 2, width_ratios=(6, 1), height_ratios=(_MAP, _COURSE) * len(seen)
        )
        column: list[Axes] = []
        for k, each in enumerate(seen):
            for row in (2 * k, 2 * k + 1):
                column.append(figure.add_subplot(grid[row, 0], sharex=column[0] if column else None))
            beside = [figure.add_subplot(grid[row, 1]) for row in (2 * k, 2 * k + 1)]
            _draw_map(figure, column[-2], beside[0], each, solution)
            _draw_courses(column[-1], beside[1], solution, each, start, end)
        for axes in column[:-1]:
            axes.tick_params(labelbottom=False)
        label_time(column[-1], start, end)
        draw_marks(column, marks_of(solution, start, end), time_scale(end)[0], WIDTH)
        figure.align_ylabels(column)
        write_title(figure, title_of(solution))
    return figure


def edges_of(middles: FloatArray) -> FloatArray:
    """The borders (m + 1,) of what has these middles (m,), ascending."""
    if middles.size == 1:
        return np.array([middles[0] - 0.5, middles[0] + 0.5])
    inner = (middles[:-1] + middles[1:]) / 2
    return np.concatenate([[2 * middles[0] - inner[0]], inner, [2 * middles[-1] - inner[-1]]])


def _draw_map(figure: Figure, axes: Axes, beside: Axes, seen: Seen, solution: Solution) -> None:
    profiles, end = seen.profiles, interval(solution, None)[1]
    per_length, unit = length_scale(profiles.positions)
    times, once = np.unique(profiles.times, return_index=True)
    per_time = time_scale(end)[0] / 1e3
    borders = edges_of(times) if times.size > 1 else np.array([times[0] - 1e-9, times[0] + 1e-9])
    mesh = axes.pcolormesh(
        np.clip(borders, times[0], times[-1]) / per_time, borders_of(profiles.positions) / per_length,
        profiles.values[:, once], cmap=_COLOURS[profiles.path.endswith(".V")], rasterized=True, gid=profiles.path,
    )  # fmt: skip
    beside.set_axis_off()
    bar = figure.colorbar(mesh, cax=beside.inset_axes((0.0, 0.0, 0.12, 1.0)))
    bar.set_label(seen.label)
    bar.outline.set_visible(False)
    axes.set_ylabel(f"{seen.line.name}\nposition ({unit})")
    _mark_copies(axes, seen, per_length)
    _draw_fronts(axes, seen, per_length, per_time)
    step = too_coarse(profiles, solution)
    if step:
        said = f"a profile every {duration(1e3 * step, 3)}: what is shorter is not resolved"
        axes.annotate(
            said, (1.0, 0.0), xycoords="axes fraction", xytext=(-4.0, 4.0), textcoords="offset points", ha="right",
            va="bottom", fontsize=8.0, color="white", bbox=_DARK,
        )  # fmt: skip


def _draw_fronts(axes: Axes, seen: Seen, per_length: float, per_time: float) -> None:
    own = [each for each in seen.fronts if seen.profiles.path in each[1].paths]
    for k, (words, front) in enumerate(own):
        axes.plot(
            front.times / per_time, front.positions / per_length, color=_FRONTS[k % len(_FRONTS)], linewidth=1.1,
            linestyle=(0.0, (4.0, 2.0)), label=words, gid=f"front: {words}",
        )  # fmt: skip
    if own:
        legend = axes.legend(
            loc="upper left", fontsize=8.0, frameon=True, facecolor="black", framealpha=0.45, edgecolor="none",
            labelcolor="white", handlelength=2.4,
        )  # fmt: skip
        legend.set_zorder(5.0)


def _colour_of(seen: Seen, copy: int) -> str:
    """From dark to light along the line."""
    place = (copy - 1) / max(seen.line.count - 1, 1)
    return str(matplotlib.colors.to_hex(matplotlib.colormaps[_PLACES](0.88 * place)))


def _mark_copies(axes: Axes, seen: Seen, per_length: float) -> None:
    """A mark at the left border for each copy whose course stands beneath."""
    for copy in seen.copies:
        height = float(seen.profiles.positions[copy - 1]) / per_length
        axes.plot(
            [0.0], [height], marker=5, markersize=6.0, color=_colour_of(seen, copy), clip_on=False, linestyle="",
            transform=axes.get_yaxis_transform(), scalex=False, scaley=False, zorder=6.0, markeredgecolor="white",
            markeredgewidth=0.5,
        )  # fmt: skip


def _draw_courses(axes: Axes, beside: Axes, solution: Solution, seen: Seen, start: float, end: float) -> None:
    path, per_time = seen.profiles.path, time_scale(end)[0]
    per_length, unit = length_scale(seen.profiles.positions)
    times, rows = sample(solution, [in_copy(path, seen.line.name, str(n)) for n in seen.copies], start, end)
    for copy, row in zip(seen.copies, rows, strict=True):
        t, values = envelope(times, row)
        place = float(seen.profiles.positions[copy - 1]) / per_length
        axes.plot(
            t / per_time, values, color=_colour_of(seen, copy), linewidth=1.2, label=f"{place:.4g} {unit}",
            gid=in_copy(path, seen.line.name, str(copy)),
        )  # fmt: skip
    fit_variable(axes, rows)
    axes.set_ylabel(seen.label.replace(" (", "\n("))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#e4e4e4", linewidth=0.7)
    axes.set_axisbelow(True)
    beside.set_axis_off()
    beside.legend(
        *axes.get_legend_handles_labels(), loc="center left", bbox_to_anchor=(-0.1, 0.5), frameon=False,
        handlelength=1.6, labelspacing=0.3, borderaxespad=0.0, reverse=True,
    )  # fmt: skip
