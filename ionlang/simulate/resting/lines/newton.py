"""Newton's method along lines, from near an equilibrium to rounding, with the conserved totals of the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.lines.bordered import Singular, bordered
from ionlang.simulate.resting.lines.slopes import Slopes, slopes_of
from ionlang.simulate.resting.lines.totals import Totals, Weigh, totals_of, weigh_of
from ionlang.simulate.running.tolerances import absolute_tolerances

if TYPE_CHECKING:
    from ionlang.simulate.resting.lines.spectrum import Modes

STEPS = 80
POLISHED = 4
"""More steps once they are small, as long as they get smaller."""
SMALL = 1e-8
FARTHEST = 3.0
"""A step moves potentials and gates by at most so many typical sizes: 30 mV."""
TO_THE_EDGE = 0.9
NOTHING = 1e-9
"""Of the typical size: a concentration may be so far below 0, by rounding."""
SIZES = 1e4
"""Typical sizes in tolerances of a run: 10 mV, 1 for a gate, 100 mM."""
RESIDUAL = 1e-9
"""Of the largest term of a rate: what counts as at rest."""


@dataclass(frozen=True, eq=False)
class Task:
    """The search for rest of a machine under these parameters, with the totals that the state `written` (n,) has.
    `like` is a search under other parameters, whose sizes and pivots this one shares; `modes` are those of equilibria
    that were met, by their bytes."""

    machine: Machine
    parameters: Sequence[float]
    written: FloatArray
    like: Task | None = field(default=None, repr=False)
    modes: dict[bytes, Modes] = field(default_factory=dict, repr=False)

    @cached_property
    def totals(self) -> Totals:
        found = totals_of(self.machine, self.weigh, self.parameters, self.written)
        return found if self.like is None else replace(found, pivots=self.like.totals.pivots)

    @cached_property
    def weigh(self) -> Weigh:
        return weigh_of(self.machine) if self.like is None else self.like.weigh

    @cached_property
    def slopes(self) -> Slopes:
        if self.like is not None:
            return self.like.slopes.under(self.parameters)
        return slopes_of(self.machine, self.parameters)

    @cached_property
    def unit(self) -> FloatArray:
        """Typical sizes (n,): 10 mV, 1 of a gate, a concentration as it is written."""
        if self.like is not None:
            return self.like.unit
        tolerance = absolute_tolerances(self.machine, self.parameters, self.written, 1.0)
        matter = self._of_kinds("concentration", "amount", "volume")
        floor = np.where(matter, 1e-2 * tolerance, SIZES * tolerance)
        found: FloatArray = np.where(matter, np.maximum(np.abs(self.written), floor), floor)
        return found

    @cached_property
    def positive(self) -> NDArray[np.bool_]:
        """Which states cannot be below 0 (n,)."""
        return self._of_kinds("concentration", "amount", "volume", "gate")

    @cached_property
    def led(self) -> NDArray[np.bool_]:
        """Which states a step moves by no more than some typical sizes (n,)."""
        return self._of_kinds("potential", "charge", "gate")

    @cached_property
    def pinnable(self) -> NDArray[np.bool_]:
        """Which states stand in a line and are no pivot of a total (n,)."""
        found: NDArray[np.bool_] = self.machine.layout.copies > 0
        found[self.totals.pivots] = False
        return found

    def _of_kinds(self, *kinds: str) -> NDArray[np.bool_]:
        chosen = np.array([s.kind in kinds for s in self.machine.system.states], dtype=bool)
        return np.asarray(chosen[self.machine.layout.states])

    def rates(self, y: FloatArray) -> FloatArray:
        found: FloatArray = self.machine.vector.rhs(0.0, y, self.parameters)
        return found

    def residual(self, y: FloatArray) -> float:
        """The largest rate, relative to the terms that it may be made of."""
        sizes = self.slopes.at(y).sizes(np.maximum(np.abs(y), self.unit))
        rates = np.abs(self.rates(y))
        return float(np.where(rates == 0, 0.0, rates / np.where(sizes > 0, sizes, 1e-300)).max(initial=0.0))


def step_from(task: Task, y: FloatArray) -> FloatArray:
    """The step (n,) to where the linearised cell is at rest with the totals of the task. Raises Singular."""
    rates = task.rates(y)
    if not np.isfinite(rates).all():
        raise Singular("a rate is not a finite number")
    step = bordered(task.slopes.at(y), task.totals, task.unit).solve(-rates, task.totals.missing(y))
    if not np.isfinite(step).all():
        raise Singular("the equations do not determine the state")
    return step


def newton(task: Task, start: FloatArray) -> FloatArray | None:
    """The equilibrium (n,) that the start leads to; None if it leads to none."""
    y, left, last = start.copy(), POLISHED, np.inf
    for _ in range(STEPS):
        try:
            step = step_from(task, y)
        except Singular:
            return None
        part = _part(task, y, step)
        y = y + part * step
        size = float(np.abs(step / task.unit).max(initial=0.0))
        if part == 1.0 and size < SMALL:
            left -= 1
            if left == 0 or size >= last / 2:
                return y if task.residual(y) < RESIDUAL else None
            last = size
    return None


def _part(task: Task, y: FloatArray, step: FloatArray) -> float:
    """How much of a step may be taken."""
    part = 1.0
    moved = np.abs(step / task.unit)[task.led].max(initial=0.0)
    if moved > FARTHEST:
        part = FARTHEST / moved
    falls = task.positive & (y + part * step < -NOTHING * task.unit) & (y > 0)
    if falls.any():
        part = min(part, float((TO_THE_EDGE * y[falls] / -step[falls]).min()))
    return part
