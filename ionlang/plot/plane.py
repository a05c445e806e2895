"""The plane of two parameters: folds and Hopf points as curves, and how many equilibria there are between them."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from ionlang.plot.bifurcation import label_axis
from ionlang.plot.draw import SETTINGS, WIDTH, blank, write_title
from ionlang.plot.styles import INK
from ionlang.simulate.continuation.plane.chart import Border, Chart
from ionlang.simulate.continuation.plane.lines import Curve
from ionlang.simulate.continuation.plane.regions import Regions, regions_of
from ionlang.simulate.continuation.plane.spot import Corner

_HEIGHT = 4.6  # inches
_CURVES: dict[Curve, tuple[str, str]] = {"fold": ("#D55E00", "folds"), "hopf": ("#0072B2", "Hopf points")}
_MARKS: dict[Corner, tuple[str, str]] = {
    "cusp": ("^", "cusp"),
    "bogdanov_takens": ("s", "Bogdanov–Takens"),
    "bautin": ("o", "generalised Hopf"),
    "fold_hopf": ("D", "fold–Hopf"),
    "hopf_hopf": ("P", "Hopf–Hopf"),
}
_SHADES = ("#e9e9e9", "#ffffff", "#efe8f5", "#fdf0d5", "#dcefe9", "#f7dede")
"""Of regions with 0, 1, 2 … equilibria; the last one of all with more."""


def draw_chart(chart: Chart) -> Figure:
    """Regions are shaded by the number of equilibria. Raises ValueError if there is no curve."""
    if not chart.curves:
        raise ValueError(
            "neither a fold nor a Hopf point was found in the range, so there is nothing to draw"
        )
    found = regions_of(chart)
    with matplotlib.rc_context(SETTINGS):  # type: ignore[arg-type]
        figure = blank(WIDTH, _HEIGHT)
        axes = figure.subplots()
        _shade(axes, found)
        for curve in chart.curves:
            _line(axes, curve)
        for point in chart.points:
            axes.plot(
                [point.parameter], [point.also], _MARKS[point.kind][0], color=INK, markersize=6.5, zorder=4.0
            )  # fmt: skip
        _write_counts(axes, found)
        label_axis(axes.xaxis, chart.over)
        label_axis(axes.yaxis, chart.also)
        axes.legend(
            handles=list(_legend(chart, found)), loc="center left", bbox_to_anchor=(1.005, 0.5), frameon=False,
            labelspacing=0.6,
        )  # fmt: skip
        write_title(figure, f"{chart.model}: equilibria over {chart.over.name} and {chart.also.name}")
    return figure


def _shade(axes: Axes, found: Regions) -> None:
    most = len(_SHADES) - 1
    axes.pcolormesh(
        found.parameter, found.also, np.minimum(found.equilibria, most), cmap=ListedColormap(list(_SHADES)),
        norm=BoundaryNorm(np.arange(-0.5, most + 1.0), len(_SHADES)), shading="flat", rasterized=True, zorder=1.0,
    )  # fmt: skip


def _line(axes: Axes, curve: Border) -> None:
    """Solid where rest is stable on one side, else dashed."""
    changes = curve.changes_stability
    colour, _ = _CURVES[curve.kind]
    for k in range(len(changes) - 1):
        both = changes[k] and changes[k + 1]
        axes.plot(
            curve.parameter[k : k + 2], curve.also[k : k + 2], color=colour, linewidth=1.8 if both else 1.1,
            linestyle="solid" if both else (0.0, (2.0, 1.2)), zorder=3.0, solid_capstyle="round",
        )  # fmt: skip


def _write_counts(axes: Axes, found: Regions) -> None:
    for region in found.labels:
        axes.text(
            region.parameter, region.also, _words(region.equilibria, region.stable), fontsize=7.5, ha="center",
            va="center", color=INK, zorder=5.0, path_effects=[withStroke(linewidth=2.0, foreground="white")],
        )  # fmt: skip


def _words(equilibria: int, stable: int) -> str:
    """What rests there."""
    if equilibria == 0:
        return "no rest"
    if equilibria == 1:
        return "1 stable" if stable else "1 unstable"
    return f"{equilibria}, {stable or 'none'} stable"


def _legend(chart: Chart, found: Regions) -> Iterator[Line2D | Patch]:
    for kind, (colour, words) in _CURVES.items():
        for changes in (True, False):
            if any(c.kind == kind and bool((c.changes_stability == changes).any()) for c in chart.curves):
                yield Line2D(
                    [], [], color=colour, linewidth=1.8 if changes else 1.1,
                    linestyle="solid" if changes else (0.0, (2.0, 1.2)),
                    label=words if changes else f"{words},\nunstable about them",
                )  # fmt: skip
    for corner, (shape, words) in _MARKS.items():
        if any(point.kind == corner for point in chart.points):
            yield Line2D([], [], color=INK, marker=shape, linestyle="", label=words)
    counts = sorted({int(x) for x in np.unique(found.equilibria[np.isfinite(found.equilibria)])})
    for count in counts:
        shade = _SHADES[min(count, len(_SHADES) - 1)]
        noun = "equilibrium" if count == 1 else "equilibria"
        yield Patch(facecolor=shade, edgecolor="#bbbbbb", linewidth=0.6, label=f"{count or 'no'} {noun}")
