"""The time course of a run as a figure: potentials, concentrations, and what the scenario did when.

matplotlib is imported in `draw.py` alone, when a figure is asked for; nothing here has or changes global state.
"""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING

from ionlang.simulate.solution import Solution

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Figure

Interval = tuple[float, float]
MISSING = "plots need matplotlib: pip install 'ionlang[plot]'"


def figure(solution: Solution, between: Interval | None = None) -> Figure:
    """A panel for each membrane and each compartment whose concentrations move, over one time axis.

    `between` are the first and the last instant to show [s]; without it, the whole run. Raises ImportError if
    matplotlib is not installed, ValueError if the scenario has no time course or none in that interval.
    """
    _require_matplotlib()
    from ionlang.plot.draw import draw

    return draw(solution, between)


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
