"""A scenario as phases: between two edges nothing jumps. A phase is a set of parameter overrides, constant or
functions of time; the right-hand side knows no scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ionlang.codegen.callables import scalar_outputs
from ionlang.model.act.composition import Window, contradictions, in_force, moment, windows_of
from ionlang.model.cell import Cell
from ionlang.model.evaluate import evaluate
from ionlang.model.expression import Expr
from ionlang.model.scenario import Holding, Jump, Override, Scenario
from ionlang.simulate.drive import stretches
from ionlang.simulate.functions import FloatArray, ParametersMany, Phase
from ionlang.simulate.machine import Machine
from ionlang.simulate.present import Present


class Impossible(Exception):
    """A scenario that cannot be run with these parameter values (only they tell)."""


class Collision(Impossible):
    """Two `set`s of one target hold at one time."""

    def __init__(self, first: Override, second: Override) -> None:
        places = f"{first.span.place()} and {second.span.place()}"
        super().__init__(f"two `set`s of {first.target} hold at one time ({places})")
        self.first, self.second = first, second


@dataclass(frozen=True, slots=True)
class Step:
    """One phase of a run: what jumps at its start, what is held in it."""

    phase: Phase
    jumps: tuple[tuple[int, float], ...]
    held: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A scenario with its numbers: `steps` in order; `windows` are the stretches [ms] that an action fills, with
    its words, for plots."""

    steps: tuple[Step, ...]
    windows: tuple[tuple[float, float, str], ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a scenario says, with moments in numbers; `given` are values from outside, `frozen` those that are settled
    once, at the start."""

    machine: Machine
    given: Mapping[str, float]
    frozen: Mapping[str, float]
    windows: tuple[Window, ...]
    holdings: tuple[tuple[float, float, Holding], ...]
    jumps: tuple[tuple[float, Jump], ...]


def base_values(machine: Machine, scenario: Scenario, given: Mapping[str, float]) -> dict[str, float]:
    """The overrides that hold for the whole scenario, rest included (functions of time: as at the start)."""
    always = windows_of([o for o in scenario.overrides if o.start is None], {})
    _refuse_contradictions(always)
    active = in_force(always, -np.inf, np.inf)
    present = Present(machine.cell, given, active, 0.0)
    return {**given, **{target: present[target] for target in active}}


def schedule(machine: Machine, scenario: Scenario, given: Mapping[str, float]) -> Schedule:
    """The phases of a scenario under given parameter values. Raises Impossible."""
    assert scenario.duration is not None
    base = base_values(machine, scenario, given)
    values = Present(machine.cell, base, {}, 0.0)
    length = moment(evaluate(scenario.duration, values))
    if not length > 0:
        raise Impossible(f"scenario {scenario.name} would last {length} ms")
    plan = _Plan(
        machine,
        given,
        {path: values[path] for path in _settled_once(machine.cell)},
        windows_of(scenario.overrides, values),
        tuple((_time(h.start, values, 0.0), _time(h.end, values, np.inf), h) for h in scenario.holdings),
        tuple((moment(evaluate(j.at, values)), j) for j in scenario.jumps),
    )
    _refuse_contradictions(plan.windows)
    steps = [step for a, b in pairwise(_edges(plan, length)) for step in _steps(plan, a, b)]
    shown = tuple(
        (max(w.start, 0.0), min(w.end, length), _words(w.override)) for w in plan.windows if w.start >= 0.0
    )
    return Schedule(tuple(steps), shown)


def _settled_once(cell: Cell) -> tuple[str, ...]:
    """What balances charge is solved for once: it does not follow what a scenario changes later."""
    from ionlang.model.books.balance import balance_parameters

    return balance_parameters(cell)


def _edges(plan: _Plan, length: float) -> list[float]:
    marks = [t for w in plan.windows for t in (w.start, w.end)]
    marks += [t for a, b, _ in plan.holdings for t in (a, b)] + [t for t, _ in plan.jumps]
    return sorted({0.0, length, *(t for t in marks if 0.0 < t < length)})


def _words(override: Override) -> str:
    return " ".join(override.span.text.split())


def _time(expression: Expr | None, values: Mapping[str, float], otherwise: float) -> float:
    return otherwise if expression is None else moment(evaluate(expression, values))


def _refuse_contradictions(windows: Sequence[Window]) -> None:
    for first, second in contradictions(windows):
        raise Collision(first, second)


def _steps(plan: _Plan, start: float, end: float) -> list[Step]:
    """The phases from one edge to the next: one, or several where parameters move at different paces."""
    machine = plan.machine
    active = in_force(plan.windows, start, end)
    present = Present(machine.cell, {**plan.given, **plan.frozen}, active, start)
    moving = tuple(target for target in active if present.moves(target))
    still = {target: present[target] for target in active if target not in moving}
    constant = {**plan.given, **plan.frozen, **still}
    jumps = tuple(
        (machine.state_index[j.target], evaluate(j.value, present)) for t, j in plan.jumps if t == start
    )
    held = tuple(
        sorted({machine.state_index[h.target] for a, b, h in plan.holdings if a <= start and b >= end})
    )
    if not moving:
        return [Step(Phase(start, end, machine.parameters(constant)), jumps, held)]
    phases = _moving_phases(machine, constant, present, moving, start, end)
    return [Step(phase, jumps if i == 0 else (), held) for i, phase in enumerate(phases)]


def _moving_phases(
    machine: Machine,
    constant: Mapping[str, float],
    present: Present,
    moving: tuple[str, ...],
    start: float,
    end: float,
) -> list[Phase]:
    """Phases whose parameters are functions of time; where these are fast, steps are bounded."""
    still = machine.parameters(constant)
    compute = scalar_outputs(machine.system, [present.symbols(target, machine.look) for target in moving])
    nothing = [0.0] * len(machine.system.states)

    def drive(t: float) -> list[float]:
        return compute(t, nothing, still)

    def at(t: float) -> list[float]:
        return machine.parameters({**constant, **dict(zip(moving, drive(t), strict=True))})

    def at_many(t: FloatArray) -> ParametersMany:
        found = np.array([drive(x) for x in t.tolist()]).reshape(t.size, len(moving)).T
        values = machine.parameters_many({**constant, **dict(zip(moving, found, strict=True))})
        return [v if isinstance(v, np.ndarray) else float(v) for v in values]  # type: ignore[arg-type]

    return [Phase(a, b, at(a), at, at_many, longest) for a, b, longest in stretches(drive, start, end)]
