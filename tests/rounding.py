"""How far two ways to compute the same may differ: a share of what is added up on the way, not of a fixed unit."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction

import pytest

from ionlang.explain.explanation import Equation, Part
from ionlang.explain.view import View
from ionlang.model.algebra import count, times
from ionlang.model.evaluate import evaluate
from ionlang.model.expression import Apply, Expr

ROUNDING = 1e-12
"""Of what is added up."""
A_THOUSANDTH_MORE = count(Fraction(1001, 1000))
Values = Mapping[str, float]
Laws = Iterator[tuple[str, Expr]]


def size(expression: Expr, values: Values) -> float:
    """What rounding is a share of: at least the value itself, and in a sum all its terms without their signs."""
    if not isinstance(expression, Apply):
        return abs(evaluate(expression, values))
    if expression.operator == "select":
        condition, then, otherwise = expression.arguments
        return size(then if evaluate(condition, values) else otherwise, values)
    value = abs(evaluate(expression, values))
    parts = [(abs(evaluate(a, values)), size(a, values)) for a in expression.arguments]
    sizes = [each for _, each in parts]
    match expression.operator:
        case (
            "add"
            | "subtract"
            | "min"
            | "max"
            | "log_mean"
            | "linoid"
            | "sin"
            | "cos"
            | "tanh"
            | "negate"
            | "abs"
        ):
            return value + sum(sizes)
        case "multiply":
            return math.prod(sizes)
        case "divide":
            (above, _), (below, _) = parts
            return (sizes[0] + above * _relative(*parts[1])) / below if below else value
        case "exp":
            return value * (1 + sizes[0])
        case "log":
            return value + _relative(*parts[0])
        case "power" | "sqrt":
            exponent = parts[1][0] if len(parts) > 1 else 0.5
            return value * (1 + exponent * _relative(*parts[0]))
        case _:
            return value


def _relative(value: float, whole: float) -> float:
    return whole / value if value else 1.0


def agrees(found: float, wanted: float, expression: Expr, values: Values) -> bool:
    """Whether a number is what the expression gives, to 1e-6 and what rounding makes of its terms."""
    terms = size(expression, values)
    return found == pytest.approx(
        wanted, rel=1e-6, abs=ROUNDING * terms if math.isfinite(terms) else 0.0, nan_ok=True
    )


def holds(view: View, equation: Equation) -> bool:
    """Whether an equation gives the value that the machine knows."""
    right, now = equation.right, view.now
    return agrees(now.of(right), now[equation.left.path], right, now)


def broken(view: View, parts: Iterable[Part]) -> list[str]:
    """What equations do not give as the machine knows it."""
    equations = (e for part in parts for e in part.equations if not e.balance and e.left.path in view.now)
    return [e.left.path for e in equations if not holds(view, e)]


def slightly_wrong(right: Callable[..., Laws], flow: str) -> Callable[..., Laws]:
    """The same laws, of which those of such paths give a thousandth too much."""

    def laws(*given: object, **named: object) -> Laws:
        for path, law in right(*given, **named):
            yield path, times(A_THOUSANDTH_MORE, law) if re.search(flow, path) else law

    return laws
