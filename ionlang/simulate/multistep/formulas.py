"""Backward differentiation formulas with a fixed step, in Nordsieck's form: the solution near the end of a step is kept
as the polynomial Σ terms[i] (x/length)^i."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ionlang.simulate.functions import FloatArray

HIGHEST = 5
"""Order: of those above the formulas are not stable."""


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """That of one order q. `advance` (q + 1, q + 2): of the terms at the end of a step and the correction the terms at
    the end of the next, of the same length. An error is what is corrected by `error`; `lower` and `higher` say the same
    of the order below and above. `converged`: a correction so small is good enough."""

    order: int
    advance: FloatArray
    corrected: float
    lower: float
    error: float
    higher: float
    converged: float


def _formula(order: int) -> Formula:
    """As used in LSODE: the polynomial of a correction is ∏ (1 + x/i), i = 1 … q, so that its slope at 0 is 1."""
    weights = np.ones(1)
    for i in range(1, order + 1):
        weights = np.convolve(weights, [1.0, 1.0 / i])
    weights /= weights[1]
    shift = [[float(math.comb(j, i)) for j in range(order + 1)] for i in range(order + 1)]
    corrected = float(weights[0])
    error = (order + 1) / corrected
    return Formula(
        order,
        np.column_stack([shift, weights]),
        corrected,
        1.0 / math.factorial(order - 1),
        error,
        (order + 2) / corrected,
        0.5 * error / (order + 2),
    )


FORMULAS = tuple(_formula(order) for order in range(1, HIGHEST + 1))
