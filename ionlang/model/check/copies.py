"""The same checks in every copy of a line whose numbers differ from copy to copy: what is right in the first may be
impossible in the last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ionlang.diagnostics import Problems
from ionlang.model.blocks.building import Building
from ionlang.model.books.neutrality import is_whole
from ionlang.model.cell import Cell
from ionlang.model.cell_lines import COPY, Line, member_path
from ionlang.model.check.limits import check_values
from ionlang.model.evaluate import NotKnown, evaluate
from ionlang.model.expression import reads
from ionlang.model.numbers import named_values, parameter_values

MOST = 200
"""Copies that are looked at, the first and the last and evenly those between: of a longer line not all."""


def check_copies(building: Building, cell: Cell) -> None:
    """Whether all copies may have their values."""
    problems = building.problems
    doubtful = [p.name for p in cell.places if not is_whole(building, cell, p)]
    known = {(d.code, d.primary.span) for d in problems.found}
    for line in (line for line in cell.lines if _differ(cell, line)):
        for number, given in _copies(cell, line):
            under = Problems()
            check_values(under, cell, parameter_values(cell, given), {}, doubtful)
            for diagnostic in under.found:
                key = diagnostic.code, diagnostic.primary.span
                if key not in known:
                    known.add(key)
                    where = f"in copy {number} of {line.count}, at {10 * given[f'{line.name}.x']:.6g} um"
                    problems.add(replace(diagnostic, notes=(*diagnostic.notes, where)))


def _differ(cell: Cell, line: Line) -> bool:
    """Whether anything depends on which copy it is, or where."""
    own = {f"{line.name}.{COPY}", f"{line.name}.x", member_path(line.name)}
    return any(
        not own.isdisjoint(read.path for read in reads(value)) for value in named_values(cell).values()
    )


def _copies(cell: Cell, line: Line) -> Iterator[tuple[int, dict[str, float]]]:
    """Of each copy that is looked at, but the first, its number and what it is known by."""
    members = line.members()
    lengths = {member: _spacing(cell, line, member) for member in dict.fromkeys(members)}
    step = max((line.count - 1) / MOST, 1.0)
    chosen = {round(step * k) for k in range(round((line.count - 1) / step) + 1)}
    chosen |= {members.index(member) for member in lengths}
    begin = 0.0
    for place, member in enumerate(members):
        if place in chosen and place:
            given = {f"{line.name}.{COPY}": place + 1.0, f"{line.name}.x": begin + lengths[member] / 2}
            yield place + 1, given | ({member_path(line.name): float(member)} if line.pattern else {})
        begin += lengths[member]


def _spacing(cell: Cell, line: Line, member: int) -> float:
    """How long a copy of a member is [10 um]; nothing where that is not known."""
    given = {member_path(line.name): float(member)} if line.pattern else {}
    try:
        return evaluate(line.spacing, parameter_values(cell, given))
    except NotKnown:
        return 0.0
