"""The numbers that a result may depend on, and how all parameters follow from them.

A number of the file counts if it stands there as a number: what is written as an expression of others follows from
them, and so does what balances charge. A number given from outside, or solved for, counts in its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ionlang.model.act.present import Active, Known, Present, known_values
from ionlang.model.cell import Cell, Parameter
from ionlang.model.expression import Expr, Literal, reads
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.sensitivity.dual import Dual, Moved, constant, dual
from ionlang.units import PURE


def inputs_of(cell: Cell, given: Mapping[str, float]) -> tuple[Parameter, ...]:
    """The parameters that count, in the order of the file. A block that is not set is none: it says the same as
    what it blocks."""
    known = known_values(cell, given)
    return tuple(
        p
        for p in cell.parameters
        if p.path in given or not (_follows(p, known.written) or _is_open_block(p, known.values))
    )


def _follows(parameter: Parameter, written: Mapping[str, Expr]) -> bool:
    return any(read.path in written for read in reads(parameter.value))


def _is_open_block(parameter: Parameter, values: Mapping[str, float]) -> bool:
    return parameter.path.endswith(".block") and values.get(parameter.path) == 0.0


@dataclass(frozen=True, eq=False)
class Inputs:
    """Values by path with their derivatives by `names` (paths of parameters) and, last, by time. `given` are values
    that replace the file's: numbers, or numbers that move (`Moved`)."""

    cell: Cell
    names: tuple[str, ...]
    given: Mapping[str, float]
    _memory: dict[str, Dual] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """The number of variables: the inputs, and time."""
        return len(self.names) + 1

    @cached_property
    def known(self) -> Known:
        """What is written and given, the inputs as numbers that move."""
        found = known_values(self.cell, self.given)
        given = {path: self._moving(path, value) for path, value in found.given.items()}
        own = {path: self._literal(path, found) for path in self.names if path not in given}
        return Known({**found.written, **own}, given, found.values)

    def _moving(self, path: str, value: float) -> float:
        if isinstance(value, Moved) or path not in self.place:
            return value
        return Moved(value, self.unit(self.place[path])[0])

    def _literal(self, path: str, found: Known) -> Expr:
        written, value = found.written[path], found.values[path]
        moving = Moved(value, self.unit(self.place[path])[0])
        return Literal(moving, str(value), written.dimension or PURE, written.span)

    @cached_property
    def place(self) -> dict[str, int]:
        return {path: k for k, path in enumerate(self.names)}

    def look(self, path: str) -> Dual:
        """Before anything acts."""
        if path not in self._memory:
            self._memory[path] = self._found(path)
        return self._memory[path]

    def _found(self, path: str) -> Dual:
        known = self.known
        if path in known.given:
            return constant(known.given[path], self.width)
        if path in known.written:
            return dual(known.written[path], self.look, self.width)
        return constant(known.values[path], self.width)

    def unit(self, place: int) -> FloatArray:
        """The derivatives (1, k) of the variable itself."""
        row = np.zeros((1, self.width))
        row[0, place] = 1.0
        return row

    def clock(self, t: FloatArray) -> Dual:
        """Time itself."""
        return Dual(t, np.repeat(self.unit(self.width - 1), t.size, axis=0))


@dataclass(frozen=True, eq=False)
class Acted:
    """Values by path at the instants t (m,) [ms] of one phase, which begins at `start`, under what acts in it."""

    inputs: Inputs
    active: Active
    start: float
    t: FloatArray

    @cached_property
    def _present(self) -> Present:
        return Present(self.inputs.known, self.active, self.start)

    def look(self, path: str) -> Dual:
        if path == "time":
            return self.inputs.clock(self.t)
        present = self._present
        if not present.acts_on(path):
            return self.inputs.look(path)
        expression = present.opened(path)
        try:
            return dual(expression, self.look, self.inputs.width)
        finally:
            present.closed()

    def moves(self, path: str) -> bool:
        return self._present.moves(path)


def based(inputs: Inputs, windows_at_start: Active) -> dict[str, Moved]:
    """What a scenario does for its whole length, as values at its start that no longer move with time."""
    acted = Acted(inputs, windows_at_start, 0.0, np.zeros(1))
    return {target: still(acted.look(target).single) for target in windows_at_start}


def still(value: Moved) -> Moved:
    """The same without its derivative by time."""
    return Moved(float(value), np.append(value.slope[:-1], 0.0))
