"""What a quantity or a condition does between two moments of a run, with the derivatives of that.

A value at a moment t* that moves has dq/dp + (dq/dt) dt*/dp; within a leg an extreme has dq/dt = 0, so its moment does
not matter (the envelope theorem); an integral follows its ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ionlang.model.expression import Expr, reads
from ionlang.simulate import locate
from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.measure import Observer, row_of
from ionlang.simulate.sensitivity.along import Stretch
from ionlang.simulate.sensitivity.dual import Dual, Look, Moved, dual, margin
from ionlang.simulate.sensitivity.tangent import Tangent, looking, time_moves
from ionlang.simulate.trajectory import Trajectory

_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(3)
_EDGE = 1e-9
"""Of the run: so close to an edge is at the edge."""


class NoDerivative(Exception):
    """Something that cannot be differentiated; says why."""


@dataclass(frozen=True, eq=False)
class Window:
    """A quantity or a condition of a run between two moments; `last` None is the end of the run."""

    observer: Observer
    known: Look
    subject: Expr
    tangent: Tangent
    after: Moved
    last: Moved | None

    @property
    def until(self) -> float:
        return self.tangent.end if self.last is None else float(self.last)

    def closing(self) -> Moved:
        """The end of the window with its derivatives."""
        return self.tangent.ending() if self.last is None else self.last

    @property
    def _trajectory(self) -> Trajectory:
        assert self.observer.trajectory is not None
        return self.observer.trajectory

    @property
    def _quantity(self) -> locate.Quantity:
        machine = self.observer.machine
        return row_of(machine.expressions((self.observer.with_measures(self.subject),)))

    @property
    def _condition(self) -> locate.Quantity:
        machine = self.observer.machine
        return row_of(machine.condition(self.observer.with_measures(self.subject)))

    def at(self, instant: Moved) -> Moved:
        """The value at a moment, from what begins there on."""
        part = self._stretch(float(instant))
        return _following(self._along(part, np.array([float(instant)])).single, instant)

    def at_end(self) -> Moved:
        part = self.tangent.last
        return _following(self._along(part, np.array([part.end])).single, self.tangent.ending())

    def extreme(self, which: str) -> Moved:
        """At an extreme within a leg its moment does not matter; at an edge that moves, it does."""
        look = locate.maximum if which == "max" else locate.minimum
        found = look(self._trajectory, self._quantity, self.after, self.until)
        sides = [self._along(part, np.array([found.time])).single for part in self._stretches_at(found.time)]
        value = min(sides, key=lambda side: abs(float(side) - found.value))
        return _following(value, self._edge(found.time))

    def _edge(self, instant: float) -> Moved:
        """How an instant moves if it is an end of a leg or of the window."""
        near = _EDGE * max(abs(self._trajectory.end), 1e-300)
        edges = [self.after, *(() if self.last is None else (self.last,))]
        for part in self._stretches_at(instant):
            edges += [Moved(part.start, part.began), Moved(part.end, part.ended)]
        hit = next((e for e in edges if abs(float(e) - instant) <= near and e.slope.any()), None)
        return Moved(instant, np.zeros(self.tangent.width) if hit is None else hit.slope)

    def integral(self) -> Moved:
        total, slope = 0.0, np.zeros(self.tangent.width)
        for part in self._legs_between():
            begin, end = self._clipped(part)
            if not float(end) > float(begin):
                continue
            t, weights = _nodes(part, float(begin), float(end))
            inner = self._along(part, t)
            total += float(weights @ np.broadcast_to(inner.value, t.shape))
            slope += weights @ np.broadcast_to(inner.slope, (t.size, slope.size))
            for edge, sign in ((begin, -1.0), (end, 1.0)):
                if edge.slope.any():
                    slope += sign * float(self._along(part, np.array([float(edge)])).value[0]) * edge.slope
        slope[-1] = 0.0
        return Moved(total, slope)

    def _clipped(self, part: Stretch) -> tuple[Moved, Moved]:
        begin = Moved(part.start, part.began) if part.start > float(self.after) else self.after
        end = Moved(part.end, part.ended) if part.end <= self.until else self.closing()
        return begin, end

    def _legs_between(self) -> Iterator[Stretch]:
        """The legs of the window."""
        for index in range(self.tangent.legs):
            part = self.tangent.leg(index)
            if part.start >= self.until and index:
                return
            if part.end >= self.after:
                yield part

    def mean(self) -> Moved:
        total = self.integral()
        length = self.until - float(self.after)
        value = float(total) / length
        slope = (total.slope - value * (self.closing().slope - self.after.slope)) / length
        return Moved(value, slope)

    def time(self) -> Moved:
        if locate.value(self._trajectory, self._condition, float(self.after)) > 0:
            return self.after
        return self._crossing(
            float(locate.crossings(self._trajectory, self._condition, "upward", self.after, self.until)[0])
        )

    def duration(self) -> Moved:
        marks = locate.crossings(self._trajectory, self._condition, "both", self.after, self.until)
        edges = [self.after, *(self._crossing(float(t)) for t in marks), self.closing()]
        total, slope = 0.0, np.zeros(self.tangent.width)
        for begin, end in pairwise(edges):
            middle = (float(begin) + float(end)) / 2
            if locate.value(self._trajectory, self._condition, middle) > 0:
                total += float(end) - float(begin)
                slope += end.slope - begin.slope
        return Moved(total, slope)

    def rate(self, last: int) -> Moved:
        times = locate.crossings(self._trajectory, self._condition, "upward", self.after, self.until)
        wanted = min(last, times.size - 1)
        if wanted < 1:
            raise NoDerivative("there are not two events to tell a rate by")
        end, begin = self._crossing(float(times[-1])), self._crossing(float(times[-1 - wanted]))
        value = wanted / (float(end) - float(begin))
        return Moved(value, -(value**2) / wanted * (end.slope - begin.slope))

    def half_width(self) -> Moved:
        """Midway between the value at the start of the window and the maximum, up and down again."""
        trajectory, quantity = self._trajectory, self._quantity
        peak = locate.maximum(trajectory, quantity, self.after, self.until)
        top, bottom = self.extreme("max"), self.at(self.after)
        midway = Moved((float(top) + float(bottom)) / 2, (top.slope + bottom.slope) / 2)

        def above(t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
            return quantity(t, y, p) - float(midway)

        rise = locate.crossings(trajectory, above, "upward", self.after, peak.time)[-1]
        fall = locate.crossings(trajectory, above, "downward", peak.time, self.until)[0]
        first, last = (self._reached(float(t), midway) for t in (rise, fall))
        return Moved(float(last) - float(first), last.slope - first.slope)

    def _reached(self, instant: float, level: Moved) -> Moved:
        part = self._stretch(instant)
        found = self._along(part, np.array([instant]))
        return Moved(instant, time_moves(Dual(found.value - float(level), found.slope - level.slope)))

    def _crossing(self, instant: float) -> Moved:
        """A moment at which the condition changes: within a leg, or at an edge at which something jumps."""
        sides = self._stretches_at(instant)
        t = np.array([instant])
        gaps = [self._margin(part, t) for part in sides]
        if len(gaps) == 2 and float(gaps[0].value[0]) * float(gaps[1].value[0]) < 0:
            return Moved(instant, sides[0].ended)
        return Moved(instant, time_moves(min(gaps, key=lambda gap: abs(float(gap.value[0])))))

    def _along(self, part: Stretch, t: FloatArray) -> Dual:
        return dual(self.subject, self._look(part, t), self.tangent.width)

    def _margin(self, part: Stretch, t: FloatArray) -> Dual:
        return margin(self.subject, self._look(part, t), self.tangent.width)

    def _look(self, part: Stretch, t: FloatArray) -> Look:
        known = looking(part.ground, part.point(t), [r.path for r in reads(self.subject)])

        def look(path: str) -> Dual:
            return self.known(path) if path in self.observer.measured else known(path)

        return look

    def _index(self, instant: float) -> int:
        """The leg that an instant belongs to; an edge belongs to the one that begins there."""
        index = int(self._trajectory.piece_indices(np.array([instant]))[0])
        return min(index, self.tangent.legs - 1)

    def _stretch(self, instant: float) -> Stretch:
        return self.tangent.leg(self._index(instant))

    def _stretches_at(self, instant: float) -> list[Stretch]:
        """The legs that an instant belongs to, one or two."""
        index = self._index(instant)
        earlier = self.tangent.leg(index - 1) if index else None
        later = self.tangent.leg(index)
        return [earlier, later] if earlier is not None and earlier.end >= instant else [later]


def _following(value: Moved, moment: Moved) -> Moved:
    """A value at a moment that moves: its own derivatives, and those by time for the moment's."""
    slope = value.slope + value.slope[-1] * moment.slope
    slope[-1] = 0.0
    return Moved(float(value), slope)


def _nodes(part: Stretch, begin: float, end: float) -> tuple[FloatArray, FloatArray]:
    """Gauss points in each step between two instants, and their weights."""
    inner = part.chain.edges
    edges = np.concatenate([[begin], inner[(inner > begin) & (inner < end)], [end]])
    half, middle = np.diff(edges) / 2.0, (edges[:-1] + edges[1:]) / 2.0
    nodes = (middle[:, None] + half[:, None] * _POINTS).ravel()
    return nodes, (half[:, None] * _WEIGHTS).ravel()
