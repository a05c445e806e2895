"""What the states of a long line were while a few copies took many steps in one of all others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ionlang.codegen.runtime_lines import product
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.lines.part import Part
from ionlang.simulate.multistep.bdf import Bdf
from ionlang.simulate.trajectory import Piece


@dataclass(frozen=True, slots=True, eq=False)
class LongStep:
    """A long step: `few` are the states of the `part`, in its own phase; all others are on the polynomial of the last
    step of `outer`."""

    outer: Bdf
    part: Part
    few: Piece

    @property
    def times(self) -> FloatArray:
        """Of the steps of the few (5s + 1,)."""
        return self.few.times

    def inside(self, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Which of these rows of the state vector are of the few."""
        found: NDArray[np.bool_] = (rows >= self.part.rows.start) & (rows < self.part.rows.stop)
        return found

    def of_few(self, rows: NDArray[np.intp]) -> Piece:
        """Those of the few among these rows: all steps of them."""
        return Piece(
            self.few.phase, self.few.times, self.few.values[rows[self.inside(rows)] - self.part.rows.start]
        )

    def at(self, rows: NDArray[np.intp], times: FloatArray) -> FloatArray:
        """These states (k, m) at instants (m,) within it."""
        outer, count = self.outer, self.outer.order + 1
        powers = ((times - outer.time) / outer.length)[:, None] ** np.arange(count)
        found = np.empty((rows.size, times.size))
        product(outer.terms[:count].take(rows, axis=1).T, powers.T, found)
        inside = self.inside(rows)
        if inside.any():
            found[inside] = self.of_few(rows).at(times)
        return found
