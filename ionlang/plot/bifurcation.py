"""A diagram of equilibria over a parameter: stable states solid, unstable ones dashed, and what happens where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis, XAxis
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from ionlang.plot.draw import SETTINGS, WIDTH, blank, write_title
from ionlang.plot.scales import fit_values
from ionlang.plot.styles import INK
from ionlang.simulate.continuation.branch import Kind
from ionlang.simulate.continuation.diagram import Diagram, Over, Tip, Track
from ionlang.simulate.continuation.span import BY_RATIO
from ionlang.simulate.functions import FloatArray

_PANEL, _MARGIN = 3.4, 0.9  # inches
_MOST_PANELS = 4
_FAR = "#CC79A7"
_MARKS: dict[Kind, tuple[str, str, str]] = {
    "fold": ("o", "#D55E00", "fold"),
    "hopf": ("s", "#0072B2", "Hopf point"),
    "branch": ("D", "#009E73", "branch point"),
    "extremum": ("v", "#222222", "least or greatest"),
}
Dash = Literal["solid"] | tuple[float, tuple[float, ...]]
_LINES: dict[bool, tuple[Dash, float, str]] = {
    True: ("solid", 1.7, "stable"),
    False: ((0.0, (4.0, 2.2)), 1.2, "unstable"),
}


def draw_diagram(diagram: Diagram, show: str | None) -> Figure:
    """A panel for each membrane's potential, or for the quantity that `show` names."""
    paths = _paths(diagram, show)
    with matplotlib.rc_context(SETTINGS):  # type: ignore[arg-type]
        figure = blank(WIDTH, _MARGIN + _PANEL * len(paths))
        column = figure.subplots(len(paths), 1, sharex=True, squeeze=False)[:, 0]
        for axes, path in zip(column, paths, strict=True):
            _panel(axes, diagram, path)
        label_axis(column[-1].xaxis, diagram.over)
        column[0].legend(
            handles=list(_legend(diagram)), loc="center left", bbox_to_anchor=(1.005, 0.5), frameon=False,
            labelspacing=0.5,
        )  # fmt: skip
        write_title(figure, f"{diagram.model}: equilibria over {diagram.name}")
    return figure


def _paths(diagram: Diagram, show: str | None) -> list[str]:
    if not diagram.branches:
        raise ValueError("no equilibrium was found, so there is nothing to draw")
    if show is not None and show not in diagram.units:
        raise ValueError(f"{show!r} is not among what can be drawn: {', '.join(diagram.units)}")
    return [show] if show is not None else list(diagram.shown)[:_MOST_PANELS]


def _panel(axes: Axes, diagram: Diagram, path: str) -> None:
    for track in diagram.branches:
        for stable, part in _stretches(track):
            line, width, _ = _LINES[stable]
            axes.plot(
                track.parameter[part], track.columns[path][part], color=INK, linestyle=line, linewidth=width, zorder=2.5
            )  # fmt: skip
    for tip in diagram.points:
        if tip.kind == "asymptote":
            axes.axvline(tip.parameter, color=_FAR, linewidth=1.0, linestyle=(0.0, (1.0, 1.5)), zorder=2.0)
            continue
        shape, colour, _ = _MARKS[tip.kind]
        axes.plot(
            [tip.parameter], [_height(diagram, tip, path)], shape, color=colour, markersize=6.0, zorder=3.0,
            markerfacecolor=colour if _is_full(tip) else "white", markeredgewidth=1.3,
        )  # fmt: skip
    unit = diagram.units[path]
    axes.set_ylabel(path if unit == "1" else f"{path} ({unit})")
    _fit(axes, diagram, np.concatenate([track.columns[path] for track in diagram.branches]))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#e4e4e4", linewidth=0.7)
    axes.set_axisbelow(True)


def _fit(axes: Axes, diagram: Diagram, values: FloatArray) -> None:
    """What grows without bound is drawn by ratio."""
    grows = any("grows" in (track.began, track.ended) for track in diagram.branches)
    if grows and float(values.min()) > 0 and float(values.max()) > BY_RATIO * float(values.min()):
        _by_ratio(axes.yaxis)
    else:
        fit_values(axes, values)


def _is_full(tip: Tip) -> bool:
    """Empty marks are for what no cell is ever seen at."""
    return tip.changes_stability or tip.kind == "extremum"


def _stretches(track: Track) -> Iterator[tuple[bool, slice]]:
    """Whether a stretch of a branch is stable, and where it is. A point at which something happens counts as unstable,
    so a piece between two neighbours is stable if either of them is."""
    stable = track.stable[:-1] | track.stable[1:]
    begin = 0
    for k in range(1, len(stable) + 1):
        if k == len(stable) or stable[k] != stable[begin]:
            yield bool(stable[begin]), slice(begin, k + 1)
            begin = k


def _height(diagram: Diagram, tip: Tip, path: str) -> float:
    """The quantity at a point: that of the nearest point of its branch, which it is among."""
    track = diagram.branches[tip.branch - 1]
    distance: FloatArray = np.abs(track.states - tip.state[:, None]).max(axis=0)
    return float(track.columns[path][int(np.argmin(distance))])


def label_axis(axis: Axis, over: Over) -> None:
    """The range, the name and the unit of a parameter; by ratio where it is so wide."""
    axes, is_across = axis.axes, isinstance(axis, XAxis)
    low, high = (over.shown(x) for x in (over.low, over.high))
    if low > 0 and high > BY_RATIO * low:
        _by_ratio(axis)
    else:
        axis.set_major_locator(MaxNLocator(nbins=9, steps=[1, 2, 2.5, 5, 10]))
    (axes.set_xlim if is_across else axes.set_ylim)(low, high)
    axis.set_label_text(f"{over.name} ({over.unit})" if over.unit else over.name)


def _by_ratio(axis: Axis) -> None:
    (axis.axes.set_xscale if isinstance(axis, XAxis) else axis.axes.set_yscale)("log")
    axis.set_major_locator(LogLocator(base=10.0, subs=(1.0, 2.0, 5.0), numticks=15))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def _legend(diagram: Diagram) -> Iterator[Line2D]:
    present = {bool(stable) for track in diagram.branches for stable, _ in _stretches(track)}
    for stable in (True, False):
        if stable in present:
            line, width, words = _LINES[stable]
            yield Line2D([], [], color=INK, linestyle=line, linewidth=width, label=words)
    if any(tip.kind == "asymptote" for tip in diagram.points):
        yield Line2D(
            [], [], color=_FAR, linestyle=(0.0, (1.0, 1.5)), linewidth=1.0, label="grows\nwithout bound"
        )
    for kind, (shape, colour, words) in _MARKS.items():
        for full in (True, False):
            if any(tip.kind == kind and _is_full(tip) == full for tip in diagram.points):
                yield Line2D(
                    [], [], color=colour, marker=shape, linestyle="", markeredgewidth=1.3,
                    markerfacecolor=colour if full else "white",
                    label=words if full else f"{words},\nunstable about it",
                )  # fmt: skip
