"""Reading a line: where a copy is (`x`), and which one is meant (`tissue[3].outside.K`, `tissue[100 um].outside.K`)."""

from __future__ import annotations

from ionlang.model.cell_lines import in_copy, which_copy
from ionlang.model.evaluate import NotKnown, evaluate
from ionlang.model.expression import Expr, Literal, Read
from ionlang.model.names.entities import Entity
from ionlang.model.read.resolve import Resolver, Where
from ionlang.model.read.wording import a_quantity
from ionlang.syntax import ast
from ionlang.units import LENGTH, PURE

POSITION = "x"
OWN = (POSITION, "spacing")


def own_word(resolver: Resolver, node: ast.Path, where: Where) -> Read | None:
    """`x` and `spacing` where a copy of a line speaks of itself."""
    word = node.parts[0].text
    line = where.around
    if line is None or len(node.parts) != 1 or node.index is not None or word not in OWN:
        return None
    return Read(f"{line.path}.{word}", LENGTH, node.span)


def nowhere(resolver: Resolver, node: ast.Path) -> bool:
    """Whether `x` is read where nothing has a position; then that is reported."""
    if len(node.parts) != 1 or node.parts[0].text != POSITION:
        return False
    resolver.problems.error(
        "ION482", "`x` is the position of a copy in a line, and here is no line", node.span, "no position",
        help="it is read in the arrangement that a `line` is made of",
    )  # fmt: skip
    return True


def chosen(
    resolver: Resolver, node: ast.Path, value: Expr | None, entity: Entity, where: Where
) -> Expr | None:
    """The value in the copy that the path names; a line without a copy, a copy without a line are reported."""
    line = entity.enclosing("line")
    if line is None:
        if node.index is not None:
            not_in_copies(resolver, node, entity)
            return None
        return value
    if node.index is None:
        if value is not None and where.around is not line and not is_of_all(value, line):
            _no_copy(resolver, node, line)
            return None
        return value
    if node.upto is not None:
        _several(resolver, node, line)
        return None
    number = copy_named(resolver, node.index, line, where)
    if number is None or not isinstance(value, Read):
        return None
    return Read(in_copy(value.path, line.path, str(number)), value.dimension, node.span)


def is_of_all(value: Expr, line: Entity) -> bool:
    """Whether it belongs to the line itself, or the copy is named already."""
    path = value.path if isinstance(value, Read) else ""
    return path in (f"{line.path}.spacing", f"{line.path}.total_length") or bool(which_copy(path))


def not_in_copies(resolver: Resolver, node: ast.Path, entity: Entity) -> None:
    """Reports that a copy is named of what stands in no line."""
    assert node.index is not None
    resolver.problems.error(
        "ION483", f"{entity.describe()} is one thing, not a line of copies", node.index.span, "which copy of what?",
        help=f"write `{node.in_all_copies}`",
    )  # fmt: skip


def _several(resolver: Resolver, node: ast.Path, line: Entity) -> None:
    assert node.index is not None
    rest = "".join(f".{part.text}" for part in node.parts[1:])
    resolver.problems.error(
        "ION484", f"`{node.text}` is another one in each of these copies", node.index.span, "in which of them?",
        help=f"look at one, `{line.name}[1]{rest}`, or make one number of them: `mean({node.text})`",
    )  # fmt: skip


def _no_copy(resolver: Resolver, node: ast.Path, line: Entity) -> None:
    rest = ".".join(part.text for part in node.parts[1:])
    resolver.problems.error(
        "ION484", f"`{node.text}` is another one in each copy of {line.describe()}", node.span, "in which copy?",
        help=f"write `{line.name}[1].{rest}` for the first, or `{line.name}[100 um].{rest}` for the one at that place",
    )  # fmt: skip


def split_of(line: Entity) -> int:
    """Into how many parts each copy of the text is split: 1, but on a finer grid."""
    return 1 if line.block.copies is None else line.block.copies.split


def count_of(line: Entity) -> int:
    """How many copies the text asks for; 0 if that is no number of copies."""
    copies = line.block.copies
    if copies is None or not all(map(is_count, copies.counts)):
        return 0
    return sum(map(_size, copies.groups))


def is_count(number: ast.Number) -> bool:
    """Whether it says how many, one at least."""
    return number.text.isdigit() and int(number.text) > 0


def _size(group: ast.Group) -> int:
    inner = 1 if isinstance(group.of, ast.Instance) else sum(map(_size, group.of))
    return int(group.count.text) * inner


def copy_named(resolver: Resolver, index: ast.Expr, line: Entity, where: Where) -> int | None:
    """The number of the copy, from 1; of one that is split, that of the part in its middle."""
    number, split = copy_written(resolver, index, line, where), split_of(line)
    return None if number is None else split * (number - 1) + (split + 1) // 2


def copy_written(resolver: Resolver, index: ast.Expr, line: Entity, where: Where) -> int | None:
    """The number of the copy of the text, from 1: as it is written, or of the one that a position lies in."""
    value = resolver.expression(index, where)
    place = None if value is None else place_along(resolver, index, value, line)
    if value is None or place is None:
        return None
    grid = resolver.grids.get(line.path)
    part = None if value.dimension == PURE or grid is None else grid.copy_at(place)
    return int(place) if part is None else (part - 1) // split_of(line) + 1


def place_along(resolver: Resolver, index: ast.Expr, value: Expr, line: Entity) -> float | None:
    """The number of a copy or a position in cell units; what does not lie in the line is reported."""
    count, grid = count_of(line) // split_of(line), resolver.grids.get(line.path)
    if count < 2:  # that is said
        return None
    place = _evaluated(resolver, value)
    if value.dimension == LENGTH and grid is not None and place is not None:
        if grid.copy_at(place) is not None:
            return place
        end = "its copies together are shorter" if grid.ends else f"it is {count} × its spacing long"
        _outside(resolver, index, line, f"{line.describe()} does not reach to {index.span.text}", end)
    elif value.dimension == PURE and place is not None:
        if place == int(place) and 1 <= place <= count:
            return place
        told = f"they go from 1 to {count}"
        _outside(resolver, index, line, f"{line.describe()} has no copy {index.span.text}", told)
    elif value.dimension not in (LENGTH, PURE):
        told = f"a copy is named by its number or its position, not by {a_quantity(value.dimension)}"
        _outside(resolver, index, line, told)
    return None


def _evaluated(resolver: Resolver, value: Expr) -> float | None:
    if isinstance(value, Literal):
        return value.value
    try:
        return evaluate(value, resolver.numbers)
    except NotKnown:
        return None


def _outside(
    resolver: Resolver, index: ast.Expr, line: Entity, message: str, label: str = "no number of a copy"
) -> None:
    resolver.problems.error(
        "ION483", message, index.span, label,
        help=f"write `{line.name}[1]` for the first, or a length: `{line.name}[100 um]`",
    )  # fmt: skip
