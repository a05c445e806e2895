"""The steady current–voltage curve with every equilibrium on it, and where the cell goes from the saddles."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ionlang.plot.draw import SETTINGS, WIDTH, blank, write_title
from ionlang.plot.styles import INK
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.resting.steady import Mark, Steady

_HEIGHT = 4.0  # inches
_STABLE, _UNSTABLE, _WAY = "#0072B2", "#D55E00", "#009E73"
_AROUND = 0.35
"""Beside the outermost equilibria so much of their distance is shown, and at least `_LEAST` of the quantity."""

_LEAST = 25.0  # mV
_ROOM = 1.2
"""Times the height that the curve has between the outermost equilibria is shown beyond them."""


def draw_steady(steady: Steady) -> Figure:
    with matplotlib.rc_context(SETTINGS):  # type: ignore[arg-type]
        figure = blank(WIDTH, _HEIGHT)
        axes = figure.subplots()
        _scale(axes, steady)
        axes.axhline(0.0, color="#888888", linewidth=0.8, zorder=1.5)
        for along, drive in steady.curves:
            axes.plot(along, drive, color=INK, linewidth=1.6, zorder=2.5)
        for number, mark in enumerate(steady.marks, start=1):
            _mark(axes, number, mark)
        _ways(axes, steady)
        _name(axes, steady)
        axes.legend(handles=list(_legend(steady)), loc="best", frameon=False)
        write_title(figure, f"{steady.model}: everything but {steady.quantity} at rest")
    return figure


def _scale(axes: Axes, steady: Steady) -> None:
    """Around the equilibria; of the curve beyond them only what is not much higher."""
    low, high = _interval(steady)
    axes.set_xlim(low, high)
    shown = _between(steady, low, high)
    inner = _between(steady, *_ends(steady)) if len(steady.marks) > 1 else shown
    if not len(shown):
        return
    reach = float(np.abs(inner).max()) if len(inner) else 0.0
    top, bottom = min(float(shown.max()), _ROOM * reach), max(float(shown.min()), -_ROOM * reach)
    size = max(top, -bottom, 1e-300)
    axes.set_ylim(min(bottom, 0.0) - 0.35 * size, max(top, 0.0) + 0.15 * size)


def _ends(steady: Steady) -> tuple[float, float]:
    places = [mark.along for mark in steady.marks]
    return min(places), max(places)


def _interval(steady: Steady) -> tuple[float, float]:
    everything = np.concatenate([along for along, _ in steady.curves])
    if not steady.marks:
        return float(everything.min()), float(everything.max())
    low, high = _ends(steady)
    least = _LEAST if steady.is_potential else 0.5 * max(abs(low), abs(high))
    around = max(_AROUND * (high - low), least)
    return max(low - around, float(everything.min())), min(
        high + around, float(everything.max()) + 0.05 * around
    )


def _between(steady: Steady, low: float, high: float) -> FloatArray:
    parts = [drive[(along >= low) & (along <= high)] for along, drive in steady.curves]
    return np.concatenate(parts)


def _mark(axes: Axes, number: int, mark: Mark) -> None:
    colour = _STABLE if mark.stable else _UNSTABLE
    axes.plot(
        [mark.along], [0.0], "o", color=colour, markersize=7.0, markeredgewidth=1.4, zorder=4.0,
        markerfacecolor=colour if mark.stable else "white",
    )  # fmt: skip
    axes.annotate(
        str(number), (mark.along, 0.0), (0, 8), textcoords="offset points", ha="center", color=colour
    )


def _ways(axes: Axes, steady: Steady) -> None:
    """An arrow from each saddle to each equilibrium that it leads to, below the line of zero."""
    for mark in steady.marks:
        places = dict.fromkeys(way.place for way in mark.ways if way.place is not None)
        for depth, place in enumerate(places):
            to = steady.marks[place].along
            bend = 0.35 if to < mark.along else -0.35
            axes.annotate(
                "", (to, 0.0), (mark.along, 0.0), zorder=3.5,
                arrowprops={
                    "arrowstyle": "-|>", "color": _WAY, "linewidth": 1.2, "shrinkA": 6, "shrinkB": 7,
                    "connectionstyle": f"arc3,rad={-bend * (1 + 0.3 * depth)}",
                },
            )  # fmt: skip


def _name(axes: Axes, steady: Steady) -> None:
    unit = f" ({steady.unit})" if steady.unit not in ("", "1") else ""
    axes.set_xlabel(f"{steady.quantity}{unit}")
    rate = f"rate of {steady.quantity} ({steady.unit if unit else '1'}/s)"
    axes.set_ylabel("net outward current (pA)" if steady.is_potential else rate)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#e4e4e4", linewidth=0.7)
    axes.set_axisbelow(True)


def _legend(steady: Steady) -> Iterator[Line2D]:
    for stable, colour, words in ((True, _STABLE, "stable"), (False, _UNSTABLE, "unstable")):
        if any(mark.stable == stable for mark in steady.marks):
            yield Line2D(
                [], [], color=colour, marker="o", linestyle="", markeredgewidth=1.4, label=words,
                markerfacecolor=colour if stable else "white",
            )  # fmt: skip
    if any(way.place is not None for mark in steady.marks for way in mark.ways):
        yield Line2D([], [], color=_WAY, linewidth=1.2, label="where a saddle leads")
