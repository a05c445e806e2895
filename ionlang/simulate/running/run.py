"""Scenario → Solution: begin, run phase by phase, measure, judge."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ionlang.diagnostics import Problems
from ionlang.model.check.limits import check_values
from ionlang.model.expression import Apply
from ionlang.model.numbers import parameter_values
from ionlang.model.scenario import Scenario
from ionlang.outcome import NumericalFailure
from ionlang.simulate.functions import FloatArray, Parameters
from ionlang.simulate.lines.along import Along, along_of, series_of
from ionlang.simulate.lines.recorder import recorder_of
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.rest import Rest, find_settled
from ionlang.simulate.running.across import first_of_each
from ionlang.simulate.running.course import Conversation, Progress, answered, travel
from ionlang.simulate.running.ends import Ends
from ionlang.simulate.running.finish import Ran, finished
from ionlang.simulate.running.plan import Impossible, base_values, plan_of
from ionlang.simulate.running.tolerances import absolute_tolerances
from ionlang.simulate.solution import Solution

RELATIVE_TOLERANCE = 1e-6
SAFETY = 0.5  # of the tolerances goes to the integrator: its errors add up from step to step


class NoRest(NumericalFailure):
    """A scenario begins at rest, and the cell has no stable rest to begin at."""


def run(
    machine: Machine,
    scenario: Scenario,
    given: Mapping[str, float] | None = None,
    rtol: float = RELATIVE_TOLERANCE,
    progress: Progress | None = None,
    ends: Ends | None = None,
    settled: Rest | None = None,
) -> Solution:
    """Run a scenario with these parameter values (by path, in cell units). `ends` remembers where scenarios ended
    that others go on from; `settled` is the rest it begins at, if that is known. Raises NoRest, Impossible."""
    ran = answered(running(machine, scenario, given, rtol, progress, ends, settled))
    return finished(machine, [ran], rtol)[0]


def running(
    machine: Machine,
    scenario: Scenario,
    given: Mapping[str, float] | None = None,
    rtol: float = RELATIVE_TOLERANCE,
    progress: Progress | None = None,
    ends: Ends | None = None,
    settled: Rest | None = None,
) -> Conversation[Ran]:
    """As `run`, for somebody else to integrate the phases and to finish."""
    given = dict(given or {})
    base = base_values(machine, scenario, given)
    _refuse_values(machine, scenario, given, base)
    needed = scenario.at_rest or scenario.duration is None
    rest = (settled or find_settled(machine, base)) if needed else None
    if rest is not None and rest.settled is None and _needs_rest(scenario):
        raise NoRest(f"scenario {scenario.name} needs the cell at rest, but no stable rest was found")
    if scenario.duration is None:
        return Ran(scenario, given, base, rest, None)
    plan, before = plan_of(machine, scenario, given), machine.parameters(base)
    ends = Ends() if ends is None else ends
    if scenario.after is not None:
        start = yield from _end_of_other(machine, scenario, given, rtol, ends)
    elif rest is not None and rest.settled is not None:
        start = rest.settled.state
    else:
        start = np.array(machine.initial_state(before), dtype=float)
    atol = SAFETY * absolute_tolerances(machine, before, start, rtol)
    asked = _asked_along(machine, scenario, base, before)
    recorder = recorder_of(machine, plan.length, start, *asked)
    course = yield from travel(plan, before, start, SAFETY * rtol, atol, progress, recorder)
    if course.failure is None:
        ends.keep(machine, scenario.name, given, rtol, course.end)
    if recorder is None:
        asked[0].see_all(course.trajectory.pieces)
    return Ran(scenario, given, base, rest, course, asked[0])


def _asked_along(
    machine: Machine, scenario: Scenario, base: Mapping[str, float], before: Parameters
) -> tuple[Along, tuple[Apply, ...]]:
    """Who looks along the lines of a run, and what is kept in time of copies together."""
    if not machine.has_lines:
        return Along(), ()
    values = parameter_values(machine.cell, dict(base))
    return along_of(machine, scenario, values, before), series_of(scenario, values)


def _end_of_other(
    machine: Machine, scenario: Scenario, given: Mapping[str, float], rtol: float, ends: Ends
) -> Conversation[FloatArray]:
    """The state in which the scenario that this one goes on from ends. Raises NoRest, Impossible."""
    other = next(s for s in machine.cell.scenarios if s.name == scenario.after)
    known = ends.find(machine, other.name, given, rtol)
    if known is None:
        yield from running(machine, other, given, rtol, None, ends)
        known = ends.find(machine, other.name, given, rtol)
    if known is None:
        raise Impossible(
            f"scenario {scenario.name} begins at the end of {other.name}, which did not get there"
        )
    return known


def _refuse_values(
    machine: Machine, scenario: Scenario, given: Mapping[str, float], base: Mapping[str, float]
) -> None:
    """What values from outside and what the scenario sets come to together. Raises Impossible."""
    numbers = first_of_each(base)
    if not given or numbers == first_of_each(given):
        return
    problems = Problems()
    check_values(problems, machine.cell, parameter_values(machine.cell, numbers), {})
    if problems.errors:
        raise Impossible(f"scenario {scenario.name} with these values: {problems.errors[0].message}")


def _needs_rest(scenario: Scenario) -> bool:
    return scenario.at_rest or bool(scenario.measures or scenario.expectations)
