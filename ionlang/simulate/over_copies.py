"""A parameter that is another number in each copy of a line, where parameters are else numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ionlang.simulate.functions import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class OverCopies:
    """`values` (N,) for the copies of a line; or (k, N), a row for each of k pieces of runs. NumPy takes it as an
    array; whoever stacks parameters of many runs as numbers passes it by."""

    values: FloatArray

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> FloatArray:
        return np.asarray(self.values, dtype=dtype)

    def of(self, pieces: Any) -> Any:
        """What it is in each of these pieces: (N, j), or (j,) of one number; itself if it is the same in all."""
        if self.values.ndim == 1:
            return self
        chosen = self.values[pieces].T
        return chosen[0] if chosen.shape[0] == 1 else chosen
