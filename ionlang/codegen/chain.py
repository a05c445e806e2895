"""A cell that is one line: where its Jacobian is not zero, and a function that lists these entries for many members at
once.

Within a copy an entry is d rate/d state of two of its states; others are by the states of the next copy or of the one
before. All are arrays over copies, or over copies and members.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ionlang.codegen.band import banded_jacobian
from ionlang.codegen.load import load_vector
from ionlang.codegen.program import Band, Function, Listed, Program
from ionlang.codegen.vector import vector_function


@dataclass(frozen=True, slots=True)
class Sparsity:
    """Of each entry, in its order, `places` are the numbers of its two states among the `states` of a copy, and which
    copy the second one stands in: 0 the same, 1 the next, -1 the one before."""

    places: tuple[tuple[int, int, int], ...]
    states: int
    copies: int

    @property
    def joined(self) -> tuple[int, ...]:
        """The states that take part in what passes between neighbours."""
        return tuple(sorted({state for i, j, offset in self.places if offset for state in (i, j)}))


@dataclass(frozen=True, slots=True)
class Links:
    """`function(t, y, p)` lists the entries."""

    function: Callable[..., list[Any]]
    sparsity: Sparsity


def links_of(program: Program) -> Links | None:
    """Of a program all of whose states stand in one line; None for any other."""
    if not _is_one_line(program):
        return None
    jacobian = banded_jacobian(program)
    output = _band(jacobian)
    listed = replace(jacobian, name="links", output=Listed(tuple(entry.value for entry in output.entries)))
    function = load_vector(vector_function(listed))["links"]
    return Links(function, _sparsity(program, output))


def sparsity_of(program: Program, band: Band) -> Sparsity | None:
    """That of the band of a program all of whose states stand in one line; None for any other."""
    return _sparsity(program, band) if _is_one_line(program) else None


def _is_one_line(program: Program) -> bool:
    rows = program.rows
    return (
        bool(rows)
        and len({(row.line, row.count, row.step) for row in rows}) == 1
        and rows[0].step == len(rows)
    )


def _band(jacobian: Function) -> Band:
    assert isinstance(jacobian.output, Band)
    return jacobian.output


def _sparsity(program: Program, band: Band) -> Sparsity:
    rows = program.rows
    places = tuple((rows[e.row].first, rows[e.column].first, e.offset) for e in band.entries)
    return Sparsity(places, len(rows), rows[0].count)
