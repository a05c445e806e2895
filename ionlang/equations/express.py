"""Expr → SymPy, by operators from the tree, never from text. Numbers become exact rationals; nothing is simplified."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import sympy

from ionlang.equations.functions import Linoid
from ionlang.equations.neighbours import LogMean, MaxOver, MeanOver, MinOver, SumOver, WidthOver
from ionlang.model.expression import Apply, Expr, Literal, Observed, Probed, Read

Look = Callable[[str], sympy.Expr]


def number(value: float | Fraction) -> sympy.Expr:
    """An exact rational: of a float, the shortest decimal that rounds to it."""
    exact = value if isinstance(value, Fraction) else Fraction(repr(value))
    return sympy.Rational(exact.numerator, exact.denominator)


def express(expression: Expr, look: Look) -> sympy.Expr:
    """The expression in symbols; `look` gives the symbol of a canonical path."""
    match expression:
        case Literal():
            return number(expression.value)
        case Read():
            return look(expression.path)
        case Apply(operator="width_over", arguments=(condition, first, last, spacing)):
            ends = (express(e, look) for e in (first, last, spacing))
            return WidthOver(margin(condition, look), *ends)
        case Apply():
            return _OPERATIONS[expression.operator](*(express(a, look) for a in expression.arguments))
        case Observed() | Probed():
            raise AssertionError("what is observed of a run is no equation")


def margin(condition: Expr, look: Look) -> sympy.Expr:
    """A quantity that is above 0 exactly where the condition holds, and passes 0 where it becomes true or false."""
    match condition:
        case Apply(operator="greater" | "greater_equal", arguments=(left, right)):
            return express(left, look) - express(right, look)
        case Apply(operator="less" | "less_equal", arguments=(left, right)):
            return express(right, look) - express(left, look)
        case Apply(operator="and", arguments=(left, right)):
            return sympy.Min(margin(left, look), margin(right, look))
        case Apply(operator="or", arguments=(left, right)):
            return sympy.Max(margin(left, look), margin(right, look))
        case Apply(operator="not", arguments=(operand,)):
            return -margin(operand, look)
        case _:
            raise AssertionError(f"no condition: {condition}")


def truth(condition: Expr, look: Look) -> sympy.Expr:
    """1 where the condition holds, else 0."""
    return _select(express(condition, look), sympy.Integer(1), sympy.Integer(0))


def _select(condition: sympy.Basic, then: sympy.Expr, otherwise: sympy.Expr) -> sympy.Expr:
    return sympy.Piecewise((then, condition), (otherwise, True))


_OPERATIONS: dict[str, Callable[..., sympy.Expr]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "power": lambda a, b: a**b,
    "negate": lambda a: -a,
    "exp": sympy.exp,
    "log": sympy.log,
    "sqrt": sympy.sqrt,
    "abs": sympy.Abs,
    "min": sympy.Min,
    "max": sympy.Max,
    "sin": sympy.sin,
    "cos": sympy.cos,
    "tanh": sympy.tanh,
    "linoid": Linoid,
    "log_mean": LogMean,
    "less": sympy.Lt,
    "less_equal": sympy.Le,
    "greater": sympy.Gt,
    "greater_equal": sympy.Ge,
    "and": sympy.And,
    "or": sympy.Or,
    "not": sympy.Not,
    "select": _select,
    "sum_over": SumOver,
    "mean_over": MeanOver,
    "max_over": MaxOver,
    "min_over": MinOver,
}
