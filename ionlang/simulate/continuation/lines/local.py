"""The equations of a line near a place."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from ionlang.simulate.continuation.branch import Known, Spectra
from ionlang.simulate.continuation.followed import Ahead
from ionlang.simulate.continuation.lines.extended import Extended, Operator, extended
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.resting.lines.bordered import Singular
from ionlang.simulate.resting.lines.newton import Task
from ionlang.simulate.resting.lines.spectrum import spectrum_at

MUCH = 1e4
"""Where other states move so much farther than the one that is pinned, another one is tried."""
TRIED = 4


@dataclass(frozen=True, slots=True, eq=False)
class LineLocal:
    """Of the equations of `task` in the state y (n,): what they leave over, rate (n,), and column (n,), their slope by
    the last entry of a place. `scale` (n,) is how places measure states."""

    task: Task
    y: FloatArray
    scale: FloatArray
    rate: FloatArray
    column: FloatArray

    def step(self, normal: FloatArray, gap: float) -> FloatArray | None:
        found = self._extended(normal)
        step = None if found is None else found.solve(-np.append(self.rate, gap))
        return step if step is not None and np.isfinite(step).all() else None

    def ahead(self, forwards: FloatArray) -> Ahead | None:
        found = self._extended(forwards)
        if found is None:
            return None
        onwards = np.zeros(forwards.size)
        onwards[-1] = 1.0
        tangent = found.solve(onwards)
        size = float(np.linalg.norm(tangent))
        if not (math.isfinite(size) and size > 0):
            return None
        tangent /= size
        turned = float(forwards @ tangent)  # the determinant is linear in its last row
        return Ahead(tangent, found.side * math.copysign(1.0, turned), found.log_side - math.log(abs(turned)))

    def null(self, tangent: FloatArray) -> FloatArray | None:
        """Near a branch point the direction (n + 1,) beside the tangent in which nothing changes."""
        found = self._extended(tangent)
        if found is None:
            return None
        way = found.solve(np.random.default_rng(1952).standard_normal(tangent.size))
        way = found.solve(way / np.linalg.norm(way)) if np.isfinite(way).all() else way
        way -= (way @ tangent) * tangent
        size = float(np.linalg.norm(way))
        return way / size if math.isfinite(size) and size > 0 else None

    def spectra(self) -> Spectra:
        return partial(_known, self.task, self.y)

    def _extended(self, row: FloatArray) -> Extended | None:
        """With the state pinned that has most to do with a direction (n + 1,)."""
        slope = self.task.slopes.at(self.y)
        of = Operator(slope, self.task.totals, self.scale, self.column, row)
        found: list[Extended] = []
        for pinned in self._candidates(row):
            try:
                found.append(extended(of, pinned))
            except Singular:
                continue
            if found[-1].growth < MUCH:
                return found[-1]
        return min(found, key=lambda each: each.growth, default=None)

    def _candidates(self, row: FloatArray) -> Iterator[int]:
        """Of some states the copy that moves most; potentials first, for all else depends on them."""
        machine, free = self.task.machine, self.task.pinnable
        moved = np.where(free, np.abs(row[:-1]), -1.0)
        which = machine.layout.states
        order = list(dict.fromkeys(which[free].tolist()))
        order.sort(key=lambda i: (machine.system.states[i].kind != "potential", -moved[which == i].max()))
        for i in order[:TRIED]:
            yield int(np.where(which == i, moved, -2.0).argmax())


def _known(task: Task, y: FloatArray) -> Known:
    modes = spectrum_at(task, y)
    return Known(modes.values, modes.whole)
