"""The derivatives of a whole run, leg by leg, with their jumps where something happens.

Where a leg ends at a moment t* that itself moves with the parameters, a state after it is, at a fixed time,

    S+ = D+ - f+ dt*/dp,   D- = S- + f- dt*/dp,

with f the rates on either side, and D+ what the change of the state at t* makes of D-. A condition g = 0 tells t*:
dt*/dp = -(dg/dp)/(dg/dt), both along the run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ionlang.model.act.timing import since
from ionlang.model.expression import reads
from ionlang.model.scenario import Holding, Override
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.running.course import Course, Leg
from ionlang.simulate.running.happenings import Landed
from ionlang.simulate.running.plan import Plan
from ionlang.simulate.running.watches import Watch
from ionlang.simulate.sensitivity.along import Ground, Stretch, rates, stretch
from ionlang.simulate.sensitivity.dual import Dual, Look, Moved, margin
from ionlang.simulate.sensitivity.landed import Landing
from ionlang.simulate.sensitivity.moments import Moments
from ionlang.simulate.sensitivity.tangents import Point, Tangents

TINY = 1e-6
"""Of the size of a state per size of a parameter: an error of S so small is none."""


class Grazing(Exception):
    """A condition that only just came true: its moment has no derivative."""


class Tangent:
    """A run with the derivatives of its states: its legs in order, each followed when it is first asked for."""

    def __init__(self, width: int, legs: int, end: float, ahead: Iterator[Stretch]) -> None:
        self.width = width
        self.legs = legs
        self.end = end
        self._ahead = ahead
        self._found: list[Stretch] = []

    def leg(self, index: int) -> Stretch:
        """One leg. Raises Grazing where one before it ended by a condition that only just came true."""
        while len(self._found) <= index:
            found = next(self._ahead, None)
            if found is None:
                raise Grazing
            self._found.append(found)
        return self._found[index]

    @property
    def last(self) -> Stretch:
        return self.leg(self.legs - 1)

    def ending(self) -> Moved:
        """The end of the run. Raises Grazing."""
        return Moved(self.end, self.last.ended)

    def final(self) -> FloatArray:
        """How the states at the end move (n, k), the end moving too. Raises Grazing."""
        return _at_the_end(self.last)


def tangent_of(
    tangents: Tangents,
    moments: Moments,
    course: Course,
    start: FloatArray,
    length: FloatArray,
    rtol: float,
) -> Tangent:
    """Follow a course from S = `start` (n, k); `length` (k + 1,) is how its planned end moves."""
    legs = sum(isinstance(entry, Leg) for entry in course.log)
    way = _Way(tangents, moments, length, _floor(moments, course), rtol)
    return Tangent(moments.inputs.width, legs, course.trajectory.end, way.stretches(course, start))


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
    """What is the same for all legs of a run."""

    tangents: Tangents
    moments: Moments
    length: FloatArray
    floor: FloatArray
    rtol: float

    def stretches(self, course: Course, start: FloatArray) -> Iterator[Stretch]:
        """Leg after leg. Raises Grazing."""
        moved, now = start, np.zeros(self.moments.inputs.width)
        landing = Landing(self.tangents, self.moments)
        for entry in course.log:
            if isinstance(entry, Landed):
                moved = landing.after(entry, moved, now)
                continue
            part = self._stretch(Ground(self.tangents, self.moments, entry), moved, now)
            yield part
            now, moved = part.ended, _at_the_end(part)

    def _stretch(self, ground: Ground, moved: FloatArray, now: FloatArray) -> Stretch:
        """One leg from the derivatives at the moment it begins, which moves as `now` says."""
        piece = ground.leg.piece
        opening, moved = np.array([piece.start]), moved.copy()
        for row, command in ground.commands(opening).items():
            moved[row] = command.slope[0, :-1] + command.slope[0, -1] * now[:-1]
        begun = moved - rates(ground, opening, piece.values[:, :1]) * now[:-1]
        part = stretch(ground, begun, now, self.floor, self.rtol)
        return replace(part, ended=_end(self.moments, part, self.length))


def _at_the_end(part: Stretch) -> FloatArray:
    """The derivatives (n, k) of the states at the moment a leg ends, the moment moving too."""
    flow = rates(part.ground, np.array([part.end]), part.ground.leg.piece.values[:, -1:])
    found: FloatArray = part.final() + flow * part.ended[:-1]
    return found


def _floor(moments: Moments, course: Course) -> FloatArray:
    """Of each S (n, k) what counts as nothing."""
    values = np.abs(np.concatenate([piece.values for piece in course.trajectory.pieces], axis=1))
    inputs = moments.inputs
    sizes = np.array([abs(inputs.known.values[name]) or 1.0 for name in inputs.names])
    largest = values.max(axis=1)
    floor: FloatArray = TINY * np.where(largest > 0, largest, 1.0)[:, None] / sizes
    return floor


def _end(moments: Moments, part: Stretch, length: FloatArray) -> FloatArray:
    """How the end of a leg moves. Raises Grazing."""
    leg = part.ground.leg
    if leg.came_true:
        slope = crossing_moves(part, leg.came_true[0])
        moments.told[part.end] = slope
        return slope
    found = moments.at_mark(leg.plan, part.end)
    return length if not found.any() and part.end >= leg.plan.length else found


def crossing_moves(part: Stretch, watch: Watch) -> FloatArray:
    """How the moment moves at which a leg ended because a condition came true. Raises Grazing."""
    leg = part.ground.leg
    opened = _opened(part.ground.moments, leg.plan, watch)
    condition = since(watch.condition, opened)
    t = np.array([part.end])
    point = part.point(t)
    look = looking(part.ground, point, [r.path for r in reads(condition)])
    return time_moves(margin(condition, look, part.ground.moments.inputs.width))


def time_moves(gap: Dual) -> FloatArray:
    """How the moment moves at which a quantity passes 0: -(dg/dp)/(dg/dt). Raises Grazing."""
    slope = gap.slope[0]
    if slope[-1] == 0.0 or not np.isfinite(slope).all():
        raise Grazing
    found: FloatArray = -slope / slope[-1]
    found[-1] = 0.0
    return found


def _opened(moments: Moments, plan: Plan, watch: Watch) -> float:
    if not isinstance(watch.aim, Override | Holding):
        return 0.0
    if isinstance(watch.aim, Override):
        start = next(w.start for w in plan.windows if w.override is watch.aim)
    else:
        start = next(k.start for k in plan.keepings if k.holding is watch.aim)
    return moments.opening(watch.aim.when, start)


def looking(ground: Ground, point: Point, paths: Sequence[str]) -> Look:
    """Who knows quantities of the model by path at a point of a leg."""
    known = ground.tangents.machine.symbols
    found = ground.tangents.paths([p for p in paths if p in known and p != "time"], point)

    def look(path: str) -> Dual:
        if path == "time":
            return Dual(point.t, np.broadcast_to(point.dt, (point.t.size, point.dt.shape[1])))
        return found[path] if path in found else ground.moments.base.look(path)

    return look
