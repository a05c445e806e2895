"""The Python door: a model that can be checked, brought to rest, run and compiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ionlang import compiler
from ionlang.diagnostics import Diagnostic, ModelError
from ionlang.model.cell import Cell
from ionlang.settings import settings_of
from ionlang.source import Source

if TYPE_CHECKING:
    from os import PathLike

    from ionlang.analyse.card import Card
    from ionlang.explain.explanation import Explanation
    from ionlang.explain.view import View
    from ionlang.model.scenario import Scenario
    from ionlang.simulate.continuation.diagram import Diagram
    from ionlang.simulate.continuation.plane.chart import Chart
    from ionlang.simulate.machine import Machine
    from ionlang.simulate.members import Share
    from ionlang.simulate.resting.rest import Rest
    from ionlang.simulate.resting.stability import Equilibrium
    from ionlang.simulate.running.course import Progress
    from ionlang.simulate.running.ends import Ends
    from ionlang.simulate.sensitivity.answer import Sensitivity
    from ionlang.simulate.solution import Solution
    from ionlang.simulate.study import Study
    from ionlang.simulate.tuning.tuned import Tuned

Values = Mapping[str, str | float]
"""Names of parameters with their new values: a text with its unit (`"0.5 uA/cm2"`), or a pure number."""


class Model:
    """A cell in a text. Reading it never fails: `check()` says what is wrong, all other methods raise
    `ionlang.ModelError` if something is."""

    def __init__(self, source: Source) -> None:
        self.source = source

    @cached_property
    def checked(self) -> compiler.Checked:
        return compiler.check(self.source)

    @property
    def cell(self) -> Cell:
        """What the text means. Raises ModelError."""
        return self.checked.whole()

    @cached_property
    def machine(self) -> Machine:
        """The cell ready to run. Raises ModelError."""
        return compiler.machine(self.cell)

    @cached_property
    def _ends(self) -> Ends:
        from ionlang.simulate.running.ends import Ends

        return Ends()

    @cached_property
    def _tuned(self) -> dict[tuple[tuple[str, float], ...], tuple[Tuned, ...]]:
        """What was solved for, by the values from outside that were in force."""
        return {}

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The names of the scenarios, in order."""
        return tuple(s.name for s in self.cell.scenarios)

    def check(self) -> tuple[Diagnostic, ...]:
        """Everything that is wrong or doubtful, in text order; empty if all is well."""
        return self.checked.diagnostics

    def rest(self, set: Values | None = None) -> Card:
        """The equilibrium card: every equilibrium, potentials, ledgers, conserved quantities.

        `set` replaces parameters: `model.rest(set={"rho": "0 uA/cm2"})`. Raises ModelError.
        """
        from ionlang.analyse.card import card_of

        return replace(card_of(self._rest(set)), tuned=self._solved(set))

    def equilibria(self, set: Values | None = None) -> tuple[Equilibrium, ...]:
        """Every distinct equilibrium, by the first membrane's potential. Raises ModelError."""
        return self._rest(set).found

    def _rest(self, given: Values | None) -> Rest:
        from ionlang.simulate.resting.rest import find_rest

        return find_rest(self.machine, self._values(given))

    def continue_over(
        self,
        name: str,
        low: str | float,
        high: str | float,
        scenario: str | None = None,
        set: Values | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> Diagram:
        """Follow the equilibria as one parameter goes from `low` to `high`: branches, stable and unstable, with folds,
        Hopf points and branch points.

        `name` is as `set` names it, the ends are texts with their units (the first one's is that of the answer), or
        pure numbers. With a scenario its actions without a time are in force. Raises ModelError, KeyError for an
        unknown scenario, ValueError for a range that cannot be followed.
        """
        from ionlang.ranges import over_of
        from ionlang.simulate.continuation.continued import continue_over

        chosen = None if scenario is None else self._scenario(scenario)
        over = over_of(self.cell, name, low, high, set or {})
        return continue_over(self.machine, over, self._values(set), chosen, progress)

    def sensitivity(
        self,
        scenario: str | None = None,
        of: Sequence[str] = (),
        set: Values | None = None,
    ) -> Sensitivity:
        """How much each number of the file matters, to first order: for every potential at rest, for every measure of
        a scenario, or for the quantities `of` these texts. Raises ModelError, KeyError, ValueError, NotFollowed."""
        from ionlang.simulate.sensitivity.local import sensitivity

        chosen = None if scenario is None else self._single(scenario)
        asked = [(text, compiler.quantity(self.checked, text, scenario)) for text in of]
        found = sensitivity(self.machine, chosen, asked, self._values(set))
        return replace(found, tuned=self._solved(set))

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

    def tuned(self, set: Values | None = None) -> dict[str, Tuned]:
        """What `tune` solves for, by the name that the file gives it; empty if the file tunes nothing.

        `model.tuned()["g_leak"].quantity` is `(0.0239, "mS/cm2")`. Raises ModelError, also where the goals cannot be
        met.
        """
        return {each.name: each for each in self._solved(set)}

    def _solved(self, given: Values | None) -> tuple[Tuned, ...]:
        if self.cell.tuning is None:
            return ()
        from ionlang.simulate.tuning.solve import tune

        values = settings_of(self.cell, given or {})
        key = tuple(sorted(values.items()))
        if key not in self._tuned:
            self._tuned[key] = tune(self.machine, values)
        return self._tuned[key]

    def _values(self, given: Values | None) -> dict[str, float]:
        """Numbers from outside, then those that are solved for under them, by path in cell units."""
        found = {each.path: each.value for each in self._solved(given)}
        return {**settings_of(self.cell, given or {}), **found}

    def run(
        self,
        scenario: str | None = None,
        set: Values | None = None,
        rtol: float = 1e-6,
        progress: Progress | None = None,
    ) -> Solution:
        """Run a scenario (the only one, if no name is given). Raises ModelError; KeyError for an unknown name,
        ValueError for a scenario of several runs (`compare`, `sweep`, `find`): that is a `study`."""
        from ionlang.simulate.running.run import run

        found = run(self.machine, self._single(scenario), self._values(set), rtol, progress, self._ends)
        return replace(found, tuned=self._solved(set))

    def explain(
        self,
        quantity: str | None = None,
        scenario: str | None = None,
        at: str | float | None = None,
        between: tuple[str | float, str | float] | None = None,
        set: Values | None = None,
    ) -> Explanation:
        """Why a quantity has its value: its equation, the same in numbers, and the cause in words.

        Without a name the potential of every membrane. At rest, or in a scenario: `at` a time (its end without one), or
        `between` two times with the reasons for the change. A time is a text with its unit (`"30 s"`), or a number of
        seconds. Raises ModelError (also for a quantity that the file does not have), KeyError for an unknown scenario,
        ValueError for a time or a quantity that the scenario does not have.
        """
        from ionlang.explain.explain import explain, potentials

        needs_run = scenario is not None or at is not None or between is not None
        chosen = self._scenario(scenario).name if needs_run else None
        asked = None if quantity is None else ((quantity, compiler.quantity(self.checked, quantity, chosen)),)
        view = self._view(chosen, at, between, set)
        return explain(view, potentials(view) if asked is None else asked)

    def _view(
        self,
        scenario: str | None,
        at: str | float | None,
        between: tuple[str | float, str | float] | None,
        given: Values | None,
    ) -> View:
        from ionlang.explain.view import view_between, view_of_rest, view_of_run
        from ionlang.simulate.resting.rest import find_settled

        if scenario is None:
            return view_of_rest(find_settled(self.machine, self._values(given)))
        solution = self.run(scenario, given)
        asked = between if between is not None else () if at is None else (at,)
        times = [compiler.instant(self.checked, time) for time in asked]
        if times and solution.trajectory is None:
            raise ValueError(f"scenario {scenario} does not run, it asks about rest alone: it has no times")
        late = next((t for t in times if not 0 <= t <= solution.end), None)
        if late is not None:
            raise ValueError(
                f"scenario {scenario} runs from 0 s to {solution.end / 1e3:g} s, not to {late / 1e3:g} s"
            )
        if between is not None:
            return view_between(solution, times[0], times[1])
        return view_of_run(solution, times[0] if times else None)

    def study(
        self,
        scenario: str | None = None,
        set: Values | None = None,
        rtol: float = 1e-6,
        progress: Share | None = None,
    ) -> Study:
        """Run a scenario for each of its variants and each value of its sweeps (once, if it has none); each time as
        often as it takes to `find` what it seeks. A run that fails keeps its reason, the others finish. Raises
        ModelError; KeyError for an unknown name."""
        from ionlang.simulate.members import run_study

        chosen = self._scenario(scenario)
        found = run_study(self.machine, chosen, self._values(set), rtol, progress)
        return replace(found, tuned=self._solved(set))

    def _scenario(self, name: str | None) -> Scenario:
        known = {s.name: s for s in self.cell.scenarios}
        if name is None and len(known) != 1:
            raise KeyError(f"name one of the scenarios: {', '.join(known) or 'the file has none'}")
        if name is not None and name not in known:
            raise KeyError(f"no scenario {name!r}; there are: {', '.join(known) or 'none'}")
        return known[name] if name is not None else next(iter(known.values()))

    def _single(self, name: str | None) -> Scenario:
        chosen = self._scenario(name)
        if self.cell.study(chosen.name) is not None:
            raise ValueError(f"scenario {chosen.name} is several runs: ask for model.study({chosen.name!r})")
        return chosen

    def compile(self) -> str:
        """The text of a Python module that needs NumPy alone, with what is tuned as found. Raises ModelError."""
        return compiler.module(self.cell)

    def _repr_html_(self) -> str:
        """What a notebook shows: the file's documentation, what there is, and its equilibria; or what is wrong."""
        from ionlang.render import render_html

        if self.checked.cell is None:
            return render_html(self.check())
        from ionlang.analyse.pages import model_page

        try:
            return model_page(self.cell, self.rest())
        except ModelError as error:  # what is tuned cannot be found
            return render_html(error.diagnostics)

    def __repr__(self) -> str:
        return f"<ionlang model {self.source.name}>"


def load(path: str | PathLike[str]) -> Model:
    """A model from a file. Raises OSError if it cannot be read."""
    return Model(Source(str(path), Path(path).read_text(encoding="utf-8")))


def loads(text: str, name: str = "<text>") -> Model:
    """A model from a text."""
    return Model(Source(name, text))
