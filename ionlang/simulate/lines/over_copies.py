"""A parameter that is another number in each copy of a line, where parameters are else numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ionlang.codegen.callables import VectorModel
from ionlang.simulate.functions import FloatArray, ParametersMany


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


def over_copies_of(
    model: VectorModel, places: Sequence[tuple[int, int]], found: Sequence[Any]
) -> list[float]:
    """A parameter vector in which all that may differ in the copies of a line is a row over them, also where only an
    action would make it differ. `places` are those entries, with the number of copies."""
    found, count = list(found), len(model.program.parameters)
    same = [(k, n) for k, n in places if k < count and np.ndim(found[k]) == 0]
    if same:
        for k, n in same:
            found[k] = np.full(n, float(found[k]))
        found = model.complete(found[:count])
    for k, n in places:
        value = np.asarray(found[k], dtype=float)  # what stands at the faces is one shorter
        found[k] = OverCopies(value if value.ndim else np.broadcast_to(value, (n,)))
    return found


def in_time(model: VectorModel, places: Sequence[tuple[int, int]], found: Sequence[Any]) -> ParametersMany:
    """The same at m instants: what may differ in the copies (N, m), or (N, 1) if it does not move."""
    count = len(model.program.parameters)
    first = list(found[:count])
    for k, n in places:
        if k < count:
            value = np.asarray(first[k], dtype=float)
            first[k] = value if value.ndim == 2 else np.broadcast_to(value, (n, value.size))
    every: list[Any] = model.complete(first)
    return [v if np.ndim(v) else float(v) for v in every]
