"""Lark tree → `tune a, b so that …`."""

from __future__ import annotations

from lark import Token

from ionlang.syntax import ast
from ionlang.syntax.branch import Branch, Node
from ionlang.syntax.reader import Reader
from ionlang.syntax.refuse import fixed_word
from ionlang.syntax.tree_expression import expression, name, path

_SO_THAT = "what is solved for is told from what must come out: `tune a, b so that start is rest`"
_START = "the written start is to be a rest, or a quantity is to have a value at rest"


def tune(reader: Reader, node: Branch) -> ast.Sentence:
    """A word that stands where another is expected is reported."""
    unknowns = tuple(path(reader, part) for part in node.children if _is(part, "path"))
    words = [part for part in node.children if isinstance(part, Token) and part.type == "NAME"]
    joined = [fixed_word(reader, name(reader, part), ("that",), _SO_THAT) for part in words]
    goals = [_goal(reader, part) for part in node.children if _is(part, "goal", "start_is_rest")]
    whole = tuple(goal for goal in goals if goal is not None)
    if not all(joined) or len(whole) < len(goals):
        return ast.Broken(reader.span_of(node))
    return ast.Tune(unknowns, whole, reader.span_of(node))


def _is(node: Node, *rules: str) -> bool:
    return isinstance(node, Branch) and node.data in rules


def _goal(reader: Reader, node: Node) -> ast.Goal | ast.StartIsRest | None:
    assert isinstance(node, Branch)
    if node.data == "goal":
        value, target = (expression(reader, part) for part in node.children)
        if isinstance(target, ast.Path) and target.text == "rest":
            _rest_as_value(reader, value, target)
            return None
        return ast.Goal(value, target, reader.span_of(node))
    start, rest = (name(reader, part) for part in node.children)
    wanted = ((start, "start"), (rest, "rest"))
    whole = all(fixed_word(reader, each, (word,), _START) is not None for each, word in wanted)
    return ast.StartIsRest(reader.span_of(node)) if whole else None


def _rest_as_value(reader: Reader, value: ast.Expr, rest: ast.Path) -> None:
    """`start = rest`, `soma.V = rest`."""
    is_start = isinstance(value, ast.Path) and value.text == "start"
    reader.problems.error(
        "ION025", "`rest` is a state, not a value", rest.span, "no value",
        help="write `start is rest`" if is_start else f"write `{value.span.text} at rest = …`, or `start is rest`",
    )  # fmt: skip
