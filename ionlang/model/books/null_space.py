"""Exact linear algebra over fractions: which weights no column changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

Row = tuple[Fraction, ...]


def null_space(columns: Sequence[Row], size: int) -> Iterator[Row]:
    """A basis of the vectors (size,) whose scalar product with every column (size,) is zero."""
    reduced = echelon(columns)
    pivots = [next(i for i, x in enumerate(row) if x) for row in reduced]
    for free in (i for i in range(size) if i not in pivots):
        vector = [Fraction(0)] * size
        vector[free] = Fraction(1)
        for row, pivot in zip(reduced, pivots, strict=True):
            vector[pivot] = -row[free]
        yield tuple(vector)


def echelon(rows: Sequence[Row]) -> list[Row]:
    """The reduced row echelon form, without rows of zeros."""
    work = list(rows)
    done: list[Row] = []
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in work if row[column]), None)
        if pivot is None:
            continue
        work.remove(pivot)
        unit = tuple(x / pivot[column] for x in pivot)
        work = [_cleared(row, unit, column) for row in work]
        done = [*(_cleared(row, unit, column) for row in done), unit]
    return done


def _cleared(row: Row, unit: Row, column: int) -> Row:
    return tuple(x - row[column] * u for x, u in zip(row, unit, strict=True))
