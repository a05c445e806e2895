"""A scenario with its derivatives: begun, run, and followed leg by leg."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ionlang.model.act.composition import in_force, windows_of
from ionlang.model.act.present import with_origins
from ionlang.model.books.balance import balance_parameters
from ionlang.model.expression import Expr, reads
from ionlang.model.scenario import Scenario
from ionlang.model.scenario_when import Always
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.resting.rest import Rest, find_settled
from ionlang.simulate.running.course import Course, Progress, answered, travel
from ionlang.simulate.running.plan import base_values, plan_of
from ionlang.simulate.running.run import SAFETY, NoRest
from ionlang.simulate.running.tolerances import absolute_tolerances
from ionlang.simulate.sensitivity.dual import Dual, dual
from ionlang.simulate.sensitivity.inputs import Inputs, based, still
from ionlang.simulate.sensitivity.moments import Moments
from ionlang.simulate.sensitivity.settled import rest_moves, start_moves
from ionlang.simulate.sensitivity.tangent import Tangent, tangent_of
from ionlang.simulate.sensitivity.tangents import Point, Tangents


class Stopped(Exception):
    """A run that did not come to its end: what it measures has no derivative."""


@dataclass(frozen=True, slots=True, eq=False)
class Begun:
    """A cell before anything of a run acts: its values by path, and where it rests."""

    tangents: Tangents
    inputs: Inputs
    parameters: list[float]
    rest: Rest | None

    def moves(self) -> FloatArray:
        """Derivatives (P, k) of the parameters."""
        rows = [self.inputs.look(p.path).slope[0, :-1] for p in self.tangents.machine.system.parameters]
        return np.array(rows).reshape(len(rows), self.inputs.width - 1)

    def state_moves(self) -> FloatArray:
        """Derivatives (n, k) of the state at rest. Raises Undetermined, NoRest."""
        rest = self.rest
        if rest is None or rest.settled is None:
            raise NoRest("the cell has no stable rest")
        return rest_moves(self.tangents, self.parameters, rest.settled.state, rest.written, self.moves())

    def at_rest(self, expression: Expr) -> Dual:
        """A quantity at rest, with its derivatives. Raises Undetermined, NoRest."""
        moved, width = self.state_moves(), self.inputs.width
        assert self.rest is not None and self.rest.settled is not None
        dy = np.append(moved, np.zeros((len(moved), 1)), axis=1)[None]
        dp = np.append(self.moves(), np.zeros((len(self.parameters_of_file), 1)), axis=1)[None]
        y = self.rest.settled.state[:, None]
        point = Point(np.zeros(1), y, self.parameters, np.zeros((1, width)), dy, dp)
        known = self.tangents.machine.symbols
        paths = [r.path for r in reads(expression) if r.path in known and r.path != "time"]
        found = self.tangents.paths(paths, point)
        return dual(expression, lambda path: found[path] if path in found else self.inputs.look(path), width)

    @property
    def parameters_of_file(self) -> tuple[str, ...]:
        return tuple(p.path for p in self.tangents.machine.system.parameters)


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """A scenario that ran: where it began, its course (None: it asks about rest alone) with the derivatives."""

    begun: Begun
    course: Course | None
    tangent: Tangent | None


def begun_of(
    tangents: Tangents, names: tuple[str, ...], given: Mapping[str, float], scenario: Scenario | None
) -> Begun:
    """The cell under what a scenario does for its whole length, as it rests if that is asked for."""
    machine = tangents.machine
    own = Inputs(machine.cell, names, given)
    if scenario is None:
        return Begun(tangents, own, machine.parameters(given), find_settled(machine, given))
    base = base_values(machine, scenario, given)
    inputs = Inputs(machine.cell, names, {**given, **_held_always(scenario, own)})
    needed = scenario.at_rest or scenario.duration is None
    rest = find_settled(machine, base) if needed else None
    if needed and rest is not None and rest.settled is None:
        raise NoRest(f"scenario {scenario.name} needs the cell at rest, but no stable rest was found")
    return Begun(tangents, inputs, machine.parameters(base), rest)


def _held_always(scenario: Scenario, own: Inputs) -> Mapping[str, float]:
    always = [o for o in scenario.overrides if isinstance(o.when, Always)]
    windows = with_origins(own.known, windows_of(always, own.known.values))
    moving = Moments(own, own).windows(windows)
    return based(own, in_force(moving, 0.0))


def followed(
    tangents: Tangents,
    names: tuple[str, ...],
    given: Mapping[str, float],
    scenario: Scenario,
    rtol: float,
    progress: Progress | None = None,
) -> Followed:
    """Run a scenario and follow its derivatives. Raises NoRest, Impossible, Undetermined, Stopped, Grazing."""
    begun = begun_of(tangents, names, given, scenario)
    if scenario.duration is None:
        return Followed(begun, None, None)
    machine = tangents.machine
    state, moved = _start(tangents, names, given, scenario, begun, rtol)
    plan = plan_of(machine, scenario, given)
    atol = SAFETY * absolute_tolerances(machine, begun.parameters, state, rtol)
    course = answered(travel(plan, begun.parameters, state, SAFETY * rtol, atol, progress))
    if course.failure is not None:
        raise Stopped(
            f"scenario {scenario.name} stopped at {course.failure.time / 1e3:.6g} s: {course.failure.reason}"
        )
    settled = {path: still(begun.inputs.look(path).single) for path in balance_parameters(machine.cell)}
    moments = Moments(begun.inputs, Inputs(machine.cell, names, {**given, **settled}))
    length = moments.of(scenario.duration)
    return Followed(begun, course, tangent_of(tangents, moments, course, moved, length, rtol))


def _start(
    tangents: Tangents,
    names: tuple[str, ...],
    given: Mapping[str, float],
    scenario: Scenario,
    begun: Begun,
    rtol: float,
) -> tuple[FloatArray, FloatArray]:
    """The state (n,) at the start, and its derivatives (n, k)."""
    machine = tangents.machine
    if scenario.after is not None:
        other = next(s for s in machine.cell.scenarios if s.name == scenario.after)
        before = followed(tangents, names, given, other, rtol)
        assert before.course is not None and before.tangent is not None
        return before.course.trajectory.pieces[-1].values[:, -1], before.tangent.final()
    if begun.rest is not None and begun.rest.settled is not None:
        return begun.rest.settled.state, begun.state_moves()
    written = np.array(machine.initial_state(begun.parameters), dtype=float)
    return written, start_moves(tangents, begun.parameters, begun.moves())
