"""Derivatives of everything in a line by the numbers of a file: parameters first, then the state as written, then what
balances and totals make of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ionlang.codegen.assemble import complete
from ionlang.codegen.band import every_slope
from ionlang.codegen.load import load_vector
from ionlang.codegen.lower import lower
from ionlang.codegen.program import Entry
from ionlang.codegen.rows import rows_of
from ionlang.codegen.vector import vector_function
from ionlang.equations.moving import Moving, moving
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine

Moves = dict[int, FloatArray]
"""By the number of a state of `Moving` its derivatives (copies, k), (1, k) of what stands in no line."""


class NoSlopes(Exception):
    """The state as written has no derivatives that could be told."""


@dataclass(frozen=True, slots=True, eq=False)
class Follower:
    """`by_row` has the derivatives of each row at one state, entry by entry; `width` is the number of variables."""

    moving: Moving
    by_row: Mapping[int, Sequence[tuple[Entry, FloatArray]]]
    width: int

    def extent(self, row: int) -> int:
        return self.moving.system.states[row].extent

    def of(self, row: int, moves: Moves) -> FloatArray:
        """How a row moves (copies, k) with those that are known to move."""
        found = np.zeros((self.extent(row), self.width))
        for entry, slope in self.by_row.get(row, ()):
            if entry.column in moves:
                found += self._term(entry, slope, moves[entry.column])
        return found

    def _term(self, entry: Entry, slope: FloatArray, moved: FloatArray) -> FloatArray:
        states = self.moving.system.states
        row, column = states[entry.row], states[entry.column]
        if not (row.line and column.line):
            slope = slope.reshape(-1, 1)
            return slope * moved if row.line else np.sum(slope * moved, axis=0, keepdims=True)
        slope = np.broadcast_to(np.ravel(slope), (row.extent,))[:, None]
        if entry.offset == 0:
            return slope * moved
        found = np.zeros((row.extent, self.width))
        if entry.offset == 1:
            found[:-1] = slope[:-1] * moved[1:]
        else:
            found[1:] = slope[1:] * moved[:-1]
        return found

    def after(self, rows: Iterable[int], moves: Moves) -> Moves:
        """These rows too, each of which follows from earlier ones."""
        known = dict(moves)
        for row in rows:
            own = known.get(row)
            known[row] = self.of(row, known) if own is None else own
        return known


def follower(
    machine: Machine,
    paths: Sequence[str],
    parameters: Sequence[Any],
    written: FloatArray,
    state: FloatArray,
    width: int,
) -> Follower:
    """At `state` (n,), where the file writes `written` (n,) under these parameters. Raises NoSlopes."""
    found = moving(machine.system, lambda path: _line(machine, path), paths)
    if found is None:
        raise NoSlopes
    program = lower(found.system)
    listed = every_slope(program)
    function = load_vector(vector_function(listed.function))["every_slope"]
    constants = load_vector(vector_function(complete(program)))["complete"]([])
    values = function(0.0, _filled(machine, found, parameters, written, state), constants)
    by_row: dict[int, list[tuple[Entry, FloatArray]]] = {}
    for entry, value in zip(listed.entries, values, strict=True):
        by_row.setdefault(entry.row, []).append((entry, np.asarray(value, dtype=float)))
    return Follower(found, by_row, width)


def _line(machine: Machine, path: str) -> str:
    line = machine.cell.line_of(path)
    return "" if line is None else line.name


def _filled(
    machine: Machine, found: Moving, parameters: Sequence[Any], written: FloatArray, state: FloatArray
) -> FloatArray:
    """The values of all states, in their rows."""
    rows = rows_of(found.system.states)
    own = machine.vector.program.rows
    whole = np.zeros(sum(each.count for each in rows))

    def put(row: int, values: Any) -> None:
        whole[rows[row].places] = np.asarray(values, dtype=float)

    for i, each in enumerate(own):
        put(i, state[each.places])
        put(found.starts[i], written[each.places])
    for row, value in zip(found.parameters, parameters, strict=False):
        put(row, value)
    return whole
