"""What a line keeps: totals over all copies, and in each copy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ionlang.codegen.callables import VectorModel, vector_arrays
from ionlang.equations.system import System
from ionlang.simulate.functions import FloatArray

ROUNDING = 1e-12
"""Of all that comes and goes: a sum so small is none."""


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """Weights of all states in what does not change: over all copies (laws, n), and in each copy of so many `states`
    (laws, n), where each counts for itself."""

    over_all: FloatArray
    in_each: FloatArray
    states: int

    def of(self, state: FloatArray) -> FloatArray:
        """What is over all copies (laws,)."""
        found: FloatArray = self.over_all @ state
        return found

    def pace(self, rates: FloatArray) -> FloatArray:
        """How fast these change (laws,) where the states have these rates: not at all, but for what is injected."""
        found = self.of(rates)
        found[np.abs(found) <= ROUNDING * (np.abs(self.over_all) @ np.abs(rates))] = 0.0
        return found

    def mending(self, rows: NDArray[np.intp], scale: FloatArray) -> FloatArray:
        """The changes (rows, laws) of these states, which are all of some copies, that make each total larger by 1
        and leave what each copy keeps; the least ones, where each state is measured by its `scale` (rows,)."""
        copies = rows // self.states
        own = [self.in_each[:, rows] * (copies == copy) for copy in np.unique(copies)]
        weights = np.vstack([self.over_all[:, rows], *own]) * scale
        largest = np.abs(weights).max(axis=1, initial=0.0)
        largest[largest == 0.0] = 1.0
        changes = scale[:, None] * np.linalg.pinv(weights / largest[:, None])
        found: FloatArray = changes[:, : len(self.over_all)] / largest[: len(self.over_all)]
        return found


def totals_of(system: System, model: VectorModel) -> Callable[[Sequence[Any]], Totals]:
    """Of parameters what a cell that is one line keeps."""
    laws = [law for law in system.invariants if law.exact]
    listed = vector_arrays(system, [weight for law in laws for _, weight in law.terms])
    rows = model.program.rows
    nowhere = np.zeros(sum(each.count for each in rows))

    def totals(parameters: Sequence[Any]) -> Totals:
        values = iter(listed(0.0, nowhere, parameters))
        weights = np.zeros((len(laws), nowhere.size))
        for row, law in zip(weights, laws, strict=True):
            for i, _ in law.terms:
                row[rows[i].places] = next(values)
        local = np.array([bool(law.line) for law in laws], dtype=bool)
        return Totals(weights[~local], weights[local], len(rows))

    return totals
