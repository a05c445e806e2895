"""The copies of a line that hardly change, integrated in long steps while the few others are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ionlang.simulate.bands import clear_rows
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.multistep.bdf import Bdf, Problem, begun


@dataclass(slots=True, eq=False)
class Known:
    """The problem of all rows but `rows`, which at each time are what `within` says: their rates count as none, and
    nothing of them is weighed. `above` is that of the band; `states` (n,) is memory that is kept."""

    problem: Problem
    rows: NDArray[np.intp]
    above: int
    within: Callable[[float], FloatArray]
    states: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        self.states = np.empty_like(self.problem.atol)

    def rates(self, time: float, states: FloatArray) -> FloatArray:
        found = self.problem.rates(time, self._with(time, states))
        found[self.rows] = 0.0
        return found

    def slopes(self, time: float, states: FloatArray) -> FloatArray:
        band = self.problem.slopes(
            time, self._with(time, states)
        ).copy()  # what never changes stays in its memory
        clear_rows(band, self.rows, self.above)
        band[:, self.rows] = 0.0
        return band

    def _with(self, time: float, states: FloatArray) -> FloatArray:
        self.states[:] = states
        self.states[self.rows] = self.within(time)
        return self.states


def latent(known: Known, time: float, state: FloatArray, first: float) -> Bdf:
    """What integrates all other rows from there; the first step will have the length `first` [ms]. What the known ones
    are may be said anew for each step."""
    atol = known.problem.atol.copy()
    atol[known.rows] = np.inf
    problem = replace(known.problem, rates=known.rates, slopes=known.slopes, atol=atol)
    return begun(problem, time, state, first)
