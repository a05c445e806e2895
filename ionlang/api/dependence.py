"""How a cell depends on its numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ionlang import compiler
from ionlang.api.reading import Reading, Values

if TYPE_CHECKING:
    from ionlang.simulate.continuation.diagram import Diagram
    from ionlang.simulate.continuation.plane.chart import Chart
    from ionlang.simulate.refining.convergence import Convergence
    from ionlang.simulate.resting.steady import Steady
    from ionlang.simulate.running.course import Progress
    from ionlang.simulate.sensitivity.answer import Sensitivity
    from ionlang.simulate.sensitivity.overall import Method, Overall


class Dependence(Reading):
    """Rest over V, over one parameter, over two; what each number of the file matters."""

    def steady_curve(self, set: Values | None = None) -> Steady:
        """The steady current–voltage curve: the net current once everything but V has come to rest, with every
        equilibrium on it; `ionlang.plot.steady_figure` draws it. Raises ModelError; ValueError if nothing can move."""
        from ionlang.simulate.resting.steady import steady

        return steady(self._rest(set))

    def continue_over(
        self,
        name: str,
        low: str | float,
        high: str | float,
        scenario: str | None = None,
        set: Values | None = None,
        progress: Callable[[float], None] | None = None,
        extrema: str | None = None,
    ) -> Diagram:
        """Follow the equilibria as one parameter goes from `low` to `high`: branches, stable and unstable, with folds,
        Hopf points and branch points.

        `name` is as `set` names it, the ends are texts with their units (the first one's is that of the answer), or
        pure numbers. With a scenario its actions without a time are in force; `extrema` is a quantity whose least and
        greatest values along the branches are points too. Raises ModelError, KeyError for an
        unknown scenario, ValueError for a range that cannot be followed.
        """
        from ionlang.ranges import over_of
        from ionlang.simulate.continuation.continued import continue_over

        chosen = None if scenario is None else self._scenario(scenario)
        over = over_of(self.cell, name, low, high, set or {})
        return continue_over(self.machine, over, self._values(set), chosen, progress, extrema)

    def curves_over(
        self,
        over: tuple[str, str | float, str | float],
        also: tuple[str, str | float, str | float],
        scenario: str | None = None,
        set: Values | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> Chart:
        """Follow the folds and Hopf points of `continue_over` over a second parameter too, each (name, low, high).
        Raises as `continue_over`."""
        from ionlang.ranges import over_of
        from ionlang.simulate.continuation.plane.charted import chart_over

        chosen = None if scenario is None else self._scenario(scenario)
        ranges = (over_of(self.cell, *over, set or {}), over_of(self.cell, *also, set or {}))
        return chart_over(self.machine, *ranges, self._values(set), chosen, progress)

    def sensitivity(
        self,
        scenario: str | None = None,
        of: Sequence[str] = (),
        set: Values | None = None,
        progress: Progress | None = None,
    ) -> Sensitivity:
        """How much each number of the file matters, to first order: for every potential at rest, for every measure of
        a scenario, or for the quantities `of` these texts. Raises ModelError, KeyError, ValueError, NotFollowed."""
        from ionlang.simulate.sensitivity.local import sensitivity

        chosen = None if scenario is None else self._single(scenario)
        asked = [(text, compiler.quantity(self.checked, text, scenario)) for text in of]
        found = sensitivity(self.machine, chosen, asked, self._values(set), progress=progress)
        return replace(found, tuned=self._solved(set))

    def converge(
        self,
        scenario: str | None = None,
        set: Values | None = None,
        grids: int = 3,
        within: float = 1e-3,
        rtol: float = 1e-6,
        progress: Callable[[float], None] | None = None,
    ) -> Convergence:
        """Whether lines have enough copies: run a scenario on finer and finer `grids`, three times as many copies on
        each, and see where its measures go. The file's own grid is enough for a measure if it is `within` this share
        of its limit.

        A measure in a copy stays where the middle of that copy is. Raises ModelError, KeyError for an unknown scenario,
        ValueError for a file without lines, a scenario without measures and fewer than three grids, NumericalFailure.
        """
        from ionlang.simulate.refining.converge import converge
        from ionlang.simulate.refining.judge import FINER

        chosen = self._single(scenario)
        if grids < 3:
            raise ValueError("whether values converge is seen on three grids or more")
        cells = [self.cell, *(compiler.refined(self.checked, FINER**k) for k in range(1, grids))]
        machines = [self.machine, *(compiler.machine(cell) for cell in cells[1:])]
        return converge(machines, chosen.name, self._values(set), within, rtol, progress)

    def global_sensitivity(
        self,
        method: Method = "sobol",
        scenario: str | None = None,
        of: Sequence[str] = (),
        set: Values | None = None,
        samples: int | None = None,
        within: float = 0.2,
        vary: Sequence[str] = (),
        progress: Callable[[float], None] | None = None,
    ) -> Overall:
        """As `sensitivity`, over whole ranges: members are drawn, and what each number has to do with what they show.

        A parameter that the file writes `between` two values has these as its range, any other its value and the share
        `within` of it on either side; `vary` names those that are varied (all, if it is empty). `samples` is the number
        of base samples (Sobol) or of ways (Morris). What is tuned is held as it was found. Raises ModelError,
        ImportError without SALib, KeyError for an unknown name, ValueError for what cannot be asked.
        """
        from ionlang.simulate.sensitivity.sampling import Sampling, overall_sensitivity

        chosen = None if scenario is None else self._single(scenario)
        asked = [(text, compiler.quantity(self.checked, text, scenario)) for text in of]
        sampling = Sampling(method, samples, within, tuple(vary))
        return overall_sensitivity(self.machine, chosen, asked, self._values(set), sampling, progress)
