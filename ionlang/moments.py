"""Times of a run as they are asked for from outside: one, a stretch, or the last cycle of a condition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ionlang import compiler

if TYPE_CHECKING:
    from ionlang.analyse.energy.budget import Budget
    from ionlang.analyse.energy.count import Terms
    from ionlang.simulate.solution import Solution

Time = str | float
"""A text with its unit (`"30 s"`), or a number of seconds."""


def times_of(checked: compiler.Checked, solution: Solution, asked: Sequence[Time]) -> list[float]:
    """The times [ms] that are asked for. Raises ModelError for a text that is wrong, ValueError for a time that the run
    does not have."""
    times = [compiler.instant(checked, time) for time in asked]
    name = solution.scenario.name
    if times and solution.trajectory is None:
        raise ValueError(f"scenario {name} does not run, it asks about rest alone: it has no times")
    late = next((t for t in times if not 0 <= t <= solution.end), None)
    if late is not None:
        raise ValueError(
            f"scenario {name} runs from 0 s to {solution.end / 1e3:g} s, not to {late / 1e3:g} s"
        )
    return times


def energy_in(
    checked: compiler.Checked,
    solution: Solution,
    at: Time | None,
    between: tuple[Time, Time] | None,
    cycle: str | None,
    terms: Terms,
) -> Budget:
    """The budget of a run at a time (its end without one), between two, or over the last cycle of a condition. Raises
    as `times_of`; ValueError for more than one of these, and where a condition does not become true twice."""
    from ionlang.analyse.energy.ask import energy_at, energy_between, last_cycle

    if sum(each is not None for each in (at, between, cycle)) > 1:
        raise ValueError("a time, two times, or a cycle: one of these")
    if cycle is not None:
        condition = compiler.quantity(checked, cycle, solution.scenario.name)
        return energy_between(solution, *last_cycle(solution, condition), terms)
    if between is not None:
        first, last = times_of(checked, solution, between)
        return energy_between(solution, first, last, terms)
    found = times_of(checked, solution, () if at is None else (at,))
    return energy_at(solution, found[0] if found else None, terms)
