"""Derivatives of one expression, by the chain rule over the names that stand in it; no definition is inlined.

On the closed list of operations, not on SymPy trees: a model of fifty definitions takes a few milliseconds.
The forms reuse the value itself where they can (d exp(u) = exp(u) du), so that sharing finds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import assert_never

from ionlang.codegen.algebra import ONE, ZERO, add, divide, multiply, negate, power
from ionlang.codegen.program import (
    Add,
    Call,
    CallName,
    Compare,
    Condition,
    Divide,
    Expression,
    Multiply,
    Negate,
    Number,
    Power,
    Select,
    Symbol,
)

Gradient = Mapping[str, Expression]
Gradients = Mapping[str, Gradient]


OFFSETS: Mapping[str, int] = {"": 0, "[+1]": 1, "[-1]": -1}
"""Marks behind the name of a state: of the same copy, of the next, of the one before."""
SHARED, EACH = "[.]", "[*]"
"""Marks behind the name of a state: it stands in no line; of each copy, where something is the sum over all."""

# Where a derivative by a state goes: at a face `<` is the copy before it, `>` the one behind it.
_MOVED: Mapping[CallName, Mapping[str, str]] = {
    "left": {"": "<", SHARED: SHARED},
    "right": {"": ">", SHARED: SHARED},
    "after": {"<": "[-1]", ">": "", SHARED: SHARED},
    "before": {"<": "", ">": "[+1]", SHARED: SHARED},
    "summed": {},
    "element": {},
    "total": {"": EACH, SHARED: SHARED},
    "positions": {SHARED: SHARED},
}
_PLACES = {
    "": "",
    "[+1]": "_next",
    "[-1]": "_previous",
    "<": "_left",
    ">": "_right",
    SHARED: "",
    EACH: "_each",
}


def partials(expression: Expression, gradients: Gradients) -> Gradient:
    """d expression/d variable for every variable that it depends on, in order of first mention.

    `gradients[name]` holds the derivatives of a name by the variables: `{name: {name: ONE}}` gives the local
    partial derivatives. A name without gradient is constant.
    """
    match expression:
        case Number():
            return {}
        case Symbol(name):
            return gradients.get(name, {})
        case Add(terms):
            return _sum((ONE, partials(term, gradients)) for term in terms)
        case Negate(operand):
            return {variable: negate(slope) for variable, slope in partials(operand, gradients).items()}
        case Multiply(factors):
            return _sum(
                (multiply(*factors[:i], *factors[i + 1 :]), partials(factor, gradients))
                for i, factor in enumerate(factors)
            )
        case Divide(numerator, denominator):
            bottom = (negate(expression), partials(denominator, gradients))
            slopes = _sum([(ONE, partials(numerator, gradients)), bottom])
            return {variable: divide(slope, denominator) for variable, slope in slopes.items()}
        case Power(base, exponent):
            outer = multiply(Number(exponent), power(base, exponent - 1))
            return _sum([(outer, partials(base, gradients))])
        case Call():
            return _call(expression, gradients)
        case Select(condition, then, otherwise):
            return _select(condition, partials(then, gradients), partials(otherwise, gradients))
        case _:
            assert_never(expression)


def _sum(weighted: Iterable[tuple[Expression, Gradient]]) -> Gradient:
    """Σ weight × gradient, variable by variable."""
    terms: dict[str, list[Expression]] = {}
    for weight, gradient in weighted:
        for variable, slope in gradient.items():
            terms.setdefault(variable, []).append(multiply(weight, slope))
    return {variable: add(each) for variable, each in terms.items()}


def _select(condition: Condition, then: Gradient, otherwise: Gradient) -> Gradient:
    variables = dict.fromkeys((*then, *otherwise))
    return {v: Select(condition, then.get(v, ZERO), otherwise.get(v, ZERO)) for v in variables}


def _call(call: Call, gradients: Gradients) -> Gradient:
    inner = [partials(argument, gradients) for argument in call.arguments]
    if not any(inner):
        return {}
    if call.function in _MOVED:
        return _moved(call, inner[0])
    match call:
        case Call("min", (left, right)):
            return _select(Compare("<=", left, right), inner[0], inner[1])
        case Call("max", (left, right)):
            return _select(Compare(">=", left, right), inner[0], inner[1])
        case Call("pow", (base, exponent)):
            by_base = multiply(exponent, Call("pow", (base, add([exponent, Number(-1)]))))
            return _sum([(by_base, inner[0]), (multiply(call, Call("log", (base,))), inner[1])])
        case Call("log_mean", (left, right)):
            slopes = Call("log_mean_slope", (left, right)), Call("log_mean_slope", (right, left))
            return _sum(zip(slopes, inner, strict=True))
        case Call("log", (Divide(numerator, denominator),)):
            top, bottom = partials(numerator, gradients), partials(denominator, gradients)
            return _sum([(divide(ONE, numerator), top), (negate(divide(ONE, denominator)), bottom)])
        case Call(function, (argument,)):
            return _sum([(_slope(call, function, argument), inner[0])])
        case _:
            raise AssertionError(f"{call.function} with {len(call.arguments)} arguments")


def _moved(call: Call, inner: Gradient) -> Gradient:
    """Between copies and faces a derivative moves with what it belongs to; of a sum over all copies there is one by the
    states of each copy."""
    marks = _MOVED[call.function]
    moved: dict[str, Expression] = {}
    for variable, slope in inner.items():
        name, mark = _parted(variable)
        if mark in marks:
            moved[f"{name}{marks[mark]}"] = (
                slope
                if _stays(call, slope, marks[mark])
                else Call(call.function, (slope, *call.arguments[1:]))
            )
    return moved


def _stays(call: Call, slope: Expression, mark: str) -> bool:
    """Whether a derivative is the same where it has moved to."""
    return mark == EACH or (isinstance(slope, Number) and call.function in ("left", "right"))


def _parted(variable: str) -> tuple[str, str]:
    """The name of a variable, and where it stands: `K`, `[+1]`."""
    mark = next((mark for mark in (*OFFSETS, "<", ">", SHARED, EACH) if mark and variable.endswith(mark)), "")
    return variable.removesuffix(mark), mark


def named_place(variable: str) -> str:
    """A variable with its place as a part of a name."""
    name, mark = _parted(variable)
    return f"{name}{_PLACES[mark]}"


def _slope(call: Call, function: CallName, argument: Expression) -> Expression:
    """The derivative of a function of one argument by its argument."""
    match function:
        case "exp":
            return call
        case "log":
            return divide(ONE, argument)
        case "sqrt":
            return divide(ONE, multiply(Number(2), call))
        case "sin":
            return Call("cos", (argument,))
        case "cos":
            return negate(Call("sin", (argument,)))
        case "tanh":
            return add([ONE, negate(power(call, 2))])
        case "abs":
            return Select(Compare("<", argument, ZERO), Number(-1), ONE)
        case "linoid":
            return Call("linoid_slope", (argument,))
        case "linoid_slope":
            raise NotImplementedError("the second derivative of linoid is not generated")
        case (
            "left"
            | "right"
            | "after"
            | "before"
            | "gained"
            | "summed"
            | "element"
            | "total"
            | "positions"
            | "repeated"
            | "joined"
            | "normals"
            | "uniforms"
            | "only_first"
            | "only_last"
            | "everywhere"
            | "sum_over"
            | "mean_over"
            | "max_over"
            | "min_over"
            | "width_over"
        ):
            raise AssertionError(f"{function} looks along a line")
        case "min" | "max" | "pow" | "log_mean" | "log_mean_slope":
            raise AssertionError(f"{function} has two arguments")
        case _:
            assert_never(function)
