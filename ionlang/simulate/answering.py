"""What several runs of one scenario come to: one after the other, or together, in arrays."""

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
from ionlang.model.scenario import Scenario
from ionlang.simulate.axes import Point
from ionlang.simulate.ensemble.answer import ENOUGH, ENOUGH_THAT_FIRE, FIRING, answered_together
from ionlang.simulate.ensemble.march import solved_together
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.rest import Rest
from ionlang.simulate.resting.rest_many import find_settled_many
from ionlang.simulate.running.course import Conversation, Progress, answered
from ionlang.simulate.running.ends import Ends
from ionlang.simulate.running.finish import Ran, finished
from ionlang.simulate.running.plan import Impossible, base_values
from ionlang.simulate.running.run import NoRest, running
from ionlang.simulate.solution import Solution
from ionlang.simulate.study import Member
from ionlang.simulate.trajectory import INTERVALS

Share = Callable[[float], None]
"""Told how much of a study is done, from 0 to 1."""
Answering = Callable[[Conversation[Ran | Member]], Ran | Member]
"""Who answers what a run asks for."""
MOST = 256
"""Conversations at a time: of all their steps the samples are kept twice until they are measured."""
AT_ONCE = 40_000_000
"""Numbers of the dense output of members that march together: 320 MB."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One member before it runs."""

    variant: plan.Variant | None
    point: Point

    def at(self, path: str, value: float) -> Asked:
        """The same run with another value of a parameter."""
        return Asked(self.variant, replace(self.point, given={**self.point.given, path: value}))

    def of(self, scenario: Scenario) -> Scenario:
        """The scenario as it is in this run."""
        return scenario if self.variant is None else plan.with_variant(scenario, self.variant)


def answers(
    machine: Machine,
    scenario: Scenario,
    runs: Sequence[Asked],
    rtol: float,
    progress: Share | None,
    answer: Answering = answered,
) -> list[Member]:
    """What runs come to, one after the other."""
    rests = _rests(machine, scenario, runs)
    shown = [
        _within(progress, k, len(runs), machine.cell, scenario, each.point) for k, each in enumerate(runs)
    ]
    talks = _talks(machine, scenario, runs, rests, rtol, shown)
    return [
        _settled(machine, [each], [answer(talk)], rtol)[0] for each, talk in zip(runs, talks, strict=True)
    ]


def answers_together(
    machine: Machine, scenario: Scenario, runs: Sequence[Asked], rtol: float, progress: Share | None
) -> list[Member]:
    """What runs come to, integrated together if that is faster: their number tells, and the first one. A line is many
    copies already, and its members go one after the other."""
    if len(runs) < ENOUGH or machine.has_lines:
        return answers(machine, scenario, runs, rtol, progress)
    (pilot,) = answers(machine, scenario, runs[:1], rtol, None)
    if _steps(pilot) > FIRING and len(runs) < ENOUGH_THAT_FIRE:
        return [pilot, *answers(machine, scenario, runs[1:], rtol, progress)]
    found = {0: pilot}
    for group in _alike(runs):
        found |= _in_cohorts(machine, scenario, runs, group, rtol, _steps(pilot), progress)
    left = [k for k in range(len(runs)) if k not in found]
    found |= zip(left, _in_company(machine, scenario, [runs[k] for k in left], rtol, progress), strict=True)
    return [found[k] for k in range(len(runs))]


def _alike(runs: Sequence[Asked]) -> list[list[int]]:
    """The numbers of the runs of each variant, without the first run."""
    groups: dict[str | None, list[int]] = {}
    for k, each in enumerate(runs[1:], start=1):
        groups.setdefault(None if each.variant is None else each.variant.name, []).append(k)
    return list(groups.values())


