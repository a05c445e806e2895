"""Linear equations along a known way, dS/dt = J(t) S + B(t), by Radau's collocation of order five.

Over one step S at its end is R S + r, with R and r that do not depend on S: so they are computed for all steps at
once, whatever the number of columns, and only their chain is followed step by step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.trajectory import IndexArray

Mask = NDArray[np.bool_]
Linear = Callable[[FloatArray], tuple[FloatArray, FloatArray]]
"""Of instants t (m,) the matrices J (m, n, n) and B (m, n, k)."""

_S = sqrt(6.0)
NODES = np.array([(4.0 - _S) / 10.0, (4.0 + _S) / 10.0, 1.0])
_A = np.array(
    [
        [(88.0 - 7.0 * _S) / 360.0, (296.0 - 169.0 * _S) / 1800.0, (-2.0 + 3.0 * _S) / 225.0],
        [(296.0 + 169.0 * _S) / 1800.0, (88.0 + 7.0 * _S) / 360.0, (-2.0 - 3.0 * _S) / 225.0],
        [(16.0 - _S) / 36.0, (16.0 + _S) / 36.0, 1.0 / 9.0],
    ]
)
AT_ONCE = 512
"""Steps: so many are computed together."""
BLOCK = 2048
"""Steps: so many are judged together."""
TOGETHER = 4
"""Steps of the run that one step is tried over."""
ROUNDS = 8
"""Halvings of a step that is too long, at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """What m steps do: R (m, n, n) and r (m, n, k)."""

    matrix: FloatArray
    shift: FloatArray

    def then(self, other: Steps) -> Steps:
        """Each step of these, and after it that of the others."""
        return Steps(other.matrix @ self.matrix, other.matrix @ self.shift + other.shift)


def steps_of(linear: Linear, start: FloatArray, end: FloatArray) -> Steps:
    """Of each stretch from `start` (m,) to `end` (m,)."""
    parts = [
        _steps(linear, start[i : i + AT_ONCE], end[i : i + AT_ONCE]) for i in range(0, start.size, AT_ONCE)
    ]
    return Steps(np.concatenate([p.matrix for p in parts]), np.concatenate([p.shift for p in parts]))


def _steps(linear: Linear, start: FloatArray, end: FloatArray) -> Steps:
    """With I - h A J on the values at the nodes, of its inverse the rows of the last node alone."""
    h, s = end - start, NODES.size
    slopes, drive = linear((start[:, None] + h[:, None] * NODES).ravel())
    m, n, k = h.size, drive.shape[1], drive.shape[2]
    slopes, drive = slopes.reshape(m, s, n, n), drive.reshape(m, s * n, k)
    weights = h[:, None, None] * _A
    across = -weights.transpose(0, 2, 1)[:, :, None, :, None] * slopes.transpose(0, 1, 3, 2)[:, :, :, None, :]
    across = across.reshape(m, s * n, s * n) + np.eye(s * n)
    rows = np.linalg.solve(across, np.eye(s * n)[:, -n:]).transpose(0, 2, 1).reshape(m, n, s, n)
    weighed = np.einsum("mais,mij->majs", rows, weights).reshape(m, n, s * n)
    return Steps(rows.sum(axis=2), weighed @ drive)


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """S (m + 1, n, k) at the edges t (m + 1,) of the steps that were needed."""

    edges: FloatArray
    values: FloatArray

    def at(self, linear: Linear, t: FloatArray) -> FloatArray:
        """S (m, n, k) at any instants t (m,) between the first edge and the last."""
        k = np.clip(np.searchsorted(self.edges, t, side="right") - 1, 0, self.edges.size - 1)
        begun = self.edges[k]
        steps = steps_of(linear, begun, np.maximum(t, begun))
        found: FloatArray = steps.matrix @ self.values[k] + steps.shift
        return found


