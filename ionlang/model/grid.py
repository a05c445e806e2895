"""Where the copies of a line are, in numbers that are known before anything runs."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from itertools import accumulate, pairwise

from ionlang.model.cell import Cell, Line
from ionlang.model.cell_lines import member_path
from ionlang.model.numbers import parameter_values
from ionlang.records import dataclass

_ROUNDING = 1e-12
_ON_THE_EDGE = 1e-9
"""Of a spacing: so near to the end of a range the middle of a copy counts as in it."""


@dataclass(frozen=True, slots=True)
class Grid:
    """`count` copies, all of one `spacing` [10 um]; or each with the `end` that it reaches to, from the first end of
    the line."""

    count: int
    spacing: float
    ends: tuple[float, ...] = ()

    @property
    def length(self) -> float:
        return self.ends[-1] if self.ends else self.count * self.spacing

    def copy_at(self, place: float) -> int | None:
        """The number, from 1, of the copy that a place lies in; None for one beyond the ends."""
        if not 0 <= place <= self.length * (1 + _ROUNDING):
            return None
        number = bisect_left(self.ends, place * (1 - _ROUNDING)) + 1 if self.ends else self._even(place)
        return min(max(1, number), self.count)

    def between(self, first: float, last: float) -> tuple[int, int]:
        """The first and the last copy of those whose middles lie between two positions; the first is the larger number
        where there are none."""
        edge = _ON_THE_EDGE * self.spacing
        if not self.ends:
            low = math.ceil((first - edge) / self.spacing + 0.5)
            return max(1, low), min(self.count, math.floor((last + edge) / self.spacing + 0.5))
        middles = [(a + b) / 2 for a, b in pairwise((0.0, *self.ends))]
        return bisect_left(middles, first - edge) + 1, bisect_right(middles, last + edge)

    def _even(self, place: float) -> int:
        return math.ceil(place / self.spacing - 1e-9)


def grids_of(cell: Cell) -> dict[str, Grid]:
    """The grid of every line whose spacing is known."""
    found = {line.name: _grid(cell, line) for line in cell.lines}
    return {name: grid for name, grid in found.items() if grid is not None}


def _grid(cell: Cell, line: Line) -> Grid | None:
    path, members = member_path(line.name), line.members()
    lengths = [
        parameter_values(cell, {path: float(member)}).get(f"{line.name}.spacing", math.nan)
        for member in range(max(members) + 1)
    ]
    if not all(length > 0 for length in lengths):
        return None
    if len(set(lengths)) == 1:  # how many there are, whatever their order
        return Grid(line.count, lengths[0])
    return Grid(line.count, lengths[0], tuple(accumulate(lengths[member] for member in members)))
