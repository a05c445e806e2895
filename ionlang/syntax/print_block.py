"""The first line of a block → text."""

from __future__ import annotations

from ionlang.syntax import ast
from ionlang.syntax.print_expression import print_arguments, print_expression
from ionlang.syntax.print_model import print_source


def print_head(block: ast.Block) -> str:
    """What stands before the `{`."""
    return " ".join(
        part
        for part in (
            f"{block.kind.text} {block.name.text}{_formals(block.formals)}",
            *_clauses(block),
            f'"{block.title.text}"' if block.title else "",
        )
        if part
    )


def print_template_head(template: ast.Template) -> str:
    block = template.block
    named = f"template {block.kind.text} {block.name.text}{_formals(template.formals)}"
    return f"{named}{print_head(block).removeprefix(f'{block.kind.text} {block.name.text}')}"


def _clauses(block: ast.Block) -> tuple[str, ...]:
    sides = f"({_side(block.sides[0])} | {_side(block.sides[1])})" if block.sides else ""
    place = f"in {block.place.text}" if block.place else ""
    on = f"on {block.on.text}" if block.on else ""
    made_from = ""
    if block.instance:
        made_from = f"is {block.instance.template.text}{print_arguments(block.instance.arguments)}"
    return sides, place, _copies(block.copies), made_from, on


def _copies(copies: ast.Copies | None) -> str:
    if copies is None:
        return ""
    return f"of {', '.join(map(_group, copies.groups))}"


def _group(group: ast.Group) -> str:
    if isinstance(group.of, ast.Instance):
        return f"{group.count.text} {group.of.template.text}{print_arguments(group.of.arguments)}"
    return f"{group.count.text} ({', '.join(map(_group, group.of))})"


def _side(side: ast.Side) -> str:
    return " + ".join(place.text for place in side)


def _formals(formals: tuple[ast.Formal, ...] | None) -> str:
    """`(p = 5 mM, q in mM)`; without any parameter the brackets are left out."""
    return f"({', '.join(map(_formal, formals))})" if formals else ""


def _formal(formal: ast.Formal) -> str:
    if formal.default is not None:
        return f"{formal.name.text} = {print_expression(formal.default)}{print_source(formal.source)}"
    return f"{formal.name.text} in {formal.unit.text if formal.unit else '1'}"
