"""Expressions as Python text, with no bracket that is not needed. What differs between forms is a
`Dialect`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from ionlang.codegen.algebra import is_terminating
from ionlang.codegen.program import (
    Add,
    And,
    Call,
    CallName,
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

# how tightly a text binds
CHOICE, SUM, PRODUCT, SIGN, POWER, ATOM = range(6)

LONGEST_PLAIN_INTEGER = 10**15
LONGEST_PRODUCT_OF_A_NAME = 4


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a form calls its functions (`exp({})`), and how it writes whole numbers, choices and conditions."""

    calls: Mapping[CallName, str]
    integer: Callable[[int], str]
    select: Callable[[str, str, str], tuple[str, int]]
    conjunction: str
    disjunction: str
    negation: str


def text(expression: Expression, dialect: Dialect) -> str:
    """One line of Python."""
    return _text(expression, dialect)[0]


def _text(expression: Expression, dialect: Dialect) -> tuple[str, int]:
    match expression:
        case Number(value):
            return _number(value, dialect)
        case Symbol(name):
            return name, ATOM
        case Add(terms):
            return _sum(terms, dialect), SUM
        case Multiply(factors):
            first, *others = factors
            tail = (_factor(factor, dialect) for factor in others)
            return "*".join((_bound(first, PRODUCT, dialect), *tail)), PRODUCT
        case Divide(numerator, denominator):
            top, bottom = _bound(numerator, PRODUCT, dialect), _bound(denominator, SIGN, dialect)
            return f"{top}/{bottom}", PRODUCT
        case Negate(operand):
            return f"-{_bound(operand, PRODUCT, dialect)}", PRODUCT
        case Power(Symbol(name), exponent) if exponent <= LONGEST_PRODUCT_OF_A_NAME:
            # three products take less time than one power
            return "*".join((name,) * exponent), PRODUCT
        case Power(base, exponent):
            return f"{_bound(base, ATOM, dialect)}**{exponent}", POWER
        case Call(function, arguments):
            inner = ", ".join(_text(argument, dialect)[0] for argument in arguments)
            return dialect.calls[function].format(inner), ATOM
        case Select(condition, then, otherwise):
            branches = (_bound(then, SUM, dialect), _text(otherwise, dialect)[0])
            return dialect.select(_condition(condition, dialect), *branches)
        case _:
            assert_never(expression)


def _bound(expression: Expression, least: int, dialect: Dialect) -> str:
    """The text, in brackets if it binds less tightly than it must."""
    inner, strength = _text(expression, dialect)
    return inner if strength >= least else f"({inner})"


def _factor(factor: Expression, dialect: Dialect) -> str:
    """A factor behind another: `g*m*m*m` needs no brackets for the power, a quotient does."""
    return _bound(factor, PRODUCT if isinstance(factor, Power) else SIGN, dialect)


def _sum(terms: tuple[Expression, ...], dialect: Dialect) -> str:
    result = _bound(terms[0], SUM, dialect)
    for term in terms[1:]:
        match term:
            case Negate(operand):
                result += f" - {_bound(operand, PRODUCT, dialect)}"
            case Number(value) if value < 0:
                result += f" - {_number(-value, dialect)[0]}"
            case _:
                result += f" + {_bound(term, PRODUCT, dialect)}"
    return result


def _number(value: int | Fraction | float, dialect: Dialect) -> tuple[str, int]:
    if value != value:
        return "nan", ATOM
    if value < 0:
        return f"-{_number(-value, dialect)[0]}", SIGN if _is_literal(value) else PRODUCT
    if isinstance(value, int) and value < LONGEST_PLAIN_INTEGER:
        return dialect.integer(value), ATOM
    if isinstance(value, Fraction) and not _is_literal(value):
        return f"{dialect.integer(value.numerator)}/{dialect.integer(value.denominator)}", PRODUCT
    return repr(float(value)), ATOM


def _is_literal(value: int | Fraction | float) -> bool:
    """Whether it is written as one literal: everything but short quotients without a finite decimal, as
    1/3."""
    if not isinstance(value, Fraction):
        return True
    return is_terminating(value) or max(abs(value.numerator), value.denominator) >= LONGEST_PLAIN_INTEGER


def _condition(condition: Condition, dialect: Dialect) -> str:
    match condition:
        case Compare(relation, left, right):
            return f"{_bound(left, SUM, dialect)} {relation} {_bound(right, SUM, dialect)}"
        case Truth(value):
            return str(value)
        case And(conditions):
            return dialect.conjunction.join(f"({_condition(part, dialect)})" for part in conditions)
        case Or(conditions):
            return dialect.disjunction.join(f"({_condition(part, dialect)})" for part in conditions)
        case Not(inner):
            return f"{dialect.negation}({_condition(inner, dialect)})"
        case _:
            assert_never(condition)
