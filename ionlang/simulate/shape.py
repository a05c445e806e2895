"""The shape of an action potential on a trajectory: its width."""

from __future__ import annotations

import numpy as np

from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.locating.many import crossings_of, greatest_of, values_of
from ionlang.simulate.locating.quantity import Quantity
from ionlang.simulate.sheaf import Sheaf


def half_width(sheaf: Sheaf, quantity: Quantity, after: float, until: float) -> float:
    """How long [ms] the quantity of a single run is above midway between its value at the start of the window and
    its maximum, in the stretch around that maximum; nan if it does not rise, or does not come back in the window."""
    begin, end = np.array([after]), np.array([until])
    top = greatest_of(sheaf, quantity, 1.0, begin, end)
    first = values_of(sheaf, quantity, np.zeros(1, dtype=np.intp), begin)
    midway = (first[0] + top.values[0]) / 2
    if not top.values[0] > first[0]:
        return float("nan")

    def above(t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
        found: FloatArray = quantity(t, y, p) - midway
        return found

    rises = crossings_of(sheaf, above, "upward", begin, top.times).times
    falls = crossings_of(sheaf, above, "downward", top.times, end).times
    return float(falls[0] - rises[-1]) if rises.size and falls.size else float("nan")
