"""Linear systems of lines, copy by copy.

Of the states of a copy few take part in what passes between neighbours. The others are eliminated within each copy, in
all copies of all members at once: a solve then is one product with small matrices. What is left is a chain of small
blocks for each member, and the chains, one behind the other, are one band.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ionlang.codegen.chain import Sparsity
from ionlang.simulate.ensemble.elimination import sweep
from ionlang.simulate.functions import FloatArray

CHUNK = 256
"""Copies that are eliminated in together: so many stay near the processor."""

Across = Mapping[tuple[int, int, int], FloatArray]
"""What couples a copy to the next (offset 1) and to the one before (-1): by its place the entries (copies, m)."""


@dataclass(frozen=True, slots=True, eq=False)
class Factors:
    """Of m members: `local` (s, s, copies · m) gives of a right side the local states, and what is left for the joined
    ones, if these are 0; `response` (s, j, copies · m) is what local states lose by joined ones. `band` and `exchanged`
    are LAPACK's factors of what is left; `lost` are the members whose matrix is not finite."""

    local: FloatArray
    response: FloatArray
    band: FloatArray
    exchanged: NDArray[np.int32]
    lost: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class CopyByCopy:
    """Systems of this sparsity; of the states of a copy j are `joined`. `solver` is LAPACK's `dgbtrs`."""

    sparsity: Sparsity
    joined: tuple[int, ...]
    solver: Callable[..., tuple[FloatArray, int]]

    @property
    def width(self) -> int:
        """Rows of the band below its diagonal, and above it."""
        return 2 * len(self.joined) - 1 if self.joined else 0

    def factored(self, own: FloatArray, across: Across) -> Factors:
        """Of matrices with these blocks (s, s, copies, m) on the diagonal, which are overwritten. Where a pivot
        vanishes what comes out is not finite."""
        states, copies, members = own.shape[1:]
        matrix = own.reshape(states, states, copies * members)
        room = np.empty((states, states, min(CHUNK, copies * members)))
        for begin in range(0, copies * members, CHUNK):
            chunk = matrix[:, :, begin : begin + CHUNK]
            for k in range(states):
                if k not in self.joined:
                    sweep(chunk, k, room[:, :, : chunk.shape[2]])
        joined = list(self.joined)
        band, lost = self._band(own, across)
        response = matrix[:, joined]
        response[joined] = 0.0
        matrix[:, joined] = 0.0
        matrix[joined, joined] = 1.0
        return Factors(matrix, response, *_factored(band, self.width), lost)

    def _band(self, own: FloatArray, across: Across) -> tuple[FloatArray, NDArray[np.bool_]]:
        """As LAPACK takes it, transposed: (members × copies × joined, 3 width + 1); and whose is not finite."""
        count, width, (copies, members) = len(self.joined), self.width, own.shape[2:]
        band = np.zeros((members, copies, count, 3 * width + 1))
        place = {state: k for k, state in enumerate(self.joined)}
        for i, p in place.items():
            for j, q in place.items():
                band[:, :, q, 2 * width + p - q] = own[i, j].T
        for (i, j, offset), value in across.items():
            p, q = place[i], place[j]
            if offset == 1:
                band[:, 1:, q, 2 * width + p - q - count] = value[:-1].T
            else:
                band[:, :-1, q, 2 * width + p - q + count] = value[1:].T
        lost = np.logical_not(np.isfinite(band).all(axis=(1, 2, 3)))
        if lost.any():
            band[lost] = 0.0
            band[lost, :, :, 2 * width] = 1.0
        return band.reshape(-1, 3 * width + 1), lost

    def solve(self, factors: Factors, right: FloatArray) -> FloatArray:
        """x (copies · s, m) for right sides of that shape."""
        copies, states = self.sparsity.copies, self.sparsity.states
        rows = right.reshape(copies, states, -1).transpose(1, 0, 2)
        x = np.empty(rows.shape)
        flat = x.reshape(states, -1)
        np.einsum("ijm,jm->im", factors.local, rows.reshape(states, -1), out=flat)
        if self.joined:
            self._solve_joined(factors, x)
        if factors.lost.any():
            x[:, :, factors.lost] = np.nan
        return x.transpose(1, 0, 2).reshape(right.shape)

    def chained(self, factors: Factors, right: FloatArray) -> FloatArray:
        """The joined states for what is left for them (members × copies × joined,), which may be overwritten."""
        return self.solver(factors.band, self.width, self.width, right, factors.exchanged, overwrite_b=1)[0]

    def _solve_joined(self, factors: Factors, x: FloatArray) -> None:
        """What is left of x (s, copies, m), in its place."""
        joined = list(self.joined)
        chains = np.ascontiguousarray(x[joined].transpose(2, 1, 0))
        if factors.lost.any():
            chains[factors.lost] = 0.0  # nothing of theirs may reach others
        answers = self.chained(factors, chains.reshape(-1)).reshape(chains.shape).transpose(2, 1, 0)
        flat = x.reshape(len(x), -1)
        flat -= np.einsum("ijm,jm->im", factors.response, answers.reshape(len(joined), -1))
        x[joined] = answers


def copy_by_copy(sparsity: Sparsity) -> CopyByCopy:
    """How systems of this sparsity are solved."""
    from scipy.linalg.lapack import dgbtrs

    return CopyByCopy(sparsity, sparsity.joined, dgbtrs)


def _factored(band: FloatArray, width: int) -> tuple[FloatArray, NDArray[np.int32]]:
    from scipy.linalg.lapack import dgbtrf

    if not band.size:
        return band, np.zeros(0, dtype=np.int32)
    found, exchanged, _ = dgbtrf(band.T, width, width, overwrite_ab=1)
    return found, exchanged
