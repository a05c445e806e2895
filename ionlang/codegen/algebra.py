"""Expressions put together: numbers folded, zeros and ones dropped, signs pulled out, nothing expanded or
collected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import assert_never

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

ZERO = Number(0)
ONE = Number(1)


def number(value: int | Fraction | float) -> Number:
    """A number; a rational that is whole becomes an `int`."""
    if isinstance(value, Fraction) and value.denominator == 1:
        return Number(value.numerator)
    return Number(value)


def negate(operand: Expression) -> Expression:
    match operand:
        case Number(value):
            return Number(-value)
        case Negate(inner):
            return inner
        case _:
            return Negate(operand)


def is_negative(expression: Expression) -> bool:
    """Whether it is written with a minus sign in front."""
    return isinstance(expression, Negate) or (isinstance(expression, Number) and expression.value < 0)


def add(terms: Iterable[Expression]) -> Expression:
    """The sum, with what is added before what is subtracted: `1 - n`, `V + 40`, `-(a + b)`."""
    total: int | Fraction | float = 0
    others: list[Expression] = []
    for term in terms:
        for part in term.terms if isinstance(term, Add) else (term,):
            if isinstance(part, Number):
                total += part.value
            else:
                others.append(part)
    if not others:
        return number(total)
    if total != 0:
        # `V + 40` and `1 + exp(x)` as people write them
        others.insert(1 if isinstance(others[0], Symbol) else 0, number(total))
    if len(others) == 1:
        return others[0]
    positive = [term for term in others if not is_negative(term)]
    negative = [term for term in others if is_negative(term)]
    if not positive:
        return Negate(Add(tuple(negate(term) for term in negative)))
    return Add((*positive, *negative))


def multiply(*factors: Expression) -> Expression:
    """The product: one number in front, the sign outside, `1/x` times `y` as `y/x`."""
    coefficient: int | Fraction | float = 1
    others: list[Expression] = []
    denominators: list[Expression] = []
    for factor in factors:
        if isinstance(factor, Negate):
            coefficient, factor = -coefficient, factor.operand
        for part in factor.factors if isinstance(factor, Multiply) else (factor,):
            if isinstance(part, Number):
                coefficient *= part.value
            elif isinstance(part, Divide) and isinstance(part.numerator, Number):
                coefficient *= part.numerator.value
                denominators.append(part.denominator)
            else:
                others.append(part)
    if coefficient == 0:
        return ZERO
    size = number(coefficient if coefficient > 0 else -coefficient)
    product = _product(others if size == ONE and others else [size, *others])
    for denominator in denominators:
        product = Divide(product, denominator)
    return product if coefficient > 0 else negate(product)


def _product(factors: list[Expression]) -> Expression:
    return factors[0] if len(factors) == 1 else Multiply(tuple(factors))


def divide(numerator: Expression, denominator: Expression) -> Expression:
    if numerator == ZERO or denominator == ONE:
        return numerator
    if is_negative(denominator):
        return divide(negate(numerator), negate(denominator))
    if is_negative(numerator):
        return negate(divide(negate(numerator), denominator))
    if isinstance(numerator, Number) and isinstance(denominator, Number) and denominator.value != 0:
        return number(_quotient(numerator.value, denominator.value))
    return Divide(numerator, denominator)


def _quotient(a: int | Fraction | float, b: int | Fraction | float) -> int | Fraction | float:
    return a / b if isinstance(a, float) or isinstance(b, float) else Fraction(a) / Fraction(b)


def power(base: Expression, exponent: int) -> Expression:
    """A whole power, negative ones as a division."""
    if exponent < 0:
        return divide(ONE, power(base, -exponent))
    if exponent == 0:
        return ONE
    if exponent == 1:
        return base
    if isinstance(base, Number):
        return number(base.value**exponent)
    return Power(base, exponent)


def is_terminating(value: Fraction) -> bool:
    """Whether a rational is a decimal with finitely many places."""
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


def mentions(expression: Expression | Condition) -> Iterator[str]:
    """The names an expression uses, in reading order, repeated as often as they stand there."""
    match expression:
        case Symbol(name):
            yield name
        case Number() | Truth():
            return
        case _:
            for part in parts(expression):
                yield from mentions(part)


def rebuilt(expression: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """The same of other parts: each that stands directly inside becomes what `change` makes of it."""
    match expression:
        case Add(terms):
            return add(map(change, terms))
        case Multiply(factors):
            return multiply(*map(change, factors))
        case Divide(numerator, denominator):
            return divide(change(numerator), change(denominator))
        case Negate(operand):
            return negate(change(operand))
        case Power(base, exponent):
            return power(change(base), exponent)
        case Call(function, arguments):
            return Call(function, tuple(map(change, arguments)))
        case Select(condition, then, otherwise):
            return Select(_condition(condition, change), change(then), change(otherwise))
        case Number() | Symbol():
            return expression
        case _:
            assert_never(expression)


def _condition(condition: Condition, change: Callable[[Expression], Expression]) -> Condition:
    match condition:
        case Compare(relation, left, right):
            return Compare(relation, change(left), change(right))
        case And(conditions):
            return And(tuple(_condition(each, change) for each in conditions))
        case Or(conditions):
            return Or(tuple(_condition(each, change) for each in conditions))
        case Not(inner):
            return Not(_condition(inner, change))
        case Truth():
            return condition
        case _:
            assert_never(condition)


def parts(expression: Expression | Condition) -> tuple[Expression | Condition, ...]:
    """What stands directly inside an expression, in reading order."""
    match expression:
        case Number() | Symbol() | Truth():
            return ()
        case Add(inner) | Multiply(inner) | Call(_, inner):
            return inner
        case And(conditions) | Or(conditions):
            return conditions
        case Divide(left, right) | Compare(_, left, right):
            return (left, right)
        case Negate(operand) | Power(operand, _):
            return (operand,)
        case Not(condition):
            return (condition,)
        case Select(condition, then, otherwise):
            return (condition, then, otherwise)
        case _:
            assert_never(expression)
