"""Expressions → text, with blanks round operators and brackets only where they are needed."""

from __future__ import annotations

from enum import IntEnum
from typing import assert_never

from ionlang.syntax import ast


class _Level(IntEnum):
    """How tightly a form binds, as in the grammar."""

    CONDITIONAL = 0
    LOGIC = 1
    NEGATION = 2
    COMPARISON = 3
    SUM = 4
    PRODUCT = 5
    SIGN = 6
    MOMENT = 7
    POWER = 8
    PRIMARY = 9


_BINARY = {"+": _Level.SUM, "-": _Level.SUM, "*": _Level.PRODUCT, "/": _Level.PRODUCT, "^": _Level.POWER}


def print_expression(value: ast.Expr) -> str:
    """The canonical text of an expression."""
    match value:
        case ast.Number():
            return value.text
        case ast.Quantity():
            return f"{value.number} {value.unit}"
        case ast.Path():
            return _path(value)
        case ast.Call():
            return f"{_path(value.function)}({', '.join(map(_argument, value.arguments))})"
        case ast.Unary():
            return _unary(value)
        case ast.Binary():
            return _binary(value)
        case ast.Compare():
            left, right = (_within(side, _Level.SUM) for side in (value.left, value.right))
            return f"{left} {value.operator} {right}"
        case ast.Logic():
            return _logic(value)
        case ast.Conditional():
            parts = (print_expression(part) for part in (value.condition, value.then, value.otherwise))
            return "if {} then {} else {}".format(*parts)
        case ast.At():
            return f"{_within(value.value, _Level.POWER)} at {_moment(value)}"
        case ast.Broken():
            return value.span.text
        case _:
            assert_never(value)


def _path(path: ast.Path) -> str:
    if path.index is None:
        return path.text
    first, *others = (part.text for part in path.parts)
    ends = (print_expression(end) for end in (path.index, path.upto) if end is not None)
    return ".".join((f"{first}[{' .. '.join(ends)}]", *others))


def print_sum(value: ast.Expr) -> str:
    """The text of an expression where no condition can stand without brackets."""
    return _within(value, _Level.SUM)


def print_arguments(arguments: tuple[ast.Argument, ...]) -> str:
    """`(p = 3 mM)`; nothing where there are none."""
    return f"({', '.join(map(_argument, arguments))})" if arguments else ""


def _level(value: ast.Expr) -> _Level:
    match value:
        case ast.Conditional():
            return _Level.CONDITIONAL
        case ast.Logic():
            return _Level.LOGIC
        case ast.Compare():
            return _Level.COMPARISON
        case ast.Unary():
            return _Level.NEGATION if value.operator == "not" else _Level.SIGN
        case ast.Binary():
            return _BINARY[value.operator]
        case ast.At():
            return _Level.MOMENT
        case _:
            return _Level.PRIMARY


def _within(value: ast.Expr, lowest: _Level) -> str:
    """The text of an operand, in brackets if it binds less tightly than `lowest`."""
    text = print_expression(value)
    return text if _level(value) >= lowest else f"({text})"


def _argument(argument: ast.Argument) -> str:
    value = print_expression(argument.value)
    if argument.keyword:
        return f"{argument.keyword.text} = {value}"
    return f"{value} : {print_expression(argument.ratio)}" if argument.ratio else value


def _unary(value: ast.Unary) -> str:
    if value.operator == "not":
        return f"not {_within(value.operand, _Level.NEGATION)}"
    return f"{value.operator}{_within(value.operand, _Level.SIGN)}"


def _binary(value: ast.Binary) -> str:
    if value.operator == "^":
        return f"{_base(value.left)}^{_exponent(value.right)}"
    level = _BINARY[value.operator]
    left, right = _within(value.left, level), _within(value.right, _Level(level + 1))
    return f"{left} {value.operator} {right}"


def _base(value: ast.Expr) -> str:
    return (
        f"({print_expression(value)})" if isinstance(value, ast.Quantity) else _within(value, _Level.PRIMARY)
    )


def _exponent(value: ast.Expr) -> str:
    if isinstance(value, ast.Unary) and value.operator != "not":
        return f"{value.operator}{_exponent(value.operand)}"
    return _within(value, _Level.POWER)


def _logic(value: ast.Logic) -> str:
    same = isinstance(value.left, ast.Logic) and value.left.operator == value.operator
    left = print_expression(value.left) if same else _within(value.left, _Level.NEGATION)
    return f"{left} {value.operator} {_within(value.right, _Level.NEGATION)}"


def _moment(value: ast.At) -> str:
    return value.moment if isinstance(value.moment, str) else _within(value.moment, _Level.POWER)
