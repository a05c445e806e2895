"""Scenario → Solution: begin, run phase by phase, measure, judge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from ionlang.model.numbers import parameter_values
from ionlang.model.scenario import Scenario
from ionlang.simulate.drift import settle_accounts
from ionlang.simulate.functions import FloatArray, Functions, Parameters, ParametersMany
from ionlang.simulate.integrate import Failure, integrate_phase
from ionlang.simulate.machine import Machine
from ionlang.simulate.measure import Observer, judge_all, measure_all
from ionlang.simulate.rest import Rest, find_settled
from ionlang.simulate.schedule import Schedule, Step, base_values, schedule
from ionlang.simulate.solution import Solution
from ionlang.simulate.tolerances import absolute_tolerances
from ionlang.simulate.trajectory import Piece, Trajectory

RELATIVE_TOLERANCE = 1e-6
SAFETY = 0.5  # of the tolerances goes to the integrator: its errors add up from step to step

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, eq=False)
class _Course:
    """What was integrated: the plan, the state it began at, how far it came and what stopped it."""

    plan: Schedule
    start: FloatArray
    trajectory: Trajectory
    failure: Failure | None


class NoRest(Exception):
    """A scenario begins at rest, and the cell has no stable rest to begin at."""


def run(
    machine: Machine,
    scenario: Scenario,
    given: Mapping[str, float] | None = None,
    rtol: float = RELATIVE_TOLERANCE,
    progress: Progress | None = None,
) -> Solution:
    """Run a scenario with these parameter values (by path, in cell units). Raises NoRest, Impossible."""
    given = dict(given or {})
    base = base_values(machine, scenario, given)
    rest = find_settled(machine, base) if scenario.at_rest or scenario.duration is None else None
    if rest is not None and rest.settled is None and _needs_rest(scenario):
        raise NoRest(f"scenario {scenario.name} needs the cell at rest, but no stable rest was found")
    if scenario.duration is None:
        return _finish(machine, scenario, base, rest, None, rtol)
    plan = schedule(machine, scenario, given)
    if rest is not None and rest.settled is not None:
        start = rest.settled.state
    else:
        start = np.array(machine.initial_state(machine.parameters(base)), dtype=float)
    course = _integrate(machine, plan, start, rtol, progress)
    return _finish(machine, scenario, base, rest, course, rtol)


def _needs_rest(scenario: Scenario) -> bool:
    return scenario.at_rest or bool(scenario.measures or scenario.expectations)


def _integrate(
    machine: Machine, plan: Schedule, start: FloatArray, rtol: float, progress: Progress | None
) -> _Course:
    rtol, atol = SAFETY * rtol, SAFETY * absolute_tolerances(machine, plan.steps[0].phase, start, rtol)
    pieces: list[Piece] = []
    y = [float(x) for x in start]
    for step in plan.steps:
        for i, value in step.jumps:
            y[i] = value
        outcome = integrate_phase(_held(machine.functions, step), step.phase, y, rtol, atol, progress)
        pieces.append(outcome.piece)
        if outcome.failure is not None:
            return _Course(plan, start, Trajectory(tuple(pieces)), outcome.failure)
        y = outcome.piece.values[:, -1].tolist()
    return _Course(plan, start, Trajectory(tuple(pieces)), None)


def _held(functions: Functions, step: Step) -> Functions:
    """The functions with the rates of held states at 0."""
    if not step.held:
        return functions
    rows = list(step.held)

    def rhs(t: float, y: list[float], p: Parameters) -> list[float]:
        rates = functions.rhs(t, y, p)
        for i in rows:
            rates[i] = 0.0
        return rates

    def jacobian(t: float, y: list[float], p: Parameters) -> list[list[float]]:
        assert functions.jacobian is not None
        slopes = functions.jacobian(t, y, p)
        for i in rows:
            slopes[i] = [0.0] * len(slopes)
        return slopes

    def rhs_many(t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
        assert functions.rhs_many is not None
        rates = functions.rhs_many(t, y, p)
        rates[rows] = 0.0
        return rates

    return replace(
        functions, rhs=rhs, jacobian=jacobian, rhs_many=rhs_many, jacobian_many=None, integrand=None
    )


def _finish(
    machine: Machine,
    scenario: Scenario,
    base: Mapping[str, float],
    rest: Rest | None,
    course: _Course | None,
    rtol: float,
) -> Solution:
    observer = Observer(
        machine, course.trajectory if course else None, rest, parameter_values(machine.cell, dict(base))
    )
    measures = measure_all(observer, scenario)
    verdicts = judge_all(observer, scenario.expectations)
    if course is None:
        return Solution(scenario, machine, rest, None, (), measures, verdicts, (), (), None, rtol)
    plan, trajectory = course.plan, course.trajectory
    drifts, supplies = settle_accounts(machine, trajectory, plan.steps, course.start)
    return Solution(
        scenario,
        machine,
        rest,
        trajectory,
        plan.windows,
        measures,
        verdicts,
        drifts,
        supplies,
        course.failure,
        rtol,
    )
