"""The derivatives of the states along one leg of a run: S = dy/dp at a fixed time obeys dS/dt = J S + df/dp."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ionlang.model.act.composition import in_force
from ionlang.model.act.present import Active
from ionlang.model.act.timing import since
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.running.clamped import kept
from ionlang.simulate.running.course import Leg
from ionlang.simulate.running.landing import row_of
from ionlang.simulate.sensitivity.collocation import Chain, follow
from ionlang.simulate.sensitivity.dual import Dual, dual
from ionlang.simulate.sensitivity.inputs import Acted
from ionlang.simulate.sensitivity.moments import Moments
from ionlang.simulate.sensitivity.tangents import Point, Tangents
from ionlang.simulate.trajectory import INTERVALS


@dataclass(frozen=True, eq=False)
class Ground:
    """What acts during a leg, in numbers that move: parameters, and what clamps keep."""

    tangents: Tangents
    moments: Moments
    leg: Leg

    @cached_property
    def _active(self) -> Active:
        return in_force(self.moments.windows(self.leg.plan.windows), self.leg.step.phase.start)

    def acted(self, t: FloatArray) -> Acted:
        """The values by path at instants t (m,)."""
        return Acted(self.moments.inputs, self._active, self.leg.step.phase.start, t)

    @cached_property
    def _paths(self) -> tuple[str, ...]:
        return tuple(p.path for p in self.tangents.machine.system.parameters)

    @cached_property
    def _still(self) -> FloatArray:
        """Derivatives (P, k) of the parameters that do not move with time."""
        start = np.array([self.leg.step.phase.start])
        acted = self.acted(start)
        rows = [acted.look(path).slope[0] for path in self._paths]
        return np.array(rows).reshape(len(rows), self.moments.inputs.width)

    @cached_property
    def _moving(self) -> tuple[int, ...]:
        acted = self.acted(np.zeros(1))
        return tuple(i for i, path in enumerate(self._paths) if acted.moves(path))

    def parameters(self, t: FloatArray) -> FloatArray:
        """Derivatives of the parameters (1 or m, P, k), those by time last."""
        if not self._moving:
            return self._still[None]
        found = np.repeat(self._still[None], t.size, axis=0)
        acted = self.acted(t)
        for i in self._moving:
            found[:, i] = acted.look(self._paths[i]).slope
        return found

    def commands(self, t: FloatArray) -> dict[int, Dual]:
        """What clamps keep states at, by the row of the state."""
        acted, start = self.acted(t), self.leg.step.phase.start
        found: dict[int, Dual] = {}
        for keeping in self.leg.plan.keepings:
            holding = keeping.holding
            if holding.value is None or not keeping.start <= start < keeping.end:
                continue
            command = since(holding.value, self.moments.opening(holding.when, keeping.start))
            row = row_of(self.tangents.machine, holding.target)
            found[row] = dual(command, acted.look, self.moments.inputs.width)
        return found


@dataclass(frozen=True, eq=False)
class Stretch:
    """One leg with its derivatives. `chain` holds S, without the variable time; `began` and `ended` (k,) are how its
    ends move."""

    ground: Ground
    chain: Chain
    began: FloatArray
    ended: FloatArray

    @property
    def start(self) -> float:
        return self.ground.leg.piece.start

    @property
    def end(self) -> float:
        return self.ground.leg.piece.end

    def point(self, t: FloatArray) -> Point:
        """The cell at instants t (m,) of this leg, by all variables; the last one is time, along the run."""
        return point_of(self.ground, t, self.chain.at(lambda x: linear(self.ground, x), t))

    def final(self) -> FloatArray:
        """S (n, k) at its end; what follows a command is where that is."""
        found: FloatArray = self.chain.values[-1].copy()
        for row, command in self.ground.commands(np.array([self.end])).items():
            found[row] = command.slope[0, :-1]
        return found


def stretch(ground: Ground, start: FloatArray, began: FloatArray, floor: FloatArray, rtol: float) -> Stretch:
    """Follow S from `start` (n, k) through a leg that begins at a moment that moves as `began` (k,) says; of its end
    nothing is known yet."""
    edges = ground.leg.piece.times[::INTERVALS]
    chain = follow(lambda t: linear(ground, t), edges, start, floor, rtol)
    return Stretch(ground, chain, began, np.zeros_like(began))


def linear(ground: Ground, t: FloatArray) -> tuple[FloatArray, FloatArray]:
    """J (m, n, n) and df/dp (m, n, k) at instants t (m,) of a leg, with what is held left out."""
    leg, n = ground.leg, ground.tangents.states
    local = ground.tangents.rates(t, leg.piece.at(t), leg.step.phase.parameters_many(t))
    slopes = local[:, :, :n]
    drive = local[:, :, n:-1] @ ground.parameters(t)[:, :, :-1]
    rows = list(leg.step.held)
    slopes[:, rows], drive[:, rows] = 0.0, 0.0
    leads = [lead.row for lead in leg.step.leads]
    if leads:
        commands = ground.commands(t)
        for row in leads:
            drive += slopes[:, :, row, None] * commands[row].slope[:, None, :-1]
        slopes[:, :, leads] = 0.0
    return slopes, drive


def rates(ground: Ground, t: FloatArray, y: FloatArray) -> FloatArray:
    """dy/dt (n, m) along a leg; of what follows a command, that of the command."""
    leg = ground.leg
    functions = kept(ground.tangents.machine.functions, leg.step)
    assert functions.rhs_many is not None
    found = np.array(functions.rhs_many(t, y, leg.step.phase.parameters_many(t)), dtype=float)
    for row, command in ground.commands(t).items():
        found[row] = command.slope[:, -1]
    return found


def point_of(ground: Ground, t: FloatArray, moved: FloatArray) -> Point:
    """The cell at instants t (m,) with S (m, n, k) there: what follows a command is where that is."""
    leg, width = ground.leg, ground.moments.inputs.width
    y = leg.piece.at(t)
    dy = np.concatenate([moved, rates(ground, t, y).T[:, :, None]], axis=2)
    for row, command in ground.commands(t).items():
        dy[:, row] = command.slope
    dt = np.zeros((1, width))
    dt[0, -1] = 1.0
    return Point(t, y, leg.step.phase.parameters_many(t), dt, dy, ground.parameters(t))
