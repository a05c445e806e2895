"""Machine → what is tuned: before any rest or run, with numbers from outside in force."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ionlang.diagnostics import Problems
from ionlang.model.check.limits import check_values
from ionlang.model.numbers import parameter_values
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.rest import find_settled
from ionlang.simulate.tuning import explain
from ionlang.simulate.tuning.linear import UNMET, Equations, solve
from ionlang.simulate.tuning.seek import Sought, seek
from ionlang.simulate.tuning.task import (
    StartProblem,
    Task,
    rest_problem,
    row_sizes,
    sought_at_start,
    start_problem,
    task_of,
)
from ionlang.simulate.tuning.tuned import Tuned, said

REFINEMENTS = 3
ROUNDING = 1e-12  # of what a goal is made of
SAME_REST = 1e-6
NO_EFFECT = 1e-12
DEPENDENT = 1e-6


def tune(machine: Machine, given: Mapping[str, float]) -> tuple[Tuned, ...]:
    """What the file tunes, with these parameter values (by path, in cell units) in force; nothing if it tunes nothing.
    Raises ModelError where the goals cannot be met."""
    tuning = machine.cell.tuning
    if tuning is None:
        return ()
    problems = Problems()
    task = task_of(machine, tuning, given)
    found = _from_start(task, problems) if tuning.starts_at_rest is not None else _at_rest(task, problems)
    problems.stop()
    assert found is not None
    _check(task, found, problems)
    problems.stop()
    pairs = zip(tuning.unknowns, found.tolist(), task.guess.tolist(), strict=True)
    return tuple(Tuned(u.name, u.path, u.dimension, value, written) for u, value, written in pairs)


def _check(task: Task, found: FloatArray, problems: Problems) -> None:
    """Whether the cell may have these values."""
    spans = {u.path: u.span for u in task.tuning.unknowns}
    values = parameter_values(task.machine.cell, task.with_unknowns(found))
    before = parameter_values(task.machine.cell, dict(task.values))
    known, whole = Problems(), Problems()
    check_values(known, task.machine.cell, before, {})
    check_values(whole, task.machine.cell, values, spans)
    old = [(d.code, d.message) for d in known.found]
    for diagnostic in whole.errors:
        if (diagnostic.code, diagnostic.message) not in old or diagnostic.primary.span in spans.values():
            problems.add(diagnostic)


def _from_start(task: Task, problems: Problems) -> FloatArray | None:
    """The written start is to be a rest."""
    problem = start_problem(task)
    equations = _equations(task, problem)
    if equations.without_effect:
        explain.without_effect(problems, task, equations.without_effect)
        return None
    if equations.out_of_reach:
        explain.out_of_reach(problems, task, [problem.asked[i] for i in equations.out_of_reach])
        return None
    found = (
        _linear(task, problem, equations, problems)
        if problem.is_affine
        else _stepwise(task, problem, problems)
    )
    if found is not None:
        _check_gates(task, found, problems)
    return found


def _equations(task: Task, problem: StartProblem) -> Equations:
    """The goals as linear equations; where they are not linear, only what stands in which."""
    sizes, typical = problem.sizes, task.typical
    if problem.is_affine:
        nothing = np.zeros_like(typical)
        return Equations(problem.functions.slopes(nothing), problem.functions.rates(nothing), sizes, typical)
    marks = problem.influences * sizes[:, None] / typical
    return Equations(marks, problem.functions.rates(task.guess), sizes, typical)


def _linear(task: Task, problem: StartProblem, equations: Equations, problems: Problems) -> FloatArray | None:
    solved = solve(equations)
    if solved.together:
        explain.together(problems, task, solved.together)
        return None
    if solved.at_odds:
        asked = [problem.asked[i] for i in solved.at_odds]
        explain.at_odds(problems, task, asked, len(equations.touched))
        return None
    found = _refined(problem, equations, solved.values)
    return _not_negative(task, problem, equations, found, problems)


def _refined(problem: StartProblem, equations: Equations, found: FloatArray) -> FloatArray:
    """The last digits: what the goals still lack there is solved for once more, as long as that becomes less."""
    best, least = found, np.inf
    for _ in range(REFINEMENTS):
        left = problem.functions.rates(found)
        size = float((np.abs(left) / equations.sizes).max(initial=0.0))
        if size >= least:
            break
        best, least = found, size
        found = found + solve(Equations(equations.slopes, left, equations.sizes, equations.typical)).values
    return best


def _not_negative(
    task: Task, problem: StartProblem, equations: Equations, found: FloatArray, problems: Problems
) -> FloatArray:
    """What only rounding keeps from 0 is 0; what is below 0 in earnest is reported."""
    shares = np.abs(equations.slopes * found / equations.sizes[:, None])
    weight = shares.max(axis=0, initial=0.0)
    kept = task.lower == 0.0
    cleared = np.where(kept & (weight <= ROUNDING), 0.0, found)
    for i in np.flatnonzero(kept & (cleared < 0)).tolist():
        row = int(np.argmax(shares[:, i]))
        explain.negative(problems, task, i, float(found[i]), problem.asked[row])
    return cleared


def _stepwise(task: Task, problem: StartProblem, problems: Problems) -> FloatArray | None:
    arrival = seek(sought_at_start(task, problem), task.guess)
    left = np.abs(problem.functions.rates(arrival.z)) / problem.sizes
    if arrival.there and float(left.max(initial=0.0)) <= UNMET:
        return arrival.z
    explain.not_reached(problems, task, arrival.share, arrival.z, _unmet(task, problem, left))
    return None


def _unmet(task: Task, problem: StartProblem, left: FloatArray) -> str:
    """What the search leaves unmet."""
    names = [
        explain.goal_name(task, a)
        for a, x in zip(problem.asked, left.tolist(), strict=True)
        if not x <= UNMET
    ]
    return f", and what is not met is {explain.listed(names)}" if names else ""


def _check_gates(task: Task, found: FloatArray, problems: Problems) -> None:
    """With everything else at rest, gates that are given a start of their own."""
    machine = task.machine
    parameters = machine.parameters(task.with_unknowns(found))
    state = np.array(machine.initial_state(parameters), dtype=float)
    rates = np.array(machine.scalar.rhs(0.0, state.tolist(), parameters), dtype=float)
    slopes = np.array(machine.scalar.jacobian(0.0, state.tolist(), parameters), dtype=float)
    sizes = row_sizes(task, parameters, state)
    for i, each in enumerate(machine.system.states):
        if each.kind == "gate" and abs(rates[i]) > UNMET * max(sizes[i], abs(slopes[i, i])):
            alone = slopes[i, i] < 0
            explain.gate_off_rest(problems, task, i, state[i] - rates[i] / slopes[i, i] if alone else None)


def _at_rest(task: Task, problems: Problems) -> FloatArray | None:
    """Quantities are to have values at the rest that the cell comes to."""
    sought, count = rest_problem(task)
    settled = find_settled(task.machine, task.values).settled
    begin = task.written if settled is None else settled.state
    z = np.concatenate([begin, task.guess])
    effect = () if settled is None else _without_effect(_along_rests(sought, z, count))
    if effect:
        explain.without_effect(problems, task, effect)
        return None
    arrival = seek(sought, z)
    found: FloatArray = arrival.z[count:]
    if not arrival.there:
        gaps = sought.rates(arrival.z)[count:].tolist()
        dependent = _are_dependent(_along_rests(sought, arrival.z, count))
        explain.not_reached(problems, task, arrival.share, found, _still(task, gaps), dependent=dependent)
        return None
    _check_settled(task, found, problems)
    return found


def _along_rests(sought: Sought, z: FloatArray, count: int) -> FloatArray:
    """How much each goal (rows) changes with each unknown (columns) while the cell stays at rest, in parts of what
    typical changes of the state would do to that goal; nan where rests do not follow."""
    slopes = sought.slopes(z) * sought.scale
    by_state, by_unknown = slopes[count:, :count], slopes[count:, count:]
    height = np.abs(slopes[:count]).max(axis=1, keepdims=True, initial=0.0)
    rows = slopes[:count] / np.where(height > 0, height, 1.0)
    with np.errstate(all="ignore"):
        follow = np.linalg.lstsq(rows[:, :count], rows[:, count:], rcond=None)[0]
        sizes = np.abs(by_state).sum(axis=1) + np.abs(by_unknown).sum(axis=1)
        relative: FloatArray = (by_unknown - by_state @ follow) / np.where(sizes > 0, sizes, 1.0)[:, None]
    return relative


def _without_effect(along: FloatArray) -> tuple[int, ...]:
    return tuple(np.flatnonzero((np.abs(along) <= NO_EFFECT).all(axis=0)).tolist())


def _are_dependent(along: FloatArray) -> bool:
    """Whether the goals move together, whatever is tuned."""
    with np.errstate(all="ignore"):
        columns = along / np.linalg.norm(along, axis=0)
        rows = columns / np.linalg.norm(columns, axis=1)[:, None]
    return not np.isfinite(rows).all() or float(np.linalg.svd(rows, compute_uv=False)[-1]) <= DEPENDENT


def _still(task: Task, gaps: list[float]) -> str:
    parts = []
    for goal, gap in zip(task.tuning.goals, gaps, strict=True):
        assert goal.value.dimension is not None
        parts.append(f"`{goal.text}` is {said(abs(gap), goal.value.dimension)} off")
    return f", and {' and '.join(parts)}"


def _check_settled(task: Task, found: FloatArray, problems: Problems) -> None:
    """Whether the cell comes to the rest that was found."""
    machine = task.machine
    rest = find_settled(machine, task.with_unknowns(found))
    gaps = machine.expressions([goal.gap for goal in task.tuning.goals])
    size = machine.expressions([goal.value_at_rest for goal in task.tuning.goals])
    settled = rest.settled
    if settled is None:
        explain.unstable(problems, task, found)
        return
    state, parameters = settled.state[:, None], list(rest.parameters)
    off = gaps(np.zeros(1), state, parameters)[:, 0]
    sizes = np.maximum(np.abs(size(np.zeros(1), state, parameters)[:, 0]), 1e-3)
    for goal, gap, scale in zip(task.tuning.goals, off.tolist(), sizes.tolist(), strict=True):
        if abs(gap) > SAME_REST * scale:
            explain.elsewhere(problems, task, goal, abs(gap), found)
