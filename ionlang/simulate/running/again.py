"""A run of long lines once more, for somebody who wants of it what was not kept."""

from __future__ import annotations

from dataclasses import replace

from ionlang.simulate.lines.along import Along
from ionlang.simulate.lines.recorder import Onlooker, recorder_of
from ionlang.simulate.running.course import Course, answered, travel
from ionlang.simulate.running.plan import arranged, base_values, plan_of
from ionlang.simulate.running.run import SAFETY
from ionlang.simulate.running.tolerances import absolute_tolerances
from ionlang.simulate.solution import Solution


def run_again(solution: Solution, onlooker: Onlooker, cuts: tuple[float, ...] = ()) -> Course:
    """The same run with somebody who looks on; at the instants `cuts` [ms] a phase ends and the next begins. Raises
    Impossible."""
    assert solution.recorder is not None and solution.start is not None
    machine = solution.recorder.excerpt.all_copies
    scenario, given = solution.scenario, solution.given
    plan = plan_of(machine, scenario, given)
    before = machine.parameters(base_values(machine, scenario, given))
    recorder = recorder_of(machine, plan.length, solution.start, Along(), ())
    assert recorder is not None
    recorder.onlooker = onlooker
    rtol = SAFETY * solution.rtol
    atol = SAFETY * absolute_tolerances(machine, before, solution.start, solution.rtol)
    plan = arranged(replace(plan, cuts=cuts), 0.0)
    return answered(travel(plan, before, solution.start, rtol, atol, None, recorder))
