"""The whole Jacobian of a cell with lines: a band, and the rows and columns of what stands in no line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ionlang.codegen.band import SharedSlopes, shared_slopes
from ionlang.codegen.load import load_vector
from ionlang.codegen.vector import vector_function
from ionlang.simulate.bands import clear_rows, diagonals
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine


@dataclass(frozen=True, slots=True, eq=False)
class Slope:
    """`band[above + i - j, j]` is d rate i/d state j among lines; in the rows and columns of `shared` (s,), those of
    what stands in no line, it is empty. These are `down` (n, s), d rate/d shared state, and `across` (s, n)."""

    band: FloatArray
    below: int
    above: int
    shared: NDArray[np.intp]
    down: FloatArray
    across: FloatArray

    def dense(self) -> FloatArray:
        """(n, n)"""
        n = self.band.shape[1]
        found = np.zeros((n, n))
        for offset, columns in diagonals(n, self.below, self.above):
            found[columns - offset, columns] = self.band[self.above - offset, columns]
        found[:, self.shared] = self.down
        found[self.shared] = self.across
        return found

    def times(self, y: FloatArray) -> FloatArray:
        """J y (n,) of y (n,)."""
        found: FloatArray = self.down @ y[self.shared]
        for offset, columns in diagonals(y.size, self.below, self.above):
            found[columns - offset] += self.band[self.above - offset, columns] * y[columns]
        found[self.shared] = self.across @ y
        return found

    def row(self, number: int) -> FloatArray:
        """One row (n,), of what stands in a line."""
        n = self.band.shape[1]
        found = np.zeros(n)
        columns = np.arange(max(0, number - self.below), min(n, number + self.above + 1))
        found[columns] = self.band[self.above + number - columns, columns]
        found[self.shared] = self.down[number]
        return found

    def sizes(self, y: FloatArray) -> FloatArray:
        """Σ |d rate i/d state j| y_j for sizes y (n,): how large the terms of each rate may be (n,)."""
        n = self.band.shape[1]
        found: FloatArray = np.abs(self.down) @ y[self.shared]
        for offset, columns in diagonals(n, self.below, self.above):
            found[columns - offset] += np.abs(self.band[self.above - offset, columns]) * y[columns]
        found[self.shared] = np.abs(self.across) @ y
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """The Jacobian of a machine under these parameters, at any state."""

    machine: Machine
    parameters: Sequence[float]
    listed: SharedSlopes
    function: Callable[..., list[Any]]

    def under(self, parameters: Sequence[float]) -> Slopes:
        """The same under other parameters."""
        return replace(self, parameters=parameters)

    def at(self, y: FloatArray) -> Slope:
        band = np.array(self.machine.vector.jacobian(0.0, y, self.parameters))
        below, above = self.machine.functions.band or (0, 0)
        rows = self.machine.vector.program.rows
        shared = np.array([r.first for r in rows if not r.line], dtype=np.intp)
        down, across = np.zeros((y.size, shared.size)), np.zeros((shared.size, y.size))
        place = {row: k for k, row in enumerate(shared.tolist())}
        found = self.function(0.0, y, self.parameters)
        for (i, j), value in zip(self.listed.places, found, strict=True):
            if not rows[i].line:
                across[place[rows[i].first], rows[j].places] = value
            if not rows[j].line:
                down[rows[i].places, place[rows[j].first]] = value
        band[:, shared] = 0.0
        clear_rows(band, shared, above)
        return Slope(band, below, above, shared, down, across)


def slopes_of(machine: Machine, parameters: Sequence[float]) -> Slopes:
    listed = shared_slopes(machine.vector.program)
    function = load_vector(vector_function(listed.function))["shared_slopes"]
    return Slopes(machine, parameters, listed, function)
