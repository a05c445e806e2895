"""Quantities in every copy of a line, where a ledger counts them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ionlang.model.cell import Cell
from ionlang.model.expression import Expr
from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.machine import Machine

Arrays = Callable[[FloatArray, FloatArray, ParametersMany], list[FloatArray]]
"""t (m,), y (n, m), p → of what stands in a line (copies, m), of all else (m,)."""


def in_copies(machine: Machine, paths: Sequence[str]) -> Arrays:
    """These quantities in all copies; what passes faces, at all of them."""
    if not machine.has_lines:
        function = machine.paths(paths)
        return lambda t, y, p: list(function(t, y, p))
    arrays = machine.arrays(paths)
    counts = [_copies(machine.cell, path) for path in paths]

    def stretched(t: FloatArray, y: FloatArray, p: ParametersMany) -> list[FloatArray]:
        rows = arrays(t, y, p)
        return [
            row if row.shape[1:] == t.shape else np.broadcast_to(row, (n, t.size) if n else t.shape)
            for row, n in zip(rows, counts, strict=True)
        ]

    return stretched


def _copies(cell: Cell, path: str) -> int:
    """Of the line that something stands in; 0 outside of lines."""
    line = cell.line_of(path)
    return 0 if line is None else line.count


def value_of(machine: Machine, wanted: Expr, t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
    """An expression of the file at m instants, in each copy of a line that it reads."""
    found: FloatArray = machine.in_copies((wanted,))(t, y, list(p))[0]
    return found if found.ndim == 2 else np.broadcast_to(found, t.shape)


def together(row: FloatArray) -> FloatArray:
    """Over all copies (m,)."""
    total: FloatArray = row.sum(axis=0) if row.ndim == 2 else row
    return total


def added(rows: Sequence[FloatArray], size: int) -> FloatArray:
    """Quantities of one place, added up: in each copy, if that stands in a line."""
    return sum(rows, np.zeros(size))
