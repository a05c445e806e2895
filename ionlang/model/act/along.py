"""What actions change from copy to copy of a line."""

from __future__ import annotations

from collections.abc import Iterator

from ionlang.model.act.probes import probing_current, tests_of
from ionlang.model.cell import Cell, Line
from ionlang.model.cell_lines import COPY, Variate, variate_of
from ionlang.model.check.laws import model_expressions
from ionlang.model.expression import Expr, reads
from ionlang.model.scenario import Override


def changed_in_lines(cell: Cell) -> dict[str, Line]:
    """The parameters in the copies of a line that some action makes another number in each, with that line."""
    overrides = [o for acting in cell.acting for o in acting.overrides]
    found = {o.target: cell.line_of(o.target) for o in overrides if _differs(cell, o)}
    tested = (probing_current(probed.membrane) for probed in tests_of(cell.scenarios))
    found |= {path: cell.line_of(path) for path in tested}
    return {path: line for path, line in found.items() if line is not None}


def _differs(cell: Cell, override: Override) -> bool:
    return override.copies is not None or any(
        cell.line_of(read.path) is not None for read in reads(override.value)
    )


def variates(cell: Cell) -> tuple[Variate, ...]:
    """What is drawn at random, in the order in which it is first read."""
    read = dict.fromkeys(r.path for value in _values(cell) for r in reads(value))
    return tuple(found for path in read if (found := variate_of(path)) is not None)


def _values(cell: Cell) -> Iterator[Expr]:
    yield from model_expressions(cell)
    for acting in cell.acting:
        yield from (o.value for o in acting.overrides)
        yield from (h.value for h in acting.holdings if h.value is not None)
    for scenario in cell.scenarios:
        yield from (j.value for j in scenario.jumps)


def counts_copies(cell: Cell, line: Line) -> bool:
    """Whether anything depends on the number of a copy."""
    number = f"{line.name}.{COPY}"
    named = any(
        o.copies is not None and o.copies.line == line.name
        for acting in cell.acting
        for o in acting.overrides
    )
    values = [p.value for p in cell.parameters] + [d.value for d in cell.definitions]
    return named or any(read.path == number for value in values for read in reads(value))
