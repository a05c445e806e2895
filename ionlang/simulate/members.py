"""Scenario → Study: members run together on one machine; what is said across runs is judged at the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ionlang.model import study as plan
from ionlang.model.cell import Cell
from ionlang.model.evaluate import evaluate
from ionlang.model.numbers import parameter_values
from ionlang.model.scenario import Scenario, Search
from ionlang.simulate.answering import Asked, Share, answers, answers_together
from ionlang.simulate.axes import Point, points_of, shown_axis, values_of
from ionlang.simulate.machine import Machine
from ionlang.simulate.measure import Observer, judge_all
from ionlang.simulate.running.remembered import Memory
from ionlang.simulate.running.run import RELATIVE_TOLERANCE
from ionlang.simulate.searching import DEFAULT_SHARE, Interval, seek, watched
from ionlang.simulate.study import Judgement, Member, Study

__all__ = ["Share", "run_study"]

SEARCHES = 64
"""Runs of searches at one time: fewer are done one by one, which is faster."""


def run_study(
    machine: Machine,
    scenario: Scenario,
    given: Mapping[str, float] | None = None,
    rtol: float = RELATIVE_TOLERANCE,
    progress: Share | None = None,
) -> Study:
    """Run a scenario as often as it says, with these parameter values (by path, in cell units). A member that fails
    keeps its reason, the others finish. A scenario that says nothing of several runs is a study of one."""
    cell, given = machine.cell, dict(given or {})
    asked = cell.study(scenario.name) or plan.Study(scenario.name, (), (), ())
    values = parameter_values(cell, given)
    numbers = [values_of(axis, values) for axis in asked.axes]
    axes = tuple(shown_axis(axis, n) for axis, n in zip(asked.axes, numbers, strict=True))
    points = tuple(points_of(axes, numbers, given))
    runs = [Asked(variant, point) for variant in _variants(cell, asked) for point in points]
    if scenario.search is not None:
        members = _sought(machine, scenario, scenario.search, runs, rtol, progress)
    else:
        members = answers_together(machine, scenario, runs, rtol, progress)
    judgements = tuple(_judgements(machine, scenario, asked, points, members))
    return Study(scenario, machine, asked.variants, axes, tuple(members), judgements)


def _sought(
    machine: Machine,
    scenario: Scenario,
    search: Search,
    runs: Sequence[Asked],
    rtol: float,
    progress: Share | None,
) -> list[Member]:
    """A search in the place of each run. What its first two runs integrated serves the others."""
    asking, memory = watched(scenario, search), Memory(machine)

    def ask(wanted: Sequence[tuple[int, float]]) -> list[Member]:
        trials = [runs[k].at(search.path, value) for k, value in wanted]
        if len(trials) >= SEARCHES:
            return answers_together(machine, asking, trials, rtol, None)
        found = answers(machine, asking, trials, rtol, None, memory.answered)
        memory.add_no_more()
        return found

    intervals = [_interval(search, parameter_values(machine.cell, each.point.given)) for each in runs]
    return seek(scenario, search, intervals, ask, progress)


def _interval(search: Search, values: Mapping[str, float]) -> Interval:
    low, high = (evaluate(bound, values) for bound in search.bounds)
    share = DEFAULT_SHARE * abs(high - low)
    return Interval(low, high, share if search.within is None else evaluate(search.within, values))


def _variants(cell: Cell, asked: plan.Study) -> tuple[plan.Variant | None, ...]:
    known = {variant.name: variant for variant in cell.variants}
    return tuple(known[name] for name in asked.variants) or (None,)


def _judgements(
    machine: Machine,
    scenario: Scenario,
    asked: plan.Study,
    points: tuple[Point, ...],
    members: list[Member],
) -> Iterator[Judgement]:
    """Expectations that name runs, at every point."""
    for k, point in enumerate(points if asked.across else ()):
        values = parameter_values(machine.cell, point.given)
        for member in members[k :: len(points)]:
            for measure in scenario.measures:
                path = plan.run_path(scenario.name, member.variant or "", measure.name)
                values[path] = member.measured(measure.name)
        observer = Observer(machine, None, None, values)
        for verdict in judge_all(observer, asked.across):
            yield Judgement(point.values, verdict)
