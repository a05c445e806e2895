"""The noun: what a scenario measured on finer and finer grids, and what that says of the file's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ionlang.diagnostics import Diagnostic
from ionlang.model.scenario import Scenario
from ionlang.simulate.refining.judge import Judged
from ionlang.units import Dimension

if TYPE_CHECKING:
    from os import PathLike

    from ionlang.plot import Figure


@dataclass(frozen=True, slots=True)
class Grid:
    """How many copies a line has, and what lies between two [um]."""

    line: str
    copies: int
    spacing: float


@dataclass(frozen=True, slots=True)
class Refined:
    """A measure on every grid, the file's own first: `values` in cell units, nan where it never came. `left_open` is by
    how much the first of them changes where the integrator is ten times as exact."""

    name: str
    dimension: Dimension
    values: tuple[float, ...]
    left_open: float
    judged: Judged

    @property
    def is_limited(self) -> bool:
        """Whether the integrator leaves more open than the grid."""
        return self.left_open > 0.25 * self.judged.error and self.judged.verdict != "enough"


@dataclass(frozen=True, slots=True, eq=False)
class Convergence:
    """A scenario on grids that are each three times as fine as the one before. `grids` holds those of every line, the
    file's own first; `share` is how exact a measure is wanted, of itself; `warnings` name what does not scale, so that
    the grids are not of the same line."""

    model: str
    scenario: Scenario
    grids: tuple[tuple[Grid, ...], ...]
    measures: tuple[Refined, ...]
    share: float
    rtol: float
    warnings: tuple[Diagnostic, ...]

    @property
    def is_enough(self) -> bool:
        """Whether the file's own grid is fine enough for every measure, as far as grids of the same line were
        compared."""
        return not self.warnings and all(m.judged.verdict in ("enough", "never") for m in self.measures)

    def __getitem__(self, name: str) -> Refined:
        """A measure by its name. Raises KeyError."""
        known = {m.name: m for m in self.measures}
        if name not in known:
            raise KeyError(f"no measure {name!r}; there are: {', '.join(known) or 'none'}")
        return known[name]

    def __repr__(self) -> str:
        return f"<convergence of {self.scenario.name}, {'enough' if self.is_enough else 'not enough'}>"

    def plot(self, path: str | PathLike[str] | None = None) -> Figure:
        """How far every measure is from its limit, over the spacing; saved if a path is given (`.png`, `.pdf`, `.svg`).
        Raises ImportError without matplotlib, ValueError if no limit is known."""
        from ionlang import plot

        drawn = plot.convergence_figure(self)
        if path is not None:
            plot.save_figure(drawn, path)
        return drawn
