"""Scenario → Study: members run together on one machine; what is said across runs is judged at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from ionlang.diagnostics import Problems
from ionlang.model import study as plan
from ionlang.model.cell import Cell
from ionlang.model.check.limits import check_values
from ionlang.model.evaluate import evaluate
from ionlang.model.numbers import parameter_values
from ionlang.model.scenario import Scenario, Search
from ionlang.simulate.axes import Point, points_of, shown_axis, values_of
from ionlang.simulate.ensemble.answer import ENOUGH, ENOUGH_THAT_FIRE, FIRING, answered_together
from ionlang.simulate.machine import Machine
from ionlang.simulate.measure import Observer, judge_all
from ionlang.simulate.resting.rest import Rest
from ionlang.simulate.resting.rest_many import find_settled_many
from ionlang.simulate.running.course import Conversation, Progress, answered
from ionlang.simulate.running.ends import Ends
from ionlang.simulate.running.plan import Impossible, base_values
from ionlang.simulate.running.remembered import Memory
from ionlang.simulate.running.run import RELATIVE_TOLERANCE, NoRest, running
from ionlang.simulate.searching import DEFAULT_SHARE, Interval, seek, watched
from ionlang.simulate.solution import Solution
from ionlang.simulate.study import Judgement, Member, Study
from ionlang.simulate.trajectory import INTERVALS

Share = Callable[[float], None]
"""Told how much of a study is done, from 0 to 1."""
Answering = Callable[[Conversation[Member]], Member]
"""Who answers what a run asks for."""
SEARCHES = 64
"""Runs of searches at one time: fewer are done one by one, which is faster."""


@dataclass(frozen=True, slots=True)
class _Run:
    """One member before it runs."""

    variant: plan.Variant | None
    point: Point

    def at(self, path: str, value: float) -> _Run:
        """The same run with another value of a parameter."""
        return _Run(self.variant, replace(self.point, given={**self.point.given, path: value}))

    def of(self, scenario: Scenario) -> Scenario:
        """The scenario as it is in this run."""
        return scenario if self.variant is None else plan.with_variant(scenario, self.variant)


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
    runs = [_Run(variant, point) for variant in _variants(cell, asked) for point in points]
    if scenario.search is not None:
        members = _sought(machine, scenario, scenario.search, runs, rtol, progress)
    elif len(runs) < ENOUGH:
        members = _answers(machine, scenario, runs, rtol, progress)
    else:
        members = _answers_together(machine, scenario, runs, rtol, progress)
    judgements = tuple(_judgements(machine, scenario, asked, points, members))
    return Study(scenario, machine, asked.variants, axes, tuple(members), judgements)


def run_points(
    machine: Machine,
    scenario: Scenario,
    points: Sequence[Mapping[str, float]],
    rtol: float = RELATIVE_TOLERANCE,
) -> list[Member]:
    """The members of a scenario at these parameter values (by path, in cell units), in order."""
    runs = [_Run(None, Point((), dict(given))) for given in points]
    together = _answers if len(runs) < ENOUGH else _answers_together
    return together(machine, scenario, runs, rtol, None)


def _answers(
    machine: Machine,
    scenario: Scenario,
    runs: Sequence[_Run],
    rtol: float,
    progress: Share | None,
    answer: Answering = answered,
) -> list[Member]:
    """What runs come to, one after the other."""
    rests = _rests(machine, scenario, runs)
    shown = [
        _within(progress, k, len(runs), machine.cell, scenario, each.point) for k, each in enumerate(runs)
    ]
    return [answer(talk) for talk in _talks(machine, scenario, runs, rests, rtol, shown)]


def _answers_together(
    machine: Machine, scenario: Scenario, runs: Sequence[_Run], rtol: float, progress: Share | None
) -> list[Member]:
    """What runs come to, integrated together if that is faster: the first one tells."""
    rests = _rests(machine, scenario, runs)
    first, *others = _talks(machine, scenario, runs, rests, rtol, [None] * len(runs))
    pilot = answered(first)
    if _steps(pilot) > FIRING and len(runs) < ENOUGH_THAT_FIRE:
        return [pilot, *(answered(talk) for talk in others)]
    return [pilot, *_together(machine, others, progress)]


def _steps(member: Member) -> int:
    """How many steps the solver took for it."""
    trajectory = None if member.solution is None else member.solution.trajectory
    return 0 if trajectory is None else sum(piece.times.size for piece in trajectory.pieces) // INTERVALS


def _sought(
    machine: Machine,
    scenario: Scenario,
    search: Search,
    runs: Sequence[_Run],
    rtol: float,
    progress: Share | None,
) -> list[Member]:
    """A search in the place of each run. What its first two runs integrated serves the others."""
    asking, memory = watched(scenario, search), Memory(machine)

    def ask(wanted: Sequence[tuple[int, float]]) -> list[Member]:
        trials = [runs[k].at(search.path, value) for k, value in wanted]
        if len(trials) >= SEARCHES:
            return _answers_together(machine, asking, trials, rtol, None)
        found = _answers(machine, asking, trials, rtol, None, memory.answered)
        memory.add_no_more()
        return found

    intervals = [_interval(search, parameter_values(machine.cell, each.point.given)) for each in runs]
    return seek(scenario, search, intervals, ask, progress)


def _interval(search: Search, values: Mapping[str, float]) -> Interval:
    low, high = (evaluate(bound, values) for bound in search.bounds)
    share = DEFAULT_SHARE * abs(high - low)
    return Interval(low, high, share if search.within is None else evaluate(search.within, values))


def _talks(
    machine: Machine,
    scenario: Scenario,
    runs: Sequence[_Run],
    rests: Mapping[int, Rest],
    rtol: float,
    shown: Sequence[Progress | None],
) -> Iterator[Conversation[Member]]:
    for k, each in enumerate(runs):
        tell = shown[k]
        if tell is not None:
            tell(0.0)
        yield _member(machine, scenario, each, rests.get(k), rtol, tell)


def _together(
    machine: Machine, talks: Sequence[Conversation[Member]], progress: Share | None
) -> list[Member]:
    """All members at once, as far as they ask for phases that can be integrated together."""
    way = answered_together(machine, talks)
    try:
        while True:
            done = next(way)
            if progress is not None:
                progress(done / len(talks))
    except StopIteration as end:
        members: list[Member] = end.value
        return members


def _variants(cell: Cell, asked: plan.Study) -> tuple[plan.Variant | None, ...]:
    known = {variant.name: variant for variant in cell.variants}
    return tuple(known[name] for name in asked.variants) or (None,)


def _within(
    progress: Share | None, done: int, runs: int, cell: Cell, scenario: Scenario, point: Point
) -> Progress | None:
    """The progress of one run [ms] as a share of all."""
    if progress is None:
        return None
    if scenario.duration is None:
        return lambda _: progress(done / runs)
    length = evaluate(scenario.duration, parameter_values(cell, point.given))
    return lambda instant: progress((done + min(1.0, instant / length)) / runs)


def _rests(machine: Machine, scenario: Scenario, runs: Sequence[_Run]) -> dict[int, Rest]:
    """Where runs begin that begin at rest, as far as that is found for all at once; by the number of the run."""
    if len(runs) < 2 or not (scenario.at_rest or scenario.duration is None):
        return {}
    bases: dict[int, dict[str, float]] = {}
    for k, each in enumerate(runs):
        with suppress(Impossible):
            base = base_values(machine, each.of(scenario), each.point.given)
            if _refusal(machine.cell, base) is None:
                bases[k] = base
    found = find_settled_many(machine, list(bases.values()))
    return {k: rest for k, rest in zip(bases, found, strict=True) if rest is not None}


def _member(
    machine: Machine,
    scenario: Scenario,
    each: _Run,
    settled: Rest | None,
    rtol: float,
    progress: Progress | None,
) -> Conversation[Member]:
    name = None if each.variant is None else each.variant.name
    values, given = each.point.values, each.point.given
    refused = _refusal(machine.cell, given) if settled is None else None
    if refused is not None:
        return Member(name, values, None, refused)
    try:
        ends = yield from _ends(machine, scenario, each, rtol)
        solution = yield from running(machine, each.of(scenario), given, rtol, progress, ends, settled)
    except (NoRest, Impossible) as error:
        return Member(name, values, None, str(error))
    return Member(name, values, solution, _failure(machine, solution))


def _ends(machine: Machine, scenario: Scenario, each: _Run, rtol: float) -> Conversation[Ends]:
    """Where the scenarios ended that this one goes on from: in the same variant, with the same values."""
    if scenario.after is None:
        return Ends()
    other = next(s for s in machine.cell.scenarios if s.name == scenario.after)
    ends = yield from _ends(machine, other, each, rtol)
    yield from running(machine, each.of(other), each.point.given, rtol, None, ends)
    return ends


def _refusal(cell: Cell, given: Mapping[str, float]) -> str | None:
    """Why the cell cannot have these values; None if it can."""
    problems = Problems()
    check_values(problems, cell, parameter_values(cell, dict(given)), {})
    return problems.errors[0].message if problems.errors else None


def _failure(machine: Machine, solution: Solution) -> str | None:
    failure = solution.failure
    if failure is not None:
        state = "" if failure.state_index is None else f" ({machine.system.states[failure.state_index].path})"
        return f"stopped at {failure.time / 1e3:.6g} s: {failure.reason}{state}"
    broken = solution.broken_balances
    return f"conservation broken: {broken[0].name} drifts by {broken[0].size:.1e}" if broken else None


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
