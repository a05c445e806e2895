"""Brackets polished, all at once: maxima and zeros of functions within them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.sheaf import Indices

Function = Callable[[Indices, FloatArray], FloatArray]
"""Of the number of the bracket (j,) and the instant (j,)."""
ACROSS = np.linspace(0.0, 1.0, 17)
"""Points across a bracket in the search of an extreme; each round keeps two of sixteen intervals."""
ROUNDS = 9
BESIDE = 1e-4
"""Of an interval: so near to an end it is looked whether the function rises from there."""
ROOT_ROUNDS = 80


def zoom(function: Function, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Instants and values of the maxima within brackets (k,)."""
    instants, heights = low.copy(), np.full(low.shape, -np.inf)
    left = np.arange(low.size)
    for turn in range(ROUNDS):
        if not left.size:
            break
        t = low[:, None] + (high - low)[:, None] * ACROSS
        q = function(np.repeat(left, ACROSS.size), t.ravel()).reshape(t.shape)
        rows, top = np.arange(left.size), q.argmax(axis=1)
        instants[left], heights[left] = t[rows, top], q[rows, top]
        before, behind = t[rows, np.maximum(top - 1, 0)], t[rows, np.minimum(top + 1, ACROSS.size - 1)]
        open_ = ~_at_end(function, left, t, q, top) if turn == 0 else np.ones(left.size, dtype=bool)
        left, low, high = left[open_], before[open_], behind[open_]
    return instants, heights


def _at_end(
    function: Function, numbers: Indices, t: FloatArray, q: FloatArray, top: Indices
) -> NDArray[np.bool_]:
    """Whether the greatest of the values q (k, 17) at t (k, 17) is at an end, from which the function falls at once."""
    rows = np.arange(numbers.size)
    inward = np.where(top == 0, 1, -1)
    ends = np.flatnonzero((top == 0) | (top == ACROSS.size - 1))
    if ends.size:
        edge, next_one = t[rows, top][ends], t[rows, top + inward][ends]
        beside = function(numbers[ends], edge + BESIDE * (next_one - edge))
        ends = ends[beside <= q[rows, top][ends]]
    found = np.zeros(numbers.size, dtype=bool)
    found[ends] = True
    return found


def roots(function: Function, a: FloatArray, b: FloatArray, f_a: FloatArray, f_b: FloatArray) -> FloatArray:
    """Zeros within brackets [a, b] (k,), by Chandrupatla's rule: inverse quadratic steps where safe, else halving.
    To the last few digits of time."""
    if a.size == 0:
        return a
    every = np.arange(a.size)
    c, f_c, step = a, f_a, np.full(a.shape, 0.5)
    for _ in range(ROOT_ROUNDS):
        t = a + step * (b - a)
        f = function(every, t)
        same = (f < 0.0) == (f_a < 0.0)
        c, f_c = np.where(same, a, b), np.where(same, f_a, f_b)
        b, f_b = np.where(same, b, a), np.where(same, f_b, f_a)
        a, f_a = t, f
        least = 2.0 * np.spacing(np.abs(a)) / np.maximum(np.abs(b - a), np.finfo(float).tiny)
        if ((least >= 0.5) | (f_a == 0.0)).all():
            break
        step = np.clip(
            _inverse_quadratic(a, b, c, f_a, f_b, f_c),
            np.minimum(least, 0.5),
            1.0 - np.minimum(least, 0.5),
        )
        step = np.where(f_a == 0.0, 0.0, step)
    return np.where(np.abs(f_a) <= np.abs(f_b), a, b)


def _inverse_quadratic(
    a: FloatArray, b: FloatArray, c: FloatArray, f_a: FloatArray, f_b: FloatArray, f_c: FloatArray
) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        xi, phi = (a - b) / (c - b), (f_a - f_b) / (f_c - f_b)
        safe = (phi * phi < xi) & ((1.0 - phi) * (1.0 - phi) < 1.0 - xi)
        quadratic = f_a / (f_b - f_a) * (f_c / (f_b - f_c)) + (c - a) / (b - a) * f_a / (f_c - f_a) * (
            f_b / (f_c - f_b)
        )
    step: FloatArray = np.where(safe, quadratic, 0.5)
    return step
