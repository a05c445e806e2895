"""Linear systems of many lines at once.

Of the states of a copy few take part in what passes between neighbours. The others are eliminated within each copy, in
all copies of all members at once; what is left is a chain of small blocks, and the chains of all members, one behind
the other, are one band.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ionlang.codegen.chain import Links
from ionlang.simulate.ensemble.elimination import Pivot, eliminate, pivots_of
from ionlang.simulate.functions import FloatArray, ParametersMany

_INT = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Factors:
    """Of m members: what elimination within copies left (s, s, copies, m), and the factors of the band; `lost` are the
    members whose matrix is not finite."""

    local: FloatArray
    band: FloatArray
    exchanged: _INT
    lost: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """How systems (1/length − J) x = right are solved where J has these `links`. `joined` are the numbers of the states
    that take part in what passes between neighbours, `pivots` eliminate the others."""

    links: Links
    joined: tuple[int, ...]
    pivots: tuple[Pivot, ...]

    @property
    def width(self) -> int:
        """Rows of the band below its diagonal, and above it."""
        return 2 * len(self.joined) - 1 if self.joined else 0

    def factored(self, t: FloatArray, y: FloatArray, p: ParametersMany, length: FloatArray) -> Factors:
        """At states y (n, m), for lengths (m,) [ms]."""
        states, copies, members = self.links.states, self.links.copies, t.size
        wide = [np.full((1, 1), value) if isinstance(value, float) else value for value in p]
        own = np.zeros((states, states, copies, members))
        across: dict[tuple[int, int, int], FloatArray] = {}
        for (i, j, offset), value in zip(self.links.places, self.links.function(t, y, wide), strict=True):
            if offset:
                across[i, j, offset] = np.broadcast_to(value, (copies, members))
            else:
                own[i, j] = -value
        diagonal = np.arange(states)
        own[diagonal, diagonal] += 1.0 / length
        for pivot in self.pivots:
            eliminate(own, pivot)
        band, lost = self._band(own, across, members)
        return Factors(own, *_factored_band(band, self.width), lost)

    def _band(
        self, own: FloatArray, across: dict[tuple[int, int, int], FloatArray], members: int
    ) -> tuple[FloatArray, NDArray[np.bool_]]:
        """As LAPACK takes it, transposed: (members × copies × joined, 3 width + 1); and whose is not finite."""
        count, width, copies = len(self.joined), self.width, self.links.copies
        place = {state: k for k, state in enumerate(self.joined)}
        band = np.zeros((members, copies, count, 3 * width + 1))
        for i, p in place.items():
            for j, q in place.items():
                band[:, :, q, 2 * width + p - q] = own[i, j].T
        for (i, j, offset), value in across.items():
            p, q = place[i], place[j]
            if offset == 1:
                band[:, 1:, q, 2 * width + p - q - count] = -value[:-1].T
            else:
                band[:, :-1, q, 2 * width + p - q + count] = -value[1:].T
        lost = np.logical_not(np.isfinite(band).all(axis=(1, 2, 3)))
        if lost.any():
            band[lost] = 0.0
            band[lost, :, :, 2 * width] = 1.0
        return band.reshape(-1, 3 * width + 1), lost

    def solve(self, factors: Factors, right: FloatArray) -> FloatArray:
        """x (n, m) for right sides (n, m), in their place."""
        right[:, factors.lost] = 0.0
        x = right.reshape(self.links.copies, self.links.states, -1)
        for pivot in self.pivots:
            for row, own in zip(pivot.rows.tolist(), factors.local[pivot.rows, pivot.index], strict=True):
                x[:, row] -= own * x[:, pivot.index]
        if self.joined:
            self._solve_joined(factors, x)
        for pivot in reversed(self.pivots):
            k, own = pivot.index, factors.local[pivot.index]
            for column in pivot.columns.tolist():
                x[:, k] -= own[column] * x[:, column]
            x[:, k] /= own[k]
        right[:, factors.lost] = np.nan
        return right

    def _solve_joined(self, factors: Factors, x: FloatArray) -> None:
        """What is left of x (copies, s, m), in its place."""
        from scipy.linalg.lapack import dgbtrs

        joined = list(self.joined)
        chains = np.ascontiguousarray(x[:, joined].transpose(2, 0, 1))
        chains[factors.lost] = 0.0  # nothing of theirs may reach others
        found, _ = dgbtrs(
            factors.band, self.width, self.width, chains.reshape(-1), factors.exchanged, overwrite_b=1
        )
        x[:, joined] = found.reshape(chains.shape).transpose(1, 2, 0)


def chain_of(links: Links) -> Chain:
    """The order of elimination, settled once."""
    joined = sorted({state for i, j, offset in links.places if offset for state in (i, j)})
    pattern = np.eye(links.states, dtype=bool)
    for i, j, offset in links.places:
        pattern[i, j] |= not offset
    pattern[np.ix_(joined, joined)] = True
    others = [state for state in range(links.states) if state not in joined]
    return Chain(links, tuple(joined), pivots_of(pattern, others))


def _factored_band(band: FloatArray, width: int) -> tuple[FloatArray, _INT]:
    from scipy.linalg.lapack import dgbtrf

    if not band.size:
        return band, np.zeros(0, dtype=np.int32)
    found, exchanged, _ = dgbtrf(band.T, width, width, overwrite_ab=1)
    return found, exchanged