def _in_cohorts(
    machine: Machine,
    scenario: Scenario,
    runs: Sequence[Asked],
    group: Sequence[int],
    rtol: float,
    steps: int,
    progress: Share | None,
) -> dict[int, Member]:
    """What those come to, by number, that differ in numbers alone; `steps` is how many one of them takes, about."""
    if len(group) < ENOUGH:
        return {}
    own = runs[group[0]].of(scenario)
    most = max(ENOUGH, AT_ONCE // (INTERVALS * max(steps, 1) * max(len(machine.system.states), 1)))
    found: dict[int, Member] = {}
    for begin in range(0, len(group), most):
        part = group[begin : begin + most]
        solved = solved_together(machine, own, [runs[k].point.given for k in part], rtol)
        for k, solution in zip(part, solved, strict=True):
            if solution is not None:
                found[k] = _member(machine, runs[k], solution)
        if progress is not None:
            progress((part[-1] + 1) / len(runs))
    return found


def _in_company(
    machine: Machine, scenario: Scenario, runs: Sequence[Asked], rtol: float, progress: Share | None
) -> list[Member]:
    """What runs come to whose requests are answered together."""
    rests = _rests(machine, scenario, runs)
    talks = list(_talks(machine, scenario, runs, rests, rtol, [None] * len(runs)))
    members: list[Member] = []
    for begin in range(0, len(runs), MOST):
        part = slice(begin, begin + MOST)
        answers = _together(machine, talks[part], begin, len(talks), progress)
        members += _settled(machine, runs[part], answers, rtol)
    return members


def _settled(
    machine: Machine, runs: Sequence[Asked], said: Sequence[Ran | Member], rtol: float
) -> list[Member]:
    """What the answers of runs come to: those of one scenario are measured at once."""
    groups: dict[int, list[int]] = {}
    for k, answer in enumerate(said):
        if isinstance(answer, Ran):
            groups.setdefault(id(runs[k].variant), []).append(k)
    found = {k: answer for k, answer in enumerate(said) if isinstance(answer, Member)}
    for group in groups.values():
        ran = [answer for k in group if isinstance(answer := said[k], Ran)]
        solutions = finished(machine, ran, rtol)
        found |= {k: _member(machine, runs[k], s) for k, s in zip(group, solutions, strict=True)}
    return [found[k] for k in range(len(said))]


def _member(machine: Machine, each: Asked, solution: Solution) -> Member:
    name = None if each.variant is None else each.variant.name
    return Member(name, each.point.values, solution, _failure(machine, solution))


def _steps(member: Member) -> int:
    """How many steps the solver took for it."""
    trajectory = None if member.solution is None else member.solution.trajectory
    return 0 if trajectory is None else sum(piece.times.size for piece in trajectory.pieces) // INTERVALS


def _talks(
    machine: Machine,
    scenario: Scenario,
    runs: Sequence[Asked],
    rests: Mapping[int, Rest],
    rtol: float,
    shown: Sequence[Progress | None],
) -> Iterator[Conversation[Ran | Member]]:
    for k, each in enumerate(runs):
        tell = shown[k]
        if tell is not None:
            tell(0.0)
        yield _talk(machine, scenario, each, rests.get(k), rtol, tell)


def _together(
    machine: Machine,
    talks: Sequence[Conversation[Ran | Member]],
    before: int,
    every: int,
    progress: Share | None,
) -> list[Ran | Member]:
    """What they come to at once, as far as they ask for phases that can be integrated together."""
    way = answered_together(machine, talks)
    try:
        while True:
            done = next(way)
            if progress is not None:
                progress((before + done) / every)
    except StopIteration as end:
        answers: list[Ran | Member] = end.value
        return answers


def _rests(machine: Machine, scenario: Scenario, runs: Sequence[Asked]) -> dict[int, Rest]:
    """Where runs begin that begin at rest, as far as that is found for all at once; by the number of the run."""
    if len(runs) < 2 or machine.has_lines or not (scenario.at_rest or scenario.duration is None):
        return {}
    bases: dict[int, dict[str, float]] = {}
    for k, each in enumerate(runs):
        with suppress(Impossible):
            base = base_values(machine, each.of(scenario), each.point.given)
            if _refusal(machine.cell, base) is None:
                bases[k] = base
    found = find_settled_many(machine, list(bases.values()))
    return {k: rest for k, rest in zip(bases, found, strict=True) if rest is not None}


def _talk(
    machine: Machine,
    scenario: Scenario,
    each: Asked,
    settled: Rest | None,
    rtol: float,
    progress: Progress | None,
) -> Conversation[Ran | Member]:
    """A run, or the member that it comes to if it cannot begin."""
    name = None if each.variant is None else each.variant.name
    values, given = each.point.values, each.point.given
    refused = _refusal(machine.cell, given) if settled is None else None
    if refused is not None:
        return Member(name, values, None, refused)
    try:
        ends = yield from _ends(machine, scenario, each, rtol)
        return (yield from running(machine, each.of(scenario), given, rtol, progress, ends, settled))
    except (NoRest, Impossible) as error:
        return Member(name, values, None, str(error))


def _ends(machine: Machine, scenario: Scenario, each: Asked, rtol: float) -> Conversation[Ends]:
    """Where the scenarios ended that this one goes on from: in the same variant, with the same values."""
    if scenario.after is None:
        return Ends()
    other = next(s for s in machine.cell.scenarios if s.name == scenario.after)
    ends = yield from _ends(machine, other, each, rtol)
    yield from running(machine, each.of(other), each.point.given, rtol, None, ends)
    return ends


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


def _refusal(cell: Cell, given: Mapping[str, float]) -> str | None:
    """Why the cell cannot have these values; None if it can."""
    problems = Problems()
    check_values(problems, cell, parameter_values(cell, dict(given)), {})
    return problems.errors[0].message if problems.errors else None


def _failure(machine: Machine, solution: Solution) -> str | None:
    failure = solution.failure
    if failure is not None:
        state = "" if failure.state_index is None else f" ({machine.row_path(failure.state_index)})"
        return f"stopped at {failure.time / 1e3:.6g} s: {failure.reason}{state}"
    broken = solution.broken_balances
    return f"conservation broken: {broken[0].name} drifts by {broken[0].size:.1e}" if broken else None
