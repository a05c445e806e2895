"""Some copies of a line: `tissue[3]`, `tissue[100 um]`, `tissue[3 .. 7]`, `tissue[0 um .. 300 um]`."""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.cell_lines import Copies
from ionlang.model.expression import Expr
from ionlang.model.names.entities import Entity
from ionlang.model.read.copies import copy_written, place_along, split_of
from ionlang.model.read.resolve import Resolver, Where
from ionlang.model.read.wording import a_quantity
from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.units import LENGTH, PURE


def copies_named(resolver: Resolver, node: ast.Path, line: Entity, where: Where) -> Copies | None:
    """The copies that a path names. A range of numbers has both its ends; in a range of positions are the copies whose
    middles are. What is wrong is reported."""
    if node.index is None:
        return None
    if node.upto is None:
        number = copy_written(resolver, node.index, line, where)
        return None if number is None else _parts_of(line, number, number)
    ends = [(end, resolver.expression(end, where)) for end in (node.index, node.upto)]
    known = [(end, value) for end, value in ends if value is not None]
    if len(known) < 2 or _are_mixed(resolver, known, line):
        return None
    places = [place_along(resolver, end, value, line) for end, value in known]
    if places[0] is None or places[1] is None:
        return None
    span = Span(node.index.span.source, node.index.span.start, node.upto.span.end)
    if places[0] > places[1]:
        _reversed(resolver, span, node)
        return None
    if known[0][1].dimension == PURE:
        return _parts_of(line, int(places[0]), int(places[1]))
    return _between(resolver, places[0], places[1], line, span)


def _parts_of(line: Entity, first: int, last: int) -> Copies:
    """The copies of the text from one to another, with all parts of each on a finer grid."""
    split = split_of(line)
    return Copies(line.path, split * (first - 1) + 1, split * last)


def _are_mixed(resolver: Resolver, ends: list[tuple[ast.Expr, Expr]], line: Entity) -> bool:
    """Whether one end is a number and the other a position; then that is reported."""
    (first, one), (last, other) = ends
    if one.dimension == other.dimension or not {one.dimension, other.dimension} <= {LENGTH, PURE}:
        return False
    resolver.problems.error(
        "ION491", "a range goes from one number to another, or from one position to another", last.span,
        f"this is {a_quantity(other.dimension)}",
        secondary=(Label(first.span, f"this is {a_quantity(one.dimension)}"),),
        help=f"write `{line.name}[3 .. 7]` or `{line.name}[0 um .. 300 um]`",
    )  # fmt: skip
    return True


def _reversed(resolver: Resolver, span: Span, node: ast.Path) -> None:
    assert node.index is not None and node.upto is not None
    low, high = (" ".join(end.span.text.split()) for end in (node.upto, node.index))
    resolver.problems.error(
        "ION490", "this range ends before it begins", span, "no copy lies in it", help=f"write `{low} .. {high}`"
    )  # fmt: skip


def _between(resolver: Resolver, first: float, last: float, line: Entity, span: Span) -> Copies | None:
    """The copies whose middles lie between two positions; where there are none, that is reported."""
    grid = resolver.grids[line.path]
    low, high = grid.between(first, last)
    if low <= high:
        return Copies(line.path, low, high)
    near = grid.copy_at(first) or 1
    resolver.problems.error(
        "ION490", f"no copy of {line.describe()} has its middle in this range", span, "between two middles",
        help=f"make it wider, or name the copy that it lies in: `{line.name}[{near}]`",
    )  # fmt: skip
    return None
