"""Lark tree → expressions. Refuses what the grammar reads only so that the message can be better than its
own.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, cast

from lark import Token

from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.syntax.branch import Branch, Node
from ionlang.syntax.depth import DEEPEST, report_too_deep
from ionlang.syntax.reader import Reader

_NUMBER = re.compile(r"(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![0-9])")
_PLAIN_COMPARISON = {"≤": "<=", "≥": ">="}


def expression(reader: Reader, node: Node) -> ast.Expr:
    """The expression of a tree."""
    assert isinstance(node, Branch)
    if node.depth > DEEPEST:
        report_too_deep(reader.problems, reader.span_of(node))
        return ast.Broken(reader.span_of(node))
    return _BUILDERS[node.data](reader, node)


def optional_expression(reader: Reader, clause: Node) -> ast.Expr | None:
    """The expression of a clause such as `starting at -67 mV`."""
    return expression(reader, clause.children[-1]) if isinstance(clause, Branch) else None


def name(reader: Reader, node: Node) -> ast.Name:
    assert isinstance(node, Token)
    return ast.Name(str(node), reader.span_of(node))


def path(reader: Reader, node: Node) -> ast.Path:
    assert isinstance(node, Branch)
    names = tuple(name(reader, part) for part in node.children if not isinstance(part, Branch))
    if len(names) == len(node.children):
        return ast.Path(names, reader.span_of(node))
    which = next(part for part in node.children if isinstance(part, Branch))
    first, *last = (expression(reader, part) for part in which.children)
    return ast.Path(names, reader.span_of(node), first, last[0] if last else None)


def number(reader: Reader, node: Node) -> ast.Number:
    assert isinstance(node, Token)
    return ast.Number(str(node), reader.span_of(node))


def relation(token: Node) -> Literal["<", "<=", ">", ">="]:
    sign = _PLAIN_COMPARISON.get(str(token), str(token))
    return cast('Literal["<", "<=", ">", ">="]', sign)


def string(reader: Reader, node: Node) -> ast.String:
    assert isinstance(node, Token)
    span = reader.span_of(node)
    return ast.String(span.text[1 : len(node) - node.endswith('"') if len(node) > 1 else 1], span)


def source_of(reader: Reader, clause: Node) -> ast.Said | None:
    """The text of a clause `source "…"`, or its name in `source NAME`."""
    if not isinstance(clause, Branch):
        return None
    said = clause.children[0]
    is_name = isinstance(said, Token) and said.type == "NAME"
    return name(reader, said) if is_name else string(reader, said)


def between(reader: Reader, node: Node) -> tuple[ast.Expr, ast.Expr]:
    assert isinstance(node, Branch)
    low, _, high = node.children
    return expression(reader, low), expression(reader, high)


def _number(reader: Reader, node: Branch) -> ast.Expr:
    return number(reader, node.children[0])


def unit_word(written: str) -> str:
    """The unit as it is stored: `°C` is `degC`."""
    return written.replace("°C", "degC").replace("℃", "degC")


def _quantity(reader: Reader, node: Branch) -> ast.Expr:
    token = node.children[0]
    assert isinstance(token, Token) and token.start_pos is not None
    digits = _leading_number(token)
    unit = token[len(digits) :].lstrip(" \t")
    span = reader.span_of(token)
    unit_span = Span(span.source, span.end - len(unit), span.end)
    quantity = ast.Quantity(digits, unit_word(unit), span, unit_span)
    if len(digits) + len(unit) == len(token):
        reader.glued(quantity)
    return quantity


def _leading_number(text: str) -> str:
    found = _NUMBER.match(text)
    assert found
    return found.group()


def _path(reader: Reader, node: Branch) -> ast.Expr:
    return path(reader, node)


def call(reader: Reader, node: Branch) -> ast.Call:
    function, *arguments = node.children
    given = tuple(_argument(reader, part) for part in arguments if isinstance(part, Branch))
    return ast.Call(path(reader, function), given, reader.span_of(node))


def _argument(reader: Reader, node: Branch) -> ast.Argument:
    first, second = node.children
    if node.data == "keyword_argument":
        return ast.Argument(expression(reader, second), None, name(reader, first), reader.span_of(node))
    ratio = optional_expression(reader, second)
    return ast.Argument(expression(reader, first), ratio, None, reader.span_of(node))


def _brackets(reader: Reader, node: Branch) -> ast.Expr:
    return expression(reader, node.children[0])


def _unary(reader: Reader, node: Branch) -> ast.Expr:
    operator, operand = node.children
    sign = cast('Literal["-", "+", "not"]', str(operator))
    return ast.Unary(sign, expression(reader, operand), reader.span_of(node))


def _binary(reader: Reader, node: Branch) -> ast.Expr:
    left, operator, right = node.children
    if operator == "^" and isinstance(left, Branch) and left.data == "quantity":
        return _power_of_quantity(reader, node)
    sign = cast('Literal["+", "-", "*", "/", "^"]', str(operator))
    return ast.Binary(sign, expression(reader, left), expression(reader, right), reader.span_of(node))


def _compare(reader: Reader, node: Branch) -> ast.Expr:
    left, sign, right = node.children
    if isinstance(left, Branch) and left.data == "compare":
        return _chained(reader, node, left)
    return ast.Compare(
        relation(sign), expression(reader, left), expression(reader, right), reader.span_of(node)
    )


def _logic(reader: Reader, node: Branch) -> ast.Expr:
    left, operator, right = node.children
    if isinstance(left, Branch) and left.data == "logic" and left.children[1] != operator:
        return _mixed(reader, node, left)
    word = cast('Literal["and", "or"]', str(operator))
    return ast.Logic(word, expression(reader, left), expression(reader, right), reader.span_of(node))


def _conditional(reader: Reader, node: Branch) -> ast.Expr:
    condition, then, otherwise = (expression(reader, part) for part in node.children)
    return ast.Conditional(condition, then, otherwise, reader.span_of(node))


def _at(reader: Reader, node: Branch) -> ast.Expr:
    value, moment = (expression(reader, part) for part in node.children)
    return ast.At(value, _moment(moment), reader.span_of(node))


def _moment(written: ast.Expr) -> ast.Expr | Literal["start", "end", "rest"]:
    match written:
        case ast.Path(parts=(ast.Name(text="start" | "end" | "rest" as word),)):
            return word
        case _:
            return written


_BUILDERS: dict[str, Callable[[Reader, Branch], ast.Expr]] = {
    "number": _number,
    "quantity": _quantity,
    "path": _path,
    "call": call,
    "brackets": _brackets,
    "unary": _unary,
    "binary": _binary,
    "compare": _compare,
    "logic": _logic,
    "conditional": _conditional,
    "at": _at,
}


def _power_of_quantity(reader: Reader, node: Branch) -> ast.Broken:
    base, _, exponent = (reader.span_of(part) for part in node.children if part is not None)
    written, power = " ".join(base.text.split()), exponent.text
    squared_unit = f"{written}{power}" if power.isdigit() and not written[-1].isdigit() else None
    alternative = f", or `{squared_unit}` if the unit itself has this power" if squared_unit else ""
    reader.problems.error(
        "ION017",
        "a number with a unit cannot be raised to a power without brackets",
        reader.span_of(node),
        f"is `{written}` meant, or its unit alone?",
        help=f"write `({written})^{power}` for the power of the quantity{alternative}",
    )
    return ast.Broken(reader.span_of(node))


def _chained(reader: Reader, node: Branch, first: Branch) -> ast.Broken:
    low, one, middle = (reader.span_of(part).text for part in first.children if part is not None)
    two, high = (reader.span_of(part).text for part in node.children[1:] if part is not None)
    reader.problems.error(
        "ION019",
        "comparisons cannot be chained",
        reader.span_of(node),
        "two comparisons in one",
        help=f"write `{low} {one} {middle} and {middle} {two} {high}`",
    )
    return ast.Broken(reader.span_of(node))


def _mixed(reader: Reader, node: Branch, first: Branch) -> ast.Broken:
    left, right = reader.span_of(first).text, reader.span_of(cast(Branch, node.children[2])).text
    reader.problems.error(
        "ION018",
        "`and` and `or` in one condition need brackets",
        reader.span_of(node),
        "which two belong together?",
        help=f"write `({left}) {node.children[1]} {right}`, or put the brackets round the other two",
    )
    return ast.Broken(reader.span_of(node))
