"""A scenario as phases: between two edges nothing jumps. A phase is a set of parameter overrides, constant or
functions of time; the right-hand side knows no scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import add, mul

import numpy as np

from ionlang.codegen.callables import scalar_outputs
from ionlang.equations.express import Look, express, number
from ionlang.equations.system import Expression
from ionlang.model.evaluate import evaluate
from ionlang.model.expression import Expr, reads
from ionlang.model.numbers import parameter_values
from ionlang.model.scenario import Holding, Jump, Override, Scenario
from ionlang.simulate.functions import FloatArray, ParametersMany, Phase
from ionlang.simulate.machine import Machine


class Collision(Exception):
    """Two `set`s of one target hold at one time (their times depend on parameters, so only the run can tell)."""

    def __init__(self, first: Override, second: Override) -> None:
        super().__init__(f"two `set`s of {first.target} hold at one time")
        self.first, self.second = first, second


@dataclass(frozen=True, slots=True)
class Window:
    """When an action holds, in ms; -inf and inf where it has no edge."""

    start: float
    end: float
    override: Override


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


def base_values(machine: Machine, scenario: Scenario, given: Mapping[str, float]) -> dict[str, float]:
    """The overrides that hold for the whole scenario, rest included (functions of time: at the start)."""
    values = _values(machine, given)
    always = [Window(-np.inf, np.inf, o) for o in scenario.overrides if o.start is None]
    _check_collisions(always)
    now = {**values, "time": 0.0, "elapsed": 0.0}
    found = dict(given)
    for target in dict.fromkeys(w.override.target for w in always):
        found[target] = _composed(target, [w for w in always if w.override.target == target], now)
    return found


def schedule(machine: Machine, scenario: Scenario, given: Mapping[str, float]) -> Schedule:
    """The phases of a scenario under given parameter values. Raises Collision, and ValueError for a run without
    length."""
    assert scenario.duration is not None
    values = _values(machine, base_values(machine, scenario, given))
    length = evaluate(scenario.duration, values)
    if not length > 0:
        raise ValueError("a run lasts longer than 0")
    windows = [_window(o, values) for o in scenario.overrides]
    holdings = [(_time(h.start, values, 0.0), _time(h.end, values, np.inf), h) for h in scenario.holdings]
    jumps = [(evaluate(j.at, values), j) for j in scenario.jumps]
    _check_collisions(windows)
    marks = [t for w in windows for t in (w.start, w.end)] + [t for a, b, _ in holdings for t in (a, b)]
    edges = sorted({0.0, length, *(t for t in [*marks, *(t for t, _ in jumps)] if 0.0 < t < length)})
    steps = tuple(_step(machine, dict(given), a, b, windows, holdings, jumps) for a, b in pairwise(edges))
    shown = tuple(
        (max(w.start, 0.0), min(w.end, length), _words(w.override)) for w in windows if w.start >= 0.0
    )
    return Schedule(steps, shown)


def _words(override: Override) -> str:
    return " ".join(override.span.text.split())


def _values(machine: Machine, given: Mapping[str, float]) -> dict[str, float]:
    return parameter_values(machine.cell, dict(given))


def _time(expression: Expr | None, values: Mapping[str, float], otherwise: float) -> float:
    return otherwise if expression is None else evaluate(expression, values)


def _window(override: Override, values: Mapping[str, float]) -> Window:
    return Window(_time(override.start, values, -np.inf), _time(override.end, values, np.inf), override)


def _check_collisions(windows: Sequence[Window]) -> None:
    sets = [w for w in windows if w.override.way == "set"]
    for i, second in enumerate(sets):
        for first in sets[:i]:
            both_bounded = (first.start == -np.inf) == (second.start == -np.inf)
            overlap = max(first.start, second.start) < min(first.end, second.end)
            if first.override.target == second.override.target and overlap and both_bounded:
                raise Collision(first.override, second.override)


def _step(
    machine: Machine,
    given: dict[str, float],
    start: float,
    end: float,
    windows: Sequence[Window],
    holdings: Sequence[tuple[float, float, Holding]],
    jumps: Sequence[tuple[float, Jump]],
) -> Step:
    active = [w for w in windows if w.start <= start and w.end >= end]
    values = _values(machine, given)
    jumping = tuple(
        (machine.state_index[j.target], evaluate(j.value, {**values, "time": t, "elapsed": 0.0}))
        for t, j in jumps
        if t == start
    )
    held = tuple(sorted({machine.state_index[h.target] for a, b, h in holdings if a <= start and b >= end}))
    return Step(_phase(machine, given, values, start, end, active), jumping, held)


def _phase(
    machine: Machine,
    given: dict[str, float],
    values: dict[str, float],
    start: float,
    end: float,
    active: Sequence[Window],
) -> Phase:
    constant, moving = dict(given), {}
    for target in dict.fromkeys(w.override.target for w in active):
        mine = _in_force([w for w in active if w.override.target == target])
        if any(_moves(machine, w.override.value) for w in mine):
            moving[target] = mine
        else:
            constant[target] = _composed(target, mine, values)
    parameters = machine.parameters(constant)
    if not moving:
        return Phase(start, end, parameters)
    return _moving_phase(machine, constant, moving, start, end)


def _in_force(windows: list[Window]) -> list[Window]:
    """A `set` of a window replaces one that holds always."""
    bounded = [w for w in windows if w.override.way == "set" and w.start > -np.inf]
    return [w for w in windows if not (bounded and w.override.way == "set" and w.start == -np.inf)]


def _moves(machine: Machine, value: Expr) -> bool:
    return any(r.path in ("time", "elapsed") for r in reads(value))


def _composed(target: str, windows: Sequence[Window], values: Mapping[str, float]) -> float:
    """What the actions on one target come to: a `set` replaces, blocks multiply what is open, currents add."""
    numbers = [evaluate(w.override.value, values) for w in windows]
    match windows[0].override.way:
        case "set":
            return numbers[-1]
        case "block":
            return 1.0 - float(np.prod([1.0 - x for x in numbers]))
        case "inject":
            return float(sum(numbers))


def _moving_phase(
    machine: Machine, constant: dict[str, float], moving: dict[str, list[Window]], start: float, end: float
) -> Phase:
    system = machine.system
    outputs = []
    for windows in moving.values():
        parts = [express(w.override.value, _looker(machine, w)) for w in windows]
        outputs.append(_composed_symbols(windows[0].override.way, parts))
    still = machine.parameters(constant)
    compute = scalar_outputs(system, outputs)
    nothing = [0.0] * len(system.states)

    def at(t: float) -> list[float]:
        found = compute(t, nothing, still)
        return machine.parameters({**constant, **dict(zip(moving, found, strict=True))})

    def at_many(t: FloatArray) -> ParametersMany:
        found = np.array([compute(x, nothing, still) for x in t.tolist()]).reshape(t.size, len(moving)).T
        values = machine.parameters_many({**constant, **dict(zip(moving, found, strict=True))})
        return [np.asarray(v, dtype=float) if np.ndim(v) else float(v) for v in values]  # type: ignore[arg-type]

    return Phase(start, end, at(start), at, at_many)


def _looker(machine: Machine, window: Window) -> Look:
    opened = number(max(window.start, 0.0))
    return lambda path: machine.system.time - opened if path == "elapsed" else machine.look(path)


def _composed_symbols(way: str, parts: Sequence[Expression]) -> Expression:
    """As `_composed`, for values that are functions of time."""
    match way:
        case "set":
            return parts[-1]
        case "block":
            return 1 - reduce(mul, [1 - part for part in parts])
        case _:
            return reduce(add, parts)
