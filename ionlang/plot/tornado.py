"""A tornado: what a small change of each number makes of a quantity, the largest effect on top."""

from __future__ import annotations

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ionlang.plot.draw import SETTINGS, WIDTH, blank, write_title
from ionlang.plot.styles import INK
from ionlang.simulate.sensitivity.answer import Effect, Response, Sensitivity
from ionlang.simulate.sensitivity.overall import Overall, Spread

_BAR, _PANEL, _MARGIN = 0.27, 0.75, 0.55  # inches
_RISES, _FALLS, _LIGHT = "#D55E00", "#0072B2", "#A9CCE3"


def draw_tornado(found: Sensitivity, top: int) -> Figure:
    """A panel for each quantity."""
    chosen = [(response, response.telling[:top]) for response in found.responses if response.telling]
    if not chosen:
        raise ValueError("nothing has an effect, so there is nothing to draw")
    heights = [_PANEL + _BAR * len(effects) for _, effects in chosen]
    with rc_context(SETTINGS):  # type: ignore[arg-type]
        figure = blank(WIDTH, _MARGIN + sum(heights))
        column = figure.subplots(len(chosen), 1, squeeze=False, height_ratios=heights)[:, 0]
        for axes, (response, effects) in zip(column, chosen, strict=True):
            _panel(axes, response, effects)
        figure.align_ylabels()
        where = "at rest" if found.scenario is None else found.scenario
        write_title(figure, f"{found.model}, {where}: what matters")
    return figure


def draw_overall(found: Overall, top: int) -> Figure:
    """A panel for each quantity: total shares over first ones (Sobol), or strengths (Morris)."""
    if not found.spreads:
        raise ValueError("no quantity has indices, so there is nothing to draw")
    heights = [_PANEL + _BAR * len(spread.shares[:top]) for spread in found.spreads]
    with rc_context(SETTINGS):  # type: ignore[arg-type]
        figure = blank(WIDTH, _MARGIN + sum(heights))
        column = figure.subplots(len(heights), 1, squeeze=False, height_ratios=heights)[:, 0]
        for axes, spread in zip(column, found.spreads, strict=True):
            _shares(axes, found, spread, top)
        where = "at rest" if found.scenario is None else found.scenario
        write_title(figure, f"{found.model}, {where}: what matters over whole ranges")
    return figure


def _shares(axes: Axes, found: Overall, spread: Spread, top: int) -> None:
    shares = spread.shares[:top]
    rows = range(len(shares))
    main, error, *others = found.columns
    axes.barh(
        rows, [s.numbers[main] for s in shares], height=0.72, color=_LIGHT if found.method == "sobol" else _FALLS,
        xerr=[s.numbers[error] for s in shares], ecolor="#777777", error_kw={"elinewidth": 0.9}, zorder=2.5, label=main,
    )  # fmt: skip
    if found.method == "sobol":
        axes.barh(
            rows,
            [s.numbers[others[0]] for s in shares],
            height=0.4,
            color=_FALLS,
            zorder=2.7,
            label=others[0],
        )
        axes.legend(loc="lower right", frameon=False)
        axes.set_xlabel(f"share of the variance of {spread.name}")
    else:
        named = "" if spread.unit == "1" else f" ({spread.unit})"
        axes.set_xlabel(f"mean size of what a number does to {spread.name}{named} over its range")
    axes.set_yticks(rows, [s.parameter for s in shares])
    axes.invert_yaxis()
    axes.set_xlim(left=0.0)
    _quiet(axes)


def _panel(axes: Axes, response: Response, effects: tuple[Effect, ...]) -> None:
    rows = range(len(effects))
    lengths = [e.change if e.percent is None else e.percent for e in effects]
    colours = [_RISES if length > 0 else _FALLS for length in lengths]
    axes.barh(rows, lengths, height=0.72, color=colours, zorder=2.5)
    axes.axvline(0.0, color=INK, linewidth=0.9, zorder=3.0)
    axes.set_yticks(rows, [_label(e) for e in effects])
    axes.invert_yaxis()
    _leave_room(axes, lengths)
    for row, length in zip(rows, lengths, strict=True):
        words, side = f"{length:+.3g}".replace("-", "−"), 1 if length > 0 else -1
        axes.annotate(
            words, (length, row), xytext=(4 * side, 0), textcoords="offset points",
            ha="left" if length > 0 else "right", va="center", fontsize=8.0, color="#444444",
        )  # fmt: skip
    axes.set_xlabel(_words(response, effects))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=9, steps=[1, 2, 5, 10]))
    _quiet(axes)


def _quiet(axes: Axes) -> None:
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color="#e4e4e4", linewidth=0.7)
    axes.set_axisbelow(True)


def _leave_room(axes: Axes, lengths: list[float]) -> None:
    """For the numbers at the ends of the bars."""
    low, high = min(0.0, *lengths), max(0.0, *lengths)
    room = 0.09 * (high - low)
    axes.set_xlim(low - room if low < 0 else low, high + room if high > 0 else high)


def _label(effect: Effect) -> str:
    """The name; with what is changed where that is not one per cent."""
    return effect.parameter if effect.step == "+1 %" else f"{effect.parameter} ({effect.step})"


def _words(response: Response, effects: tuple[Effect, ...]) -> str:
    unit = response.unit if effects[0].percent is None else "%"
    named = "" if unit == "1" else f" ({unit})"
    value = f"{response.value:.6g} {response.unit}".removesuffix(" 1")
    return f"change of {response.name}{named}, which is {value},\nwhen each number grows by 1 %"
