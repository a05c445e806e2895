"""Runs that are over → Solutions: measured, judged, their accounts settled; many of one scenario at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from ionlang.model.numbers import parameter_values
from ionlang.model.scenario import Scenario
from ionlang.simulate.drift import Account, settle_accounts
from ionlang.simulate.evaluate_many import Many
from ionlang.simulate.lines.along import Along
from ionlang.simulate.lines.drift import settle_lines
from ionlang.simulate.lines.gifts import settle_gifts
from ionlang.simulate.machine import Machine
from ionlang.simulate.measure import Measures, judge_each, measure_each
from ionlang.simulate.observers import Observers
from ionlang.simulate.probing.bench import Bench
from ionlang.simulate.resting.rest import Rest
from ionlang.simulate.running.across import first_of_each
from ionlang.simulate.running.course import Course
from ionlang.simulate.sheaf import Sheaf, sheaf_of
from ionlang.simulate.solution import Solution, Verdict


@dataclass(frozen=True, slots=True, eq=False)
class Ran:
    """A scenario that ran, before anything is measured: the values given from outside, those that hold throughout (by
    path, in cell units), the rest if that was asked for, what was integrated, if anything was, and what was seen along
    lines."""

    scenario: Scenario
    given: Mapping[str, float]
    base: Mapping[str, float]
    rest: Rest | None
    course: Course | None
    along: Along = field(default_factory=Along)


def finished(machine: Machine, runs: Sequence[Ran], rtol: float) -> list[Solution]:
    """What runs of one scenario say."""
    courses = [run.course for run in runs if run.course is not None]
    sheaf = sheaf_of([course.trajectory for course in courses]) if courses else None
    values: list[dict[str, float]] = [parameter_values(machine.cell, first_of_each(run.base)) for run in runs]
    return measured(machine, runs, sheaf, _side_by_side(values), rtol)


def _side_by_side(values: Sequence[dict[str, float]]) -> dict[str, Many]:
    if len(values) == 1:
        return {**values[0]}
    return {path: np.array([of_run[path] for of_run in values]) for path in values[0]}


def measured(
    machine: Machine, runs: Sequence[Ran], sheaf: Sheaf | None, values: dict[str, Many], rtol: float
) -> list[Solution]:
    """As `finished`; `sheaf` are the trajectories of the runs, `values` their parameters."""
    scenario, reader = runs[0].scenario, _reader(machine, runs)
    observers = Observers(
        reader, sheaf, [run.rest for run in runs], values, [_bench(machine, run) for run in runs]
    )
    observers.along = [run.along for run in runs]
    measures, verdicts = measure_each(observers, scenario), judge_each(observers, scenario.expectations)
    accounts = _accounts(machine, runs, sheaf)
    every = zip(runs, measures, verdicts, accounts, strict=True)
    return [
        _solution(reader, *of_run, rtol, tuple(observers.remarks.get(k, ())))
        for k, of_run in enumerate(every)
    ]


def _solution(
    machine: Machine,
    run: Ran,
    measures: Measures,
    verdicts: tuple[Verdict, ...],
    account: Account,
    rtol: float,
    remarks: tuple[str, ...],
) -> Solution:
    course, (drifts, supplies) = run.course, account
    if course is None:
        return Solution(
            run.scenario, machine, run.rest, None, (), measures, verdicts, (), (), None, rtol, remarks=remarks
        )
    fired = tuple((each.time, each.event) for each in course.fired)
    return Solution(
        run.scenario, machine, run.rest, course.trajectory, course.shown, measures, verdicts, drifts, supplies,
        course.failure, rtol, fired, course.ended, remarks, start=course.start, held=course.held,
        recorder=course.recorder, along=run.along, given=run.given,
    )  # fmt: skip


def _accounts(machine: Machine, runs: Sequence[Ran], sheaf: Sheaf | None) -> list[Account]:
    courses = [run.course for run in runs if run.course is not None]
    if sheaf is None:
        return [((), ())] * len(runs)
    if machine.has_lines:
        return [_of_lines(machine, course) for course in courses]
    starts = np.array([course.start for course in courses]).T
    return settle_accounts(machine, sheaf, [held for course in courses for held in course.held], starts)


def _of_lines(machine: Machine, course: Course) -> Account:
    """That of a cell with lines, counted while it ran or on what is kept."""
    if course.recorder is not None:
        accounts, gifts = course.recorder.accounts, course.recorder.gifts
        accounts.give(gifts)
        return accounts.settle(), gifts.supplies()
    gifts = settle_gifts(machine, course.trajectory.pieces, course.held, course.start)
    return settle_lines(machine, course.trajectory, gifts), gifts.supplies()


def _reader(machine: Machine, runs: Sequence[Ran]) -> Machine:
    """What reads the states that are kept: of long lines those of the copies that are looked at."""
    course = runs[0].course
    return machine if course is None or course.recorder is None else course.recorder.excerpt


def _bench(machine: Machine, run: Ran) -> Bench | None:
    """The cell where the scenario begins; None where that is not known."""
    if run.course is not None:
        return Bench(machine, run.scenario, run.given, run.course.start)
    settled = run.rest.settled if run.rest is not None else None
    return None if settled is None else Bench(machine, run.scenario, run.given, settled.state)
