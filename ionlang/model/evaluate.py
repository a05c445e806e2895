"""The value of an expression in numbers, where every name it reads has one. No state, no solver: what is known
before anything runs (start values, durations, tolerances)."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping

from ionlang.model.cell_lines import VARIATES, variate_of
from ionlang.model.expression import Apply, Expr, Literal, Observed, Probed, Read


class NotKnown(Exception):
    """The expression reads something that has no value before the run."""


def evaluate(expression: Expr, values: Mapping[str, float]) -> float:
    """The value in cell units (1.0 or 0.0 for a condition). Raises NotKnown; a value outside a function's
    domain is nan."""
    match expression:
        case Literal():
            return expression.value
        case Read(path=path):
            if path in values:
                return values[path]
            drawn = variate_of(path)
            if drawn is None:
                raise NotKnown(path)
            return VARIATES[drawn.kind]
        case Apply(operator="select", arguments=(condition, then, otherwise)):
            return evaluate(then if evaluate(condition, values) else otherwise, values)
        case Apply(operator=name, arguments=arguments):
            parts = [evaluate(a, values) for a in arguments]
            try:
                return float(_OPERATIONS[name](*parts))
            except (ArithmeticError, ValueError, TypeError):
                return math.nan
        case Observed():
            raise NotKnown(expression.functional)
        case Probed():
            raise NotKnown(expression.probe)


def linoid(x: float) -> float:
    """x/(1 − e^(−x)), 1 at 0."""
    if abs(x) < 1e-5:
        return 1 + x / 2 + x * x / 12
    return x / -math.expm1(-x) if x > -700 else 0.0


def log_mean(a: float, b: float) -> float:
    """(a − b)/ln(a/b), a where both are equal; of less than 1e-9 (1 pM) as if it were that."""
    high, low = max(a, b, 1e-9), max(min(a, b), 1e-9)
    down = min(math.log(low / high), -1e-300)
    return high * math.expm1(down) / down


_OPERATIONS: dict[str, Callable[..., float | bool]] = {
    "add": operator.add, "subtract": operator.sub, "multiply": operator.mul, "divide": operator.truediv,
    "power": math.pow, "negate": operator.neg, "exp": math.exp, "log": math.log, "sqrt": math.sqrt, "abs": abs,
    "min": min, "max": max, "sin": math.sin, "cos": math.cos, "tanh": math.tanh, "linoid": linoid,
    "log_mean": log_mean, "less": operator.lt, "less_equal": operator.le, "greater": operator.gt,
    "greater_equal": operator.ge,
    "and": lambda a, b: bool(a and b), "or": lambda a, b: bool(a or b), "not": operator.not_,
}  # fmt: skip
