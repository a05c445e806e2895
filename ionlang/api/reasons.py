"""Why a cell is as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ionlang import compiler
from ionlang.api.reading import Reading, Values

if TYPE_CHECKING:
    from ionlang.analyse.energy.budget import Budget
    from ionlang.analyse.energy.count import Terms
    from ionlang.explain.derived.derivation import Derivation
    from ionlang.explain.explanation import Explanation
    from ionlang.explain.view import View
    from ionlang.model.expression import Expr


class Reasons(Reading):
    """Explanations, closed forms, energy."""

    def explain(
        self,
        quantity: str | None = None,
        scenario: str | None = None,
        at: str | float | None = None,
        between: tuple[str | float, str | float] | None = None,
        set: Values | None = None,
        copy: int | str | None = None,
    ) -> Explanation:
        """Why a quantity has its value: its equation, the same in numbers, and the cause in words.

        Without a name the potential of every membrane. At rest, or in a scenario: `at` a time (its end without one), or
        `between` two times with the reasons for the change. A time is a text with its unit (`"30 s"`), or a number of
        seconds. Of a line it is one copy that is told of: the one that the quantity names (`"tissue[3].soma.V"`), else
        `copy`, a number or a position (`"100 um"`), else the first. Raises ModelError (also for a quantity that the
        file does not have), KeyError for an unknown scenario, ValueError for a time or a quantity that the scenario
        does not have.
        """
        from ionlang.explain.explain import explain, potentials

        needs_run = scenario is not None or at is not None or between is not None
        chosen = self._scenario(scenario).name if needs_run else None
        asked = None if quantity is None else ((quantity, self._asked(quantity, chosen, copy)),)
        view = self._view(chosen, at, between, set, copy)
        return explain(view, potentials(view) if asked is None else asked)

    def closed_forms(self, set: Values | None = None, copy: int | str | None = None) -> Derivation:
        """Every closed form that holds at rest (Nernst, Goldman–Hodgkin–Katz, …), with its conditions, its numbers and
        the rest that was found, and why others do not hold; of a line in one copy, the first unless `copy` names
        another by its number or a position (`"100 um"`). Raises ModelError."""
        from ionlang.explain.derived.derive import derivation

        return derivation(self._view(None, None, None, set, copy))

    def energy(
        self,
        scenario: str | None = None,
        at: str | float | None = None,
        between: tuple[str | float, str | float] | None = None,
        cycle: str | None = None,
        set: Values | None = None,
        terms: Terms | None = None,
    ) -> Budget:
        """Where free energy goes: what every way dissipates, what pumps and cotransporters gain and spend, and who
        makes the pumps work.

        At rest, or in a scenario: `at` a time (its end without one), summed `between` two times, or over the last
        `cycle` between two moments at which a condition (`"axon.V > 0 mV"`) becomes true. `terms` is what is taken for
        granted, as ATP for each O2. Raises ModelError, KeyError for an unknown scenario, ValueError for times that the
        scenario does not have and for a file without a temperature.
        """
        from ionlang.analyse.energy.ask import energy_at_rest, granted
        from ionlang.moments import energy_in
        from ionlang.simulate.resting.rest import find_settled

        if scenario is None and at is None and between is None and cycle is None:
            return energy_at_rest(find_settled(self.machine, self._values(set)), granted(terms))
        solution = self.run(self._scenario(scenario).name, set)
        return energy_in(self.checked, solution, at, between, cycle, granted(terms))

    def _view(
        self,
        scenario: str | None,
        at: str | float | None,
        between: tuple[str | float, str | float] | None,
        given: Values | None,
        copy: int | str | None,
    ) -> View:
        from ionlang.explain.view import in_copies, view_between, view_of_rest, view_of_run
        from ionlang.moments import times_of
        from ionlang.simulate.resting.rest import find_settled

        if copy is not None and not self.cell.lines:
            raise ValueError("`copy` says which copy of a line, and there is no line")
        chosen = {} if copy is None else compiler.copies(self.checked, str(copy))
        if scenario is None:
            return in_copies(view_of_rest(find_settled(self.machine, self._values(given))), chosen)
        solution = self.run(scenario, given)
        asked = between if between is not None else () if at is None else (at,)
        times = times_of(self.checked, solution, asked)
        if between is not None:
            return in_copies(view_between(solution, times[0], times[1]), chosen)
        return in_copies(view_of_run(solution, times[0] if times else None), chosen)

    def _asked(self, quantity: str, scenario: str | None, copy: int | str | None) -> Expr:
        return compiler.quantity_in_copy(self.checked, quantity, scenario, str(copy or 1))
