"""Several runs over one time axis: each potential and each concentration that moves in a panel of its own, one colour
per run; of what stands in a line three copies are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec

from ionlang.model.cell import Cell
from ionlang.plot.draw import SETTINGS, WIDTH, blank, dashes, label_time, write_title
from ionlang.plot.marking import draw_marks
from ionlang.plot.marks import Mark, marks_of
from ionlang.plot.samples import envelope, sample
from ionlang.plot.scales import fit_concentrations, fit_potentials, time_scale
from ionlang.plot.styles import label, run_styles
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.solution import Solution
from ionlang.simulate.table import shown_copies

_TALL, _LOW, _MARGIN = 2.1, 1.55, 1.0  # inches
_LETTER, _HANDLE = 5.5, 45.0  # points of a letter and of a line in the legend
_LETTERS = 13  # beside an axis that is not tall, without the unit
_OVERLAID = 0.85  # so much covers what is behind: of two trains of spikes both are seen


@dataclass(frozen=True, slots=True)
class _Panel:
    """One quantity. `column` is its place in a row of `columns`; potentials fill a row of their own."""

    path: str
    words: str
    unit: str
    row: int
    column: int
    columns: int


def draw_comparison(
    solutions: Sequence[Solution],
    labels: Sequence[str],
    title: str,
    between: tuple[float, float] | None,
) -> Figure:
    """Runs of one model, or of models that share the quantities to be drawn. Raises ValueError if none has a time
    course, or there is not a label for each."""
    if len(labels) != len(solutions):
        raise ValueError(f"{len(solutions)} runs and {len(labels)} labels")
    if any(s.trajectory is None for s in solutions) or not solutions:
        raise ValueError("to lay runs over each other all of them need a time course")
    start, end = _interval(solutions, between)
    panels = _panels(solutions)
    rows, columns = 1 + max(p.row for p in panels), max(p.columns for p in panels)
    heights = [_TALL if any(p.row == row and p.columns == 1 for p in panels) else _LOW for row in range(rows)]
    with matplotlib.rc_context(SETTINGS):  # type: ignore[arg-type]
        figure = blank(WIDTH, _MARGIN + sum(heights))
        grid = GridSpec(rows, columns, figure=figure, height_ratios=heights)
        column: list[Axes] = []
        for panel in panels:
            where = grid[panel.row, panel.column if panel.columns > 1 else slice(None)]
            axes = figure.add_subplot(where, sharex=column[0] if column else None)
            _draw_panel(axes, panel, solutions, labels, start, end)
            label_time(axes, start, end, 9 if panel.columns == 1 else 5)
            below = [p for p in panels if p.row > panel.row and p.column == panel.column]
            if below:
                axes.set_xlabel("")
                axes.tick_params(labelbottom=below[0].columns != panel.columns)
            column.append(axes)
        shared = _shared_marks(solutions, start, end)
        draw_marks(column, shared, time_scale(end)[0], WIDTH)
        _legend(figure, column[0], title)
    return figure


def _interval(solutions: Sequence[Solution], between: tuple[float, float] | None) -> tuple[float, float]:
    """From the first start to the last end [ms], or what is asked of it."""
    whole = [s.trajectory for s in solutions if s.trajectory is not None]
    start, end = min(t.start for t in whole), max(t.end for t in whole)
    if between is not None:
        start, end = max(start, 1e3 * between[0]), min(end, 1e3 * between[1])
    if not start < end:
        raise ValueError("the runs do not last, or not in that interval: there is nothing to draw")
    return start, end


def _panels(solutions: Sequence[Solution]) -> list[_Panel]:
    """Potentials above each other; then a row for each species, a column for each place where it moves."""
    cell, moving = solutions[0].machine.cell, _moving(solutions)
    potentials = [path for m in cell.membranes for path in shown_copies(cell, f"{m.name}.V")]
    found = [
        _Panel(path, f"{path.removesuffix('.V')} potential", "mV", row, 0, 1)
        for row, path in enumerate(potentials)
    ]
    places = [p.name for p in cell.places if any(path.startswith(f"{p.name}.") for path in moving)]
    row = len(found)
    for one in cell.species:
        shown = [shown_copies(cell, f"{p}.{one.name}") if f"{p}.{one.name}" in moving else () for p in places]
        for copy in range(max(map(len, shown), default=0)):
            for column, paths in enumerate(shown):
                if copy < len(paths):
                    place = paths[copy].removesuffix(f".{one.name}")
                    words = f"{place} {_label(cell, one.name)}"
                    found.append(_Panel(paths[copy], words, "mM", row, column, len(places)))
            row += 1
    if not found:
        raise ValueError("there is no membrane and no concentration that moves: nothing to draw")
    return found


def _moving(solutions: Sequence[Solution]) -> list[str]:
    """Concentrations that are states of every run."""
    every = [[s.path for s in x.machine.system.states if s.kind == "concentration"] for x in solutions]
    return [path for path in every[0] if all(path in paths for paths in every)]


def _label(cell: Cell, species: str) -> str:
    return label(species, cell.valence(species))


def _draw_panel(
    axes: Axes, panel: _Panel, solutions: Sequence[Solution], labels: Sequence[str], start: float, end: float
) -> None:
    per_time = time_scale(end)[0]
    every: list[FloatArray] = []
    for order, (solution, words, style) in enumerate(
        zip(solutions, labels, run_styles(len(solutions)), strict=True)
    ):
        times, rows = sample(solution, [panel.path], start, min(end, solution.end))
        t, values = envelope(times, rows[0])
        axes.plot(
            t / per_time, values, color=style.colour, linestyle=dashes(style), linewidth=style.width, label=words,
            alpha=_OVERLAID, zorder=3.0 - 0.01 * order, gid=f"{words}: {panel.path}",
        )  # fmt: skip
        every.append(rows[0])
    together = np.concatenate(every)[None]
    (fit_potentials if panel.unit == "mV" else fit_concentrations)(axes, together)
    axes.set_ylabel(_beside(panel))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#e4e4e4", linewidth=0.7)
    axes.set_axisbelow(True)


def _beside(panel: _Panel) -> str:
    """What stands beside the axis; where that is not tall and the name long, in two lines."""
    if panel.columns == 1:
        return f"{panel.words}\n({panel.unit})"
    place, _, species = panel.words.rpartition(" ")
    between = " " if len(panel.words) <= _LETTERS else "\n"
    return f"{place}{between}{species} ({panel.unit})"


def _shared_marks(solutions: Sequence[Solution], start: float, end: float) -> tuple[Mark, ...]:
    """What was done in every run; what differs belongs to the names of the runs."""
    every = [marks_of(s, start, end) for s in solutions]
    return tuple(mark for mark in every[0] if all(mark in marks for marks in every))


def _legend(figure: Figure, axes: Axes, title: str) -> None:
    lines, words = axes.get_legend_handles_labels()
    longest = max(len(word) for word in words)
    columns = max(1, min(5, len(words), int((WIDTH * 72.0 - 10.0) / (_LETTER * longest + _HANDLE))))
    figure.legend(lines, words, loc="outside lower left", ncols=columns, frameon=False, handlelength=2.0)
    write_title(figure, title)
