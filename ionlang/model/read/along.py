"""Reading a line over several copies: `sum(tissue.outside.K) at 5 s`, `max(tissue[0 um .. 300 um].outside.K)`,
`front_speed(tissue.outside.K > 15 mM)`."""

from __future__ import annotations

from dataclasses import replace

from ionlang.diagnostics import Label
from ionlang.model.cell_lines import Copies, in_copy
from ionlang.model.expression import Expr, Functional, Read
from ionlang.model.names.entities import Entity
from ionlang.model.over_copies import REDUCTIONS, applied, copies_read, several
from ionlang.model.read.copies import chosen, count_of, is_of_all
from ionlang.model.read.ranges import copies_named
from ionlang.model.read.resolve import Resolver, Where
from ionlang.model.read.wording import a_quantity
from ionlang.syntax import ast
from ionlang.units import LENGTH, PERMEABILITY, PURE, Dimension

FRONTS: dict[str, Functional] = {
    "front_speed": "front_speed",
    "front_reach": "front_reach",
    "reached": "reached",
}
FRONT_DIMENSIONS: dict[str, Dimension] = {
    "front_speed": PERMEABILITY,
    "front_reach": LENGTH,
    "reached": PURE,
}
ALONE = ("sum", "width")
"""Words that mean copies of a line and nothing else."""
_CONDITIONS = ("width",)


def of_copies(
    resolver: Resolver, node: ast.Path, value: Expr | None, entity: Entity, where: Where
) -> Expr | None:
    """The value in the copy that a path names; in each of several where these may be read."""
    line = entity.enclosing("line")
    if line is None or where.copies != "each" or (node.index is not None and node.upto is None):
        return chosen(resolver, node, value, entity, where)
    if not isinstance(value, Read) or is_of_all(value, line):
        return value
    copies = Copies(line.path, 1, count_of(line)) if node.index is None else None
    copies = copies or copies_named(resolver, node, line, where)
    if copies is None or count_of(line) < 2:  # a number of copies that makes no line: that is said
        return None
    path = in_copy(value.path, line.path, f"{copies.first}..{copies.last}")
    return Read(path, value.dimension, node.span)


def is_reduction(node: ast.Call, where: Where) -> bool:
    """Whether a call makes one number of several copies: `max` of one quantity does so where it is asked for at a
    moment, `sum` and `width` always."""
    name = node.function.text
    entity = where.scope.visible(name)
    if name not in REDUCTIONS or (entity is not None and entity.kind == "function"):
        return False
    plain = sum(argument.keyword is None for argument in node.arguments)
    if name in ALONE:
        return where.copies != "one" or where.moment == "observation"
    return where.copies != "one" and plain == 1


def reduction(resolver: Resolver, node: ast.Call, where: Where) -> Expr | None:
    """`sum(q)`, `mean(q)`, `max(q)`, `min(q)`, `width(c)` of several copies at one moment."""
    name = node.function.text
    plain = [a for a in node.arguments if a.keyword is None and a.ratio is None]
    if len(plain) != 1 or len(node.arguments) != 1:
        resolver.problems.error(
            "ION115", f"`{name}` of copies takes one {'condition' if name in _CONDITIONS else 'quantity'}", node.span,
            "not one", help="which part of the run counts is said outside: `max(sum(…), after = 1 s)`",
        )  # fmt: skip
        return None
    subject = resolver.expression(plain[0].value, replace(where, moment="action", copies="each"))
    if subject is None or not _is_what_it_takes(resolver, name, plain[0], subject):
        return None
    return reduced(resolver, name, subject, node)


def _is_what_it_takes(resolver: Resolver, name: str, argument: ast.Argument, subject: Expr) -> bool:
    if (subject.dimension is None) is (name in _CONDITIONS):
        return True
    is_condition = subject.dimension is None
    resolver.problems.error(
        "ION208", f"`{name}` takes a {'quantity' if is_condition else 'condition'}", argument.span,
        "this is a condition" if is_condition else f"this is {a_quantity(subject.dimension)}",
        help="`width(…)` takes a condition" if is_condition else "compare it: `width(tissue.outside.K > …)`",
    )  # fmt: skip
    return False


def reduced(resolver: Resolver, name: str, subject: Expr, node: ast.Call) -> Expr | None:
    """One number of a subject in several copies; that there are several, of one range, is looked at."""
    along = range_of(resolver, name, subject, node)
    if along is None:
        return None
    if name != "width":
        return applied(REDUCTIONS[name], subject, along, subject.dimension, node.span)
    which = f"{along.first}..{along.last}"
    spacing = Read(in_copy(f"{along.line}.spacing", along.line, which), LENGTH, node.span)
    return applied("width_over", subject, along, LENGTH, node.span, spacing)


def in_each(resolver: Resolver, name: str, subject: Expr, node: ast.Call) -> Expr | None:
    """A subject that is looked at in each copy by itself."""
    along = range_of(resolver, name, subject, node)
    return None if along is None else applied("each_over", subject, along, subject.dimension, node.span)


def range_of(resolver: Resolver, name: str, subject: Expr, node: ast.Call) -> Copies | None:
    """The copies that a subject speaks of; none, or two ranges of them, are reported."""
    found = {copies_read(read): read for read in reversed([*several(subject)])}
    ranges = list(found)
    if not ranges:
        _no_range(resolver, name, node)
        return None
    if len(ranges) > 1:
        (_, second), (_, first) = list(found.items())[-2:]
        resolver.problems.error(
            "ION495", f"`{name}` looks along one stretch of one line", second.span, "another stretch",
            secondary=(Label(first.span, "here it is this one"),),
            help="write the same line with the same range in both places",
        )  # fmt: skip
        return None
    return ranges[0]


def _no_range(resolver: Resolver, name: str, node: ast.Call) -> None:
    lines = [e.name for e in resolver.root.all() if e.kind == "line"]
    line = lines[0] if lines else "tissue"
    resolver.problems.error(
        "ION493", f"`{name}` looks over copies of a line", node.span, "no line is named, or one copy of it",
        help=f"write `{line}.…` for all copies, or `{line}[1 .. 5].…` for some of them" if lines
        else "it makes sense where the file has a `line`",
    )  # fmt: skip


def not_one_number(resolver: Resolver, name: str, subject: Expr, node: ast.Call) -> bool:
    """Whether a subject stands for several copies where one number is needed; then that is reported."""
    found = next(several(subject), None)
    if found is None:
        return False
    text = found.span.text
    resolver.problems.error(
        "ION494", f"`{name}` needs one number, and `{text}` has one in each copy", found.span, "of several copies",
        help=f"make one of them: `sum({text})`, `mean({text})`, `max({text})`",
    )  # fmt: skip
    return True


def is_along(subject: Expr) -> bool:
    return next(several(subject), None) is not None
