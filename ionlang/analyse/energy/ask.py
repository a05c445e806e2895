"""Rest, a time of a run or a stretch of it → a budget."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ionlang.analyse.display import duration
from ionlang.analyse.energy.budget import Budget
from ionlang.analyse.energy.count import Look, Terms, Values, When, budget_of
from ionlang.analyse.energy.swings import swings
from ionlang.analyse.energy.swings_along import swings_along
from ionlang.model.check.defined import is_warm
from ionlang.model.expression import Expr
from ionlang.simulate import locate
from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.ledgers.copies import in_copies, together
from ionlang.simulate.lines.onlookers import integral_over, state_of
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.rest import Rest
from ionlang.simulate.solution import Solution


def granted(terms: Terms | None) -> Terms:
    """What is taken for granted, as usual where nothing is said. Raises ValueError for what is not above 0."""
    found = Terms() if terms is None else terms
    if not (found.atp_per_oxygen > 0 and found.ions_per_atp > 0):
        raise ValueError("ATP for each O2, and ions for each ATP, are numbers above 0")
    return found


def energy_at_rest(rest: Rest, terms: Terms) -> Budget:
    """The budget where the cell rests; as written where it does not. Raises ValueError without a temperature."""
    settled = rest.settled
    state, words = (rest.written, "as written") if settled is None else (settled.state, "at rest")
    machine = rest.machine

    def look(paths: Sequence[str]) -> Values:
        rows = in_copies(machine, paths)(np.zeros(1), state[:, None], list(rest.parameters))
        return _at_one_instant(paths, rows)

    return budget_of(machine, When(words), look, _temperature(machine, look), terms)


def energy_at(solution: Solution, time: float | None, terms: Terms) -> Budget:
    """The budget at a time [ms] of a run, its end without one. Raises ValueError without a temperature."""
    if solution.trajectory is None:
        assert solution.rest is not None
        return energy_at_rest(solution.rest, terms)
    instant = solution.end if time is None else time
    machine, look = solution.machine.all_copies, _look_at(solution, instant)
    when = When(f"at {duration(instant) if instant else '0 s'} of {solution.scenario.name}")
    return budget_of(machine, when, look, _temperature(machine, look), terms)


def _look_at(solution: Solution, instant: float) -> Look:
    phase, state = state_of(solution, instant)
    machine, t = solution.machine.all_copies, np.array([instant])

    def look(paths: Sequence[str]) -> Values:
        return _at_one_instant(paths, in_copies(machine, paths)(t, state[:, None], phase.parameters_many(t)))

    return look


def energy_between(solution: Solution, first: float, last: float, terms: Terms) -> Budget:
    """The budget of a stretch [ms] of a run: energies and amounts. Raises ValueError without a temperature, and for a
    stretch without length."""
    trajectory, machine = solution.trajectory, solution.machine.all_copies
    if trajectory is None:
        raise ValueError(f"scenario {solution.scenario.name} does not run: it has no stretch of time")
    if not first < last:
        raise ValueError("the first of two times comes before the second")

    def look(paths: Sequence[str]) -> Values:
        rows = in_copies(machine, paths)

        def integrand(t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
            return np.array([together(row) for row in rows(t, y, p)])

        over = integral_over(solution, integrand, first, last)
        return dict(zip(paths, over.reshape(-1), strict=True))

    def now(paths: Sequence[str]) -> Values:
        return dict(zip(paths, solution.values(paths, np.array([first]))[:, 0], strict=True))

    start = duration(first) if first else "0 s"
    when = When(f"from {start} to {duration(last)} of {solution.scenario.name}", (first, last))
    found = tuple(
        swings_along(solution, first, last, terms.ions_per_atp)
        if machine.has_lines
        else swings(machine, trajectory, first, last, terms.ions_per_atp)
    )
    return budget_of(machine, when, look, _temperature(machine, now), terms, found)


def last_cycle(solution: Solution, condition: Expr) -> tuple[float, float]:
    """The last two instants [ms] at which a condition became true. Raises ValueError if there are not two."""
    trajectory = solution.trajectory
    words = " ".join(condition.span.text.split())
    if condition.dimension is not None:
        raise ValueError(f"`{words}` is a quantity: say a condition, as in `soma.V > 0 mV`")
    if trajectory is None:
        raise ValueError(f"scenario {solution.scenario.name} does not run: nothing becomes true in it")
    try:
        function = solution.machine.condition(condition)
    except KeyError as error:  # of a long line, in a copy of which not every step is kept
        raise ValueError(error.args[0]) from None
    times = locate.crossings(trajectory, lambda t, y, p: function(t, y, p)[0], "upward")
    if times.size < 2:
        often = "never" if not times.size else "once"
        raise ValueError(f"`{words}` becomes true {often} in {solution.scenario.name}: a cycle needs two")
    return float(times[-2]), float(times[-1])


def _at_one_instant(paths: Sequence[str], rows: Sequence[FloatArray]) -> Values:
    return {path: row[..., 0] for path, row in zip(paths, rows, strict=True)}


def _temperature(machine: Machine, look: Look) -> float:
    """K. Raises ValueError where the file gives none."""
    if not is_warm(machine.cell):
        raise ValueError(
            f"{machine.cell.name} has no temperature, and free energy is counted in RT: write `temperature = 37 degC`"
        )
    return float(look(["temperature"])["temperature"])
