"""What is zero along a curve of folds, and along a curve of Hopf points.

| curve | beside the rates F (m,) |
|---|---|
| folds | the scalar g of the bordered system [A, l; rᵀ, 0] [v; g] = [0; 1], zero where A = F_x lacks a rank |
| Hopf points | the trace of M in A Q = Q M, Q (m, 2): the sum of the two critical eigenvalues, zero if they are ± iω |

Both are smooth where the curves meet (two eigenvalues zero), where null vectors fall together and ω is a square root.
The slope of g is −ψ ∂A v with ψ of the transposed system; that of the trace is tr(Pᵀ ∂A Q), AᵀP = P Mᵀ, PᵀQ = 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ionlang.simulate.continuation.family import Local
from ionlang.simulate.continuation.plane.plane import Plane
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.resting.newton import equilibrated, solved

Curve = Literal["fold", "hopf"]

_STEPS, _FINE, _ROUNDED = 12, 1e-13, 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class FoldLine:
    """left, right (m,): near the null vectors, of length one; size (m,): what the rows of A are measured by."""

    plane: Plane
    left: FloatArray
    right: FloatArray
    size: FloatArray
    kind: Curve = "fold"

    def local(self, place: FloatArray) -> Local | None:
        here = self.plane.local(place)
        if here is None:
            return None
        found = self.null(here)
        if found is None:
            return None
        psi, v, g = found
        bend = self.plane.bend(place, v)
        if bend is None:
            return None
        return Local(np.append(here.rate, g), np.vstack([here.slope, -(psi / self.size) @ bend]))

    def near(self, place: FloatArray, known: Local) -> Local | None:
        here = self.plane.near(place, known.slope[:-1, -2:])
        found = None if here is None else self.null(here)
        if here is None or found is None:
            return None
        return Local(np.append(here.rate, found[2]), np.vstack([here.slope, known.slope[-1]]))

    def null(self, here: Local) -> tuple[FloatArray, FloatArray, float] | None:
        """ψ (m,) of the rows in their sizes, v (m,) and g."""
        m = len(self.right)
        bordered = np.zeros((m + 1, m + 1))
        bordered[:m, :m] = here.slope[:, :m] / self.size[:, None]
        bordered[:m, m], bordered[m, :m] = self.left, self.right
        one = np.zeros(m + 1)
        one[m] = 1.0
        try:
            v = np.asarray(np.linalg.solve(bordered, one), dtype=np.float64)
            psi = np.asarray(np.linalg.solve(bordered.T, one), dtype=np.float64)
        except np.linalg.LinAlgError:
            return None
        return psi[:m], v[:m], float(v[m])

    def at(self, here: Local) -> FoldLine:
        """The same line, with the null vectors of this place."""
        size = equilibrated(here.slope)[1]
        moved = FoldLine(self.plane, self.left, self.right, size)
        found = moved.null(here)
        if found is None:
            return self
        psi, v, _ = found
        return FoldLine(self.plane, psi / np.linalg.norm(psi), v / np.linalg.norm(v), size)


@dataclass(frozen=True, slots=True, eq=False)
class HopfLine:
    """left, right (m, 2): near the invariant planes of Aᵀ and A, their columns orthonormal."""

    plane: Plane
    left: FloatArray
    right: FloatArray
    kind: Curve = "hopf"

    def local(self, place: FloatArray) -> Local | None:
        here = self.plane.local(place)
        if here is None:
            return None
        found = self.pair(here)
        if found is None:
            return None
        p, q, small = found
        bends = [self.plane.bend(place, way) for way in q.T]
        gradient = np.zeros(len(place))
        for row, bend in zip(p.T, bends, strict=True):
            if bend is None:
                return None
            gradient += row @ bend
        return Local(np.append(here.rate, np.trace(small)), np.vstack([here.slope, gradient]))

    def near(self, place: FloatArray, known: Local) -> Local | None:
        here = self.plane.near(place, known.slope[:-1, -2:])
        found = None if here is None else self.pair(here)
        if here is None or found is None:
            return None
        return Local(np.append(here.rate, np.trace(found[2])), np.vstack([here.slope, known.slope[-1]]))

    def pair(self, here: Local) -> tuple[FloatArray, FloatArray, FloatArray] | None:
        """P (m, 2), Q (m, 2) and M (2, 2)."""
        slope = here.slope[:, :-2]
        right, left = _invariant(slope, self.right), _invariant(slope.T, self.left)
        if right is None or left is None:
            return None
        (q, small), (p, _) = right, left
        try:
            return p @ np.linalg.inv(q.T @ p), q, small
        except np.linalg.LinAlgError:
            return None

    def at(self, here: Local) -> HopfLine:
        found = self.pair(here)
        if found is None:
            return self
        p, q, _ = found
        return HopfLine(self.plane, np.linalg.qr(p)[0], np.linalg.qr(q)[0])


Line = FoldLine | HopfLine


def _invariant(matrix: FloatArray, near: FloatArray) -> tuple[FloatArray, FloatArray] | None:
    """Q (m, 2) and M (2, 2) with A Q = Q M and nearᵀ Q = 1, by Newton from `near`."""
    m = len(matrix)
    q, small, smallest = near, near.T @ matrix @ near, np.inf
    for _ in range(_STEPS):
        defect = np.concatenate([(matrix @ q - q @ small).ravel(), (near.T @ q - np.eye(2)).ravel()])
        slope = np.zeros((2 * m + 4, 2 * m + 4))
        slope[: 2 * m, : 2 * m] = np.kron(matrix, np.eye(2)) - np.kron(np.eye(m), small.T)
        slope[: 2 * m, 2 * m :] = -np.kron(q, np.eye(2))
        slope[2 * m :, : 2 * m] = np.kron(near.T, np.eye(2))
        change = solved(slope, -defect)
        if change is None:
            return None
        q, small = q + change[: 2 * m].reshape(m, 2), small + change[2 * m :].reshape(2, 2)
        size = float(np.abs(change[: 2 * m]).max())
        if size < _FINE or (size > 0.5 * smallest and smallest < _ROUNDED):
            return q, small
        smallest = size
    return (q, small) if smallest < _ROUNDED else None


def fold_line(plane: Plane, place: FloatArray) -> FoldLine | None:
    """The curve of folds at a fold."""
    here = plane.local(place)
    if here is None:
        return None
    size = equilibrated(here.slope)[1]
    rows, _, columns = np.linalg.svd(here.slope[:, :-2] / size[:, None])
    return FoldLine(plane, rows[:, -1], columns[-1], size)


def hopf_line(plane: Plane, place: FloatArray, rate: float) -> HopfLine | None:
    """The curve of Hopf points at one with |Im λ| = rate [rad/ms]; with 0 where two eigenvalues are zero."""
    from scipy.linalg import schur

    here = plane.local(place)
    if here is None:
        return None
    slope = here.slope[:, :-2]
    values = np.linalg.eigvals(slope)
    distance = np.sort(np.abs(values**2 + rate**2))
    if len(values) < 2:
        return None
    edge = np.sqrt(distance[1] * distance[2]) if len(values) > 2 else np.inf

    def chosen(re: float, im: float) -> bool:
        return bool(abs(complex(re, im) ** 2 + rate**2) <= edge)

    _, right, count = schur(slope, output="real", sort=chosen)
    _, left, other = schur(slope.T, output="real", sort=chosen)
    if count != 2 or other != 2:
        return None
    return HopfLine(plane, left[:, :2], right[:, :2])
