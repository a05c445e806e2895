"""Expressions of generated code over stretches of one coordinate, linear in unknowns that are still to be found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import assert_never

import numpy as np
import numpy.typing as npt

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
    Relation,
    Select,
    Symbol,
    Truth,
)
from ionlang.simulate.enclosing import jet
from ionlang.simulate.enclosing.interval import Interval
from ionlang.simulate.enclosing.jet import Jet

Mask = npt.NDArray[np.bool_]


class NotLinear(Exception):
    """An expression that is not linear in the unknowns, or cannot be bounded."""


@dataclass(frozen=True, slots=True, eq=False)
class Affine:
    """known + Σ weight × unknown, with the unknowns by number."""

    known: Jet
    weights: tuple[tuple[int, Jet], ...] = ()


Look = Callable[[str], Affine]


def evaluate(expression: Expression, look: Look) -> Affine:
    """Raises NotLinear where the expression is not linear in the unknowns."""
    match expression:
        case Number(value):
            return Affine(jet.constant(float(value)))
        case Symbol(name):
            return look(name)
        case Add(terms):
            return reduce(_sum, (evaluate(term, look) for term in terms))
        case Multiply(factors):
            return reduce(_product, (evaluate(factor, look) for factor in factors))
        case Divide(numerator, denominator):
            below = _known(evaluate(denominator, look))
            return _each(evaluate(numerator, look), lambda part: jet.divide(part, below))
        case Negate(operand):
            return _each(evaluate(operand, look), jet.negate)
        case Power(base, exponent):
            return Affine(jet.power(_known(evaluate(base, look)), exponent))
        case Call(function, arguments):
            return Affine(jet.call(function, tuple(_known(evaluate(each, look)) for each in arguments)))
        case Select(condition, then, otherwise):
            surely, surely_not = _judged(condition, look)
            branches = _known(evaluate(then, look)), _known(evaluate(otherwise, look))
            return Affine(jet.chosen(surely, surely_not, *branches))
        case _:
            assert_never(expression)


def _known(value: Affine) -> Jet:
    if value.weights:
        raise NotLinear
    return value.known


def _each(value: Affine, change: Callable[[Jet], Jet]) -> Affine:
    return Affine(change(value.known), tuple((number, change(weight)) for number, weight in value.weights))


def _sum(one: Affine, other: Affine) -> Affine:
    weights = dict(one.weights)
    for number, weight in other.weights:
        weights[number] = jet.add(weights[number], weight) if number in weights else weight
    return Affine(jet.add(one.known, other.known), tuple(weights.items()))


def _product(one: Affine, other: Affine) -> Affine:
    if not one.weights:
        one, other = other, one
    factor = _known(other)
    return _each(one, lambda part: jet.multiply(part, factor))


def _judged(condition: Condition, look: Look) -> tuple[Mask, Mask]:
    """Where a condition surely holds, and where it surely does not."""
    match condition:
        case Truth(value):
            return np.asarray(value), np.asarray(not value)
        case Compare(relation, left, right):
            difference = jet.add(_known(evaluate(left, look)), jet.negate(_known(evaluate(right, look))))
            return _compared(relation, difference.value)
        case Not(inner):
            surely, surely_not = _judged(inner, look)
            return surely_not, surely
        case And(conditions):
            parts = [_judged(part, look) for part in conditions]
            return reduce(np.logical_and, [p for p, _ in parts]), reduce(np.logical_or, [n for _, n in parts])
        case Or(conditions):
            parts = [_judged(part, look) for part in conditions]
            return reduce(np.logical_or, [p for p, _ in parts]), reduce(np.logical_and, [n for _, n in parts])
        case _:
            assert_never(condition)


def _compared(relation: Relation, difference: Interval) -> tuple[Mask, Mask]:
    """How left − right compares with 0; equality is never sure, its contrary may be."""
    below, above = difference.high < 0, difference.low > 0
    match relation:
        case "<" | "<=":
            return below, above
        case ">" | ">=":
            return above, below
        case "==":
            return np.zeros_like(below), below | above
        case "!=":
            return below | above, np.zeros_like(below)
        case _:
            assert_never(relation)
