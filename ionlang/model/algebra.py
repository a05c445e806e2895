"""Expressions built by hand, for laws that the file does not write out: the file's own trees, with its own order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction

from ionlang.model.expression import Apply, Expr, Literal, Operator, Read, reads
from ionlang.source import NOWHERE
from ionlang.units import PURE, Dimension


def read(path: str, dimension: Dimension) -> Read:
    """The quantity of a path."""
    return Read(path, dimension, NOWHERE)


def count(value: Fraction | int) -> Literal:
    """A pure number."""
    exact = Fraction(value)
    return Literal(float(exact), str(exact), PURE, NOWHERE)


ONE = count(1)
NOTHING = count(0)


def plus(*terms: Expr) -> Expr:
    """The sum in this order; 0 of nothing."""
    return _chain("add", terms) if terms else NOTHING


def minus(left: Expr, right: Expr) -> Expr:
    return Apply("subtract", (left, right), left.dimension, NOWHERE)


def negated(operand: Expr) -> Expr:
    return Apply("negate", (operand,), operand.dimension, NOWHERE)


def signed_sum(terms: Iterable[tuple[Fraction | int, Expr]]) -> Expr:
    """Σ coefficient × term in this order; a coefficient of ±1 is a sign alone."""
    whole: Expr | None = None
    for coefficient, term in terms:
        size = abs(Fraction(coefficient))
        sized = term if size == 1 else times(count(size), term)
        if whole is None:
            whole = sized if coefficient > 0 else negated(sized)
        else:
            whole = plus(whole, sized) if coefficient > 0 else minus(whole, sized)
    return NOTHING if whole is None else whole


def times(*factors: Expr) -> Expr:
    """The product in this order, ones left out; 1 of nothing."""
    kept = [f for f in factors if not (isinstance(f, Literal) and f.value == 1 and f.dimension == PURE)]
    return _chain("multiply", kept) if kept else ONE


def over(above: Expr, below: Expr) -> Expr:
    dimension = _dimension(above) / _dimension(below)
    return Apply("divide", (above, below), dimension, NOWHERE)


def power(base: Expr, exponent: int) -> Expr:
    if exponent == 1:
        return base
    return Apply("power", (base, count(exponent)), _dimension(base) ** exponent, NOWHERE)


def log(operand: Expr) -> Expr:
    return Apply("log", (operand,), PURE, NOWHERE)


def exp(operand: Expr) -> Expr:
    return Apply("exp", (operand,), PURE, NOWHERE)


def sqrt(operand: Expr, dimension: Dimension) -> Expr:
    """The square root, which has this dimension."""
    return Apply("sqrt", (operand,), dimension, NOWHERE)


def larger(left: Expr, right: Expr) -> Expr:
    return Apply("max", (left, right), left.dimension, NOWHERE)


def at_least(left: Expr, bound: float) -> Expr:
    """The condition that a quantity is not below a number of its own unit."""
    assert left.dimension is not None
    limit = Literal(float(bound), f"{bound:g}", left.dimension, NOWHERE)
    return Apply("greater_equal", (left, limit), None, NOWHERE)


def selected(condition: Expr, then: Expr, otherwise: Expr) -> Expr:
    return Apply("select", (condition, then, otherwise), then.dimension, NOWHERE)


def linoid(operand: Expr) -> Expr:
    """x/(1 − e^(−x))."""
    return Apply("linoid", (operand,), PURE, NOWHERE)


def log_mean(left: Expr, right: Expr) -> Expr:
    """(a − b)/ln(a/b)."""
    return Apply("log_mean", (left, right), left.dimension, NOWHERE)


def _chain(operator: Operator, parts: Iterable[Expr]) -> Expr:
    first, *rest = parts
    whole = first
    for part in rest:
        product = _dimension(whole) * _dimension(part)
        dimension = product if operator == "multiply" else _dimension(whole)
        whole = Apply(operator, (whole, part), dimension, NOWHERE)
    return whole


def _dimension(expression: Expr) -> Dimension:
    return PURE if expression.dimension is None else expression.dimension


def written_out(expression: Expr, laws: Mapping[str, Expr], path: str) -> Expr:
    """The expression with one quantity replaced by its law, and in that law whatever else the laws know."""
    match expression:
        case Read() if expression.path == path:
            law = laws[path]
            for inner in [r.path for r in reads(law) if r.path in laws]:
                law = written_out(law, laws, inner)
            return law
        case Apply(arguments=arguments):
            return replace(expression, arguments=tuple(written_out(a, laws, path) for a in arguments))
        case _:
            return expression
