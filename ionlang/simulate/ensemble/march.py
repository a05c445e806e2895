"""A cohort from its beginning to its end: one phase after the other, all members together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from ionlang.model.scenario import Scenario
from ionlang.simulate.ensemble.answer import together
from ionlang.simulate.ensemble.cohort import Cohort, Stage, cohort_of, goes_together, starts_of
from ionlang.simulate.ensemble.gather import gathered
from ionlang.simulate.ensemble.integrate_many import Batch, Way, integrate_many
from ionlang.simulate.ensemble.sound import sound_members
from ionlang.simulate.ensemble.uncollected import uncollected
from ionlang.simulate.ensemble.values import base_values_many, of_member, values_many
from ionlang.simulate.evaluate_many import Many
from ionlang.simulate.functions import FloatArray, ParametersMany, Phase
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.rest import Rest
from ionlang.simulate.resting.rest_many import find_settled_many
from ionlang.simulate.running.course import Course
from ionlang.simulate.running.finish import Ran, measured
from ionlang.simulate.running.plan import Impossible
from ionlang.simulate.running.run import SAFETY
from ionlang.simulate.running.tolerances import absolute_tolerances
from ionlang.simulate.sheaf import Sheaf
from ionlang.simulate.solution import Solution
from ionlang.simulate.trajectory import Trajectory


def solved_together(
    machine: Machine, scenario: Scenario, given: Sequence[Mapping[str, float]], rtol: float
) -> list[Solution | None]:
    """What runs with these values come to that differ in numbers alone; None of those that are to go alone:
    that the cell cannot be, that find no rest, that fail."""
    found: list[Solution | None] = [None] * len(given)
    if not goes_together(machine, scenario):
        return found
    wide = _side_by_side(given)
    base = base_values_many(machine.cell, scenario, wide)
    sound = sound_members(machine.cell, values_many(machine.cell, base), len(given))
    if len(base) > len(wide):
        sound &= sound_members(machine.cell, values_many(machine.cell, wide), len(given))
    chosen = np.flatnonzero(sound).tolist()
    rests: dict[int, Rest | None] = dict.fromkeys(chosen)
    if scenario.at_rest:
        settled = find_settled_many(machine, [of_member(base, k) for k in chosen])
        rests = {k: rest for k, rest in zip(chosen, settled, strict=True) if rest is not None}
    own = [given[k] for k in rests]
    with suppress(Impossible), uncollected():
        cohort = cohort_of(machine, scenario, _side_by_side(own), len(own)) if len(own) > 1 else None
        if cohort is not None:
            solutions = _marched(machine, cohort, own, list(rests.values()), rtol)
            for k, solution in zip(rests, solutions, strict=True):
                found[k] = solution
    return found


def _side_by_side(given: Sequence[Mapping[str, float]]) -> dict[str, Many]:
    """Values by path: a number where all agree."""
    found: dict[str, Many] = {}
    for path, first in given[0].items():
        every = np.array([of_member[path] for of_member in given])
        found[path] = first if (every == first).all() else every
    return found


def _marched(
    machine: Machine,
    cohort: Cohort,
    given: Sequence[Mapping[str, float]],
    rests: Sequence[Rest | None],
    rtol: float,
) -> list[Solution | None]:
    """What the members of a cohort say, each with the values that were given to it and the rest it begins at; None of
    those that failed in company."""
    settled = [rest.settled.state for rest in rests if rest is not None and rest.settled is not None]
    start = starts_of(machine, cohort, settled or None)
    atol = SAFETY * absolute_tolerances(machine, cohort.before, start, rtol)
    batches: list[Batch] = []
    ways: list[Way] = []
    values, lost = start, np.zeros(cohort.count, dtype=bool)
    for stage in cohort.stages:
        batches.append(_batch(stage, values, atol, lost))
        way = integrate_many(together(machine, stage.held), batches[-1], SAFETY * rtol)
        lost[list(way.failed)] = True
        ways.append(way)
        values = way.values
    sheaf = gathered(batches, ways)
    del batches, ways
    runs = list(_runs(cohort, sheaf, start, given, rests))
    found = measured(machine, runs, sheaf, dict(cohort.values), rtol)
    return [None if gone else one for one, gone in zip(found, lost.tolist(), strict=True)]


def _batch(stage: Stage, values: FloatArray, atol: FloatArray, lost: NDArray[np.bool_]) -> Batch:
    """Those that are lost stay where they are."""
    count = lost.size
    start, end = np.full(count, stage.start), np.where(lost, stage.start, stage.end)
    return Batch(start, end, values, atol, stage.parameters, np.full(count, np.inf))


def _runs(
    cohort: Cohort,
    sheaf: Sheaf,
    start: FloatArray,
    given: Sequence[Mapping[str, float]],
    rests: Sequence[Rest | None],
) -> list[Ran]:
    """Each member as a run of its own."""
    stages = cohort.stages
    tables = [_table(stage.parameters, cohort.count) for stage in stages]
    held = tuple(stage.held for stage in stages)
    starts = np.ascontiguousarray(start.T)
    found = []
    for k in range(cohort.count):
        pieces = tuple(
            sheaf.piece(k * len(stages) + i, Phase(stage.start, stage.end, tables[i][k]))
            for i, stage in enumerate(stages)
        )
        course = Course(starts[k], Trajectory(pieces), held, (), cohort.shown, False, None)
        found.append(Ran(cohort.scenario, given[k], of_member(cohort.base, k), rests[k], course))
    return found


def _table(parameters: ParametersMany, count: int) -> list[list[float]]:
    """The parameters of each member."""
    wide = np.array([np.broadcast_to(p, (count,)) for p in parameters]).reshape(len(parameters), count)
    rows: list[list[float]] = wide.T.tolist()
    return rows
