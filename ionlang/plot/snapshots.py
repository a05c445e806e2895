"""Profiles along a line at single times, and as a film."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ionlang.analyse.display import duration
from ionlang.plot.along import Seen, borders_of, length_scale, seen_along
from ionlang.plot.draw import SETTINGS, WIDTH, blank, interval, title_of, write_title
from ionlang.plot.scales import fit_variable
from ionlang.plot.styles import INK, LINES
from ionlang.simulate.solution import Solution

_PANEL, _MARGIN = 2.0, 0.85  # inches
_FILM_DOTS, _FRAMES, _PER_SECOND = 80, 120, 20


def draw_snapshots(solution: Solution, at: Sequence[float], quantities: Sequence[str] | None) -> Figure:
    """A panel for each quantity with its profile at each of the times `at` [s]: of those that are kept, the nearest.

    Raises ValueError where there is nothing to draw, KeyError for a quantity that stands in no line.
    """
    seen = _seen(solution, None, quantities)
    with matplotlib.rc_context(SETTINGS):  # type: ignore[arg-type]
        figure, column = _panels(solution, seen)
        for axes, each in zip(column, seen, strict=True):
            _draw_profiles(axes, each, at)
        figure.align_ylabels(column)
    return figure


def _seen(
    solution: Solution, between: tuple[float, float] | None, quantities: Sequence[str] | None
) -> list[Seen]:
    start, end = interval(solution, between)
    seen = seen_along(solution, (start / 1e3, end / 1e3), quantities)
    if not seen:
        raise ValueError(f"{solution.machine.cell.name} has no line, so there are no profiles to draw")
    return seen


def _panels(solution: Solution, seen: Sequence[Seen]) -> tuple[Figure, list[Axes]]:
    figure = blank(WIDTH, _MARGIN + _PANEL * len(seen))
    column = list(figure.subplots(len(seen), 1, squeeze=False)[:, 0])
    for k, (axes, each) in enumerate(zip(column, seen, strict=True)):
        per_length, unit = length_scale(each.profiles.positions)
        axes.set_xlim(0.0, float(borders_of(each.profiles.positions)[-1]) / per_length)
        axes.set_ylabel(each.label.replace(" (", "\n("))
        if k + 1 == len(seen) or seen[k + 1].line is not each.line:
            axes.set_xlabel(f"position along {each.line.name} ({unit})")
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", color="#e4e4e4", linewidth=0.7)
        axes.set_axisbelow(True)
    write_title(figure, title_of(solution))
    return figure, column


def _draw_profiles(axes: Axes, seen: Seen, at: Sequence[float]) -> None:
    profiles, shades = seen.profiles, matplotlib.colormaps["viridis"]
    x = profiles.positions / length_scale(profiles.positions)[0]
    numbers = list(dict.fromkeys(profiles.nearest(time) for time in at))
    for k, number in enumerate(numbers):
        axes.plot(
            x, profiles.values[:, number], color=shades(0.9 * k / max(len(numbers) - 1, 1)), linewidth=1.4,
            linestyle=(0.0, LINES[k % len(LINES)]) if LINES[k % len(LINES)] else "solid",
            label=duration(1e3 * float(profiles.times[number]), 4), gid=f"{profiles.path} {number}",
        )  # fmt: skip
    fit_variable(axes, profiles.values[:, numbers])
    axes.legend(loc="center left", bbox_to_anchor=(1.005, 0.5), frameon=False, handlelength=2.2)


def save_film(
    solution: Solution,
    path: str | PathLike[str],
    between: tuple[float, float] | None,
    quantities: Sequence[str] | None,
) -> None:
    """Profiles moving in time, as `.gif` or `.mp4`. Raises ValueError where there is nothing to draw or no program for
    `.mp4`; KeyError for a quantity that stands in no line; OSError."""
    writer = _writer(Path(path).suffix.lower())
    seen = _seen(solution, between, quantities)
    with matplotlib.rc_context(SETTINGS):  # type: ignore[arg-type]
        figure, column = _panels(solution, seen)
        curves = [_moving(axes, each) for axes, each in zip(column, seen, strict=True)]
        times = seen[0].profiles.times
        frames = np.unique(np.linspace(0, times.size - 1, min(_FRAMES, times.size)).round().astype(int))
        clock = column[0].set_title("0 s", loc="right", fontsize=9.5, color=INK)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # found once: it takes longer than to draw
        with writer.saving(figure, str(path), _FILM_DOTS):
            for frame in frames.tolist():
                for curve, each in zip(curves, seen, strict=True):
                    curve.set_ydata(each.profiles.values[:, frame])
                clock.set_text(duration(1e3 * float(times[frame]), 4))
                writer.grab_frame()


def _moving(axes: Axes, seen: Seen) -> Line2D:
    """The curve that moves, over the range that all times have."""
    profiles = seen.profiles
    x = profiles.positions / length_scale(profiles.positions)[0]
    low, high = profiles.values.min(axis=1), profiles.values.max(axis=1)
    axes.fill_between(x, low, high, color="#eeeeee", linewidth=0.0)
    (curve,) = axes.plot(x, profiles.values[:, 0], color="#D55E00", linewidth=1.6)
    fit_variable(axes, profiles.values)
    return curve


def _writer(suffix: str) -> matplotlib.animation.AbstractMovieWriter:
    from matplotlib.animation import FFMpegWriter, PillowWriter

    if suffix == ".gif":
        return PillowWriter(fps=_PER_SECOND)
    if not FFMpegWriter.isAvailable():
        raise ValueError("a film in .mp4 needs the program ffmpeg, which is not installed; .gif needs none")
    return FFMpegWriter(fps=_PER_SECOND)
