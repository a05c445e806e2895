"""The potential along lines in which ions drift: of the outermost places, where an electrode would stand."""

from __future__ import annotations

from collections.abc import Iterator

from ionlang.model.books.along import Way, way_out
from ionlang.model.cell import Cell
from ionlang.plot.panels import Line, Panel
from ionlang.plot.styles import INK, Style, style_sheet
from ionlang.simulate.machine import Machine
from ionlang.simulate.table import shown_copies


def fields(machine: Machine) -> Panel:
    """One panel; of a long line only profiles tell the potential, and nothing is drawn."""
    paths = (f"{place}.potential" for place in _outermost(machine.cell))
    told = [path for path in paths if path in machine.symbols and _is_told(machine, path)]
    copies = [copy for path in told for copy in shown_copies(machine.cell, path)]
    styles = (Style(INK), *style_sheet().others)
    lines = (Line(path, path, styles[i % len(styles)]) for i, path in enumerate(copies))
    return Panel("places", "potential", "potential", tuple(lines))


def _outermost(cell: Cell) -> Iterator[str]:
    """The places along which the field is solved that have no other around them."""
    for field in (f for line in cell.lines for f in line.electrodiffusions):
        if way_out(cell, field.place) == Way((), (field.place,)):
            yield field.place


def _is_told(machine: Machine, path: str) -> bool:
    try:
        for copy in shown_copies(machine.cell, path):
            machine.look(copy)
    except KeyError:
        return False
    return True
