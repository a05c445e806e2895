"""What cannot change in a cell with lines. What nothing hands on from copy to copy each copy keeps by itself: it has a
total in each. All else has one total, over all copies and what stands in no line."""

from __future__ import annotations

from typing import Literal

from ionlang.model.books.conservation import Law, laws_over, pools_of
from ionlang.model.books.ledger import Process, processes
from ionlang.model.books.net_current import without_net_current
from ionlang.model.cell import Cell
from ionlang.model.cell_lines import Spreading
from ionlang.records import dataclass


@dataclass(frozen=True, slots=True)
class LineLaw:
    """A law of which every copy of `line` keeps its own total; with no line there is one total over everything."""

    law: Law
    line: str


def laws_along_lines(cell: Cell) -> tuple[LineLaw, ...]:
    """A basis of all linear conservation laws of a cell with lines."""
    listed = without_net_current(cell, processes(cell))
    pools = pools_of(cell, listed)
    found: list[LineLaw] = []
    for line in cell.lines:
        mine = tuple(pool for pool in pools if line.holds(f"{pool.place}."))
        found += [LineLaw(law, line.name) for law in laws_over(cell, mine, listed, ())]
    known = tuple(each.law for each in found)
    across = tuple(process for process in listed if not is_between_copies(process))
    return (*found, *(LineLaw(law, "") for law in laws_over(cell, pools, across, known)))


def end_at(cell: Cell, place: str) -> tuple[str, Literal["", "first", "last"]]:
    """The line and the end of it at which a place stands that meets no copy but the outermost one there; nothing for
    any other place."""
    ends: list[tuple[str, str, Literal["", "first", "last"]]] = []
    for line in cell.lines:
        spreading: tuple[Spreading, ...] = (*line.diffusions, *line.electrodiffusions)
        for diffusion in spreading:
            ends += [(f"{diffusion.path}.first(", line.name, "first")] if diffusion.first == place else []
            ends += [(f"{diffusion.path}.last(", line.name, "last")] if diffusion.last == place else []
    paths = tuple(path for path, _, _ in ends)
    if len({(line, end) for _, line, end in ends}) != 1 or any(
        cell.line_of(process.path) is not None and not process.path.startswith(paths)
        for process in processes(cell)
        if any(pool.place == place for pool, _ in process.changes)
    ):
        return "", ""
    return ends[0][1], ends[0][2]


def is_between_copies(process: Process) -> bool:
    """Whether it only hands on from copy to copy, so that the sum over all is nothing."""
    return any(where == "neighbours" for where, _, _ in process.elsewhere)
