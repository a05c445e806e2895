"""Events, extremes and integrals of quantities on a trajectory, located on the dense output itself.

A quantity is any function q(t (j,), y (n, j), p) of time [ms], states and parameters that gives (j,) values
(for integrals also (k, j)); it may jump between phases, nowhere else. No result depends on an output grid:
the integrator's samples serve as brackets, and all brackets are polished at once on the interpolating
polynomials. Windows are closed, [after, until], in ms, and cut to the trajectory.

A quantity may vary faster than the states do. That is seen if it comes from parameters that are functions of
time (each interval between samples is then divided into four), not if it is a fast function of t by itself.

What is said here of one trajectory, `locating/` does for many at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.locating.many import Direction, crossings_of, greatest_of, integral_of, values_of
from ionlang.simulate.locating.quantity import Quantity
from ionlang.simulate.sheaf import sheaf_of
from ionlang.simulate.trajectory import Trajectory

__all__ = ["Direction", "Extreme", "Quantity", "crossings", "integral", "maximum", "mean", "minimum", "value"]


@dataclass(frozen=True, slots=True)
class Extreme:
    """The instant [ms] of the greatest or least value in a window (the first, if several), and that value."""

    time: float
    value: float


def crossings(
    trajectory: Trajectory,
    quantity: Quantity,
    direction: Direction,
    after: float = -np.inf,
    until: float = np.inf,
) -> FloatArray:
    """Instants (j,) [ms], ascending, at which the quantity passes zero: upward from below it to zero or more.

    Pairs of crossings between two samples are found too; a jump across zero at an edge counts, at that edge.
    """
    return crossings_of(sheaf_of([trajectory]), quantity, direction, _one(after), _one(until)).times


def maximum(
    trajectory: Trajectory,
    quantity: Quantity,
    after: float = -np.inf,
    until: float = np.inf,
) -> Extreme:
    """The greatest value in the window and its instant. Raises ValueError if the window misses all."""
    return _extreme(trajectory, quantity, 1.0, after, until)


def minimum(
    trajectory: Trajectory,
    quantity: Quantity,
    after: float = -np.inf,
    until: float = np.inf,
) -> Extreme:
    """The least value in the window and its instant. Raises ValueError if the window misses all."""
    return _extreme(trajectory, quantity, -1.0, after, until)


def _extreme(trajectory: Trajectory, quantity: Quantity, sign: float, after: float, until: float) -> Extreme:
    if not _meets(trajectory, after, until):
        raise ValueError("the window misses the trajectory")
    found = greatest_of(sheaf_of([trajectory]), quantity, sign, _one(after), _one(until))
    return Extreme(float(found.times[0]), float(found.values[0]))


def value(trajectory: Trajectory, quantity: Quantity, instant: float) -> float:
    """The quantity at one instant [ms]; at an edge that of the phase that begins there.

    Raises ValueError outside the trajectory.
    """
    if not trajectory.start <= instant <= trajectory.end:
        raise ValueError(f"{instant} ms is outside {trajectory.start} ms to {trajectory.end} ms")
    return float(values_of(sheaf_of([trajectory]), quantity, np.zeros(1, dtype=np.intp), _one(instant))[0])


def integral(
    trajectory: Trajectory,
    quantity: Quantity,
    after: float = -np.inf,
    until: float = np.inf,
) -> np.float64 | FloatArray:
    """Integral over the window [unit of the quantity × ms]: a number, or (k,) if it gives (k, j)."""
    if not _meets(trajectory, after, until):
        raise ValueError("the window misses the trajectory")
    found: np.float64 | FloatArray = integral_of(sheaf_of([trajectory]), quantity, _one(after), _one(until))[
        ..., 0
    ]
    return found


def mean(
    trajectory: Trajectory,
    quantity: Quantity,
    after: float = -np.inf,
    until: float = np.inf,
) -> np.float64 | FloatArray:
    """Mean over the window. Raises ValueError if the window has no length or misses the trajectory."""
    length = min(until, trajectory.end) - max(after, trajectory.start)
    if not length > 0.0:
        raise ValueError("a mean needs a window of some length within the trajectory")
    return integral(trajectory, quantity, after, until) / length


def _meets(trajectory: Trajectory, after: float, until: float) -> bool:
    return after <= trajectory.end and until >= trajectory.start and after <= until


def _one(number: float) -> FloatArray:
    return np.array([float(number)])
