"""Matrices kept as bands: `band[above + i - j, j]` is the entry in row i and column j."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ionlang.simulate.functions import FloatArray

Rows = NDArray[np.intp]


def diagonals(count: int, below: int, above: int) -> Iterator[tuple[int, Rows]]:
    """The diagonals of a band of `count` columns: the column less the row, and the columns that each has."""
    for offset in range(-below, above + 1):
        yield offset, np.arange(max(0, offset), count + min(0, offset))


def clear_rows(band: FloatArray, rows: Rows, above: int) -> None:
    """Empty these rows."""
    height, count = band.shape
    for offset in range(above - height + 1, above + 1):
        columns = rows + offset
        band[above - offset, columns[(columns >= 0) & (columns < count)]] = 0.0
