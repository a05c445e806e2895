"""The time course of a run as a figure: potentials, concentrations, and what the scenario did when.

matplotlib is imported in `draw.py` alone, when a figure is asked for; nothing here has or changes global state.
"""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import TYPE_CHECKING

from ionlang.plot.panels import SHOWS as SHOWS
from ionlang.plot.panels import shows_of as shows_of
from ionlang.simulate.solution import Solution
from ionlang.simulate.study import Study

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Figure

    from ionlang.analyse.card import Card
    from ionlang.analyse.energy.budget import Budget
    from ionlang.simulate.continuation.diagram import Diagram
    from ionlang.simulate.continuation.plane.chart import Chart
    from ionlang.simulate.refining.convergence import Convergence
    from ionlang.simulate.resting.steady import Steady
    from ionlang.simulate.sensitivity.answer import Sensitivity
    from ionlang.simulate.sensitivity.overall import Overall

Interval = tuple[float, float]
MISSING = "plots need matplotlib: pip install 'ionlang[plot]'"


def figure(
    solution: Solution,
    between: Interval | None = None,
    show: Sequence[str] | None = None,
    along: Sequence[str] | None = None,
) -> Figure:
    """Panels over one time axis: those that `show` names (of `SHOWS`) in that order; without it one for each membrane,
    for each compartment whose concentrations move, for volumes that change and for variables.

    Of a cell with a line, without `show`, it is a kymograph: position upwards, time to the right, and as colours the
    quantities that `along` names (`tissue.outside.K`; without it, those that tell most), with courses in some copies.

    `between` are the first and the last instant to show [s]; without it, the whole run. Raises ImportError if
    matplotlib is not installed, ValueError if the scenario has no time course or none in that interval, or if there is
    nothing of what `show` names; KeyError for a quantity that stands in no line.
    """
    _require_matplotlib()
    if show is None and (along is not None or solution.machine.has_lines):
        from ionlang.plot.kymograph import draw_kymograph

        return draw_kymograph(solution, between, along)
    from ionlang.plot.draw import draw

    return draw(solution, between, show)


def profiles_figure(solution: Solution, at: Sequence[float], along: Sequence[str] | None = None) -> Figure:
    """Profiles along a line at the times `at` [s], of those that are kept the nearest: a panel for each quantity that
    `along` names (without it, those that tell most). Raises as `figure`."""
    _require_matplotlib()
    from ionlang.plot.snapshots import draw_snapshots

    return draw_snapshots(solution, at, along)


def is_film(path: str | PathLike[str]) -> bool:
    """Whether the end of a file's name asks for a film, `.gif` or `.mp4`."""
    return str(path).lower().endswith((".gif", ".mp4"))


def save_film(
    solution: Solution,
    path: str | PathLike[str],
    between: Interval | None = None,
    along: Sequence[str] | None = None,
) -> None:
    """Profiles along a line, moving in time, as `.gif` or `.mp4`. Raises as `figure`; ValueError if there is no program
    that writes `.mp4`; OSError."""
    _require_matplotlib()
    from ionlang.plot.snapshots import save_film as save

    save(solution, path, between, along)


def compare(
    solutions: Sequence[Solution],
    labels: Sequence[str] | None = None,
    between: Interval | None = None,
    title: str = "",
) -> Figure:
    """Several runs on one figure, a colour for each: potentials, and concentrations that move in all of them.

    The runs may be of several scenarios, models or parameter values; `labels` are their names (without them, those of
    the scenarios), `between` the first and the last instant to show [s]. Raises ImportError without matplotlib,
    ValueError if a run has no time course or there is not a label for each.
    """
    _require_matplotlib()
    from ionlang.plot.comparison import draw_comparison

    names = [s.scenario.name for s in solutions] if labels is None else labels
    scenarios = dict.fromkeys(s.scenario.name for s in solutions)
    return draw_comparison(solutions, names, title or ", ".join(scenarios), between)


def study_figure(study: Study) -> Figure:
    """What was compared on one time axis; of a sweep, each measure over what was swept.

    Raises ImportError without matplotlib, ValueError if there is nothing to draw.
    """
    _require_matplotlib()
    from ionlang.plot.studies import draw_study

    return draw_study(study)


def diagram_figure(diagram: Diagram, show: str | None = None) -> Figure:
    """Equilibria over a parameter: a panel for each potential, or for what `show` names.

    Raises ImportError without matplotlib, ValueError for a name that the diagram does not have.
    """
    _require_matplotlib()
    from ionlang.plot.bifurcation import draw_diagram

    return draw_diagram(diagram, show)


def steady_figure(curve: Steady) -> Figure:
    """The steady current–voltage curve of a cell with its equilibria. Raises ImportError without matplotlib."""
    _require_matplotlib()
    from ionlang.plot.steady import draw_steady

    return draw_steady(curve)


def resting_profiles_figure(card: Card) -> Figure:
    """The rest of a cell with lines: potentials, concentrations that move and variables over the position; the rest
    that the line goes to thick, others thin, unstable ones with dashes.

    Raises ImportError without matplotlib, ValueError if no rest was found.
    """
    _require_matplotlib()
    from ionlang.plot.profiles import draw_profiles

    return draw_profiles(card)


def chart_figure(chart: Chart) -> Figure:
    """Folds and Hopf points over two parameters, and how many equilibria there are between them.

    Raises ImportError without matplotlib, ValueError if there is no curve.
    """
    _require_matplotlib()
    from ionlang.plot.plane import draw_chart

    return draw_chart(chart)


def budget_figure(budget: Budget) -> Figure:
    """Bars of where the free energy of a cell goes.

    Raises ImportError without matplotlib, ValueError if none is known.
    """
    _require_matplotlib()
    from ionlang.plot.energy import draw_budget

    return draw_budget(budget)


def tornado_figure(found: Sensitivity, top: int = 12) -> Figure:
    """A panel for each quantity, with a bar for each of the `top` largest effects.

    Raises ImportError without matplotlib, ValueError if nothing has an effect.
    """
    _require_matplotlib()
    from ionlang.plot.tornado import draw_tornado

    return draw_tornado(found, top)


def overall_figure(found: Overall, top: int = 12) -> Figure:
    """A panel for each quantity, with bars for the `top` numbers that have most to do with it.

    Raises ImportError without matplotlib, ValueError if there is nothing to draw.
    """
    _require_matplotlib()
    from ionlang.plot.tornado import draw_overall

    return draw_overall(found, top)


def convergence_figure(found: Convergence) -> Figure:
    """How far measures are from their limits, over the spacing of a line.

    Raises ImportError without matplotlib, ValueError if no limit is known.
    """
    _require_matplotlib()
    from ionlang.plot.convergence import draw_convergence

    return draw_convergence(found)


def save(solution: Solution, path: str | PathLike[str], between: Interval | None = None) -> None:
    """Draw and write a picture; the suffix says how (`.png`, `.pdf`, `.svg`). The same run gives the same bytes.

    Raises as `figure`, ValueError for a suffix that is no picture's, OSError if the file cannot be written.
    """
    save_figure(figure(solution, between), path)


def save_figure(drawn: Figure, path: str | PathLike[str]) -> None:
    """Write a figure of `figure`. Raises ValueError for a suffix that is no picture's, OSError."""
    from ionlang.plot.draw import write

    write(drawn, path)


def _require_matplotlib() -> None:
    try:
        import matplotlib as _  # noqa: F401
    except ModuleNotFoundError as error:
        if error.name != "matplotlib":
            raise
        raise ModuleNotFoundError(MISSING, name=error.name) from None
