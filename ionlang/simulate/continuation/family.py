"""One cell under every value of a parameter: what is followed.

At each value the cell is the file with that value written in: the totals of its conservation laws are those of its
state as written. So a branch passes through what `find_rest` finds at any of its values.

A place u (m + 1,) has the m free states in typical sizes, as `resting.reduced` has them, and behind them how far the
parameter has come from its lower end, with the whole range as long as `LENGTH` typical sizes: evenly, or by ratio where
the range is so wide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from ionlang.simulate.continuation.branch import Known, Point, Spectra
from ionlang.simulate.continuation.followed import Ahead
from ionlang.simulate.continuation.meet import directions, sharpened
from ionlang.simulate.continuation.slope import slope_along
from ionlang.simulate.continuation.span import LENGTH, Span, span
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.account import Equilibria
from ionlang.simulate.resting.character import in_order
from ionlang.simulate.resting.equilibria import find_equilibria
from ionlang.simulate.resting.newton import equilibrated, solved
from ionlang.simulate.resting.reduce import eliminated_states, lift_without, reduced_without
from ionlang.simulate.resting.reduced import Kind, ScaledSystem, linearise, scaled_system, states

_REACH = 2.5e-4
"""Differences by the parameter are taken over this part of the range, on either side twice."""

_PART = 0.1
"""A content is measured by at least this part of what it comes to at the equilibria that branches begin at."""

_ENOUGH = 10**6
_EDGE = 1e-3  # typical sizes

_OFFSETS = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])


@dataclass(frozen=True, slots=True, eq=False)
class Slice:
    """The cell at one value: its parameters, its state as written (n,), its equations on the free states."""

    parameters: list[float]
    written: FloatArray
    scaled: ScaledSystem


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """What of a slice its rates need: parameters, and all states as offset (n,) + spread (n, m) · free ones."""

    parameters: list[float]
    offset: FloatArray
    spread: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Local:
    """rate (m,) of the free states at a place, and its slope (m, m + 1) by the place."""

    rate: FloatArray
    slope: FloatArray

    def step(self, normal: FloatArray, gap: float) -> FloatArray | None:
        """See `Linear`."""
        return solved(np.vstack([self.slope, normal]), -np.append(self.rate, gap))

    def ahead(self, forwards: FloatArray) -> Ahead | None:
        """See `Linear`; the rows of the determinant are in their own sizes."""
        onwards = np.zeros(len(forwards))
        onwards[-1] = 1.0
        tangent = solved(np.vstack([self.slope, forwards]), onwards)
        if tangent is None:
            return None
        tangent /= float(np.linalg.norm(tangent))
        return Ahead(tangent, float(np.linalg.det(equilibrated(np.vstack([self.slope, tangent]))[0])), 0.0)

    def spectra(self) -> Spectra:
        """See `Linear`."""
        known = Known(in_order(np.linalg.eigvals(self.slope[:, :-1]).astype(np.complex128)), True)
        return lambda: known


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """`parameters_at(value)` is the whole parameter vector. Which states are free, and their typical
    sizes, are those of the cell at `written`, the file's own value."""

    machine: Machine
    parameters_at: Callable[[float], list[float]]
    span: Span
    eliminated: list[int]
    scale: FloatArray
    _known: dict[float, Slice] = field(default_factory=dict, repr=False)
    _nodes: dict[float, Node] = field(default_factory=dict, repr=False)

    @property
    def low(self) -> float:
        return self.span.low

    @property
    def high(self) -> float:
        return self.span.high

    @property
    def enough(self) -> int:
        return _ENOUGH

    def value(self, place: FloatArray) -> float:
        return self.span.value(place)

    def along(self, value: float) -> float:
        return self.span.along(value)

    def pace(self, value: float) -> float:
        return self.span.pace(value)

    def parameters(self, value: float) -> list[float]:
        return self.at(value).parameters

    def at(self, value: float) -> Slice:
        if value not in self._known:
            if len(self._known) > 4096:
                self._known.clear()
            self._known[value] = _slice(self, value)
        return self._known[value]

    def node(self, value: float) -> Node:
        if value not in self._nodes:
            if len(self._nodes) > 4096:
                self._nodes.clear()
            self._nodes[value] = _node(self, value)
        return self._nodes[value]

    def state(self, place: FloatArray) -> FloatArray:
        """All states (n,) at a place."""
        return states(self.at(self.value(place)).scaled, place[None, :-1])[:, 0]

    def place(self, value: float, state: FloatArray) -> FloatArray:
        scaled = self.at(value).scaled
        return np.append(state[scaled.rows] / scaled.unit, self.along(value))

    def equilibria(self, value: float) -> Equilibria:
        here = self.at(value)
        return find_equilibria(here.scaled.system, here.written)

    def local(self, place: FloatArray) -> Local | None:
        """None outside the box, and where the rates are no numbers."""
        by_parameter = self.by_parameter(place)
        return self._local(place, by_parameter) if np.isfinite(by_parameter).all() else None

    def near(self, place: FloatArray, known: Local) -> Local | None:
        """As `local`, with the slope by the parameter of a place near by."""
        return self._local(place, known.slope[:, -1])

    def _local(self, place: FloatArray, by_parameter: FloatArray) -> Local | None:
        linear = linearise(self.at(self.value(place)).scaled, place[None, :-1])
        if not linear.usable[0]:
            return None
        return Local(linear.rate[0], np.column_stack([linear.slope[0], by_parameter]))

    def by_parameter(self, place: FloatArray) -> FloatArray:
        """The slope (m,) of the rates by the last entry, to fourth order, with no value beyond the ends."""
        value = self.value(place)
        nodes, weights = self.neighbours(value)
        y = np.column_stack([node.offset + node.spread @ place[:-1] for node in nodes])
        p = list(np.array([node.parameters for node in nodes]).T)
        with np.errstate(all="ignore"):
            slope = np.asarray(self.machine.vector.rhs(0.0, y, p), dtype=float) @ weights
        kept = self.kept
        found: FloatArray = slope[kept] / self.scale[kept] * self.pace(value)
        return found

    def neighbours(self, value: float) -> tuple[list[Node], FloatArray]:
        """The cell at values about this one within the range, and what each counts in a slope by the parameter."""
        step = _REACH * LENGTH * self.pace(value)
        centre = min(max(value, self.low + 2 * step), self.high - 2 * step)
        nodes = [self.node(float(x)) for x in centre + step * _OFFSETS]
        return nodes, _weights((value - centre) / step) / step

    def measured_by(self, found: Iterable[FloatArray]) -> Family:
        """The same cell with sizes that suit these states (n,) too: what is written may be nothing, or next to it."""
        kinds = self.at(self.low).scaled.system.kinds
        measured = np.array([kind not in (Kind.POTENTIAL, Kind.GATE) for kind in kinds])
        largest = np.max([np.zeros(len(kinds)), *(np.abs(state) for state in found)], axis=0)
        scale = np.where(measured, np.maximum(self.scale, _PART * largest), self.scale)
        return Family(self.machine, self.parameters_at, self.span, self.eliminated, scale)

    def sizes(self, place: FloatArray) -> FloatArray:
        return np.where(self.contents, np.abs(place[:-1]), 0.0)

    def path(self, index: int) -> str:
        return self.machine.system.states[self.kept[index]].path

    def is_at_edge(self, place: FloatArray) -> bool:
        scaled = self.at(self.value(place)).scaled
        state = self.state(place)
        reach = np.minimum(state - scaled.lower, scaled.upper - state) / scaled.system.scale
        return bool((reach < _EDGE).any())

    def reach(self, tangent: FloatArray) -> float:
        return 1.0

    def sharpened(self, point: Point, chord: FloatArray) -> Point:
        return sharpened(self, point)

    def ways(self, meeting: Point) -> tuple[FloatArray, ...]:
        return directions(self, meeting)

    def slope_along(self, point: Point, path: str) -> float:
        return slope_along(self, point, path)

    @property
    def contents(self) -> npt.NDArray[np.bool_]:
        """Which free states (m,) have no bound of their own: neither potentials nor gates."""
        kinds = self.at(self.low).scaled.system.kinds
        return np.array([kinds[i] not in (Kind.POTENTIAL, Kind.GATE) for i in self.kept])

    @property
    def kept(self) -> list[int]:
        """The states that are free."""
        return [i for i in range(len(self.scale)) if i not in self.eliminated]


