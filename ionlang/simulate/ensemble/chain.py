"""Linear systems of many lines at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ionlang.codegen.chain import Links
from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.multistep.copy_by_copy import CopyByCopy, Factors, copy_by_copy


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """How systems (1/length − J) x = right are solved where J has these `links`."""

    links: Links
    systems: CopyByCopy

    def factored(self, t: FloatArray, y: FloatArray, p: ParametersMany, length: FloatArray) -> Factors:
        """At states y (n, m), for lengths (m,) [ms]."""
        sparsity, members = self.links.sparsity, t.size
        wide = [np.full((1, 1), value) if isinstance(value, float) else value for value in p]
        own = np.zeros((sparsity.states, sparsity.states, sparsity.copies, members))
        across: dict[tuple[int, int, int], FloatArray] = {}
        for (i, j, offset), value in zip(sparsity.places, self.links.function(t, y, wide), strict=True):
            if offset:
                across[i, j, offset] = np.broadcast_to(-value, (sparsity.copies, members))
            else:
                own[i, j] = -value
        diagonal = np.arange(sparsity.states)
        own[diagonal, diagonal] += 1.0 / length
        return self.systems.factored(own, across)

    def solve(self, factors: Factors, right: FloatArray) -> FloatArray:
        """x (n, m) for right sides (n, m)."""
        return self.systems.solve(factors, right)


def chain_of(links: Links) -> Chain:
    """For a cell that is one line."""
    return Chain(links, copy_by_copy(links.sparsity))
