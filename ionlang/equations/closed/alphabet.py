"""Symbols of quantities, and the way back: a SymPy expression as a tree that a reader is shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import sympy

from ionlang.model.expression import Apply, Expr, Literal, Operator, Read
from ionlang.source import NOWHERE
from ionlang.units import PURE, Dimension


class Alphabet:
    """Symbols by path, in the order in which they were first needed, which is the order of terms and factors."""

    def __init__(self) -> None:
        self.reads: dict[sympy.Symbol, Read] = {}
        self._known: dict[str, sympy.Symbol] = {}

    def positive(self, path: str, dimension: Dimension) -> sympy.Symbol:
        return self._symbol(path, dimension, positive=True)

    def real(self, path: str, dimension: Dimension) -> sympy.Symbol:
        return self._symbol(path, dimension, positive=None)

    def _symbol(self, path: str, dimension: Dimension, positive: bool | None) -> sympy.Symbol:
        if path not in self._known:
            symbol = sympy.Symbol(f"s{len(self._known)}", positive=positive, real=True)
            self._known[path] = symbol
            self.reads[symbol] = Read(path, dimension, NOWHERE)
        return self._known[path]

    def read(self, symbol: sympy.Symbol) -> Read:
        return self.reads[symbol]

    def written(self, expression: sympy.Expr) -> Expr:
        """The expression as a tree, terms and factors in the order of the symbols."""
        match expression:
            case sympy.Symbol():
                return self.reads[expression]
            case sympy.Rational():
                return _rational(expression)
            case sympy.Add():
                return self._sum(expression)
            case sympy.Mul():
                return self._product(expression)
            case sympy.Pow(base=base, exp=exponent) if not exponent.is_negative:
                return self._power(base, exponent)
            case sympy.Pow():
                return _quotient(_count(1), self.written(1 / expression))
            case sympy.exp():
                return _apply("exp", self.written(expression.args[0]))
            case sympy.log():
                return _apply("log", self.written(expression.args[0]))
            case _:
                raise AssertionError(f"no closed form is made of {expression.func}")

    def _power(self, base: sympy.Expr, exponent: sympy.Expr) -> Expr:
        if exponent == sympy.Rational(1, 2):
            return _apply("sqrt", self.written(base))
        return _apply("power", self.written(base), self.written(exponent))

    def _sum(self, expression: sympy.Add) -> Expr:
        terms = sorted(expression.args, key=self._place)
        terms = sorted(terms, key=_is_negative) if _is_negative(terms[0]) else terms
        first, *rest = terms
        whole = self.written(first)
        for term in rest:
            if _is_negative(term):
                whole = _apply("subtract", whole, self.written(-term))
            else:
                whole = _apply("add", whole, self.written(term))
        return whole

    def _product(self, expression: sympy.Mul) -> Expr:
        number, others = expression.as_coeff_mul()
        above = [f for f in others if not _is_below(f)]
        below = [1 / f for f in others if _is_below(f)]
        top = [self.written(f) for f in sorted(above, key=self._place)]
        bottom = [self.written(f) for f in sorted(below, key=self._place)]
        if _is_decimal(number):
            top.insert(0, _decimal(abs(number)))
        elif _is_decimal(1 / number) and top:
            bottom.insert(0, _decimal(abs(1 / number)))
        else:
            if abs(number.p) != 1 or not top:
                top.insert(0, _count(abs(number.p)))
            if number.q != 1:
                bottom.insert(0, _count(number.q))
        return _quotient(_chain(top), _chain(bottom) if bottom else _count(1), negative=number.p < 0)

    def _place(self, expression: sympy.Expr) -> tuple[int, ...]:
        order = {symbol: i for i, symbol in enumerate(self.reads)}
        return (
            int(bool(expression.has(sympy.log))),
            *sorted(order.get(s, -1) for s in expression.free_symbols),
        )


def _is_negative(expression: sympy.Expr) -> bool:
    return bool(expression.as_coeff_Mul()[0].is_negative)


def _is_below(factor: sympy.Expr) -> bool:
    return isinstance(factor, sympy.Pow) and bool(factor.exp.is_negative)


def _count(value: int) -> Literal:
    return Literal(float(value), str(value), PURE, NOWHERE)


def _rational(value: sympy.Rational) -> Expr:
    if _is_decimal(value):
        whole: Expr = _decimal(abs(value))
        return _apply("negate", whole) if value < 0 else whole
    return _quotient(_count(abs(value.p)), _count(value.q), negative=value.p < 0)


def _is_decimal(value: sympy.Rational) -> bool:
    """Whether it is easier to read as 1.85 than as 37/20."""
    return bool(value.q > 4 and 10**6 % value.q == 0)


def _decimal(value: sympy.Rational) -> Literal:
    return Literal(float(value), f"{float(value):.12g}", PURE, NOWHERE)


def _chain(parts: list[Expr]) -> Expr:
    return reduce(lambda left, right: _apply("multiply", left, right), parts)


def _quotient(above: Expr, below: Expr, *, negative: bool = False) -> Expr:
    whole = above if isinstance(below, Literal) and below.value == 1 else _apply("divide", above, below)
    return _apply("negate", whole) if negative else whole


_DIMENSIONS: dict[Operator, Callable[[Dimension, Dimension], Dimension]] = {
    "multiply": lambda left, right: left * right,
    "divide": lambda left, right: left / right,
}


def _apply(operator: Operator, *parts: Expr) -> Expr:
    sizes = [part.dimension or PURE for part in parts]
    if operator in _DIMENSIONS:
        dimension = _DIMENSIONS[operator](*sizes)
    elif operator in ("add", "subtract", "negate"):
        dimension = sizes[0]
    else:  # what it makes is shown under a name of its own, which has the dimension
        dimension = PURE
    return Apply(operator, parts, dimension, NOWHERE)