def family(
    machine: Machine, parameters_at: Callable[[float], list[float]], low: float, high: float, written: float
) -> Family:
    """Raises ValueError if the range is empty, or if nothing in the cell can move."""
    whole = span(low, high)
    parameters = parameters_at(min(max(written, low), high))
    start = np.array(machine.initial_state(parameters), dtype=float)
    eliminated = eliminated_states(machine, parameters, start)
    if len(eliminated) == len(start):
        raise ValueError("nothing can move in this cell: there is no equilibrium to follow")
    scale = reduced_without(machine, parameters, start, eliminated).scale
    return Family(machine, parameters_at, whole, eliminated, scale)


def _slice(one: Family, value: float) -> Slice:
    parameters = one.parameters_at(value)
    written = np.array(one.machine.initial_state(parameters), dtype=float)
    system = reduced_without(one.machine, parameters, written, one.eliminated)
    scaled = scaled_system(replace(system, scale=one.scale))
    return Slice(parameters, written, replace(scaled, anchor=written))


def _node(one: Family, value: float) -> Node:
    parameters = one.parameters_at(value)
    written = np.array(one.machine.initial_state(parameters), dtype=float)
    matrix, offset = lift_without(one.machine, parameters, written, one.eliminated)
    return Node(parameters, offset, matrix * one.scale[one.kept])


def _weights(where: float) -> FloatArray:
    """What the values at the five nodes count in the slope of their interpolant, `where` steps off the middle."""
    powers = np.vander(_OFFSETS, increasing=True).T
    slopes = np.array([0.0, 1.0, 2 * where, 3 * where**2, 4 * where**3])
    found: FloatArray = np.linalg.solve(powers, slopes)
    return found
