"""Quantities in every copy of a line, or in some of them, where a ledger counts them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from ionlang.model.cell import Cell
from ionlang.model.cell_lines import Copies
from ionlang.model.expression import Expr
from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.machine import Machine
from ionlang.simulate.rows import Arrays
from ionlang.simulate.running.landing_lines import chosen

_NAMED = re.compile(r"([\w.]+)(?:\s*\[\s*(\d+)\s*(?:\.\.\s*(\d+)\s*)?\])?")


def in_copies(machine: Machine, paths: Sequence[str], copies: Copies | None = None) -> Arrays:
    """These quantities in all copies, or in some of one line; what passes faces, at all of them."""
    if not machine.has_lines:
        function = machine.paths(paths)
        return lambda t, y, p: list(function(t, y, p))
    arrays = machine.arrays(paths)
    return arrays if copies is None else lambda t, y, p: _chosen(copies, paths, arrays(t, y, p))


def _chosen(copies: Copies, paths: Sequence[str], rows: Sequence[FloatArray]) -> list[FloatArray]:
    mine = chosen(copies)
    return [row[mine] if stands_in(copies, path) else row for path, row in zip(paths, rows, strict=True)]


def stands_in(copies: Copies | None, path: str) -> bool:
    """Whether something of that path is counted: of some copies what stands in their line."""
    return copies is None or path.removeprefix("amount(").startswith(f"{copies.line}.")


def copies_named(cell: Cell, text: str) -> Copies:
    """`row[3]`, `row[2 .. 4]`, or `row` for all of it. Raises ValueError for what is no copy of a line."""
    found = _NAMED.fullmatch(text.strip())
    line = next((each for each in cell.lines if found is not None and each.name == found[1]), None)
    if found is None or line is None:
        known = ", ".join(f"`{each.name}[1 .. {each.count}]`" for each in cell.lines)
        raise ValueError(
            f"{text!r} names no copies of a line; there {'are' if known else 'is no line'} {known}".rstrip()
        )
    first = int(found[2] or 1)
    last = int(found[3] or found[2] or line.count)
    if not 1 <= first <= last <= line.count:
        raise ValueError(f"{text!r}: the copies of {line.name} go from 1 to {line.count}")
    return Copies(line.name, first, last)


def value_of(
    machine: Machine,
    wanted: Expr,
    t: FloatArray,
    y: FloatArray,
    p: ParametersMany,
    copies: Copies | None = None,
) -> FloatArray:
    """An expression of the file at m instants, in each of these copies of a line that it reads."""
    found: FloatArray = machine.in_copies((wanted,))(t, y, list(p))[0]
    if found.ndim == 2:
        return found[chosen(copies)]
    return np.broadcast_to(found, t.shape)


def together(row: FloatArray) -> FloatArray:
    """Over all copies (m,)."""
    total: FloatArray = row.sum(axis=0) if row.ndim == 2 else row
    return total


def added(rows: Sequence[FloatArray], size: int) -> FloatArray:
    """Quantities of one place, added up: in each copy, if that stands in a line."""
    return sum(rows, np.zeros(size))
