"""The shape of an action potential on a trajectory: its width."""

from __future__ import annotations

from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.locate import Quantity, crossings, maximum, value
from ionlang.simulate.trajectory import Trajectory


def half_width(trajectory: Trajectory, quantity: Quantity, after: float, until: float) -> float:
    """How long [ms] the quantity is above midway between its value at the start of the window and its maximum, in the
    stretch around that maximum; nan if it does not rise, or does not come back in the window."""
    peak, first = maximum(trajectory, quantity, after, until), value(trajectory, quantity, after)
    midway = (first + peak.value) / 2
    if not peak.value > first:
        return float("nan")

    def above(t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
        return quantity(t, y, p) - midway

    rises = crossings(trajectory, above, "upward", after, peak.time)
    falls = crossings(trajectory, above, "downward", peak.time, until)
    return float(falls[0] - rises[-1]) if rises.size and falls.size else float("nan")
