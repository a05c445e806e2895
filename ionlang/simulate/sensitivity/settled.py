"""How a state at rest moves with the parameters: the implicit function theorem on the balances and the laws.

At rest f(y, p) = 0, of which rows follow from the laws of conservation; in their place stand the laws themselves,
W(p) y = W(p) y0(p), for conserved totals depend on volumes and on what is there at the start.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.resting.reduce import eliminated_states, invariant_matrix
from ionlang.simulate.sensitivity.laws import law_slopes
from ionlang.simulate.sensitivity.tangents import Tangents

SINGULAR = 1e-13


class Undetermined(Exception):
    """A rest whose place the equations do not settle: a fold, or one of a continuum."""


def start_moves(tangents: Tangents, parameters: Sequence[float], dp: FloatArray) -> FloatArray:
    """d start/d variable (n, k), of parameters that move as `dp` (P, k) says."""
    found: FloatArray = tangents.starts(list(parameters)) @ dp
    return found


def rest_moves(
    tangents: Tangents,
    parameters: Sequence[float],
    state: FloatArray,
    written: FloatArray,
    dp: FloatArray,
) -> FloatArray:
    """d rest/d variable (n, k). `written` (n,) is the state at the start, of which the totals are. Raises
    Undetermined."""
    machine, n = tangents.machine, tangents.states
    local = tangents.rates(np.zeros(1), state[:, None], list(parameters))[0]
    slopes, right = local[:, :n].copy(), -(local[:, n:-1] @ dp)
    laws = invariant_matrix(machine, parameters)
    eliminated = eliminated_states(machine, parameters, written)
    if len(laws):
        moved = laws @ start_moves(tangents, parameters, dp)
        moved -= law_slopes(machine, parameters, state - written) @ dp
        slopes[eliminated], right[eliminated] = laws, moved
    return _solved(slopes, right)


def _solved(slopes: FloatArray, right: FloatArray) -> FloatArray:
    """Rows and columns measured in their own sizes. Raises Undetermined."""
    if not len(slopes):
        return right
    rows = np.abs(slopes).max(axis=1)
    level = slopes / np.where(rows > 0, rows, 1.0)[:, None]
    columns = np.abs(level).max(axis=0)
    columns = np.where(columns > 0, columns, 1.0)
    sizes = np.linalg.svd(level / columns, compute_uv=False)
    if not np.isfinite(sizes).all() or sizes[-1] <= SINGULAR * sizes[0]:
        raise Undetermined
    found: FloatArray = (
        np.linalg.solve(level / columns, right / np.where(rows > 0, rows, 1.0)[:, None]) / columns[:, None]
    )
    return found
