"""Why a quantity moved between two moments: its change divided among what it is made of, so that the parts add up.

A quantity that follows from others at once: each input's part is its mean effect over the orders in which the inputs
could have changed (Shapley's value). A state: what each term of its rate brought, integrated over the run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from ionlang.explain.copies import NotKept
from ionlang.explain.explanation import Account, Piece
from ionlang.explain.laws.paths import per_area
from ionlang.explain.moment import Changed, Moment
from ionlang.explain.render.numbers import with_unit
from ionlang.explain.view import View
from ionlang.model.algebra import negated, over, times
from ionlang.model.expression import Apply, Expr, Read, reads
from ionlang.simulate import locate
from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.units import Dimension

MOST = 8
"""With more inputs than this the mean is taken over two orders, the file's own and its reverse."""

Value = Callable[[Mapping[str, float]], float]


def shapley(
    value: Value, before: Mapping[str, float], after: Mapping[str, float], keys: Sequence[str]
) -> list[float]:
    """The part of each key in value(after) − value(before); the parts add up to it."""
    if len(keys) > MOST:
        forward = _in_order(value, before, after, keys)
        backward = _in_order(value, before, after, keys[::-1])[::-1]
        return [(a + b) / 2 for a, b in zip(forward, backward, strict=True)]
    known = {
        chosen: value(Changed({k: after[k] for k in chosen}, Changed({k: before[k] for k in keys}, after)))
        for size in range(len(keys) + 1)
        for chosen in combinations(keys, size)
    }
    parts = []
    for key in keys:
        others = [k for k in keys if k != key]
        part = 0.0
        for size in range(len(others) + 1):
            weight = 1.0 / (len(keys) * math.comb(len(others), size))
            for chosen in combinations(others, size):
                joined = tuple(k for k in keys if k in chosen or k == key)
                part += weight * (known[joined] - known[chosen])
        parts.append(part)
    return parts


def _in_order(
    value: Value, before: Mapping[str, float], after: Mapping[str, float], keys: Sequence[str]
) -> list[float]:
    now = {k: before[k] for k in keys}
    found, last = [], value(Changed(now, after))
    for key in keys:
        now[key] = after[key]
        following = value(Changed(now, after))
        found.append(following - last)
        last = following
    return found


def inputs(expressions: Sequence[Expr], before: Moment, after: Moment) -> list[Read]:
    """What the expressions read that is not the same at the two moments, once each, in their order."""
    found: dict[str, Read] = {}
    for expression in expressions:
        for entry in reads(expression):
            if entry.path in before and before[entry.path] != after[entry.path]:
                found.setdefault(entry.path, entry)
    return list(found.values())


def account_of(
    view: View,
    value: Value,
    expressions: Sequence[Expr],
    dimension: Dimension,
    words: str,
    *,
    dense: bool = False,
) -> Account | None:
    """The change of something that follows at once from what the expressions read; `dense`: totals of carriers are told
    per area."""
    before, after = view.before, view.now
    assert before is not None
    keys = inputs(expressions, before, after)
    parts = shapley(value, before, after, [k.path for k in keys])
    if not parts or not all(map(math.isfinite, parts)):
        return None
    pieces = tuple(
        Piece(moved(view, _per_area(view, key) if dense else key), part, dimension)
        for key, part in zip(keys, parts, strict=True)
    )
    return Account(words, pieces, value(after) - value(before), dimension)


def _per_area(view: View, key: Read) -> Read:
    return per_area(key) if f"{key.path}/area" in view.laws else key


def completed(pieces: list[Piece], total: float, tolerance: float, dimension: Dimension) -> tuple[Piece, ...]:
    """The pieces with what is left of the total: rounding goes to the largest, more was set by the scenario."""
    rest = total - math.fsum(p.amount for p in pieces)
    if abs(rest) > tolerance or not pieces:
        return (*pieces, Piece("set by the scenario", rest, dimension))
    largest = max(range(len(pieces)), key=lambda k: abs(pieces[k].amount))
    whole = pieces[largest]
    pieces[largest] = Piece(whole.words, whole.amount + rest, dimension)
    return tuple(pieces)


def moved(view: View, key: Read) -> str:
    """`potassium in outside, 4 mM → 4.4 mM`."""
    assert view.before is not None
    first, last = (with_unit(m[key.path], key.dimension) for m in (view.before, view.now))
    return f"{view.label(key.path)[1]}, {first} → {last}"


def rate_terms(law: Expr) -> list[Expr]:
    """The terms of the outermost sum, each with its sign and with what the whole sum is divided or multiplied by."""
    match law:
        case Apply(operator="add" | "subtract" | "negate"):
            return list(_signed(law))
        case Apply(operator="divide", arguments=(above, below)):
            return [over(t, below) for t in rate_terms(above)]
        case Apply(operator="multiply", arguments=(left, right)):
            within = rate_terms(right)
            return (
                [times(left, t) for t in within]
                if len(within) > 1
                else [times(t, right) for t in rate_terms(left)]
            )
        case _:
            return [law]


def _signed(whole: Expr) -> Iterator[Expr]:
    """The terms of a sum; products are left whole."""
    match whole:
        case Apply(operator="add", arguments=(left, right)):
            yield from (*_signed(left), *_signed(right))
        case Apply(operator="subtract", arguments=(left, right)):
            yield from (*_signed(left), *(negated(t) for t in _signed(right)))
        case Apply(operator="negate", arguments=(inner,)):
            yield from (negated(t) for t in _signed(inner))
        case _:
            yield whole


def brought(view: View, terms: Sequence[Expr]) -> list[float]:
    """What each term of a rate brought between the two moments."""
    assert view.solution is not None and view.solution.trajectory is not None
    first, last = view.between
    if view.solution.recorder is not None:
        raise NotKept(
            "what moved something between two times takes all copies at every step, and of so long a line they are not "
            "kept: explain one time, with --at"
        )
    function = view.machine.expressions(tuple(view.now.spots.in_numbers(term) for term in terms))

    def quantity(t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
        return function(t, y, p)

    whole = np.atleast_1d(locate.integral(view.solution.trajectory, quantity, first, last))
    return [float(x) for x in whole]
