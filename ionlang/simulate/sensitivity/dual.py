"""Numbers that bring their derivatives with them, and the expressions of a scenario in such numbers.

The rules of differentiation are applied operation by operation, so that a derivative is as exact as its value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ionlang.codegen.runtime_vector import linoid, linoid_slope
from ionlang.model.expression import Apply, Expr, Literal, Read
from ionlang.simulate.functions import FloatArray

Look = Callable[[str], "Dual"]


class Moved(float):
    """A number that moves with the parameters: its derivatives (k,) by them. It stands in an expression as a plain
    literal."""

    slope: FloatArray

    def __new__(cls, value: float, slope: FloatArray) -> Moved:
        found = super().__new__(cls, value)
        found.slope = slope
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Dual:
    """Values (m,) at m instants and their derivatives (m, k) by k variables; where m is 1 they hold at all instants."""

    value: FloatArray
    slope: FloatArray

    @property
    def single(self) -> Moved:
        """The one value there is."""
        return Moved(float(self.value[0]), self.slope[0])


def constant(value: float, width: int) -> Dual:
    """A number that does not move, or moves as a `Moved` says."""
    slope = value.slope if isinstance(value, Moved) else np.zeros(width)
    return Dual(np.array([float(value)]), slope[None, :])


def dual(expression: Expr, look: Look, width: int) -> Dual:
    """The value of an expression with its derivatives by `width` variables; `look` knows what it reads."""
    match expression:
        case Literal(value=value):
            return constant(value, width)
        case Read(path=path):
            return look(path)
        case Apply(operator="select", arguments=(condition, then, otherwise)):
            chosen = truth(condition, look, width)
            return choice(chosen, dual(then, look, width), dual(otherwise, look, width))
        case Apply(operator=name, arguments=arguments):
            parts = [dual(argument, look, width) for argument in arguments]
            with np.errstate(all="ignore"):
                return _ONE[name](*parts) if len(parts) == 1 else _TWO[name](*parts)
        case _:
            raise AssertionError("what is observed of a run is put in as a number")


def truth(condition: Expr, look: Look, width: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether a condition holds (m,)."""
    assert isinstance(condition, Apply)
    parts = condition.arguments
    if condition.operator in ("and", "or", "not"):
        held = [truth(part, look, width) for part in parts]
        if condition.operator == "not":
            return ~held[0]
        return held[0] & held[1] if condition.operator == "and" else held[0] | held[1]
    left, right = (dual(part, look, width).value for part in parts)
    relation = {
        "less": np.less, "less_equal": np.less_equal, "greater": np.greater, "greater_equal": np.greater_equal,
    }[condition.operator]  # fmt: skip
    return np.asarray(relation(left, right))


def margin(condition: Expr, look: Look, width: int) -> Dual:
    """A quantity that passes 0 upwards where the condition becomes true."""
    assert isinstance(condition, Apply)
    parts = condition.arguments
    match condition.operator:
        case "greater" | "greater_equal":
            return subtract(dual(parts[0], look, width), dual(parts[1], look, width))
        case "less" | "less_equal":
            return subtract(dual(parts[1], look, width), dual(parts[0], look, width))
        case "and":
            return least(margin(parts[0], look, width), margin(parts[1], look, width))
        case "or":
            return greatest(margin(parts[0], look, width), margin(parts[1], look, width))
        case _:
            return negate(margin(parts[0], look, width))


def _outer(
    function: Callable[[FloatArray], FloatArray], derivative: Callable[[FloatArray], FloatArray]
) -> Callable[[Dual], Dual]:
    def applied(a: Dual) -> Dual:
        return Dual(function(a.value), scaled(derivative(a.value), a.slope))

    return applied


def scaled(factor: FloatArray, slope: FloatArray) -> FloatArray:
    """A factor (m,) times derivatives (m, k): nothing where these are nothing, whatever the factor."""
    found: FloatArray = np.where(slope == 0.0, 0.0, factor[:, None] * slope)
    return found


def add(a: Dual, b: Dual) -> Dual:
    return Dual(a.value + b.value, a.slope + b.slope)


def subtract(a: Dual, b: Dual) -> Dual:
    return Dual(a.value - b.value, a.slope - b.slope)


def negate(a: Dual) -> Dual:
    return Dual(-a.value, -a.slope)


def multiply(a: Dual, b: Dual) -> Dual:
    return Dual(a.value * b.value, scaled(b.value, a.slope) + scaled(a.value, b.slope))


def divide(a: Dual, b: Dual) -> Dual:
    value = a.value / b.value
    return Dual(value, scaled(1.0 / b.value, a.slope) - scaled(value / b.value, b.slope))


def power(a: Dual, b: Dual) -> Dual:
    value = a.value**b.value
    by_base = b.value * a.value ** (b.value - 1.0)
    return Dual(value, scaled(by_base, a.slope) + scaled(value * np.log(a.value), b.slope))


def choice(first: np.ndarray[tuple[int], np.dtype[np.bool_]], a: Dual, b: Dual) -> Dual:
    """a where `first` (m,) holds, else b."""
    return Dual(np.where(first, a.value, b.value), np.where(first[:, None], a.slope, b.slope))


def least(a: Dual, b: Dual) -> Dual:
    return choice(a.value <= b.value, a, b)


def greatest(a: Dual, b: Dual) -> Dual:
    return choice(a.value >= b.value, a, b)


_ONE: dict[str, Callable[[Dual], Dual]] = {
    "negate": negate,
    "exp": _outer(np.exp, np.exp),
    "log": _outer(np.log, lambda x: 1.0 / x),
    "sqrt": _outer(np.sqrt, lambda x: 0.5 / np.sqrt(x)),
    "abs": _outer(np.abs, np.sign),
    "sin": _outer(np.sin, np.cos),
    "cos": _outer(np.cos, lambda x: -np.sin(x)),
    "tanh": _outer(np.tanh, lambda x: 1.0 - np.tanh(x) ** 2),
    "linoid": _outer(linoid, linoid_slope),
}
_TWO: dict[str, Callable[[Dual, Dual], Dual]] = {
    "add": add,
    "subtract": subtract,
    "multiply": multiply,
    "divide": divide,
    "power": power,
    "min": least,
    "max": greatest,
}
