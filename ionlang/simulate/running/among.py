"""A condition in each copy of a line: where it holds, and when it comes true in a piece of a run, all looked at
together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ionlang.model.cell_lines import Copies, Line
from ionlang.model.expression import Expr
from ionlang.simulate import locate
from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.lines.fronts import changes
from ionlang.simulate.lines.stretch import Sampler, sampler_of_condition
from ionlang.simulate.machine import Machine
from ionlang.simulate.trajectory import Piece


@dataclass(frozen=True, slots=True, eq=False)
class Among:
    """A condition in all copies of a line."""

    sampler: Sampler

    def margins(self, t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
        """Above 0 where it holds (copies, m), at the instants t (m,) in the states y (n, m)."""
        return self.sampler.of(t, y, p).values

    def true(self, t: FloatArray, y: FloatArray, p: ParametersMany) -> NDArray[np.bool_]:
        """In which copies it holds (copies,) at one instant."""
        found: NDArray[np.bool_] = self.margins(t, y, p)[:, 0] > 0.0
        return found

    def only(self, copy: int) -> locate.Quantity:
        """In one copy, from 1."""

        def quantity(t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
            row: FloatArray = self.margins(t, y, p)[copy - 1]
            return row

        return quantity

    def arrivals(self, piece: Piece) -> list[FloatArray]:
        """When it comes true in each copy within a piece [ms]."""
        seen = self.sampler.see(piece)
        found: list[list[float]] = [[] for _ in seen.values]
        if piece.end > piece.start:
            copies, times, true = changes(seen)
            for copy, time in sorted(zip(copies[true].tolist(), times[true].tolist(), strict=True)):
                found[copy].append(time)
        return [np.array(each) for each in found]


def among_copies(machine: Machine, condition: Expr, line: Line) -> Among:
    return Among(sampler_of_condition(machine, condition, Copies(line.name, 1, line.count)))
