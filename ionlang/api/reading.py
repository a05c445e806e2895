"""A file that was read: checked, made ready, run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from ionlang import compiler
from ionlang.diagnostics import Diagnostic
from ionlang.model.cell import Cell
from ionlang.settings import settings_of
from ionlang.source import Source

if TYPE_CHECKING:
    from ionlang.model.scenario import Scenario
    from ionlang.simulate.machine import Machine
    from ionlang.simulate.resting.rest import Rest
    from ionlang.simulate.running.course import Progress
    from ionlang.simulate.running.ends import Ends
    from ionlang.simulate.solution import Solution
    from ionlang.simulate.tuning.tuned import Tuned

Values = Mapping[str, str | float]
"""Names of parameters with their new values: a text with its unit (`"0.5 uA/cm2"`), or a pure number."""


class Reading:
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

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The names of the scenarios, in order."""
        return tuple(s.name for s in self.cell.scenarios)

    def check(self) -> tuple[Diagnostic, ...]:
        """Everything that is wrong or doubtful, in text order; empty if all is well."""
        return self.checked.diagnostics

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

    def tuned(self, set: Values | None = None) -> dict[str, Tuned]:
        """What `tune` solves for, by the name that the file gives it; empty if the file tunes nothing.

        `model.tuned()["g_leak"].quantity` is `(0.0239, "mS/cm2")`. Raises ModelError, also where the goals cannot be
        met.
        """
        return {each.name: each for each in self._solved(set)}

    @cached_property
    def _ends(self) -> Ends:
        from ionlang.simulate.running.ends import Ends

        return Ends()

    @cached_property
    def _tuned(self) -> dict[tuple[tuple[str, float], ...], tuple[Tuned, ...]]:
        """What was solved for, by the values from outside that were in force."""
        return {}

    @cached_property
    def _rests(self) -> dict[tuple[tuple[str, float], ...], Rest]:
        """The rests that were found, by the values that were in force."""
        return {}

    def _rest(self, given: Values | None) -> Rest:
        from ionlang.simulate.resting.rest import find_rest

        values = self._values(given)
        key = tuple(sorted(values.items()))
        if key not in self._rests:
            self._rests[key] = find_rest(self.machine, values)
        return self._rests[key]

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
