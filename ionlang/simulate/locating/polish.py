"""Brackets polished, all at once: maxima and zeros of functions within them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.sheaf import Indices

Function = Callable[[Indices, FloatArray], FloatArray]
"""Of the number of the bracket (j,) and the instant (j,)."""
ACROSS = np.linspace(0.0, 1.0, 17)
"""Points across a bracket in the search of an extreme; each round keeps two of sixteen intervals."""
ROUNDS = 9
ROOT_ROUNDS = 80


def zoom(function: Function, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Instants and values of the maxima within brackets (k,)."""
    if low.size == 0:
        return low, low
    rows = np.arange(low.size)
    every = np.repeat(rows, ACROSS.size)
    for _ in range(ROUNDS):
        t = low[:, None] + (high - low)[:, None] * ACROSS
        q = function(every, t.ravel()).reshape(t.shape)
        top = q.argmax(axis=1)
        low, high = t[rows, np.maximum(top - 1, 0)], t[rows, np.minimum(top + 1, ACROSS.size - 1)]
    return t[rows, top], q[rows, top]


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
