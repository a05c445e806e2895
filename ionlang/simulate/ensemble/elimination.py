"""Linear systems of one structure for many members: the order of elimination is settled once, from the structure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ionlang.simulate.functions import FloatArray

Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Pivot:
    """One step of elimination: the rows below that have an entry in its column, the columns in which its row has one,
    and all pairs of these."""

    index: int
    rows: Indices
    columns: Indices
    block: tuple[Indices, Indices]


DENSE = 16
"""States: up to so many an inverse takes fewer array operations than the factors' structure saves."""


@dataclass(frozen=True, slots=True)
class Inversion:
    """As `Elimination`, for small matrices: by their inverse (Gauss–Jordan, pivots on the diagonal)."""

    def factor(self, matrix: FloatArray) -> FloatArray:
        """The inverses of matrices (n, n, m), in place. Where a pivot vanishes what comes out is not finite."""
        room = np.empty_like(matrix)
        for k in range(len(matrix)):
            sweep(matrix, k, room)
        return matrix

    def solve(self, inverse: FloatArray, right: FloatArray) -> FloatArray:
        """x (n, m) of matrix · x = right."""
        found: FloatArray = np.einsum("ijm,jm->im", inverse, right)
        return found


@dataclass(frozen=True, slots=True)
class Elimination:
    """Pivots on the diagonal in an order that keeps the matrix sparse (Markowitz: the least fill first)."""

    pivots: tuple[Pivot, ...]

    def factor(self, matrix: FloatArray) -> FloatArray:
        """The factors of matrices (n, n, m), in place: above the diagonal and on it those of the upper one, below it
        those of the lower one, both in the order of the pivots. Nothing is exchanged; where a pivot vanishes what
        comes out is not finite."""
        for pivot in self.pivots:
            k, rows, columns = pivot.index, pivot.rows, pivot.columns
            if rows.size:
                factors = matrix[rows, k] / matrix[k, k]
                matrix[rows, k] = factors
                matrix[pivot.block] -= factors[:, None] * matrix[k, columns]
        return matrix

    def solve(self, factors: FloatArray, right: FloatArray) -> FloatArray:
        """x (n, m) of matrix · x = right, in the place of `right`."""
        for pivot in self.pivots:
            if pivot.rows.size:
                right[pivot.rows] -= factors[pivot.rows, pivot.index] * right[pivot.index]
        for pivot in reversed(self.pivots):
            k, columns = pivot.index, pivot.columns
            if columns.size:
                right[k] -= (factors[k, columns] * right[columns]).sum(axis=0)
            right[k] /= factors[k, k]
        return right


def solver(pattern: NDArray[np.bool_]) -> Elimination | Inversion:
    """What solves systems of this structure with the fewest array operations."""
    return Inversion() if len(pattern) <= DENSE else elimination(pattern)


def elimination(pattern: NDArray[np.bool_]) -> Elimination:
    """For matrices that are zero where `pattern` (n, n) is false; the diagonal never counts as zero."""
    filled = pattern | np.eye(len(pattern), dtype=bool)
    left = list(range(len(pattern)))
    pivots = []
    while left:
        k = min(left, key=lambda i: (int(filled[left, i].sum() - 1) * int(filled[i, left].sum() - 1), i))
        left.remove(k)
        rows = np.array([i for i in left if filled[i, k]], dtype=np.intp)
        columns = np.array([j for j in left if filled[k, j]], dtype=np.intp)
        filled[np.ix_(rows, columns)] = True
        block = np.ix_(rows, columns)
        pivots.append(Pivot(k, rows, columns, (block[0], block[1])))
    return Elimination(tuple(pivots))


def sweep(matrix: FloatArray, k: int, room: FloatArray) -> None:
    """Solve matrices (s, s, m) for the unknown k, in place (a step of Gauss and Jordan's elimination), with `room` for
    as much again."""
    pivot = 1.0 / matrix[k, k]
    column = matrix[:, k] * -pivot
    column[k] = pivot
    row = matrix[k].copy()
    row[k] = 0.0
    matrix[k] = 0.0
    matrix[:, k] = 0.0
    matrix += np.multiply(column[:, None], row, room)
    matrix[:, k] = column
