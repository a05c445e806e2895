"""Linear systems J x = b along lines, with the conserved totals in the place of what they make superfluous.

What a copy keeps by itself takes the place of a row of that copy: the matrix stays a band. A total over everything, and
what stands in no line, would fill rows and columns; these unknowns are borders. Each is taken as known first, so that
the band can be solved with a column for each border; the equations that are left over then say what the borders are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ionlang.simulate.bands import clear_rows, diagonals
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.resting.lines.slopes import Slope
from ionlang.simulate.resting.lines.totals import Totals


class Singular(ArithmeticError):
    """The equations do not determine the state."""


@dataclass(frozen=True, slots=True, eq=False)
class Bordered:
    """`factors` of the band, with the `columns` (n, b) that belong to the `borders` (b,), rows of the state; `closing`
    (b, n) are the equations that are left over, `inverse` (b, b) solves them. `unit` (n,) are sizes of states."""

    factors: tuple[Any, Any, int, int]
    unit: FloatArray
    heights: FloatArray
    borders: NDArray[np.intp]
    columns: FloatArray
    closing: FloatArray
    inverse: FloatArray
    totals: Totals

    def solve(self, b: FloatArray, missing: FloatArray) -> FloatArray:
        """x (n,) with J x = b (n,) and totals that change by `missing` (k,)."""
        right, totals = b.copy(), self.totals
        right[totals.pivots] = missing
        left_over = right[self.borders]
        right[self.borders] = 0.0
        begun = solved(self.factors, right / self.heights)
        known = self.inverse @ (left_over - self.closing @ begun)
        found: FloatArray = (begun + self.columns @ known) * self.unit
        return found


def bordered(slope: Slope, totals: Totals, unit: FloatArray, shift: float = 0.0) -> Bordered:
    """For J − shift; `unit` (n,) are typical sizes of the states. Raises Singular."""
    below, above = widened(slope, totals)
    n = slope.band.shape[1]
    band = np.zeros((below + above + 1, n))
    band[above - slope.above : above + slope.below + 1] = slope.band
    band[above] -= shift
    down, across = slope.down.copy(), slope.across.copy()
    for k, row in enumerate(slope.shared.tolist()):
        across[k, row] -= shift
    whole = totals.pivots[totals.whole]
    borders = np.unique(np.concatenate([slope.shared, whole]))
    clear_rows(band, np.concatenate([borders, totals.pivots]), above)
    down[totals.pivots] = 0.0
    down[borders] = 0.0
    band[above, borders] = 1.0
    write_totals(band, totals, above)
    closing = _closing(slope, across, totals, borders)
    band *= unit
    heights = row_sizes(band, below, above)
    factors = factored(band, heights, below, above)
    right = np.zeros((n, borders.size))
    right[borders, np.arange(borders.size)] = 1.0
    right[:, np.searchsorted(borders, slope.shared)] -= down
    columns = solved(factors, right / heights[:, None])
    closing = closing * unit
    return Bordered(factors, unit, heights, borders, columns, closing, inverse_of(closing @ columns), totals)


def widened(slope: Slope, totals: Totals) -> tuple[int, int]:
    """The width of the band with the totals of single copies in it."""
    entries = totals.weights[~totals.whole].tocoo()
    away = totals.pivots[~totals.whole][entries.row] - entries.col
    return max(slope.below, int(away.max(initial=0))), max(slope.above, int((-away).max(initial=0)))


def write_totals(band: FloatArray, totals: Totals, above: int) -> None:
    """Put the totals of single copies in the rows of their pivots."""
    entries = totals.weights[~totals.whole].tocoo()
    rows = totals.pivots[~totals.whole][entries.row]
    band[above + rows - entries.col, entries.col] = entries.data


def _closing(slope: Slope, across: FloatArray, totals: Totals, borders: NDArray[np.intp]) -> FloatArray:
    """The equation of each border: its total if it is the pivot of one, else its own rate."""
    found = np.zeros((borders.size, slope.band.shape[1]))
    found[np.searchsorted(borders, slope.shared)] = across
    whole = np.flatnonzero(totals.whole)
    found[np.searchsorted(borders, totals.pivots[whole])] = totals.weights[whole].toarray()
    return found


def row_sizes(band: FloatArray, below: int, above: int) -> FloatArray:
    """The largest entry of each row (n,), 1 where there is none."""
    n = band.shape[1]
    found = np.zeros(n)
    for offset, columns in diagonals(n, below, above):
        np.maximum.at(found, columns - offset, np.abs(band[above - offset, columns]))
    return np.where(found > 0, found, 1.0)


def factored(band: FloatArray, heights: FloatArray, below: int, above: int) -> tuple[Any, Any, int, int]:
    """Its factors, each row over its size. Raises Singular."""
    from scipy.linalg.lapack import dgbtrf

    n = band.shape[1]
    work = np.zeros((2 * below + above + 1, n))
    for offset, columns in diagonals(n, below, above):
        work[below + above - offset, columns] = band[above - offset, columns] / heights[columns - offset]
    if not np.isfinite(work).all():
        raise Singular("the slopes are not finite")
    factors, pivots, failed = dgbtrf(work, below, above)
    if failed:
        raise Singular("the equations do not determine the state")
    return factors, pivots, below, above


def solved(factors: tuple[Any, Any, int, int], right: FloatArray) -> FloatArray:
    """For a right-hand side (n,), or several (n, b)."""
    from scipy.linalg.lapack import dgbtrs

    lu, pivots, below, above = factors
    if right.ndim == 2 and not right.shape[1]:
        return right
    found: FloatArray = dgbtrs(lu, below, above, right, pivots)[0]
    return found


def inverse_of(matrix: FloatArray) -> FloatArray:
    """Raises Singular."""
    size = np.abs(matrix).max(axis=1, initial=0.0)
    if not (np.isfinite(size).all() and (size > 0).all()):
        raise Singular("the equations do not determine the state")
    try:
        found: FloatArray = np.linalg.inv(matrix / size[:, None]) / size
    except np.linalg.LinAlgError:
        raise Singular("the equations do not determine the state") from None
    return found
