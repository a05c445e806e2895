"""The rest of a line with its derivatives: at rest f(y, p) = 0 with the totals W(p) (y − y₀(p)) = 0, so

    J dy = −∂f/∂p dp,   W dy = −∂(W (y − y₀))/∂p dp,

which is solved on bands, as the rest itself is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ionlang.codegen.program import Rows
from ionlang.model.cell import Parameter
from ionlang.model.cell_lines import of_any_copy, which_copy
from ionlang.model.expression import Expr, reads
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.lines.bordered import Bordered, Singular, bordered
from ionlang.simulate.resting.lines.newton import Task
from ionlang.simulate.resting.lines.slopes import Slope
from ionlang.simulate.resting.rest import Rest, find_settled
from ionlang.simulate.running.run import NoRest
from ionlang.simulate.sensitivity.asked import Asked
from ionlang.simulate.sensitivity.dual import Dual, Moved, dual
from ionlang.simulate.sensitivity.inputs import Inputs
from ionlang.simulate.sensitivity.lines.follow import Follower, Moves, follower
from ionlang.simulate.sensitivity.settled import Undetermined

SINGULAR = 1e-12
"""What is left over of a solution, in parts of what was asked for, if the equations determine it."""


@dataclass(frozen=True, eq=False)
class LineRest:
    """A cell with lines at rest, and what moves with `inputs`; `paths` are quantities of whole lines."""

    machine: Machine
    inputs: Inputs
    rest: Rest
    state: FloatArray
    paths: tuple[str, ...]

    @cached_property
    def follower(self) -> Follower:
        width = len(self.inputs.names)
        return follower(self.machine, self.paths, self.rest.parameters, self.rest.written, self.state, width)

    @cached_property
    def given(self) -> Moves:
        """How parameters and the state as written move."""
        found, width = self.follower.moving, len(self.inputs.names)
        seeds: Moves = {}
        for row, parameter in zip(found.parameters, self.machine.system.parameters, strict=True):
            if parameter.path in self.inputs.place:
                seeds[row] = np.zeros((1, width))
                seeds[row][0, self.inputs.place[parameter.path]] = 1.0
            elif parameter.path in self.inputs.given:
                seeds[row] = np.zeros((parameter.extent, width))
        moved = self.follower.after(found.parameters, seeds)
        index = {s.symbol: k for k, s in enumerate(self.machine.system.states)}
        order = [found.starts[index[start.symbol]] for start in self.machine.system.starts]
        return self.follower.after(order, moved)

    @cached_property
    def moves(self) -> Moves:
        """With the state at rest. Raises Undetermined."""
        task = Task(self.machine, self.rest.parameters, self.rest.written)
        drive, short = self._drive(), self._short(task)
        slope = task.slopes.at(self.state)
        try:
            solver = bordered(slope, task.totals, task.unit)
        except Singular:
            raise Undetermined from None
        columns = [_solved(slope, solver, b, m) for b, m in zip(drive.T, short.T, strict=True)]
        dy = np.array(columns).T.reshape(self.state.size, -1)
        own = {i: dy[r.places] for i, r in enumerate(self._rows)}
        return {**self.given, **own}

    @property
    def _rows(self) -> tuple[Rows, ...]:
        return self.machine.vector.program.rows

    def _drive(self) -> FloatArray:
        """−∂f/∂p dp (n, k)."""
        found = np.zeros((self.state.size, len(self.inputs.names)))
        for i, r in enumerate(self._rows):
            found[r.places] = -self.follower.of(i, self.given)
        return found

    def _short(self, task: Task) -> FloatArray:
        """What every total is to gain (totals, k)."""
        found = np.zeros((task.totals.pivots.size, len(self.inputs.names)))
        for part in self.follower.moving.laws:
            moved = self.follower.of(part.row, self.given)
            mine = np.flatnonzero(task.totals.laws == part.law)
            found[mine] -= moved if mine.size == moved.shape[0] else moved.sum(axis=0, keepdims=True)
        return found

    def look(self, path: str) -> Dual:
        """A quantity in one copy, with its derivatives."""
        plain, copy = of_any_copy(path), which_copy(path)
        if plain not in self.machine.symbols:
            return self.inputs.look(path)
        moved = self.follower.of(self.follower.moving.quantities[self.paths.index(plain)], self.moves)
        row = moved[int(copy) - 1] if copy and moved.shape[0] > 1 else moved[0]
        value = self.machine.paths((path,))(np.zeros(1), self.state[:, None], list(self.rest.parameters))
        return Dual(value[0], np.append(row, 0.0)[None])

    def at_rest(self, expression: Expr) -> Moved:
        return dual(expression, self.look, self.inputs.width).single


def _solved(slope: Slope, solver: Bordered, b: FloatArray, missing: FloatArray) -> FloatArray:
    """One column (n,), improved by what it leaves over. Raises Undetermined."""
    totals = solver.totals
    found = solver.solve(b, missing)
    for _ in range(2):
        found = found + solver.solve(b - slope.times(found), missing - totals.weights @ found)
    left = b - slope.times(found)
    left[totals.pivots] = 0.0
    size = slope.sizes(np.abs(found)) + np.abs(b)
    if not np.isfinite(found).all() or (np.abs(left) > 1e3 * SINGULAR * np.maximum(size, 1e-300)).any():
        raise Undetermined
    return found


def line_rest(
    machine: Machine, inputs: Sequence[Parameter], given: Mapping[str, float], asked: Sequence[Asked]
) -> LineRest:
    """Raises NoRest."""
    rest = find_settled(machine, given)
    if rest.settled is None:
        raise NoRest("the cell has no stable rest")
    paths = dict.fromkeys(of_any_copy(read.path) for _, expression in asked for read in reads(expression))
    known = tuple(path for path in paths if path in machine.symbols and path != "time")
    single = {p.path for p in machine.system.parameters if p.extent == 1}
    names = tuple(p.path for p in inputs if p.path in single)
    return LineRest(machine, Inputs(machine.cell, names, given), rest, rest.settled.state, known)
