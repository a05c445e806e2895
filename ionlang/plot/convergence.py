"""Errors over the spacing: how far each measure is from its limit, on every grid, both axes logarithmic."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from ionlang.plot.draw import SETTINGS, WIDTH, blank, write_title
from ionlang.plot.styles import INK, run_styles
from ionlang.simulate.refining.convergence import Convergence, Refined

_HEIGHT = 3.6  # inches


@dataclass(frozen=True, slots=True)
class _Way:
    """A measure: its errors [%] at spacings [um], and the order they fall with."""

    name: str
    spacings: list[float]
    errors: list[float]
    order: float | None


def draw_convergence(found: Convergence) -> Figure:
    ways = [way for m in found.measures if (way := _way(found, m)) is not None]
    if not ways:
        raise ValueError("no measure has a limit other than 0, so there is nothing to draw")
    with rc_context(SETTINGS):  # type: ignore[arg-type]
        figure = blank(WIDTH, _HEIGHT)
        axes = figure.subplots()
        for way, style in zip(ways, run_styles(len(ways)), strict=True):
            words = way.name if way.order is None else f"{way.name}, order {way.order:.2f}"
            axes.loglog(way.spacings, way.errors, marker="o", markersize=5.0, color=style.colour, label=words)
        _furnish(axes, found)
        write_title(figure, f"{found.model}, {found.scenario.name}: how far from the limit of a fine grid")
    return figure


def _way(found: Convergence, measure: Refined) -> _Way | None:
    """On what grids it differs from its limit; None where that is not known, or 0."""
    limit = measure.judged.limit
    if not abs(limit) > 0.0:
        return None
    spacings = [grids[0].spacing for grids in found.grids]
    errors = [100 * abs(value - limit) / abs(limit) for value in measure.values]
    kept = [(h, e) for h, e in zip(spacings, errors, strict=True) if e > 0.0]
    if not kept:
        return None
    return _Way(measure.name, [h for h, _ in kept], [e for _, e in kept], measure.judged.order)


def _furnish(axes: Axes, found: Convergence) -> None:
    wanted, own = 100 * found.share, found.grids[0][0]
    axes.axhline(wanted, color=INK, linewidth=0.9, linestyle=(0, (4, 3)))
    axes.annotate(
        f"{wanted:.3g} %", (1.0, wanted), xycoords=("axes fraction", "data"), xytext=(-3, 3),
        textcoords="offset points", ha="right", fontsize=8.5, color=INK,
    )  # fmt: skip
    ticks = [grids[0].spacing for grids in found.grids]
    axes.set_xticks(
        ticks, [f"{h:.4g}\n{grids[0].copies}" for h, grids in zip(ticks, found.grids, strict=True)]
    )
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel(f"spacing [um] of line {own.line}, and its number of copies")
    axes.set_ylabel("off by [%]")
    axes.grid(color="#e4e4e4", linewidth=0.7)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
