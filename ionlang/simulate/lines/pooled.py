"""A place that all copies of a line share, integrated as a total.

Its row of the Jacobian is not within the band. Without it the corrections that an integrator makes do not add up to
nothing, and totals are kept to its tolerance only. So in the place of the state itself its total is integrated: what
would be in it if it had everything. Nothing changes that, and what one loses another gains, to rounding.

That is done where the place is larger than all that it exchanges with. A small one is fast; there its own row, which is
within the band, helps the integrator more, and its total is kept to the tolerance.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ionlang.codegen.callables import VectorModel, vector_arrays
from ionlang.codegen.program import Rows
from ionlang.equations.system import Invariant, System
from ionlang.simulate.functions import FloatArray

LARGEST = 1.0
"""All that exchanges with a place is at most so large, in units of the place."""

Rates = Callable[[float, FloatArray], object]


@dataclass(frozen=True, slots=True, eq=False)
class Pooled:
    """In the place of each state in `rows` (g,) its total is integrated, in the unit of that state: the state itself
    and `weights` (g, n) times all others."""

    rows: NDArray[np.intp]
    weights: FloatArray

    def into(self, y: FloatArray) -> FloatArray:
        """States or rates (…, n) as integrated."""
        z = np.array(y, dtype=float)
        z[..., self.rows] += z @ self.weights.T
        return z

    def back(self, z: FloatArray) -> FloatArray:
        """What is integrated (…, n) as states."""
        y = z.copy()
        y[..., self.rows] -= z @ self.weights.T
        return y

    def rates(self, rates: Rates) -> Rates:
        return lambda t, z: self.into(np.asarray(rates(t, self.back(z))))

    def slopes(self, slopes: Rates | None, above: int) -> Rates | None:
        """The band, in which nothing changes a total."""
        if slopes is None:
            return None

        def found(t: float, z: FloatArray) -> object:
            band = np.array(slopes(t, self.back(z)))
            band[above, self.rows] = 0.0
            return band

        return found


Pooling = Callable[[Sequence[Any]], Pooled]


def pooling_of(system: System, model: VectorModel) -> Pooling | None:
    """Of parameters the states that are integrated as totals; None where no place is shared by all copies."""
    rows = model.program.rows
    shared = [i for i, each in enumerate(rows) if not each.line and not each.beside]
    laws = [law for law in system.invariants if law.exact and not law.line]
    laws = [law for law in laws if any(i in shared for i, _ in law.terms)]
    if not laws:
        return None
    listed = vector_arrays(system, [weight for law in laws for _, weight in law.terms])
    size = sum(each.count for each in rows)
    nowhere = np.zeros(size)
    return lambda parameters: _large(_pooled(laws, rows, shared, listed(0.0, nowhere, parameters)))


def _large(pooled: Pooled) -> Pooled:
    """Those that are larger than everything that they exchange with: of a small one the own state is as stiff as it is
    fast, and a total would hide that from the integrator."""
    chosen = np.abs(pooled.weights).sum(axis=1) <= LARGEST
    return Pooled(pooled.rows[chosen], pooled.weights[chosen])


def _pooled(
    laws: Sequence[Invariant], rows: Sequence[Rows], shared: Sequence[int], values: Sequence[FloatArray]
) -> Pooled:
    """Each law made to count one shared state that no other does, and that by 1."""
    matrix, k = np.zeros((len(laws), sum(each.count for each in rows))), 0
    for number, law in enumerate(laws):
        for i, _ in law.terms:
            each = rows[i]
            matrix[number, each.places] = values[k]
            k += 1
    places = np.array([rows[i].first for i in shared], dtype=np.intp)
    chosen: list[int] = []
    used: list[int] = []
    for number in range(len(laws)):
        pivot = int(places[np.abs(matrix[number, places]).argmax()])
        if matrix[number, pivot] == 0:
            continue
        matrix[number] /= matrix[number, pivot]
        others = [j for j in range(len(laws)) if j != number]
        matrix[others] -= np.outer(matrix[others, pivot], matrix[number])
        chosen.append(pivot)
        used.append(number)
    weights = matrix[used]
    weights[:, chosen] = 0.0
    return Pooled(np.array(chosen, dtype=np.intp), weights)
