"""What a line keeps: totals over all copies."""

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
NEGLIGIBLE = 1e-10
"""Of the largest: a way, or a total, that is so little apart from others is none of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """`weights` (laws, n) of all states in what does not change over all copies."""

    weights: FloatArray

    def of(self, state: FloatArray) -> FloatArray:
        """How large they are (laws,)."""
        found: FloatArray = self.weights @ state
        return found

    def pace(self, rates: FloatArray) -> FloatArray:
        """How fast these change (laws,) where the states have these rates: not at all, but for what is injected."""
        found = self.of(rates)
        found[np.abs(found) <= ROUNDING * (np.abs(self.weights) @ np.abs(rates))] = 0.0
        return found

    def mending(self, rows: NDArray[np.intp], ways: FloatArray, scale: FloatArray) -> FloatArray:
        """The least changes (rows, laws) of these states that make each total larger by 1, where they can change in
        these ways alone (rows, k), and each is measured by its `scale` (rows,)."""
        basis, sizes, _ = np.linalg.svd(ways / scale[:, None], full_matrices=False)
        open_ways = scale[:, None] * basis[:, sizes > NEGLIGIBLE * sizes.max(initial=0.0)]
        effects = self.weights[:, rows] @ open_ways
        largest = np.abs(effects).max(axis=1, initial=0.0)
        largest[largest == 0.0] = 1.0
        found: FloatArray = open_ways @ np.linalg.pinv(effects / largest[:, None], rcond=NEGLIGIBLE) / largest
        return found


def totals_of(system: System, model: VectorModel) -> Callable[[Sequence[Any]], Totals]:
    """Of parameters what a cell that is one line keeps."""
    laws = [law for law in system.invariants if law.exact and not law.line]
    listed = vector_arrays(system, [weight for law in laws for _, weight in law.terms])
    rows = model.program.rows
    nowhere = np.zeros(sum(each.count for each in rows))

    def totals(parameters: Sequence[Any]) -> Totals:
        values = iter(listed(0.0, nowhere, parameters))
        weights = np.zeros((len(laws), nowhere.size))
        for row, law in zip(weights, laws, strict=True):
            for i, _ in law.terms:
                row[rows[i].places] = next(values)
        return Totals(weights)

    return totals
