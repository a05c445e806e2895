"""Of what stands in a line a card shows the first copy, the one in the middle and the last; and profiles of all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ionlang.model.cell import Cell
from ionlang.model.cell_lines import in_copy
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.rest import Rest
from ionlang.simulate.table import moving_concentrations, shown_copies, unit_of
from ionlang.units import LENGTH, display_unit


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a line, and what stands in no line; the whole cell where there is none."""

    line: str = ""
    number: str = ""

    def has(self, cell: Cell, path: str) -> bool:
        """Whether something of that path stands in the copy, or in no line."""
        line = cell.line_of(path)
        return line is None or line.name == self.line

    def named(self, path: str) -> str:
        """A path as it is called from outside: `tissue.outside.K` → `tissue[3].outside.K`."""
        return in_copy(path, self.line, self.number) if self.line else path

    def values(
        self,
        machine: Machine,
        paths: Sequence[str],
        time: float,
        state: FloatArray,
        parameters: Sequence[ArrayLike],
    ) -> dict[str, float]:
        """What these paths are in the copy, by the plain path, at a time [ms] in a state (n,); without those of other
        lines."""
        mine = [path for path in dict.fromkeys(paths) if self.has(machine.cell, path)]
        function = machine.paths([self.named(path) for path in mine])
        with np.errstate(all="ignore"):
            found = function(np.array([time]), np.reshape(state, (-1, 1)), list(parameters))[:, 0]
        return dict(zip(mine, (float(x) for x in found), strict=True))


def copies_shown(cell: Cell) -> tuple[Copy, ...]:
    """One for a cell without lines."""
    if not cell.lines:
        return (Copy(),)
    return tuple(
        Copy(line.name, path.partition("[")[2].partition("]")[0])
        for line in cell.lines
        for path in shown_copies(cell, f"{line.name}.")
    )


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line on a card, and which of its copies are shown."""

    name: str
    count: int
    shown: tuple[int, ...]


def lines_shown(cell: Cell) -> tuple[LineShown, ...]:
    copies = copies_shown(cell)
    return tuple(
        LineShown(line.name, line.count, tuple(int(c.number) for c in copies if c.line == line.name))
        for line in cell.lines
    )


@dataclass(frozen=True, slots=True, eq=False)
class RestProfile:
    """A quantity at rest along a line: `values` (copies,) in `unit`, at `positions` [um], the middle of each copy."""

    path: str
    unit: str
    positions: FloatArray
    values: FloatArray


def profiles_at(rest: Rest, state: FloatArray) -> dict[str, RestProfile]:
    """Potentials, concentrations that move, volumes that change and variables along each line."""
    machine = rest.machine
    return {path: _profile(rest, state, path) for path in _profiled(machine)}


def _profiled(machine: Machine) -> list[str]:
    cell = machine.cell
    paths = [f"{m.name}.V" for m in cell.membranes]
    paths += [path for place in cell.places for path in moving_concentrations(machine, place)]
    paths += [f"{place.name}.volume" for place in cell.places if place.moves]
    paths += [v.path for v in cell.varying]
    return [path for path in paths if cell.line_of(path) is not None and path in machine.symbols]


def _profile(rest: Rest, state: FloatArray, path: str) -> RestProfile:
    machine = rest.machine
    line = machine.cell.line_of(path)
    assert line is not None
    values, where = machine.arrays([path, f"{line.name}.x"])(np.zeros(()), state, rest.parameters)
    unit, length = unit_of(machine, path), float(display_unit(LENGTH).scale)
    return RestProfile(path, unit.text or "1", where / length, values / float(unit.scale))