def follow(linear: Linear, edges: FloatArray, start: FloatArray, floor: FloatArray, rtol: float) -> Chain:
    """S along `edges` (m + 1,) from `start` (n, k), several of these steps at a time. Where two halves of a step differ
    from the whole by more than `rtol` of the largest S so far of that place, or of `floor` (n, k), it is halved."""
    if start.shape[0] == 0 or edges[-1] == edges[0]:
        return Chain(edges[[0, -1]], np.stack([start, start]))
    longer = np.unique(np.append(edges[::TOGETHER], edges[-1]))
    found, values, size = [longer[:1]], [start[None]], floor
    for first in range(0, longer.size - 1, BLOCK):
        part = _followed(linear, longer[first : first + BLOCK + 1], values[-1][-1], size, rtol)
        found.append(part.edges[1:])
        values.append(part.values[1:])
        size = np.maximum(size, np.abs(part.values).max(axis=0))
    return Chain(np.concatenate(found), np.concatenate(values))


def _followed(linear: Linear, edges: FloatArray, start: FloatArray, floor: FloatArray, rtol: float) -> Chain:
    whole = steps_of(linear, edges[:-1], edges[1:])
    first, second = _halves(linear, edges)
    values = start[None]
    for _ in range(ROUNDS):
        halved = first.then(second)
        values = _chained(halved, start)
        far = _too_far(whole, halved, values, floor, rtol)
        if not far.any():
            return Chain(edges, values)
        edges, whole = _refined(edges, whole, first, second, far)
        first, second = _again(linear, edges, first, second, far)
    return Chain(edges, _chained(first.then(second), start))


def _halves(linear: Linear, edges: FloatArray) -> tuple[Steps, Steps]:
    middle = (edges[:-1] + edges[1:]) / 2.0
    return steps_of(linear, edges[:-1], middle), steps_of(linear, middle, edges[1:])


def _chained(steps: Steps, start: FloatArray) -> FloatArray:
    values = np.empty((len(steps.matrix) + 1, *start.shape))
    values[0] = start
    for i, (matrix, shift) in enumerate(zip(steps.matrix, steps.shift, strict=True)):
        np.matmul(matrix, values[i], out=values[i + 1])
        values[i + 1] += shift
    return values


def _too_far(whole: Steps, halved: Steps, values: FloatArray, floor: FloatArray, rtol: float) -> Mask:
    before = values[:-1]
    error = np.abs((halved.matrix - whole.matrix) @ before + (halved.shift - whole.shift))
    size = np.maximum(np.maximum.accumulate(np.abs(values), axis=0)[1:], floor)
    return np.asarray((error > rtol * size).any(axis=(1, 2)))


def _refined(
    edges: FloatArray, whole: Steps, first: Steps, second: Steps, far: Mask
) -> tuple[FloatArray, Steps]:
    """Steps that are too long in two."""
    lost = np.flatnonzero(far)
    middle = (edges[lost] + edges[lost + 1]) / 2.0
    matrix, shift = whole.matrix.copy(), whole.shift.copy()
    matrix[lost], shift[lost] = first.matrix[lost], first.shift[lost]
    return (
        np.insert(edges, lost + 1, middle),
        Steps(
            np.insert(matrix, lost + 1, second.matrix[lost], axis=0),
            np.insert(shift, lost + 1, second.shift[lost], axis=0),
        ),
    )


def _again(linear: Linear, edges: FloatArray, first: Steps, second: Steps, far: Mask) -> tuple[Steps, Steps]:
    """The halves of all steps: those of the new ones computed."""
    lost = np.flatnonzero(far)
    new = np.sort(np.concatenate([lost + np.arange(lost.size), lost + np.arange(lost.size) + 1]))
    middle = (edges[new] + edges[new + 1]) / 2.0
    halves = (steps_of(linear, edges[new], middle), steps_of(linear, middle, edges[new + 1]))
    return (_with(first, lost, new, halves[0]), _with(second, lost, new, halves[1]))


def _with(old: Steps, lost: IndexArray, new: IndexArray, found: Steps) -> Steps:
    matrix = np.insert(old.matrix, lost + 1, 0.0, axis=0)
    shift = np.insert(old.shift, lost + 1, 0.0, axis=0)
    matrix[new], shift[new] = found.matrix, found.shift
    return Steps(matrix, shift)
