"""The one gate where SymPy stops: a SymPy expression becomes an expression of the closed list of operations.

Order of terms and factors is SymPy's canonical one, then made readable: numbers and names before powers, sums
and calls; what is subtracted after what is added; one fraction bar instead of negative powers.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import reduce

import sympy

from ionlang.codegen.algebra import ONE, add, divide, is_terminating, multiply, negate, number, power
from ionlang.codegen.program import (
    Add,
    And,
    Call,
    CallName,
    Compare,
    Condition,
    Expression,
    Not,
    Number,
    Or,
    Relation,
    Select,
    Symbol,
    Truth,
)
from ionlang.equations.functions import Linoid, LinoidSlope
from ionlang.equations.neighbours import (
    After,
    Before,
    Element,
    Everywhere,
    Joined,
    Left,
    LogMean,
    MaxOver,
    MeanOver,
    MinOver,
    Normals,
    OnlyFirst,
    OnlyLast,
    Positions,
    Repeated,
    Right,
    Summed,
    SumOver,
    Total,
    Uniforms,
    WidthOver,
)

Names = Mapping[sympy.Symbol, Symbol]

CALLS: Mapping[type[sympy.Basic], CallName] = {
    sympy.exp: "exp",
    sympy.log: "log",
    sympy.Abs: "abs",
    sympy.sin: "sin",
    sympy.cos: "cos",
    sympy.tanh: "tanh",
    Linoid: "linoid",
    LinoidSlope: "linoid_slope",
    LogMean: "log_mean",
    Left: "left",
    Right: "right",
    After: "after",
    Before: "before",
    Summed: "summed",
    Element: "element",
    Total: "total",
    Positions: "positions",
    Repeated: "repeated",
    Joined: "joined",
    Normals: "normals",
    Uniforms: "uniforms",
    OnlyFirst: "only_first",
    OnlyLast: "only_last",
    Everywhere: "everywhere",
    SumOver: "sum_over",
    MeanOver: "mean_over",
    MaxOver: "max_over",
    MinOver: "min_over",
    WidthOver: "width_over",
}
EXTREMES: Mapping[type[sympy.Basic], CallName] = {sympy.Min: "min", sympy.Max: "max"}
RELATIONS: Mapping[type[sympy.Basic], Relation] = {
    sympy.StrictLessThan: "<",
    sympy.LessThan: "<=",
    sympy.StrictGreaterThan: ">",
    sympy.GreaterThan: ">=",
    sympy.Equality: "==",
    sympy.Unequality: "!=",
}


def translate(expression: sympy.Basic, names: Names) -> Expression:
    """The same value without SymPy. Raises `TypeError` for an operation outside the closed list, `KeyError`
    for a symbol that `names` does not know: both are mistakes of ours, never of a model."""
    if isinstance(expression, sympy.Symbol):
        return names[expression]
    if isinstance(expression, sympy.Number | sympy.NumberSymbol):
        return _number(expression)
    if isinstance(expression, sympy.Add):
        return add([translate(term, names) for term in expression.args])
    if isinstance(expression, sympy.Mul):
        return _product(expression, names)
    if isinstance(expression, sympy.Pow):
        return _raised(translate(expression.base, names), expression.exp, names)
    if isinstance(expression, sympy.Piecewise):
        return _piecewise(expression, names)
    kind = type(expression)
    arguments = tuple(translate(argument, names) for argument in expression.args)
    if kind in CALLS:
        return Call(CALLS[kind], arguments)
    if kind in EXTREMES:
        return reduce(lambda left, right: Call(EXTREMES[kind], (left, right)), arguments)
    raise TypeError(f"no operation of generated code for {kind.__name__}")


def _number(value: sympy.Expr) -> Number:
    if isinstance(value, sympy.Integer):
        return Number(int(value))
    if isinstance(value, sympy.Rational):
        return Number(Fraction(int(value.p), int(value.q)))
    if value.is_finite is False or value is sympy.nan:
        raise TypeError(f"{value} is no number of a model")
    return Number(float(value))


def _product(product: sympy.Mul, names: Names) -> Expression:
    numerators: list[Expression] = []
    denominators: list[Expression] = []
    coefficient: Number = ONE
    for factor in sorted(product.args, key=_rank):
        if isinstance(factor, sympy.Number):
            coefficient = number(coefficient.value * _number(factor).value)
        elif isinstance(factor, sympy.Pow) and factor.exp.is_Number and factor.exp.is_negative:
            denominators.append(_raised(translate(factor.base, names), -factor.exp, names))
        else:
            numerators.append(translate(factor, names))
    return _fraction(coefficient, numerators, denominators)


def _fraction(
    coefficient: Number, numerators: list[Expression], denominators: list[Expression]
) -> Expression:
    """`-(V + 65)/80` and `2*x/3`, but `0.1*linoid(…)`: a quantity is divided, anything else is weighted."""
    value = coefficient.value
    if value < 0:
        return negate(_fraction(number(-value), numerators, denominators))
    if isinstance(value, Fraction) and numerators and not _is_decimal(value, numerators[0]):
        coefficient, denominators = Number(value.numerator), [Number(value.denominator), *denominators]
    top = multiply(coefficient, *numerators) if numerators else coefficient
    return divide(top, multiply(*denominators)) if denominators else top


def _is_decimal(value: Fraction, first: Expression) -> bool:
    """Whether a coefficient reads best as a decimal in front of a factor."""
    if value.numerator == 1 and isinstance(first, Symbol | Add):
        return False
    return is_terminating(value)


def _rank(factor: sympy.Basic) -> int:
    """Names, powers, sums, everything else."""
    if isinstance(factor, sympy.Symbol):
        return 0
    if isinstance(factor, sympy.Pow):
        return 1
    return 2 if isinstance(factor, sympy.Add) else 3


def _raised(base: Expression, exponent: sympy.Expr, names: Names) -> Expression:
    if isinstance(exponent, sympy.Integer):
        return power(base, int(exponent))
    if exponent == sympy.S.Half:
        return Call("sqrt", (base,))
    if exponent.is_Number and exponent.is_negative:
        return divide(ONE, _raised(base, -exponent, names))
    return Call("pow", (base, translate(exponent, names)))


def _piecewise(expression: sympy.Piecewise, names: Names) -> Expression:
    """A chain of selections; where no condition holds the value is not a number."""
    result: Expression = Number(float("nan"))
    for value, condition in reversed(expression.args):
        if condition == sympy.true:
            result = translate(value, names)
        else:
            result = Select(_condition(condition, names), translate(value, names), result)
    return result


def _condition(condition: sympy.Basic, names: Names) -> Condition:
    kind = type(condition)
    if kind in RELATIONS:
        left, right = condition.args
        return Compare(RELATIONS[kind], translate(left, names), translate(right, names))
    if condition in (sympy.true, sympy.false):
        return Truth(condition == sympy.true)
    if isinstance(condition, sympy.And):
        return And(tuple(_condition(part, names) for part in condition.args))
    if isinstance(condition, sympy.Or):
        return Or(tuple(_condition(part, names) for part in condition.args))
    if isinstance(condition, sympy.Not):
        return Not(_condition(condition.args[0], names))
    if isinstance(condition, sympy.ITE):  # what SymPy makes of a comparison with a choice in it
        test, then, otherwise = (_condition(part, names) for part in condition.args)
        return Or((And((test, then)), And((Not(test), otherwise))))
    raise TypeError(f"no condition of generated code for {kind.__name__}")
