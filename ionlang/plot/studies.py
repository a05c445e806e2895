"""A study as a figure: what was compared over one time axis; of a sweep, each measure over what was swept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from ionlang.analyse.study_report import sides
from ionlang.plot.comparison import draw_comparison
from ionlang.plot.draw import SETTINGS, WIDTH, blank, dashes, write_title
from ionlang.plot.heat import draw_map
from ionlang.plot.scales import fit_values, measure_scale, sweep_marks, sweep_words
from ionlang.plot.styles import RUNS, Style, run_styles
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.solution import Solution
from ionlang.simulate.study import Axis, Member, Study

_PANEL, _MARGIN = 1.9, 1.0  # inches
_FEW = 6  # values of a parameter that can still be told apart as curves
_ORDER = LinearSegmentedColormap.from_list("order", ["#b9cbe6", "#4a78b5", "#10264f"])


@dataclass(frozen=True, slots=True)
class _Curve:
    """One line of every panel: its name and where its values stand in the arrays of the study."""

    words: str
    style: Style
    where: tuple[int | slice, ...]


def draw_study(study: Study) -> Figure:
    match len(study.axes):
        case 0 if study.scenario.duration is not None:
            return _over_time(study)
        case 0:
            return _in_a_row(study)
        case 1:
            return _curves(study, study.axes[0], [*_of_variants(study)])
        case 2:
            few = next((i for i in (1, 0) if study.axes[i].values.size <= _FEW), None)
            if few is None:
                return draw_map(study)
            return _curves(study, study.axes[1 - few], [*_family(study, few)])
        case count:
            raise ValueError(f"there is no picture of {count} sweeps at once; the table has all values")


def title_of(study: Study) -> str:
    scenario = study.scenario
    return f"{scenario.name}: {scenario.title}" if scenario.title else scenario.name


def measures_of(study: Study) -> tuple[str, ...]:
    if not study.measures:
        raise ValueError("nothing is measured, so there is nothing to draw: write `measure name = …`")
    return study.measures


def _over_time(study: Study) -> Figure:
    named = [pair for m in study.members for pair in _named_runs(m) if pair[1].trajectory is not None]
    return draw_comparison([run for _, run in named], [words for words, _ in named], title_of(study), None)


def _named_runs(member: Member) -> Iterator[tuple[str, Solution]]:
    """The run of a member; of a search the two on either side of what it found."""
    if member.solution is None:
        return
    if member.found is None:
        yield (member.variant or "") + (" (stopped)" if member.failure else ""), member.solution
        return
    for words, solution in zip(sides(member.found), (member.solution, member.found.other), strict=True):
        yield f"{member.variant}, {words}" if member.variant else words, solution


def _of_variants(study: Study) -> Iterator[_Curve]:
    """A curve for each variant; one without a name if nothing is compared."""
    if not study.variants:
        yield _Curve("", RUNS[0], (slice(None),))
    for i, style in enumerate(run_styles(len(study.variants))):
        yield _Curve(study.variants[i], style, (i, slice(None)))


def _family(study: Study, few: int) -> Iterator[_Curve]:
    """A curve for each value of the axis `few` (and each variant), from light to dark as the value grows."""
    axis = study.axes[few]
    turn = np.argsort(np.argsort(axis.values)) / max(axis.values.size - 1, 1)
    for v, variant in enumerate(study.variants or ("",)):
        for i, value in enumerate(axis.values.tolist()):
            colour = matplotlib.colors.to_hex(_ORDER(float(turn[i])))
            at: tuple[int | slice, ...] = (i, slice(None)) if few == 0 else (slice(None), i)
            words = f"{axis.name} = {value:g} {axis.unit}".removesuffix(" 1")
            style = Style(colour, ((), (5.0, 2.0), (1.2, 1.4))[v % 3], 1.5)
            yield _Curve(f"{variant}, {words}" if variant else words, style, (v, *at) if variant else at)


def _curves(study: Study, axis: Axis, curves: list[_Curve]) -> Figure:
    names = measures_of(study)
    with matplotlib.rc_context(SETTINGS):  # type: ignore[arg-type]
        figure = blank(WIDTH, _MARGIN + _PANEL * len(names) + (0.25 if len(curves) > 1 else 0.0))
        column = figure.subplots(len(names), 1, sharex=True, squeeze=False)[:, 0]
        for axes, name in zip(column, names, strict=True):
            _draw_measure(axes, study, name, axis, curves)
        sweep_marks(column[-1].xaxis, axis)
        column[-1].set_xlabel(sweep_words(axis))
        figure.align_ylabels()
        if len(curves) > 1:
            handles = column[0].get_legend_handles_labels()
            figure.legend(*handles, loc="outside lower left", ncols=min(len(curves), 3), frameon=False)
        write_title(figure, title_of(study))
    return figure


def _draw_measure(axes: Axes, study: Study, name: str, axis: Axis, curves: list[_Curve]) -> None:
    factor, unit = measure_scale(study, name)
    values = study[name] * factor
    order = np.argsort(axis.values, kind="stable")
    for curve in curves:
        y = values[curve.where][order]
        axes.plot(
            axis.values[order], y, color=curve.style.colour, linestyle=dashes(curve.style), linewidth=curve.style.width,
            marker="o" if y.size <= 40 else "", markersize=3.5, label=curve.words, gid=f"{curve.words}: {name}",
        )  # fmt: skip
        _gaps(axes, axis.values[order], y, curve.style)
    fit_values(axes, values)
    dress(axes, name, unit)


def _gaps(axes: Axes, x: FloatArray, y: FloatArray, style: Style) -> None:
    """Where there is no number (never, or no run) a cross stands at the foot of the panel."""
    none = x[~np.isfinite(y)]
    if none.size:
        axes.plot(
            none, np.zeros(none.size), linestyle="", marker="x", markersize=5.0, color=style.colour, alpha=0.8,
            transform=axes.get_xaxis_transform(), clip_on=False, scalex=True, scaley=False,
        )  # fmt: skip


def dress(axes: Axes, name: str, unit: str) -> None:
    axes.set_ylabel(f"{name} ({unit})" if unit else name)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#e4e4e4", linewidth=0.7)
    axes.set_axisbelow(True)


def _in_a_row(study: Study) -> Figure:
    """Variants of a scenario that asks for rest alone: one mark for each."""
    names = measures_of(study)
    with matplotlib.rc_context(SETTINGS):  # type: ignore[arg-type]
        figure = blank(WIDTH, 0.6 + 1.5 * len(names))
        column = figure.subplots(len(names), 1, sharex=True, squeeze=False)[:, 0]
        for axes, name in zip(column, names, strict=True):
            factor, unit = measure_scale(study, name)
            values = np.atleast_1d(study[name] * factor)
            for i, (value, style) in enumerate(zip(values.tolist(), run_styles(values.size), strict=True)):
                axes.plot([i], [value], marker="o", markersize=7.0, color=style.colour, linestyle="")
                if np.isfinite(value):
                    words = f"{value:.6g}".replace("-", "−")
                    axes.annotate(
                        words, (i, value), xytext=(9.0, 0.0), textcoords="offset points", va="center"
                    )
            fit_values(axes, values, 0.25)
            dress(axes, name, unit)
        column[-1].set_xticks(range(len(study.members)), [m.variant or "" for m in study.members])
        column[-1].set_xlim(-0.5, len(study.members) - 0.4)
        figure.align_ylabels()
        write_title(figure, title_of(study))
    return figure
