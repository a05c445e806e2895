"""What generated code is measured against: the same formulas in sixty decimal digits, by another way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import mpmath
import sympy
from mpmath import mp, mpf

from ionlang.codegen.program import (
    Add,
    And,
    Call,
    Compare,
    Condition,
    Divide,
    Expression,
    Multiply,
    Negate,
    Not,
    Number,
    Or,
    Power,
    Select,
    Symbol,
    Truth,
)
from ionlang.equations.system import Definition, Root, System

DIGITS = 60
mp.dps = DIGITS


def linoid(x: mpf) -> mpf:
    return mpf(1) if x == 0 else x / -mpmath.expm1(-x)


def linoid_slope(x: mpf) -> mpf:
    if abs(x) < mpf(10) ** -30:
        return mpf(1) / 2 + x / 6
    with mpmath.workdps(2 * DIGITS):
        decay = mpmath.exp(-x)
        return (1 - decay - x * decay) / (1 - decay) ** 2


FUNCTIONS = {"Linoid": linoid, "LinoidSlope": linoid_slope}


def exact(expression: sympy.Expr, values: Mapping[sympy.Symbol, mpf]) -> mpf:
    """A SymPy expression in sixty digits."""
    symbols = list(values)
    return mpf(sympy.lambdify(symbols, expression, modules=[FUNCTIONS, "mpmath"])(*values.values()))


def exact_outputs(
    system: System, outputs: Sequence[sympy.Expr]
) -> Callable[[mpf, Sequence[mpf], Sequence[mpf]], list[mpf]]:
    """f(t, y, parameters of the file) → outputs in sixty digits, definition by definition."""
    given = [system.time, *(s.symbol for s in system.states), *(p.symbol for p in system.parameters)]
    known = list(given)
    steps = []
    for number, definition in enumerate(system.definitions):
        if isinstance(definition, Root):
            steps.append(_exact_root(definition, system.definitions[number + 1 :], tuple(known)))
        else:
            steps.append(sympy.lambdify(known, definition.expression, modules=[FUNCTIONS, "mpmath"]))
        known.append(definition.symbol)
    last = sympy.lambdify(known, list(outputs), modules=[FUNCTIONS, "mpmath"])

    def evaluate(t: mpf, y: Sequence[mpf], p: Sequence[mpf]) -> list[mpf]:
        values = [mpf(t), *map(mpf, y), *map(mpf, p)]
        for step in steps:
            values.append(step(*values))
        return [mpf(value) for value in last(*values)]

    return evaluate


def _exact_root(
    root: Root, later: Sequence[Definition | Root], known: Sequence[sympy.Symbol]
) -> Callable[..., mpf]:
    """The root in sixty digits, of the residual with every later definition put in: halving, then secants."""
    residual = root.residual
    for definition in reversed(later):
        if isinstance(definition, Definition):
            residual = residual.subs(definition.symbol, definition.expression)
    equation = sympy.lambdify([root.symbol, *known], residual, modules=[FUNCTIONS, "mpmath"])
    bounds = [
        sympy.lambdify(known, bound, modules=[FUNCTIONS, "mpmath"]) for bound in (root.lower, root.upper)
    ]

    def solve(*values: mpf) -> mpf:
        lower, upper = (mpf(bound(*values)) for bound in bounds)
        falls = equation(lower, *values) > 0
        for _ in range(40):
            middle = (lower + upper) / 2
            lower, upper = (middle, upper) if (equation(middle, *values) > 0) == falls else (lower, middle)
        return mpmath.findroot(lambda x: equation(x, *values), (lower, upper), tol=mpf(10) ** -100)

    return solve


def exact_jacobian(
    function: Callable[[mpf, Sequence[mpf], Sequence[mpf]], list[mpf]],
    t: float,
    y: Sequence[float],
    p: Sequence[float],
) -> list[list[mpf]]:
    """Central differences with a step of 1e-20: good to about thirty digits."""
    step = mpf(10) ** -20
    columns = []
    for j in range(len(y)):
        ahead, behind = [mpf(v) for v in y], [mpf(v) for v in y]
        ahead[j] += step
        behind[j] -= step
        pairs = zip(function(mpf(t), ahead, p), function(mpf(t), behind, p), strict=True)
        columns.append([(a - b) / (2 * step) for a, b in pairs])
    return [list(row) for row in zip(*columns, strict=True)]


MATHEMATICS = {
    "exp": mpmath.exp,
    "log": mpmath.log,
    "sqrt": mpmath.sqrt,
    "abs": abs,
    "min": min,
    "max": max,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tanh": mpmath.tanh,
    "pow": mpmath.power,
    "linoid": linoid,
    "linoid_slope": linoid_slope,
}


def exact_node(node: Expression, values: Mapping[str, mpf]) -> mpf:
    """An expression of the closed list in sixty digits."""

    def value(inner: Expression) -> mpf:
        return exact_node(inner, values)

    match node:
        case Number(number):
            return mpf(number) if isinstance(number, float) else mpf(number.numerator) / number.denominator
        case Symbol(name):
            return values[name]
        case Add(terms):
            return sum((value(term) for term in terms), mpf(0))
        case Multiply(factors):
            return mpmath.fprod(value(factor) for factor in factors)
        case Divide(numerator, denominator):
            return value(numerator) / value(denominator)
        case Negate(operand):
            return -value(operand)
        case Power(base, exponent):
            return value(base) ** exponent
        case Call(function, arguments):
            return MATHEMATICS[function](*(value(argument) for argument in arguments))
        case Select(condition, then, otherwise):
            return value(then) if exact_condition(condition, values) else value(otherwise)


RELATIONS: dict[str, Callable[[mpf, mpf], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def exact_condition(condition: Condition, values: Mapping[str, mpf]) -> bool:
    match condition:
        case Truth(known):
            return known
        case Compare(relation, left, right):
            return RELATIONS[relation](exact_node(left, values), exact_node(right, values))
        case And(conditions):
            return all(exact_condition(part, values) for part in conditions)
        case Or(conditions):
            return any(exact_condition(part, values) for part in conditions)
        case Not(inner):
            return not exact_condition(inner, values)
