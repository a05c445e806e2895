"""Random expressions: every operation that generated code knows, at points where all of them are smooth."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import sympy
from hypothesis import strategies as st
from sympy import Integer, Piecewise, Rational

from ionlang.equations.functions import Linoid

SYMBOLS = sympy.symbols("a b c")

# uneven values, so that no random comparison is an equality
POINTS = st.tuples(*(st.integers(1, 300) for _ in SYMBOLS)).map(
    lambda ns: tuple(n / 97 + 0.0123 * k for k, n in enumerate(ns, start=1))
)

LEAVES = st.sampled_from(
    [*SYMBOLS, Integer(1), Integer(3), Rational(1, 10), Rational(2, 3), Rational(-5, 4), Rational(1, 80)]
)

ONE: tuple[Callable[[sympy.Expr], sympy.Expr], ...] = (
    lambda x: -x,
    sympy.tanh,
    lambda x: sympy.exp(sympy.tanh(x)),
    lambda x: sympy.log(1 + x**2),
    lambda x: sympy.sqrt(2 + sympy.tanh(x)),
    lambda x: (2 + sympy.tanh(x)) ** Rational(-3, 2),
    lambda x: sympy.Abs(x + SYMBOLS[2]),
    lambda x: Linoid(SYMBOLS[0] - x),
    sympy.sin,
    sympy.cos,
    lambda x: 1 / (1 + x**2),
    lambda x: sympy.tanh(x) ** 3,
)
TWO: tuple[Callable[[sympy.Expr, sympy.Expr], sympy.Expr], ...] = (
    lambda x, y: x + y,
    lambda x, y: x - y,
    lambda x, y: x * y,
    lambda x, y: x / (1 + y**2),
    lambda x, y: sympy.Min(SYMBOLS[0] * x, SYMBOLS[1] + y),
    lambda x, y: sympy.Max(SYMBOLS[0] + x, SYMBOLS[2] * y),
    lambda x, y: Piecewise((x, SYMBOLS[0] < Rational(3, 2)), (y, True)),
    lambda x, y: Piecewise((x, sympy.And(SYMBOLS[0] < 2, SYMBOLS[1] > Rational(1, 2))), (y, True)),
    lambda x, y: Piecewise((x, sympy.Or(SYMBOLS[0] > 2, sympy.Not(SYMBOLS[1] > y))), (y, True)),
    lambda x, y: (2 + sympy.tanh(x)) ** sympy.tanh(y),
)


def expressions() -> st.SearchStrategy[sympy.Expr]:
    """Trees over three symbols with values between 0 and about 3."""

    def larger(inner: st.SearchStrategy[sympy.Expr]) -> st.SearchStrategy[sympy.Expr]:
        one = st.builds(lambda f, x: f(x), st.sampled_from(ONE), inner)
        return one | st.builds(lambda f, x, y: f(x, y), st.sampled_from(TWO), inner, inner)

    return st.recursive(LEAVES, larger, max_leaves=5)


def positive_expressions() -> st.SearchStrategy[sympy.Expr]:
    """Sums, products and quotients of positive numbers: nothing cancels, so that rounding stays at its unit."""
    leaf = st.sampled_from([*SYMBOLS, Integer(2), Rational(1, 10), Rational(7, 3), sympy.exp(-SYMBOLS[0])])
    leaf |= st.sampled_from([Linoid(SYMBOLS[1]), sympy.sqrt(SYMBOLS[2]), SYMBOLS[0] ** 3, 1 / SYMBOLS[1]])
    grown = st.lists(leaf, min_size=2, max_size=4)
    return st.lists(grown, min_size=1, max_size=3).map(
        lambda sums: reduce(lambda a, b: a / b, [sum(terms, Integer(0)) for terms in sums])
    )
