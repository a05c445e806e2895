"""Lark tree → sentences of a scenario."""

from __future__ import annotations

from ionlang.syntax import ast
from ionlang.syntax.branch import Branch, Node
from ionlang.syntax.reader import Reader
from ionlang.syntax.refuse import fixed_word
from ionlang.syntax.tree_expression import (
    between,
    expression,
    name,
    optional_expression,
    path,
    relation,
    source_of,
)


def begin(reader: Reader, node: Branch) -> ast.Sentence:
    word = fixed_word(
        reader, name(reader, node.children[0]), ("rest",), "a run begins as written, or at rest"
    )
    return ast.Begin(None, reader.span_of(node)) if word else ast.Broken(reader.span_of(node))


def run(reader: Reader, node: Branch) -> ast.Sentence:
    return ast.Run(expression(reader, node.children[0]), None, reader.span_of(node))


def measure(reader: Reader, node: Branch) -> ast.Sentence:
    named, value = node.children
    return ast.Measure(name(reader, named), expression(reader, value), reader.span_of(node))


def expect(reader: Reader, node: Branch) -> ast.Sentence:
    value, target, tolerance, source = node.children
    return ast.Expect(
        expression(reader, value),
        "=",
        expression(reader, target),
        optional_expression(reader, tolerance),
        None,
        source_of(reader, source),
        reader.span_of(node),
    )


def expect_relation(reader: Reader, node: Branch) -> ast.Sentence:
    value, sign, target, source = node.children
    return ast.Expect(
        expression(reader, value),
        relation(sign),
        expression(reader, target),
        None,
        None,
        source_of(reader, source),
        reader.span_of(node),
    )


def expect_between(reader: Reader, node: Branch) -> ast.Sentence:
    value, bounds, source = node.children
    low, high = between(reader, bounds)
    said = source_of(reader, source)
    return ast.Expect(expression(reader, value), "between", low, None, high, said, reader.span_of(node))


def when(reader: Reader, node: Node) -> ast.When:
    """`at T`, `from T`, `from T for D`."""
    assert isinstance(node, Branch)
    if node.data == "when_at":
        return ast.When(expression(reader, node.children[0]), None, None, reader.span_of(node))
    start, duration = node.children
    return ast.When(
        None, expression(reader, start), optional_expression(reader, duration), reader.span_of(node)
    )


def action(reader: Reader, node: Branch) -> ast.Sentence:
    moment, *doings = node.children
    return ast.Action(
        when(reader, moment), tuple(doing(reader, part) for part in doings), reader.span_of(node)
    )


def bare_action(reader: Reader, node: Branch) -> ast.Sentence:
    return ast.Action(None, (doing(reader, node.children[0]),), reader.span_of(node))


def doing(reader: Reader, node: Node) -> ast.Doing:
    """What an action does."""
    assert isinstance(node, Branch)
    first, *rest = node.children
    span = reader.span_of(node)
    match node.data:
        case "set":
            return ast.Set(path(reader, first), expression(reader, rest[0]), span)
        case "inject":
            return ast.Inject(expression(reader, first), path(reader, rest[0]), name(reader, rest[1]), span)
        case "block_carrier":
            return ast.BlockCarrier(path(reader, first), optional_expression(reader, rest[0]), span)
        case _:
            return ast.Hold(path(reader, first), span)
