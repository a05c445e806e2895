"""A quantity along the pieces of many runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.sheaf import Indices, Sheaf

Quantity = Callable[[FloatArray, FloatArray, ParametersMany], FloatArray]
"""t (j,), y (n, j), p → (j,); for integrals also (k, j)."""
BLOCK = 8192
"""Samples that are looked at in one call: they and what is made of them stay in the cache."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """A quantity of which is known what it reads: rows of the states, and places among the parameters."""

    function: Callable[[FloatArray, FloatArray, Sequence[ArrayLike]], FloatArray]
    states: tuple[int, ...]
    parameters: tuple[int, ...]

    def __call__(self, t: FloatArray, y: FloatArray, p: Sequence[ArrayLike]) -> FloatArray:
        return self.function(t, y, p)


@dataclass(frozen=True, slots=True, eq=False)
class Along:
    """A quantity, times a sign, along the pieces of a sheaf."""

    sheaf: Sheaf
    quantity: Quantity
    sign: float = 1.0

    def __call__(self, pieces: Indices, columns: Indices, t: FloatArray) -> FloatArray:
        """At instants (j,), each in its piece and not far behind the sample in its column."""
        read = self.quantity if isinstance(self.quantity, Reading) else None
        y = self.sheaf.at(pieces, columns, t, read.states if read else None)
        p = self.sheaf.parameters_at(pieces, t, read.parameters if read else None)
        return self.sign * np.asarray(self.quantity(t, y, p))

    def sampled(self, columns: slice) -> FloatArray:
        """At samples."""
        sheaf, read = self.sheaf, self.quantity if isinstance(self.quantity, Reading) else None
        t, owners = sheaf.times[columns], sheaf.owners[columns]
        p = sheaf.parameters_at(owners, t, read.parameters if read else None)
        found = np.asarray(self.quantity(t, sheaf.values[:, columns], p))
        found = np.broadcast_to(found, (*found.shape[:-1], t.size))
        return found if self.sign == 1.0 else self.sign * found

    def everywhere(self) -> FloatArray:
        """At all samples (T,) or (k, T)."""
        size = self.sheaf.times.size
        blocks = [self.sampled(slice(i, min(i + BLOCK, size))) for i in range(0, size, BLOCK)]
        return blocks[0] if len(blocks) == 1 else np.concatenate(blocks, axis=-1)
