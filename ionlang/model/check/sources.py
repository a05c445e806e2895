"""Numbers that do not say where they come from: looked for only on request."""

from __future__ import annotations

from ionlang.diagnostics import Problems
from ionlang.model.cell import Cell, Stated
from ionlang.model.names.copies import original
from ionlang.source import Span


def without_source(cell: Cell) -> tuple[Stated, ...]:
    """The numbers written in the file with nothing said of where they are from; what is tuned comes from its goals."""
    unknowns = cell.tuning.unknowns if cell.tuning is not None else ()
    tuned = [name for u in unknowns for name in (u.name, u.path, u.path.removesuffix(".start"))]
    return tuple(each for each in cell.stated if each.source is None and each.path not in tuned)


def warn_of_missing_sources(cell: Cell, problems: Problems) -> None:
    """A warning for each; for a number of a template once, however many instances have it."""
    first: dict[Span, Stated] = {}
    for each in without_source(cell):
        first.setdefault(original(each.span), each)
    for span, each in first.items():
        problems.warning(
            "ION144", f"{each.path} = {each.text} has no source", span, "where is this number from?",
            help='say it behind the number: `source "…"`, or `source NAME` of a `cite`',
        )  # fmt: skip
