"""Equations of Markov schemes: d X/dt = factor (sum of rate × origin, into X, − X × sum of rates, out of X).

The occupancies sum to 1 by construction: the first-named state has what the others leave. It is mostly the closed
state that most channels are in, so the small ones keep all their digits.
"""

from __future__ import annotations

import sympy

from ionlang.equations.notebook import Notebook
from ionlang.equations.wording import origin_of
from ionlang.model.books.elimination import (
    Pair,
    Removal,
    grown_path,
    leaving_path,
    rate_path,
    removals,
    weight_path,
)
from ionlang.model.cell import Channel, Scheme, Transporter

_ONE = sympy.Integer(1)


def scheme_recipes(book: Notebook, carrier: Channel | Transporter) -> None:
    """The rates and the first occupancy of each scheme; its steady state where it starts there."""
    for scheme in carrier.schemes:
        origin = origin_of(f"scheme {scheme.name} of {carrier.name}", scheme.span)
        book.recipe(scheme.occupancy(scheme.states[0]), "1", origin, _first, scheme)
        for t in scheme.transitions:
            at = origin_of(f"scheme {scheme.name}: {t.origin} to {t.target}", t.span)
            book.recipe(rate_path(scheme, (t.origin, t.target)), "/ms", at, Notebook.value, t.rate)
        if scheme.start is None:
            _steady_recipes(book, scheme, carrier.name)


def _first(book: Notebook, scheme: Scheme) -> sympy.Expr:
    return 1 - book.total(*scheme.paths)


def occupancy_rate(book: Notebook, scheme: Scheme, state: str) -> sympy.Expr:
    """d X/dt [per ms]."""
    factor = book.value(scheme.factor) if scheme.factor is not None else _ONE
    change = sympy.Integer(0)
    for t in scheme.transitions:
        if state in (t.origin, t.target):
            flow = book.look(rate_path(scheme, (t.origin, t.target))) * book.look(scheme.occupancy(t.origin))
            change += flow if state == t.target else -flow
    return factor * change


def occupancy_start(book: Notebook, scheme: Scheme, state: str) -> sympy.Expr:
    """All in the written state, or the steady state at the starting potential."""
    if scheme.start is None:
        return book.look(f"{scheme.occupancy(state)}.inf")
    return sympy.Integer(int(scheme.start == state))


def _steady_recipes(book: Notebook, scheme: Scheme, carrier: str) -> None:
    origin = origin_of(f"steady state of scheme {scheme.name} of {carrier}", scheme.span)
    by_then: dict[Pair, str] = {
        (t.origin, t.target): rate_path(scheme, (t.origin, t.target)) for t in scheme.transitions
    }
    for removal in removals(scheme):
        paths = dict(by_then)
        leaving, weight = leaving_path(scheme, removal.state), weight_path(scheme, removal.state)
        book.recipe(leaving, "/ms", origin, Notebook.total, *(paths[pair] for pair in removal.outof))
        book.recipe(weight, "1", origin, _weight, scheme, removal, paths)
        for pair in removal.grown:
            path = grown_path(scheme, pair, removal.state)
            book.recipe(path, "/ms", origin, _grown, scheme, removal.state, pair, paths)
            by_then[pair] = path
    for state in scheme.states:
        book.recipe(f"{scheme.occupancy(state)}.inf", "1", origin, _steady, scheme, state)


def _grown(book: Notebook, scheme: Scheme, state: str, pair: Pair, paths: dict[Pair, str]) -> sympy.Expr:
    """rate(i, j) + rate(i, k) rate(k, j)/s(k)."""
    detour = book.look(paths[pair[0], state]) * book.look(paths[state, pair[1]])
    detour /= book.look(leaving_path(scheme, state))
    return book.look(paths[pair]) + detour if pair in paths else detour


def _weight(book: Notebook, scheme: Scheme, removal: Removal, paths: dict[Pair, str]) -> sympy.Expr:
    """w(k) = sum of w(i) rate(i, k)/s(k)."""
    gained = sum((_of(book, scheme, i) * book.look(paths[i, k]) for i, k in removal.into), sympy.Integer(0))
    return gained / book.look(leaving_path(scheme, removal.state))


def _of(book: Notebook, scheme: Scheme, state: str) -> sympy.Expr:
    return _ONE if state == scheme.states[0] else book.look(weight_path(scheme, state))


def _steady(book: Notebook, scheme: Scheme, state: str) -> sympy.Expr:
    whole = sum((_of(book, scheme, s) for s in scheme.states), sympy.Integer(0))
    return _of(book, scheme, state) / whole
