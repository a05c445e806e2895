"""The answer of V to a small steady current: the equations of potentials and gates, made linear where the cell is.

Fast are the potentials and what opens carriers (gates, schemes); concentrations, amounts, volumes and variables are
held. With x the fast states, dx/dt = J x + b I and V = v_I I + v_x x: V(t)/I = v_I + v_x ∫ e^{Js} b ds from 0 to t, and
in the end v_I − v_x J⁻¹ b.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ionlang.model.act.probes import probing_current
from ionlang.model.cell import FromZeroCurrent
from ionlang.model.expression import Probed
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.probing.bench import Bench
from ionlang.simulate.probing.lines import FAST, LinearAlong, exponential, linear_along, row_of_potential

_STEP = 0.02  # mV, or a share of a gate, of differences where V is the root of an equation


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """`slope` J (m, m) [per ms], `push` b (m,) per pA, `of_states` v_x (m,) [mV each], `at_once` v_I [Gohm]."""

    slope: FloatArray
    push: FloatArray
    of_states: FloatArray
    at_once: float

    @property
    def settles(self) -> bool:
        """Whether the answer to a small current comes to an end."""
        return not self.push.size or bool((np.linalg.eigvals(self.slope).real < 0).all())

    @property
    def steady(self) -> float:
        """V/I in the end [Gohm]."""
        return self.at_once - float(self.of_states @ np.linalg.solve(self.slope, self.push))

    def after(self, time: float) -> float:
        """V/I so long [ms] after the current began [Gohm]."""
        return self.at_once + float(self.of_states @ exponential(self.slope, self.push, time))


def linear(bench: Bench, probed: Probed) -> Linear | LinearAlong:
    """The answer of a membrane to a small current, where the cell is now."""
    if bench.machine.has_lines:
        return linear_along(bench, probed)
    membrane = probed.membrane
    rows = [i for i, s in enumerate(bench.machine.system.states) if s.kind in FAST]
    slope = _jacobian(bench)[np.ix_(rows, rows)]
    if isinstance(bench.membrane(membrane).potential, FromZeroCurrent):
        return _without_inertia(bench, membrane, rows, slope)
    place = rows.index(row_of_potential(bench, membrane))
    of_states, push = np.zeros(len(rows)), np.zeros(len(rows))
    capacitance = bench.value(f"{membrane}.total_capacitance")
    is_charge = bench.machine.system.states[rows[place]].kind == "charge"
    of_states[place] = 1 / capacitance if is_charge else 1.0
    push[place] = 1.0 if is_charge else 1 / capacitance
    return Linear(slope, push, of_states, 0.0)


def rate_of_return(bench: Bench, probed: Probed) -> float:
    """−∂(dV/dt)/∂V, all else held [per ms]: the membrane's slope conductance over its capacitance."""
    row = row_of_potential(bench, probed.membrane)
    return -float(_jacobian(bench)[row, row])


def _jacobian(bench: Bench) -> FloatArray:
    return np.asarray(bench.machine.vector.jacobian(0.0, bench.start, bench.parameters), dtype=float)


def _without_inertia(bench: Bench, membrane: str, rows: list[int], slope: FloatArray) -> Linear:
    """V is the root of an equation, and so are its derivatives taken by differences (to about 1e-9)."""
    machine = bench.machine
    path = probing_current(membrane)
    entry = list(machine.parameter_names).index(path)
    count = len(machine.parameter_names)

    def potential(y: FloatArray, current: float) -> FloatArray:
        parameters = machine.scalar.complete(
            [v + current if i == entry else v for i, v in enumerate(bench.parameters[:count])]
        )
        v = machine.paths((f"{membrane}.V",))(np.zeros(1), y[:, None], parameters)[0]
        rates = np.asarray(machine.vector.rhs(0.0, y, parameters), dtype=float)[rows]
        return np.concatenate([v, rates])

    start = bench.start
    rough = abs(_difference(lambda h: potential(start, h), 1.0)[0])
    per_current = _difference(lambda h: potential(start, h), _STEP / rough)

    def along(row: int) -> float:
        return float(_difference(lambda h: potential(_moved(start, row, h), 0.0), _STEP)[0])

    of_states = [along(row) for row in rows]
    return Linear(slope, per_current[1:], np.array(of_states), float(per_current[0]))


def _moved(state: FloatArray, row: int, by: float) -> FloatArray:
    moved = state.copy()
    moved[row] += by
    return moved


def _difference(function: Callable[[float], FloatArray], step: float) -> FloatArray:
    """The derivative at 0: central differences of two steps, their errors of second order made to cancel."""
    wide, narrow = ((function(h) - function(-h)) / (2 * h) for h in (step, step / 2))
    return (4 * narrow - wide) / 3
