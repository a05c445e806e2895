"""A cell with lines under every value of a parameter.

A place u (n + 1,) has all n states in typical sizes, each over the square root of the number of its copies: so the
length of a step is a mean over the copies, whatever their number. Behind them is how far the parameter has come, see
`span`. Balances are equations of states; where a conserved total makes one superfluous, the total stands in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ionlang.simulate.continuation.branch import Point
from ionlang.simulate.continuation.lines.local import LineLocal
from ionlang.simulate.continuation.lines.ways import along_chord, ways
from ionlang.simulate.continuation.span import LENGTH, Span, span
from ionlang.simulate.continuation.swing import FIRST, NODES
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.account import Equilibria
from ionlang.simulate.resting.lines.find import SAME, find_line_equilibria
from ionlang.simulate.resting.lines.newton import Task

REACH = 2.5e-4
"""Differences by the parameter are taken over this part of the range, on either side."""

PART = 0.1
"""A content is measured by at least this part of what it comes to at the equilibria that branches begin at."""

ENOUGH, FEW = 120_000, 300
"""Points in all times states, after which no more branches that leave from branch points are begun; but so many points
may be always."""

EDGE = 1e-3  # typical sizes
KEPT = 64
STEP = 0.01  # of the length of a branch
NOISE = 1e-14


@dataclass(frozen=True, slots=True, eq=False)
class LineFamily:
    """`base` is the search for rest at the file's own value, `scale` (n,) how places measure states."""

    base: Task
    parameters_at: Callable[[float], list[float]]
    span: Span
    scale: FloatArray
    _known: dict[float, Task] = field(default_factory=dict, repr=False)

    @property
    def machine(self) -> Machine:
        return self.base.machine

    @property
    def low(self) -> float:
        return self.span.low

    @property
    def high(self) -> float:
        return self.span.high

    @property
    def enough(self) -> int:
        return max(FEW, ENOUGH // self.scale.size)

    def value(self, place: FloatArray) -> float:
        return self.span.value(place)

    def along(self, value: float) -> float:
        return self.span.along(value)

    def parameters(self, value: float) -> list[float]:
        return self.parameters_at(value)

    def at(self, value: float) -> Task:
        """The search for rest under a value."""
        if value not in self._known:
            if len(self._known) >= KEPT:
                self._known.clear()
            parameters = self.parameters_at(value)
            written = np.array(self.machine.initial_state(parameters), dtype=float)
            self._known[value] = Task(self.machine, parameters, written, self.base)
        return self._known[value]

    def state(self, place: FloatArray) -> FloatArray:
        found: FloatArray = place[:-1] * self.scale
        return found

    def place(self, value: float, state: FloatArray) -> FloatArray:
        return np.append(state / self.scale, self.along(value))

    def equilibria(self, value: float) -> Equilibria:
        return find_line_equilibria(self.at(value))

    def measured_by(self, found: Iterable[FloatArray]) -> LineFamily:
        weight = weight_of(self.machine)
        largest = np.max([np.zeros(weight.size), *(np.abs(state) for state in found)], axis=0)
        sizes = PART * alike(self.machine, largest) * weight
        return replace(
            self, scale=np.where(self._contents, np.maximum(self.scale, sizes), self.scale), _known={}
        )

    @property
    def _contents(self) -> NDArray[np.bool_]:
        return np.asarray(~self.base.led)

    def sizes(self, place: FloatArray) -> FloatArray:
        return np.where(self._contents, np.abs(place[:-1]) * weight_of(self.machine), 0.0)

    def path(self, index: int) -> str:
        return self.machine.system.states[int(self.machine.layout.states[index])].path

    def is_at_edge(self, place: FloatArray) -> bool:
        least = (place[:-1] * weight_of(self.machine))[self.base.positive]
        return bool((least < EDGE).any())

    def reach(self, tangent: FloatArray) -> float:
        """No state of any copy goes farther than it would by itself."""
        return 1.0 / max(1.0, float(np.abs(tangent[:-1] * weight_of(self.machine)).max()))

    def sharpened(self, point: Point, chord: FloatArray) -> Point:
        return along_chord(self, point, chord)

    def ways(self, meeting: Point) -> tuple[FloatArray, ...]:
        return ways(self, meeting)

    def local(self, place: FloatArray) -> LineLocal | None:
        y = self.state(place)
        column = self.by_parameter(self.value(place), y)
        return self._local(place, y, column) if np.isfinite(column).all() else None

    def near(self, place: FloatArray, known: LineLocal) -> LineLocal | None:
        return self._local(place, self.state(place), known.column)

    def _local(self, place: FloatArray, y: FloatArray, column: FloatArray) -> LineLocal | None:
        task = self.at(self.value(place))
        outside = (place[:-1] < -SAME)[task.positive].any()
        rate = equations(task, y)
        if outside or not np.isfinite(rate).all():
            return None
        return LineLocal(task, y, self.scale, rate, column)

    def by_parameter(self, value: float, y: FloatArray) -> FloatArray:
        """The slope (n,) of the equations by the last entry, to second order, with no value beyond the ends."""
        step = REACH * LENGTH * self.span.pace(value)
        centre = min(max(value, self.low + step), self.high - step)
        where = (value - centre) / step
        weights = np.array([where - 0.5, -2 * where, where + 0.5]) / step
        rows = [equations(self.at(float(x)), y) for x in centre + step * np.array([-1.0, 0.0, 1.0])]
        found: FloatArray = weights @ np.array(rows) * self.span.pace(value)
        return found

    def slope_along(self, point: Point, path: str) -> float:
        part = self._room(point)
        places = point.place + STEP * part * NODES[:, None] * point.tangent
        rows = [
            self.machine.paths((path,))(np.zeros(1), self.state(u)[:, None], self.parameters(self.value(u)))
            for u in places
        ]
        values = np.array(rows)[:, 0, 0]
        found = float(values @ FIRST / (STEP * part))
        return found if abs(found) > NOISE * (1.0 + float(np.abs(values).max())) / (STEP * part) else 0.0

    def _room(self, point: Point) -> float:
        """How much of the step there is room for within the range."""
        left = min(point.place[-1], LENGTH - point.place[-1])
        pace = abs(float(point.tangent[-1])) * STEP * float(NODES[-1])
        return max(1e-3, min(1.0, float(left) / pace)) if pace > 0 else 1.0


def equations(task: Task, y: FloatArray) -> FloatArray:
    """What is to be 0 (n,): rates, and in the rows of pivots what the totals are in excess."""
    found = np.array(task.rates(y), dtype=float)
    found[task.totals.pivots] = -task.totals.missing(y)
    return found


def alike(machine: Machine, values: FloatArray) -> FloatArray:
    """Values (n,) with that of every copy the largest of them all."""
    largest = np.zeros(len(machine.system.states))
    np.maximum.at(largest, machine.layout.states, values)
    found: FloatArray = largest[machine.layout.states]
    return found


def weight_of(machine: Machine) -> FloatArray:
    """The square root of the number of copies of each state (n,)."""
    counts = np.bincount(machine.layout.states)
    found: FloatArray = np.sqrt(counts[machine.layout.states])
    return found


def line_family(
    machine: Machine, parameters_at: Callable[[float], list[float]], low: float, high: float, written: float
) -> LineFamily:
    """Raises ValueError if the range is empty, or if nothing in the lines can move."""
    whole = span(low, high)
    parameters = parameters_at(min(max(written, low), high))
    start = np.array(machine.initial_state(parameters), dtype=float)
    base = Task(machine, parameters, start)
    if not base.pinnable.any():
        raise ValueError("nothing can move in the lines: there is no equilibrium to follow")
    return LineFamily(base, parameters_at, whole, alike(machine, base.unit) * weight_of(machine))
