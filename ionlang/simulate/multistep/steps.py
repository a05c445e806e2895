"""What the states were within the steps of an integrator."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ionlang.codegen.runtime_lines import product
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.multistep.bdf import Bdf
from ionlang.simulate.multistep.formulas import HIGHEST
from ionlang.simulate.trajectory import INTERVALS

NODES = np.arange(1, INTERVALS + 1) / INTERVALS - 1.0
"""The samples of a step, but the one where it begins: in its length, from its end."""
_POWERS = np.arange(HIGHEST + 1)
AT_NODES = NODES[:, None] ** _POWERS


def sampled(solver: Bdf, times: FloatArray, rows: NDArray[np.intp] | None = None) -> FloatArray:
    """The states (n, m), or these rows of them, at instants within the step that was taken last."""
    terms = solver.terms[: solver.order + 1]
    terms = terms if rows is None else terms.take(rows, axis=1)
    powers = ((times - solver.time) / solver.length)[:, None] ** _POWERS[: len(terms)]
    found = np.empty((terms.shape[1], times.size))
    product(terms.T, powers.T, found)
    return found


def values_at(powers: FloatArray, terms: FloatArray) -> FloatArray:
    """Of polynomials (steps, order + 1, rows), at the same places of each step: (rows, steps · places)."""
    steps, count, rows = terms.shape
    found: FloatArray = np.matmul(powers[:, :count], terms).reshape(steps * len(powers), rows).T
    return found


def instants(edges: FloatArray, nodes: FloatArray) -> FloatArray:
    """The times of these places in each step, of which the edges (steps + 1,) are given."""
    times: FloatArray = (edges[1:, None] + np.diff(edges)[:, None] * nodes).ravel()
    return times
