"""A line as a linear cable: how its potentials answer to a small current while everything else stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import solve_banded

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.running.landing_lines import rows_in


@dataclass(frozen=True, slots=True)
class LinearCable:
    """`steps` over which the answer falls by e, in copies; `time` [ms] in which a shift that is the same in all copies
    does."""

    steps: float
    time: float


def linear_cable(
    machine: Machine, path: str, state: FloatArray, parameters: Sequence[Any]
) -> LinearCable | None:
    """Of the potential with this path in a line of alike copies, at a state (n,); from the Jacobian of the line, of
    which the rows of the other states are left out. None where no answer falls.

    In the steady answer v to a current into the first copy v₁ + v₃ = 2 cosh(1/steps) v₂, whatever the far end is."""
    below, above = machine.functions.band or (0, 0)
    band = np.asarray(machine.vector.jacobian(0.0, state, parameters), dtype=float)
    rows = rows_in(machine, path, None)
    if rows.size < 3 or int(np.diff(rows).max()) > min(below, above):
        return None
    before, after = rows[:-1], rows[1:]
    three = np.zeros((3, rows.size))
    three[0, 1:] = band[above + before - after, after]
    three[1] = band[above, rows]
    three[2, :-1] = band[above + after - before, before]
    current = np.zeros(rows.size)
    current[0] = -1.0
    answer = solve_banded((1, 1), three, current)
    ratio = (answer[0] + answer[2]) / (2 * answer[1])
    rate = -float(three[1, 1] + three[0, 2] + three[2, 0])
    if not (ratio > 1 and rate > 0):
        return None
    return LinearCable(1.0 / float(np.arccosh(ratio)), 1.0 / rate)
