"""Of what stands in a line a figure of time courses shows the first copy, the one in the middle and the last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ionlang.model.cell import Cell
from ionlang.plot.panels import Line, Panel
from ionlang.simulate.table import shown_copies


def by_copy(cell: Cell, panel: Panel) -> Iterator[Panel]:
    """The panel as it is; a panel of a place or membrane in a line once for each copy that is shown."""
    names = shown_copies(cell, f"{panel.name}.")
    if len(names) == 1:
        yield replace(panel, lines=tuple(each for line in panel.lines for each in _lines(cell, line)))
        return
    paths = [shown_copies(cell, line.path) for line in panel.lines]
    for k, name in enumerate(names):
        lines = tuple(
            replace(line, path=each[min(k, len(each) - 1)])
            for line, each in zip(panel.lines, paths, strict=True)
        )
        yield replace(panel, name=name.removesuffix("."), lines=lines)


def _lines(cell: Cell, line: Line) -> Iterator[Line]:
    """A line of a panel of the whole cell, for each copy that is shown."""
    for path in shown_copies(cell, line.path):
        yield line if path == line.path else replace(line, path=path, label=path)
