"""Linear systems along lines with one more unknown, the parameter, and one more equation.

At a fold the Jacobian by itself is singular, and a band cannot be eliminated. So one state is pinned: like a total over
everything it is taken as known first, and so is the parameter. What is left of the band is not singular then, and the
equations that were left over say what the two are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ionlang.simulate.bands import clear_rows
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.resting.lines.bordered import (
    Singular,
    factored,
    inverse_of,
    row_sizes,
    solved,
    widened,
    write_totals,
)
from ionlang.simulate.resting.lines.slopes import Slope
from ionlang.simulate.resting.lines.totals import Totals

REFINED = 2
"""Times that a solution is improved by what it leaves over."""


@dataclass(frozen=True, slots=True, eq=False)
class Extended:
    """As `Bordered`, with the parameter behind the states: the columns (n, q + 1) and left-over equations (q + 1, …) of
    the borders and of the parameter. `side` · exp(`log_side`) is the determinant; `growth` tells how far other states
    move with the pinned one: where that is much, digits are lost."""

    operator: Operator
    factors: tuple[Any, Any, int, int]
    heights: FloatArray
    borders: NDArray[np.intp]
    columns: FloatArray
    closing: FloatArray
    inverse: FloatArray
    side: float
    log_side: float
    growth: float

    def solve(self, b: FloatArray) -> FloatArray:
        """x (n + 1,) in typical sizes with M x = b (n + 1,)."""
        found = self._once(b)
        for _ in range(REFINED):
            found = found + self._once(b - self.operator.times(found))
        return found

    def _once(self, b: FloatArray) -> FloatArray:
        right = b[:-1].copy()
        left_over = np.append(right[self.borders], b[-1])
        right[self.borders] = 0.0
        begun = solved(self.factors, right / self.heights)
        known = self.inverse @ (left_over - self.closing @ begun)
        return np.append(begun + self.columns @ known, known[-1])


@dataclass(frozen=True, slots=True, eq=False)
class Operator:
    """The whole matrix M (n + 1, n + 1): balances by the states, in the rows of pivots the totals; `column` (n,), how
    all these change with the parameter; `row` (n + 1,), one more equation. Columns of states are per `unit` (n,)."""

    slope: Slope
    totals: Totals
    unit: FloatArray
    column: FloatArray
    row: FloatArray

    def times(self, x: FloatArray) -> FloatArray:
        y = x[:-1] * self.unit
        found = self.slope.times(y)
        found[self.totals.pivots] = self.totals.weights @ y
        return np.append(found + self.column * x[-1], self.row @ x)

    def equation(self, row: int) -> FloatArray:
        """One balance (n,), by the states."""
        return self.slope.row(row)


def extended(of: Operator, pinned: int) -> Extended:
    """With the state `pinned`, which is neither shared nor a pivot, taken out of the band. Raises Singular."""
    slope, totals, unit = of.slope, of.totals, of.unit
    below, above = widened(slope, totals)
    n = unit.size
    band = np.zeros((below + above + 1, n))
    band[above - slope.above : above + slope.below + 1] = slope.band
    down, column = slope.down.copy(), of.column.copy()
    borders = np.unique(np.concatenate([slope.shared, totals.pivots[totals.whole], [pinned]]))
    clear_rows(band, np.concatenate([borders, totals.pivots]), above)
    down[totals.pivots] = 0.0
    down[borders] = 0.0
    column[borders] = 0.0
    band[above, borders] = 1.0
    write_totals(band, totals, above)
    band *= unit
    heights = row_sizes(band, below, above)
    factors = factored(band, heights, below, above)
    right = np.zeros((n, borders.size + 1))
    right[borders, np.arange(borders.size)] = 1.0
    right[:, np.searchsorted(borders, slope.shared)] -= down
    right[:, -1] = -column
    columns = solved(factors, right / heights[:, None])
    closing, corner = _closing(of, borders, pinned)
    left = closing @ columns
    left[:, -1] += corner
    side, log_side = _determinant(factors, heights, left)
    at = int(np.searchsorted(borders, pinned))
    growth = float(np.abs(columns[:, at]).max() / np.abs(columns[pinned, at]))
    return Extended(of, factors, heights, borders, columns, closing, inverse_of(left), side, log_side, growth)


def _closing(of: Operator, borders: NDArray[np.intp], pinned: int) -> tuple[FloatArray, FloatArray]:
    """The equations of the borders, and the one more: by the states (q + 1, n), and by the parameter (q + 1,)."""
    slope, totals = of.slope, of.totals
    found = np.zeros((borders.size + 1, of.unit.size))
    found[np.searchsorted(borders, slope.shared)] = slope.across
    found[np.searchsorted(borders, pinned)] = of.equation(pinned)
    whole = np.flatnonzero(totals.whole)
    found[np.searchsorted(borders, totals.pivots[whole])] = totals.weights[whole].toarray()
    found *= of.unit
    found[-1] = of.row[:-1]
    return found, np.append(of.column[borders], of.row[-1])


def _determinant(
    factors: tuple[Any, Any, int, int], heights: FloatArray, left: FloatArray
) -> tuple[float, float]:
    """Its sign, and the logarithm of its size."""
    lu, pivots, below, above = factors
    diagonal = lu[below + above]
    swaps = int((pivots != np.arange(pivots.size)).sum())
    signs = np.sign(diagonal).prod() * (-1.0) ** swaps
    size = np.abs(left).max(axis=1)
    if not (np.isfinite(size).all() and (size > 0).all() and (diagonal != 0).all()):
        raise Singular("the equations do not determine the state")
    sign, logarithm = np.linalg.slogdet(left / size[:, None])
    sizes = np.log(np.abs(diagonal)).sum() + np.log(heights).sum() + np.log(size).sum()
    return float(signs * sign), float(logarithm + sizes)
