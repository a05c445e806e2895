"""What is to be tuned, as functions of the unknowns: the noun that the solvers work on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ionlang.codegen.callables import ScalarModel, scalar_model
from ionlang.equations import tuning as equations
from ionlang.equations.express import express
from ionlang.equations.system import Expression, System
from ionlang.model.check.tunable import is_never_negative
from ionlang.model.tuning import Goal, Tuning
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.reduce import POTENTIAL_RANGE, eliminated_states, reduced_system
from ionlang.simulate.tuning.seek import Sought


@dataclass(frozen=True, slots=True, eq=False)
class Balance:
    """A goal of `start is rest`: the rate of this state, by number."""

    state: int


Asked = Balance | Goal


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """`values` are numbers given from outside, by path. `parameters` and `written` (n,) are those of the cell with
    each unknown as the file writes it."""

    machine: Machine
    tuning: Tuning
    values: Mapping[str, float]
    parameters: list[float]
    written: FloatArray

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(u.path for u in self.tuning.unknowns)

    @property
    def guess(self) -> FloatArray:
        """The unknowns (k,) as the file writes them."""
        return np.array([self.machine.parameter_value(path, self.parameters) for path in self.paths])

    @property
    def typical(self) -> FloatArray:
        """Typical sizes (k,) of the unknowns."""
        return np.where(self.guess != 0.0, np.abs(self.guess), 1.0)

    @property
    def lower(self) -> FloatArray:
        """The bounds (k,) below the unknowns: 0 for what cannot be negative."""
        kept = [is_never_negative(self.machine.cell, u) for u in self.tuning.unknowns]
        return np.where(self._are_potentials, POTENTIAL_RANGE[0], np.where(kept, 0.0, -np.inf))

    @property
    def upper(self) -> FloatArray:
        """The bounds (k,) above the unknowns."""
        return np.where(self._are_potentials, POTENTIAL_RANGE[1], np.inf)

    @property
    def _are_potentials(self) -> NDArray[np.bool_]:
        return np.array([path.endswith(".V.start") for path in self.paths], dtype=bool)

    def with_unknowns(self, found: FloatArray) -> dict[str, float]:
        """The values by path with these unknowns (k,)."""
        return {**self.values, **dict(zip(self.paths, found.tolist(), strict=True))}


def task_of(machine: Machine, tuning: Tuning, values: Mapping[str, float]) -> Task:
    parameters = machine.parameters(values)
    written = np.array(machine.initial_state(parameters), dtype=float)
    return Task(machine, tuning, values, parameters, written)


def goals_at_start(task: Task) -> tuple[Asked, ...]:
    """The balances that are independent of one another, then what is asked for besides."""
    dependent = _dependent(task)
    states = task.machine.system.states
    balances = [Balance(i) for i, s in enumerate(states) if s.kind != "gate" and i not in dependent]
    return (*balances, *task.tuning.goals)


def _dependent(task: Task) -> dict[int, int]:
    """The states that follow from others by a conservation law, with the number of the law."""
    chosen = eliminated_states(task.machine, task.parameters, task.written)
    return {state: law for law, state in enumerate(chosen)}


@dataclass(frozen=True, slots=True, eq=False)
class Functions:
    """`rates(z)` (r,) and `slopes(z)` (r, m) of a problem of m unknowns."""

    model: ScalarModel
    parameters: list[float]
    rows: int
    columns: int

    def rates(self, z: FloatArray) -> FloatArray:
        return np.array(self.model.rhs(0.0, self._whole(z), self.parameters), dtype=float)[: self.rows]

    def slopes(self, z: FloatArray) -> FloatArray:
        whole = np.array(self.model.jacobian(0.0, self._whole(z), self.parameters), dtype=float)
        return whole[: self.rows, : self.columns]

    def _whole(self, z: FloatArray) -> list[float]:
        width = max(self.rows, self.columns)
        return [*z.tolist(), *[0.0] * (width - self.columns)]


@dataclass(frozen=True, slots=True, eq=False)
class StartProblem:
    """The goals as functions of the unknowns alone, the state being that at the start; `sizes` (r,) are what each is
    made of; `influences` (r, k) marks which unknowns stand in which goal; `is_affine`: they are linear in the
    unknowns."""

    asked: tuple[Asked, ...]
    functions: Functions
    sizes: FloatArray
    influences: FloatArray
    is_affine: bool


def start_problem(task: Task) -> StartProblem:
    system, asked = task.machine.system, goals_at_start(task)
    unknowns = equations.unknowns_of(system, task.paths, tuple(task.values))
    goals = [
        _flow(task.machine, a.state) if isinstance(a, Balance) else express(a.gap, task.machine.look)
        for a in asked
    ]
    problem = equations.at_start(system, unknowns, goals)
    functions = _functions(task, equations.squared(problem), len(asked), len(task.paths))
    influences = np.array(equations.influences(problem), dtype=float)
    slopes = np.abs(functions.slopes(task.guess)) @ task.typical
    sizes = np.maximum(_sizes(task, asked), slopes)
    return StartProblem(
        asked, functions, np.where(sizes > 0, sizes, 1.0), influences, equations.is_affine(problem)
    )


def _flow(machine: Machine, state: int) -> Expression:
    """What flows into a state in all: its rate without the volume or capacitance that it is spread over, which has no
    part in whether that is zero."""
    path, rate = spread_over(machine, state), machine.system.rates[state]
    return rate if path is None else rate * machine.look(path)


def spread_over(machine: Machine, state: int) -> str | None:
    """The path of the volume or capacitance by which the rate of a state is divided."""
    known = machine.system.states[state]
    owner = known.path.rpartition(".")[0]
    words = {"concentration": "volume", "potential": "total_capacitance"}
    path = f"{owner}.{words[known.kind]}" if known.kind in words else ""
    return path if path in machine.symbols else None


def _functions(task: Task, problem: System, rows: int, columns: int) -> Functions:
    model = scalar_model(problem)
    names = {entry.path: entry.name for entry in model.program.parameters}
    given = {names[path]: value for path, value in task.values.items() if path in names}
    return Functions(model, model.parameters(**given), rows, columns)


def _sizes(task: Task, asked: tuple[Asked, ...]) -> FloatArray:
    """What each balance is made of: Σ |slope| × size over the states; of other goals the slopes tell."""
    terms = row_sizes(task, task.parameters, task.written)
    return np.array(
        [terms[a.state] * _spread(task, a.state) if isinstance(a, Balance) else 0.0 for a in asked]
    )


def _spread(task: Task, state: int) -> float:
    """The volume or capacitance at the start that the rate of a state is divided by; 1 for what is not."""
    path = spread_over(task.machine, state)
    if path is None:
        return 1.0
    return float(task.machine.paths([path])(np.zeros(1), task.written[:, None], task.parameters)[0, 0])


def row_sizes(task: Task, parameters: list[float], state: FloatArray) -> FloatArray:
    """The size (n,) of what the rate of each state is made of."""
    typical = np.maximum(np.abs(state), reduced_system(task.machine, parameters, state).scale)
    slopes = np.array(task.machine.scalar.jacobian(0.0, state.tolist(), parameters), dtype=float)
    found: FloatArray = np.abs(slopes) @ typical
    return found


def rest_problem(task: Task) -> tuple[Sought, int]:
    """The equations of a rest and the goals in it, in all states and the unknowns; and the number of states."""
    machine = task.machine
    unknowns = equations.unknowns_of(machine.system, task.paths, tuple(task.values))
    goals = [express(goal.gap, machine.look) for goal in task.tuning.goals]
    problem = equations.at_rest(machine.system, unknowns, goals, _dependent(task))
    count = len(machine.system.states)
    functions = _functions(task, problem, count + len(goals), count + len(goals))
    lower, upper = _box(task)
    asked = np.concatenate([np.zeros(count), np.ones(len(goals))])
    scale = np.concatenate([reduced_system(machine, task.parameters, task.written).scale, task.typical])
    return Sought(functions.rates, functions.slopes, lower, upper, scale, asked), count


def _box(task: Task) -> tuple[FloatArray, FloatArray]:
    kinds = [state.kind for state in task.machine.system.states]
    margin = 1e-9  # a gate may rest at 0 or 1 to rounding
    low = {"potential": POTENTIAL_RANGE[0], "gate": -margin, "charge": -np.inf, "variable": -np.inf}
    high = {"potential": POTENTIAL_RANGE[1], "gate": 1 + margin}
    lower = [low.get(kind, 0.0) for kind in kinds]
    upper = [high.get(kind, np.inf) for kind in kinds]
    return np.concatenate([lower, task.lower]), np.concatenate([upper, task.upper])


def sought_at_start(task: Task, problem: StartProblem) -> Sought:
    """The same goals for a search step by step."""
    functions = problem.functions
    return Sought(
        functions.rates, functions.slopes, task.lower, task.upper, task.typical, np.ones(functions.rows)
    )
