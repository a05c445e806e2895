"""The Jacobian of a cell that is one line, for many members at once: the entries that are not zero, each by itself.

Within a copy an entry is d rate/d state of two of its states; others are by the states of the next copy or of the one
before. All are arrays over copies, or over copies and members.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ionlang.codegen.band import banded_jacobian
from ionlang.codegen.load import load_vector
from ionlang.codegen.program import Band, Listed, Program
from ionlang.codegen.vector import vector_function


@dataclass(frozen=True, slots=True)
class Links:
    """`function(t, y, p)` lists the entries; of each `places` are the numbers of its two states among those of a copy,
    and which copy the second one stands in: 0 the same, 1 the next, -1 the one before."""

    function: Callable[..., list[Any]]
    places: tuple[tuple[int, int, int], ...]
    states: int
    copies: int


def links_of(program: Program) -> Links | None:
    """Of a program all of whose states stand in one line; None for any other."""
    rows = program.rows
    if not rows or len({(row.line, row.count, row.step) for row in rows}) != 1 or rows[0].step != len(rows):
        return None
    jacobian = banded_jacobian(program)
    assert isinstance(jacobian.output, Band)
    entries = jacobian.output.entries
    listed = replace(jacobian, name="links", output=Listed(tuple(entry.value for entry in entries)))
    places = tuple((rows[e.row].first, rows[e.column].first, e.offset) for e in entries)
    function = load_vector(vector_function(listed))["links"]
    return Links(function, places, len(rows), rows[0].count)
