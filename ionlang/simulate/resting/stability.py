"""What an equilibrium is like: residual, eigenvalues, stability, slowest time constant, rank, free directions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ionlang.simulate.resting.character import Character, Spectrum, character_of, in_order
from ionlang.simulate.resting.newton import RANK_TOLERANCE, equilibrated
from ionlang.simulate.resting.reduced import Array, Indices, ScaledSystem, linearise, states


@dataclass(frozen=True, slots=True, eq=False)
class Equilibrium:
    """A root of the reduced equations.

    state (n,): all states, eliminated ones too.  residual: the largest |dy_i/dt| relative to the largest term
    of its row.  eigenvalues (m,): of the reduced Jacobian, per unit of the model's time, largest real part
    first.  stable: all real parts are negative.  slowest: 1/min |Re λ| in the model's time unit; 0 if nothing
    can move, infinite if singular.  free_directions: how many the reduced Jacobian leaves free.  rank: of the
    Jacobian by all n states.  hits: starts that ended here.
    """

    state: Array
    residual: float
    eigenvalues: Spectrum
    stable: bool
    slowest: float
    free_directions: int
    rank: int
    hits: int

    @property
    def character(self) -> Character:
        """Node, focus, saddle …"""
        return character_of(self.eigenvalues, self.free_directions)

    @property
    def singular(self) -> bool:
        """The Jacobian does not pin this equilibrium down: a fold, or one of a continuum."""
        return self.free_directions > 0


def characterise(scaled: ScaledSystem, z: Array, hits: tuple[int, ...]) -> tuple[Equilibrium, ...]:
    """The equilibria at the roots z (k, m), each with the number of starts that found it."""
    y = states(scaled, z)
    slope = linearise(scaled, z).slope
    residual, free, rank = residuals(scaled, y), free_directions(slope), ranks(scaled, y)
    return tuple(
        equilibrium_at(y[:, i], float(residual[i]), slope[i], (int(free[i]), int(rank[i])), count)
        for i, count in enumerate(hits)
    )


def equilibrium_at(
    state: Array, residual: float, slope: Array, free_and_rank: tuple[int, int], hits: int
) -> Equilibrium:
    """The equilibrium at a state (n,) with the slope (m, m) of the reduced equations there."""
    free, rank = free_and_rank
    eigenvalues = np.linalg.eigvals(slope).astype(np.complex128) if len(slope) else np.zeros(0, np.complex128)
    eigenvalues = in_order(eigenvalues)
    stable = free == 0 and bool((eigenvalues.real < 0).all())
    return Equilibrium(
        _frozen(state),
        residual,
        _frozen(eigenvalues),
        stable,
        _slowest(eigenvalues, free),
        free,
        rank,
        hits,
    )


def _slowest(eigenvalues: Spectrum, free: int) -> float:
    if not len(eigenvalues):
        return 0.0
    rate = float(np.abs(eigenvalues.real).min())
    return 1 / rate if free == 0 and rate > 0 else float("inf")


def _frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A copy that cannot be written to."""
    kept = array.copy()
    kept.setflags(write=False)
    return kept


def free_directions(slope: Array) -> Indices:
    """The rank each slope (k, m, m) lacks, rows and columns measured in their own sizes."""
    k, m, _ = slope.shape
    if not (k and m):
        return np.zeros(k, dtype=np.intp)
    size = np.linalg.svd(equilibrated(slope)[0], compute_uv=False)
    lacking: Indices = (size <= RANK_TOLERANCE * np.maximum(size[:, :1], 1.0)).sum(axis=1)
    return lacking


def ranks(scaled: ScaledSystem, y: Array) -> Indices:
    """The rank (k,) of the Jacobian by all n states at states y (n, k), nothing eliminated: a conserved quantity lowers
    it by one, whether a law names it or not."""
    slope = np.asarray(scaled.system.jacobian(y), dtype=float).transpose(2, 0, 1) * scaled.system.scale
    found: Indices = slope.shape[1] - free_directions(slope)
    return found


def residuals(scaled: ScaledSystem, y: Array) -> Array:
    """The largest |dy_i/dt| over all rows of states y (n, k), relative to the largest term of the row: (k,).

    Without `terms` from the caller, a row's terms are taken to be as large as the changes that typical
    deviations of the states would make: Σ_j |J_ij| max(|y_j|, scale_j).
    """
    system = scaled.system
    with np.errstate(all="ignore"):
        f = np.abs(np.asarray(system.rhs(y), dtype=float))
        if system.terms is not None:
            terms = np.abs(np.asarray(system.terms(y), dtype=float))
        else:
            size = np.maximum(np.abs(y), system.scale[:, None])
            terms = np.einsum("ijk,jk->ik", np.abs(np.asarray(system.jacobian(y), dtype=float)), size)
        relative = np.where(f == 0, 0.0, f / terms)
    worst: Array = relative.max(axis=0, initial=0.0)
    return worst
