"""Bars of where power goes: what each way dissipates beside what pumps put on what they move; of an action potential in
a file without ions the charge of each channel."""

from __future__ import annotations

from dataclasses import dataclass

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from ionlang.analyse.display import plain
from ionlang.analyse.energy.budget import Budget, Row, Swing
from ionlang.analyse.energy.text import direction, power_scale
from ionlang.plot.draw import SETTINGS, WIDTH, blank, write_title
from ionlang.plot.styles import INK, style_sheet

_BAR, _MARGIN = 0.34, 1.2  # inches
_MANY, _SMALL = (
    10,
    1e-3,
)  # of more bars than this those are left out that are so much smaller than the largest
_WORK, _WASTE, _OTHERS = "#3a3a3a", "#b9b9b9", "#CC79A7"


@dataclass(frozen=True, slots=True)
class _Bar:
    label: str
    size: float
    colour: str


def draw_budget(budget: Budget) -> Figure:
    """A bar for each way with a known power; else the charges of an action potential. Raises ValueError if there are
    neither."""
    bars = _bars(budget)
    swing = next((s for s in budget.swings if s.charges), None)
    if not bars and swing is None:
        raise ValueError("no way has a known free energy, so there is nothing to draw")
    with matplotlib.rc_context(SETTINGS):  # type: ignore[arg-type]
        shown = bars or ([] if swing is None else _charges(swing))
        figure = blank(WIDTH, _MARGIN + _BAR * len(shown))
        axes = figure.subplots()
        if bars:
            powers = power_scale(budget)
            _draw(axes, bars)
            axes.set_xlabel(
                f"{'power' if budget.stretch is None else 'energy'} ({powers.unit})".replace("cm2", "cm²")
            )
            _legend(figure, budget)
        elif swing is not None:
            _draw(axes, shown)
            least = swing.least / swing.area
            axes.axvline(least, color=INK, linewidth=1.2, linestyle=(0.0, (4.0, 2.0)))
            axes.set_xlabel("charge (nC/cm²); dashed: the least that would do, C ΔV")
        write_title(
            figure, f"{budget.model}: energy {budget.words}" if bars else f"{budget.model}: {budget.words}"
        )
    return figure


def _bars(budget: Budget) -> list[_Bar]:
    """What is dissipated, way by way, then what pumps gain and waste."""
    factor = power_scale(budget).factor
    found = [
        _Bar(_label(row), row.lost * factor, _colour(row))
        for row in budget.rows
        if row.lost is not None and row.kind != "pump"
    ]
    for row in (r for r in budget.rows if r.kind == "pump" and r.gained is not None):
        found.append(_Bar(f"{row.path}, on what it moves", (row.gained or 0.0) * factor, _WORK))
        if row.lost is not None:
            found.append(_Bar(f"{row.path}, wasted", row.lost * factor, _WASTE))
    largest = max((abs(bar.size) for bar in found), default=0.0)
    large = [bar for bar in found if abs(bar.size) >= _SMALL * largest]
    return large if len(found) > _MANY else found


def _label(row: Row) -> str:
    return f"{row.path}, {direction(row)}" if row.ion is not None else row.path


def _colour(row: Row) -> str:
    known = style_sheet().species
    return known[row.ion].colour if row.ion in known else _OTHERS


def _charges(swing: Swing) -> list[_Bar]:
    found: list[_Bar] = []
    for charge in swing.charges:
        name = charge.path if charge.ion == "charge" else f"{charge.path}, {charge.ion}"
        found.append(_Bar(f"{name} in", charge.inward / swing.area, "#D55E00"))
        found.append(_Bar(f"{name} out", charge.outward / swing.area, "#0072B2"))
    largest = max(bar.size for bar in found)
    return [bar for bar in found if bar.size > 1e-9 * largest]


def _draw(axes: Axes, bars: list[_Bar]) -> None:
    places = range(len(bars))
    axes.barh(list(places), [b.size for b in bars], color=[b.colour for b in bars], height=0.68, zorder=2)
    axes.set_yticks(list(places), [b.label for b in bars])
    axes.axvline(0.0, color=INK, linewidth=0.8)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#e4e4e4", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.margins(x=0.12)
    axes.set_ylim(len(bars) - 0.4, -0.6)
    largest = max(abs(b.size) for b in bars) or 1.0
    for place, bar in zip(places, bars, strict=True):
        shown = "0" if abs(bar.size) < 1e-9 * largest else _figure(bar.size)
        left = bar.size < -0.1 * largest  # a short bar to the left leaves no room between itself and its name
        axes.annotate(
            shown, (bar.size if left else max(bar.size, 0.0), place), xytext=(-4 if left else 4, 0),
            textcoords="offset points", va="center", ha="right" if left else "left", fontsize=8.5, color=INK,
        )  # fmt: skip


def _figure(size: float) -> str:
    return f"{size:.0f}" if abs(size) >= 1000 else plain(size, 3)


def _legend(figure: Figure, budget: Budget) -> None:
    """Ions have their colours; what else there is, is told."""
    known: dict[str, str] = {}
    for row in budget.rows:
        if row.kind == "pump" and row.gained is not None:
            known["put on ions by pumps"] = _WORK
            known.update({} if row.lost is None else {"wasted by pumps": _WASTE})
        elif row.lost is not None and _colour(row) == _OTHERS:
            known["cotransporters, fluxes, reactions, water"] = _OTHERS
    handles = [Patch(color=colour, label=words) for words, colour in known.items()]
    if handles:
        figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False)
