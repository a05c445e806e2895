"""Goals that are linear in the unknowns: solved in one step, with the reason where there is no solution, or more than
one.

Rows are measured in the size of their terms, columns in the size of their own effect, so that "zero" and "the same"
do not depend on units.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ionlang.simulate.functions import FloatArray

NOTHING = 1e-13
"""A slope that is this part of what its row is made of is rounding."""

RANK_TOLERANCE = 1e-11
UNMET = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Equations:
    """slopes (r, k) @ u + constants (r,) = 0; sizes (r,) of the terms of each row; typical sizes (k,) of u."""

    slopes: FloatArray
    constants: FloatArray
    sizes: FloatArray
    typical: FloatArray

    @property
    def scaled(self) -> FloatArray:
        """Slopes in parts of what a row is made of, for a typical change of each unknown."""
        relative: FloatArray = self.slopes * self.typical / self.sizes[:, None]
        return relative

    @property
    def off(self) -> FloatArray:
        """The constants in parts of what a row is made of."""
        relative: FloatArray = self.constants / self.sizes
        return relative

    @property
    def without_effect(self) -> tuple[int, ...]:
        """Unknowns that change no goal."""
        return _which(np.abs(self.scaled).max(axis=0, initial=0.0) <= NOTHING)

    @property
    def out_of_reach(self) -> tuple[int, ...]:
        """Goals that no unknown changes, and that are not met."""
        flat = np.abs(self.scaled).max(axis=1, initial=0.0) <= NOTHING
        return _which(flat & (np.abs(self.off) > UNMET))

    @property
    def touched(self) -> tuple[int, ...]:
        """Goals that some unknown changes."""
        return _which(np.abs(self.scaled).max(axis=1, initial=0.0) > NOTHING)


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """The unknowns (k,) that come nearest to all goals; `at_odds` are the goals that are not met even so, `together`
    the unknowns that only a combination of is determined."""

    values: FloatArray
    at_odds: tuple[int, ...]
    together: tuple[int, ...]


def solve(equations: Equations) -> Solved:
    """Least squares by singular values. No unknown may be without effect."""
    effect = equations.scaled
    length = np.linalg.norm(effect, axis=0)
    u, size, vt = np.linalg.svd(effect / length, full_matrices=True)
    rank = int((size > RANK_TOLERANCE * size[:1].max(initial=0.0)).sum())
    inverse = vt[:rank].T / size[:rank] @ u[:, :rank].T
    found = -(inverse @ equations.off) / length * equations.typical
    left = u[:, rank:] @ (u[:, rank:].T @ equations.off)
    at_odds = _which((np.abs(left) > UNMET) & (np.abs(left) > 1e-3 * np.abs(left).max(initial=0.0)))
    free = np.abs(vt[rank:]).max(axis=0, initial=0.0)
    return Solved(found, at_odds, _which(free > 1e-6))


def _which(mask: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> tuple[int, ...]:
    return tuple(np.flatnonzero(mask).tolist())
