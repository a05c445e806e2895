"""A line whose length is given is a grid: what belongs to a copy must become smaller with it."""

from __future__ import annotations

from ionlang.diagnostics import Label, Problems
from ionlang.model.cell import Cell
from ionlang.model.expression import Expr, reads
from ionlang.model.numbers import followers


def check_scaling(problems: Problems, cell: Cell) -> None:
    """Warns of volumes and areas that are the same however many copies the line has."""
    known = {p.path: p.value for p in cell.parameters} | followers(cell)
    sizes = {f"{p.name}.volume": "volume" for p in cell.places}
    sizes |= {f"{m.name}.area": "area" for m in cell.membranes}
    for parameter in (p for p in cell.parameters if p.path in sizes):
        line = cell.line_of(parameter.path)
        if line is None or line.length is None:
            continue
        if reads_through(parameter.value, f"{line.name}.spacing", known):
            continue
        word = sizes[parameter.path]
        problems.warning(
            "ION475", f"{parameter.path} does not scale: it is the same however many copies make up the length",
            parameter.span, "so much for each copy, however short it is",
            secondary=(Label(line.span, "more copies are a finer grid of the same line"),),
            help=f"say how much there is per length: `{word} = {parameter.text} * spacing/(… um)`; where each copy is a"
            " cell, give the `spacing` and not the `total_length`",
        )  # fmt: skip


def reads_through(value: Expr, sought: str, known: dict[str, Expr]) -> bool:
    """Whether a value reads this path, itself or through what is `known` by its path."""
    waiting, seen = [r.path for r in reads(value)], dict[str, None]()
    while waiting:
        path = waiting.pop()
        if path == sought:
            return True
        if path in known and path not in seen:
            seen[path] = None
            waiting += [r.path for r in reads(known[path])]
    return False
