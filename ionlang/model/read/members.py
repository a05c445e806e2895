"""What differs from member to member in the pattern of a line: `line axon of 20 (1 node, 10 internode)`."""

from __future__ import annotations

from ionlang.model.cell_lines import Repeat, member_path
from ionlang.model.expression import Apply, Expr, Literal, Read
from ionlang.model.names.entities import Entity
from ionlang.model.names.patterns import members_of
from ionlang.source import NOWHERE
from ionlang.syntax import ast
from ionlang.units import PURE


def by_member(scope: Entity, values: list[Expr | None]) -> Expr | None:
    """The value that belongs to the member that a copy is; None if one of them could not be read, or is no number.
    `scope` stands in the line."""
    line = scope.enclosing("line")
    known = [value for value in values if value is not None]
    if line is None or len(known) < len(values) or any(v.dimension != known[0].dimension for v in known):
        return None
    which = Read(member_path(line.path), PURE, NOWHERE)
    found = known[-1]
    for number in reversed(range(len(known) - 1)):
        end = Literal(number + 0.5, str(number + 0.5), PURE, NOWHERE)
        is_it = Apply("less", (which, end), None, NOWHERE)
        found = Apply("select", (is_it, known[number], found), found.dimension, known[number].span)
    return found


def pattern_of(line: ast.Block) -> tuple[Repeat, ...]:
    """How the members follow each other; empty where all copies are alike."""
    copies = line.copies
    if copies is None or len(members_of(copies)) < 2:
        return ()
    places = {member: place for place, member in enumerate(members_of(copies))}
    return tuple(_repeat(group, places) for group in copies.groups)


def _repeat(group: ast.Group, places: dict[ast.Instance, int]) -> Repeat:
    if isinstance(group.of, ast.Instance):
        return Repeat(int(group.count.text), places[group.of])
    return Repeat(int(group.count.text), tuple(_repeat(inner, places) for inner in group.of))
