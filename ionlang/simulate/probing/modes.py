"""The slowest mode of a linear system along a line, and whether one grows. Of small matrices all eigenvalues are
computed; of large sparse ones those nearest to a number (shift and invert)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ionlang.simulate.resting.character import Spectrum
from ionlang.simulate.resting.lines.spectrum import DENSE, GROWTH, LEADING, ROUNDS, largest

if TYPE_CHECKING:
    from scipy.sparse import csc_array

_BEYOND = 1e-3
"""The shift lies so much of it beyond the bound, so that it is no eigenvalue itself."""


def rightmost(slope: csc_array) -> float:
    """The largest real part of an eigenvalue [per ms], where eigenvalues are real: that of the slowest mode.

    None lies beyond the largest sum of a row, with all but the diagonal taken as positive (Gershgorin); so of real
    ones the nearest to a number beyond that is the largest."""
    if slope.shape[0] <= DENSE:
        return float(np.linalg.eigvals(slope.toarray()).real.max())
    diagonal = slope.diagonal()
    bound = float((diagonal + abs(slope).sum(axis=1) - np.abs(diagonal)).max())
    found = _nearest(slope, bound + _BEYOND * max(abs(bound), 1e-6), 1e-10, 10 * slope.shape[0])
    return float((found if found.size else np.linalg.eigvals(slope.toarray())).real.max())


def grows(slope: csc_array) -> bool:
    """Whether something grows, or stays as it is. In large matrices that is looked for around 0 and beyond some rates
    of growth: evidence, not proof."""
    if slope.shape[0] <= DENSE:
        return bool((np.linalg.eigvals(slope.toarray()).real >= 0).any())
    try:
        shifts = (0.0, *GROWTH[::3])
        return any(bool((_nearest(slope, shift, 1e-4, ROUNDS).real >= 0).any()) for shift in shifts)
    except RuntimeError:  # exactly singular
        return True


def _nearest(slope: csc_array, shift: float, accuracy: float, rounds: int) -> Spectrum:
    """The eigenvalues nearest to a number, those that are found in so many rounds."""
    from scipy.sparse import eye_array
    from scipy.sparse.linalg import LinearOperator, splu

    m = slope.shape[0]
    factors = splu((slope - shift * eye_array(m, format="csc")).tocsc())
    inverse = LinearOperator((m, m), matvec=lambda v: factors.solve(np.ravel(v)), dtype=float)
    return shift + 1 / largest(inverse, LEADING, "LM", accuracy, rounds)
