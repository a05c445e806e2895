"""Runs of one scenario that differ in numbers alone: the same windows are open between the same moments.

What such runs are made of – parameters, starts, tolerances, the steps of their plan – is worked out for all of them at
once, so that a member costs next to nothing before it is integrated. Scenarios in which more than numbers differ, or in
which the run itself tells what comes next, are left to the conversation of each run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ionlang.model.act.composition import in_force
from ionlang.model.expression import Expr, reads
from ionlang.model.scenario import Scenario
from ionlang.model.scenario_when import At, From, Train
from ionlang.simulate.ensemble.values import (
    PresentMany,
    base_values_many,
    known_many,
    of_member,
    values_many,
)
from ionlang.simulate.evaluate_many import Many, Values
from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.machine import Machine
from ionlang.simulate.running.plan import Plan, plan_of
from ionlang.simulate.running.schedule import steps_from
from ionlang.simulate.running.shown import Shown, shown_windows
from ionlang.simulate.running.watches import lasting_watches


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """What all members do between two moments [ms]; `held` are the rows whose own rates do not count."""

    start: float
    end: float
    parameters: ParametersMany
    held: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Cohort:
    """`base` are the values that hold throughout, by path; `values` all that follow from them; `before` the parameters
    before anything acts; `shown` what the actions fill."""

    scenario: Scenario
    count: int
    base: Mapping[str, Many]
    values: dict[str, Many]
    before: ParametersMany
    stages: tuple[Stage, ...]
    shown: tuple[Shown, ...]


def goes_together(machine: Machine, scenario: Scenario) -> bool:
    """Whether nothing but numbers tells one run of a scenario from another, as far as the scenario itself says."""
    if scenario.duration is None or scenario.after is not None or scenario.jumps or scenario.firings:
        return False
    if not machine.is_autonomous or not machine.system.states or lasting_watches(machine, scenario):
        return False
    if any(isinstance(a.when, From) and a.when.until is not None for a in scenario.acting):
        return False
    still = not any(o.over is not None or _reads(o.value, "time", "elapsed") for o in scenario.overrides)
    return still and all(h.value is None for h in scenario.holdings)


def cohort_of(machine: Machine, scenario: Scenario, given: Values, count: int) -> Cohort | None:
    """The members with these values by path: a number for all, or one for each (count,). None if the moments of the
    scenario are not the same for all. Raises Impossible."""
    base = base_values_many(machine.cell, scenario, given)
    values = values_many(machine.cell, base)
    varying = tuple(path for path, value in values.items() if isinstance(value, np.ndarray))
    if any(_reads(expression, *varying) for expression in _moments(scenario)):
        return None
    plan = plan_of(machine, scenario, of_member(given, 0))
    stages = tuple(_stages(machine, plan, given, values))
    before = _parameters(machine, base)
    return Cohort(scenario, count, base, values, before, stages, shown_windows(plan))


def _moments(scenario: Scenario) -> list[Expr]:
    """What says when something happens."""
    found = [] if scenario.duration is None else [scenario.duration]
    for acting in scenario.acting:
        when = acting.when
        match when:
            case At(moment):
                found.append(moment)
            case From(start, end, _):
                found += [start] if end is None else [start, end]
            case Train(start, end, every, width):
                found += [start, end, every, width]
            case _:
                pass
    return found


def _stages(machine: Machine, plan: Plan, given: Values, values: Values) -> list[Stage]:
    """The steps of the plan of the first member, with the parameters of all."""
    settled = {path: values[path] for path in plan.known.given if path not in given}
    known = {**given, **settled}
    written, known_values = known_many(machine.cell, known), values_many(machine.cell, known)
    found = []
    for step in steps_from(plan, 0.0):
        active = in_force(plan.windows, step.phase.start)
        present = PresentMany(written, known_values, active)
        parameters = _parameters(machine, {**known, **{target: present[target] for target in active}})
        found.append(Stage(step.phase.start, step.phase.end, parameters, step.held))
    return found


def _parameters(machine: Machine, values: Values) -> ParametersMany:
    wide = (np.asarray(p, dtype=float) for p in machine.parameters_many(values))
    return [p if p.ndim else float(p) for p in wide]


def _reads(expression: Expr, *paths: str) -> bool:
    return any(read.path in paths for read in reads(expression))


def starts_of(machine: Machine, cohort: Cohort, rests: Sequence[FloatArray] | None) -> FloatArray:
    """Where the members begin (n, m): where they rest, or as the file writes it."""
    if rests is not None:
        return np.array(rests).T
    written = np.asarray(machine.vector.initial_state(cohort.before), dtype=float)
    return np.array(np.broadcast_to(written.reshape(len(written), -1), (len(written), cohort.count)))
