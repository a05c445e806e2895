"""Factors that do nothing: `1 − b` of a carrier of which nothing is blocked, a scale of 1. They are left out, so that a
reader sees what the file says; everything else stays where it is."""

from __future__ import annotations

from dataclasses import replace

from ionlang.explain.moment import Moment
from ionlang.model.algebra import ONE, times
from ionlang.model.expression import Apply, Expr, Literal, Read
from ionlang.units import PURE


def tidied(expression: Expr, moment: Moment) -> Expr:
    """The expression without such factors."""
    if not isinstance(expression, Apply):
        return expression
    parts = tuple(tidied(part, moment) for part in expression.arguments)
    if expression.operator != "multiply":
        return replace(expression, arguments=parts)
    left, right = (ONE if _does_nothing(part, moment) else part for part in parts)
    return times(left, right)


def _does_nothing(expression: Expr, moment: Moment) -> bool:
    match expression:
        case Apply(operator="subtract", arguments=(Literal(value=1.0), Read(path=path))):
            return path.endswith(".block") and moment[path] == 0
        case Read(path=path, dimension=dimension):
            scales = path.endswith((".factor", ".temperature_factor"))
            return scales and dimension == PURE and moment[path] == 1
        case _:
            return False
