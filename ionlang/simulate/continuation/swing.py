"""How a swing begins at a Hopf point: whether the small cycle about it is stable, to third order.

In the plane of the critical pair, x = x₀ + z q + c.c., the rates are ż = iω z + c z|z|² + …, with

    c = ½ ⟨p, C(q, q, q̄) − 2 B(q, A⁻¹ B(q, q̄)) + B(q̄, (2iω − A)⁻¹ B(q, q))⟩,

A q = iω q, ⟨p, q⟩ = 1, and A, B, C the first, second and third derivatives of the rates. Re c < 0: the cycle is stable
and begins small (supercritical); Re c > 0: it is unstable, and the state is left for something far away (subcritical).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.resting.newton import equilibrated
from ionlang.simulate.resting.reduced import ScaledSystem, linearise, room

Complex = npt.NDArray[np.complex128]

NODES = np.arange(-4.0, 5.0)
FIRST = np.array([1 / 280, -4 / 105, 1 / 5, -4 / 5, 0.0, 4 / 5, -1 / 5, 4 / 105, -1 / 280])
_SECOND = np.array([-1 / 560, 8 / 315, -1 / 5, 8 / 5, -205 / 72, 8 / 5, -1 / 5, 8 / 315, -1 / 560])
"""Differences of eighth order."""

_STEPS = (0.12, 0.06, 0.03, 0.015)
"""Tried in typical sizes; the two neighbours that agree best are believed."""

_DOUBT = 1e-3
"""A coefficient less certain than this part of itself has no sign."""


@dataclass(frozen=True, slots=True, eq=False)
class Swing:
    """shape (m,): q of the free states in typical sizes, its largest entry of size one. growth: Re c [per ms] for it.
    doubt: how far two differences disagree about it."""

    shape: Complex
    growth: float
    doubt: float

    @property
    def is_known(self) -> bool:
        return self.doubt < _DOUBT * abs(self.growth)


def swing(scaled: ScaledSystem, z: FloatArray, rate: float) -> Swing | None:
    """At a Hopf point z (m,) with the frequency `rate` [rad/ms]; None where the rates cannot be differentiated."""
    local = linearise(scaled, z[None, :])
    if not local.usable[0]:
        return None
    slope = local.slope[0]
    shape, dual = _pair(slope, rate)
    found = [_coefficient(scaled, z, slope, rate, shape, dual, step) for step in _STEPS]
    known = [value for value in found if value is not None]
    if len(known) < 2:
        return None
    doubts = [abs(b - a) for a, b in pairwise(known)]
    best = int(np.argmin(doubts))
    return Swing(shape, known[best + 1], doubts[best])


def _pair(slope: FloatArray, rate: float) -> tuple[Complex, Complex]:
    """q and p, with ⟨p, q⟩ = 1."""
    q, p = _eigenvector(slope, 1j * rate), _eigenvector(slope.T, -1j * rate)
    q = q / q[int(np.argmax(np.abs(q)))]
    return q, p / np.conj(p.conj() @ q)


def _eigenvector(matrix: FloatArray, value: complex) -> Complex:
    """Of the eigenvalue nearest to a value."""
    values, vectors = np.linalg.eig(matrix)
    found: Complex = vectors[:, int(np.argmin(np.abs(values - value)))].astype(np.complex128)
    return found


def _coefficient(
    scaled: ScaledSystem, z: FloatArray, slope: FloatArray, rate: float, q: Complex, p: Complex, step: float
) -> float | None:
    """Re c, with differences over `step`."""
    one, two = q.real, q.imag
    along = [_along(scaled, z, way, step) for way in (one, two, one + two, one - two)]
    if any(found is None for found in along):
        return None
    (b1, c11), (b2, c22), (_, plus), (_, minus) = (found for found in along if found is not None)
    bend = b1 + 1j * b2
    both = (plus - minus) / 4
    square = c11 - c22 + 2j * both
    level_change = _solve(slope.astype(np.complex128), bend @ q.conj())
    double = _solve((2j * rate * np.eye(len(z)) - slope).astype(np.complex128), bend @ q)
    third = square @ q.conj() - 2 * bend @ level_change + bend.conj() @ double
    return float(0.5 * (p.conj() @ third).real)


def _along(
    scaled: ScaledSystem, z: FloatArray, way: FloatArray, step: float
) -> tuple[FloatArray, FloatArray] | None:
    """First and second derivative (m, m) of the slope along a direction (m,)."""
    reach = step * NODES[-1] * np.array([way, -way])
    part = float(room(scaled, np.array([z, z]), reach).min())
    step *= part
    local = linearise(scaled, z + step * NODES[:, None] * way)
    if not local.usable.all() or step == 0.0:
        return None
    first = np.tensordot(FIRST, local.slope, axes=1) / step
    second = np.tensordot(_SECOND, local.slope, axes=1) / step**2
    return first, second


def _solve(matrix: Complex, vector: Complex) -> Complex:
    """Rows in their own sizes, as of the slope."""
    size = equilibrated(np.abs(matrix))[1]
    return np.asarray(np.linalg.solve(matrix / size[:, None], vector / size), dtype=np.complex128)
