"""Fronts along a line: when a condition comes true and ceases in each copy, found while the run goes on.

In every stretch of a run that is handed over, all copies are looked at together: where the sign differs between two
samples there is a zero, which is polished on the interpolating polynomials; peaks hidden between samples of one sign
are looked for as well. What is kept are instants, never states. Times in ms.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.lines.stretch import Sampler, Stretch
from ionlang.simulate.locating.polish import roots, zoom
from ionlang.simulate.sheaf import Indices
from ionlang.simulate.trajectory import Piece

Truths = NDArray[np.bool_]
Near = tuple[Indices, Indices]
"""Copies and samples."""


@dataclass(slots=True)
class Front:
    """A condition in every copy of a range. `begun` says where it held as the run began, `now` where it holds at the
    end of what was seen; `copies` (from 0), `times` and `true` are the changes, stretch by stretch."""

    sampler: Sampler
    begun: Truths | None = None
    now: Truths | None = None
    copies: list[Indices] = field(default_factory=list)
    times: list[FloatArray] = field(default_factory=list)
    true: list[Truths] = field(default_factory=list)

    def see(self, piece: Piece) -> None:
        """Look at the next stretch of the run."""
        seen = self.sampler.see(piece)
        holds = seen.values > 0.0
        if self.now is None:
            self.begun = holds[:, 0].copy()
        else:
            jumped = np.flatnonzero(holds[:, 0] != self.now)
            self._keep(jumped, np.full(jumped.size, piece.start), holds[jumped, 0])
        if piece.end > piece.start:
            self._keep(*changes(seen))
        self.now = holds[:, -1].copy()

    def _keep(self, copies: Indices, times: FloatArray, true: Truths) -> None:
        if copies.size:
            self.copies.append(copies)
            self.times.append(times)
            self.true.append(true)

    def changes(self) -> tuple[Indices, FloatArray, Truths]:
        """The copy (from 0), the instant and the sense of every change, in order of time."""
        if not self.copies:
            return np.empty(0, dtype=np.intp), np.empty(0), np.empty(0, dtype=bool)
        copies, times = np.concatenate(self.copies), np.concatenate(self.times)
        true = np.concatenate(self.true)
        order = np.argsort(times, kind="stable")
        return copies[order], times[order], true[order]

    def held_at(self, instant: float) -> Truths:
        """Where it held at an instant (copies,)."""
        assert self.begun is not None
        copies, times, true = self.changes()
        held = self.begun.copy()
        before = times <= instant
        held[copies[before]] = true[before]  # the last one counts
        return held

    def arrivals(self, after: float, until: float) -> FloatArray:
        """When it first came true within a window (copies,): nan where it did not, and where it held as that began."""
        copies, times, true = self.changes()
        held = self.held_at(after)
        found = np.full(held.size, np.nan)
        inside = np.flatnonzero(true & (times >= after) & (times <= until))[::-1]
        found[copies[inside]] = times[inside]  # backwards: the first one counts
        found[held] = np.nan
        return found


@dataclass(frozen=True, slots=True, eq=False)
class _Brackets:
    """Where zeros lie: the copy, both ends, the values there."""

    copies: Indices
    low: FloatArray
    high: FloatArray
    q_low: FloatArray
    q_high: FloatArray


def changes(seen: Stretch) -> tuple[Indices, FloatArray, Truths]:
    """Where and when a condition comes true or ceases within a stretch."""
    i, j = np.nonzero(np.abs(seen.values) <= _reach(seen.values))
    found = [_seen_by_sign(seen), *_hidden(seen, (i, j), 1.0), *_hidden(seen, (i, j), -1.0)]
    copies = np.concatenate([each.copies for each in found])
    low, high = (np.concatenate(x) for x in zip(*((each.low, each.high) for each in found), strict=True))
    q_low, q_high = (
        np.concatenate(x) for x in zip(*((each.q_low, each.q_high) for each in found), strict=True)
    )
    times = roots(lambda at, x: seen.at(copies[at], x), low, high, q_low, q_high)
    return copies, times, q_high > 0.0


def _seen_by_sign(seen: Stretch) -> _Brackets:
    q, t = seen.values, seen.times
    i, j = np.nonzero((q[:, 1:] > 0.0) != (q[:, :-1] > 0.0))
    return _Brackets(i, t[j], t[j + 1], q[i, j], q[i, j + 1])


def _hidden(seen: Stretch, near: Near, sign: float) -> tuple[_Brackets, _Brackets]:
    """Both sides of peaks on the other side of 0 between samples that are all on this one, beside those `near` 0."""
    t = seen.times
    i, j = _turning(sign, seen.values, *near)
    below = sign * seen.values[i, j] < 0.0
    i, j = i[below], j[below]
    before, behind = np.maximum(j - 1, 0), np.minimum(j + 1, t.size - 1)
    top, height = zoom(lambda at, x: sign * seen.at(i[at], x), t[before], t[behind])
    above = height > 0.0
    i, before, behind, top, height = i[above], before[above], behind[above], top[above], sign * height[above]
    left, right = seen.values[i, before], seen.values[i, behind]
    return _Brackets(i, t[before], top, left, height), _Brackets(i, top, t[behind], height, right)


def _reach(q: FloatArray) -> FloatArray:
    """By how much a peak beside each sample (copies, samples) may be higher: as far as it is to a neighbour."""
    rise = np.abs(np.diff(q))
    reach = np.zeros_like(q)
    reach[:, 1:] = rise
    np.maximum(reach[:, :-1], rise, out=reach[:, :-1])
    return reach


def _turning(sign: float, q: FloatArray, i: Indices, j: Indices) -> Near:
    """Of samples those at which ±q has a local maximum; one at an end, too."""
    last, here = q.shape[1] - 1, sign * q[i, j]
    rises = (j == 0) | (here > sign * q[i, np.maximum(j - 1, 0)])
    falls = (j == last) | (here >= sign * q[i, np.minimum(j + 1, last)])
    return i[rises & falls], j[rises & falls]


@dataclass(slots=True)
class Extreme:
    """The largest value (with the sign −1 the smallest) over all copies of a range and a window [ms]: `best`, so far,
    is sign × that value."""

    sampler: Sampler
    sign: float
    after: float
    until: float
    best: float = -np.inf

    def see(self, piece: Piece) -> None:
        """Look at the next stretch of the run."""
        low, high = max(piece.start, self.after), min(piece.end, self.until)
        if low > high:
            return
        seen = self.sampler.see(piece)
        inside = np.flatnonzero((seen.times >= low) & (seen.times <= high))
        q = self.sign * seen.values
        values = [self.best, float(q[:, inside].max(initial=-np.inf))]
        every = np.arange(q.shape[0])
        for edge in (low, high):
            values.append(float((self.sign * seen.at(every, np.full(every.size, edge))).max()))
        self.best = max(values)
        self.best = max(self.best, _peak(seen, self.sign, low, high, self.best))


def _peak(seen: Stretch, sign: float, low: float, high: float, best: float) -> float:
    """The highest value between samples, as far as it may lie above the best one."""
    q, t = sign * seen.values, seen.times
    i, j = _turning(1.0, q, *np.nonzero(q + _reach(q) > best))
    begin = np.maximum(t[np.maximum(j - 1, 0)], low)
    end = np.minimum(t[np.minimum(j + 1, t.size - 1)], high)
    open_ = begin < end
    i, begin, end = i[open_], begin[open_], end[open_]
    if not i.size:
        return -np.inf
    return float(zoom(lambda at, x: sign * seen.at(i[at], x), begin, end)[1].max())
