"""What is asked of a long step of a line in which few copies take many."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

import ionlang
from ionlang.simulate.functions import GuardedRates, Phase
from ionlang.simulate.machine import Machine
from ionlang.simulate.running import bursts as bursts_module
from ionlang.simulate.running import stepping
from ionlang.simulate.running.bursts import _Burst
from ionlang.simulate.running.integrate import Integration
from ionlang.simulate.running.long_step import Few
from ionlang.simulate.running.tolerances import absolute_tolerances
from tests.bursts_models import JOINED, row

Array = NDArray[np.float64]


def burst_of(machine: Machine, first: float) -> _Burst:
    """Before its first long step, of this length [ms], with the copy in the middle by itself."""
    parameters = machine.parameters({})
    state = np.array(machine.initial_state(parameters), dtype=float)
    phase = Phase(0.0, 1e3, parameters)
    atol = absolute_tolerances(machine, parameters, state, 1e-6)
    integration = Integration(GuardedRates(machine.functions, phase), phase, 1e-6, atol)
    bursts = bursts_module.bursts_of(machine.functions, phase)
    assert bursts is not None
    (place,) = bursts.parts.places(np.array([89]))
    part = bursts.parts.part(parameters, *place)
    problem = stepping.solver_at(integration, 0.0, state).problem
    return _Burst(bursts, problem, (part,), 0.0, state, first)


def rates_with(burst: _Burst, rows: NDArray[np.intp], values: Array) -> Array:
    state = burst.state.copy()
    state[rows] = values
    return np.array(burst.problem.rates(0.0, state))


def test_what_the_few_do_in_between_may_not_matter_to_those_beside() -> None:
    """A spike that is over at the end of the step, which those beside see at its end alone."""
    machine = ionlang.loads(row(90, coupling=JOINED)).machine
    burst = burst_of(machine, 0.5)
    few = burst._alone(0.5)
    assert few is not None and few.steps > 1
    V = machine.state_index["row[90].soma.V"] - int(burst.rows[0])
    (piece,) = few.pieces
    values = np.repeat(piece.values[:, :1], piece.times.size, axis=1)
    still = Few(few.parts, (replace(piece, values=values),))
    assert burst._pushed_outside(still) == pytest.approx(0.0, abs=1e-9)
    for row_of_spike in (V, V - 6):  # of the copy in the middle, and of one that has a neighbour beside
        spike = values.copy()
        spike[row_of_spike, 7:9] += 40.0
        pushed = burst._pushed_outside(Few(few.parts, (replace(piece, values=spike),)))
        moved = rates_with(burst, burst.rows[[row_of_spike]], burst.state[burst.rows[row_of_spike]] + 40.0)
        change = 0.5 * np.abs(moved - rates_with(burst, burst.rows[:0], np.zeros(0)))[burst.outside]
        assert pushed == pytest.approx((change / burst.tolerated[burst.outside]).max(), rel=1e-6)
    assert pushed > 1e4


def test_what_those_beside_do_may_not_matter_to_the_few_unless_it_was_foreseen() -> None:
    machine = ionlang.loads(row(90, coupling=JOINED)).machine
    burst = burst_of(machine, 0.01)
    few = burst._alone(0.01)
    assert few is not None
    burst.known.within = few.at
    assert burst.outer.step()
    foreseen = burst._pushed_inside(few)
    V = machine.state_index["row[88].soma.V"]
    assert V in burst.outside
    burst.outer.state[V] += 1.0
    pushed = burst._pushed_inside(few)
    before, moved = (rates_with(burst, np.array([V]), burst.state[V] + by) for by in (0.0, 1.0))
    change = 0.01 * np.abs(moved - before)[burst.rows] / burst.tolerated[burst.rows]
    assert pushed == pytest.approx(change.max(), rel=1e-2)
    assert pushed > 100 * foreseen
