"""The order in which states can be solved for once one coordinate is given: each group needs what comes before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ionlang.simulate.resting.reduced import Mask


def groups(needs: Mask, lead: int) -> tuple[tuple[int, ...], ...]:
    """Of coordinates with needs[i, j] where the rate of i depends on j, all but `lead`: those that depend on one
    another together, and each group behind those that it depends on."""
    others = [i for i in range(len(needs)) if i != lead]
    reach = needs[np.ix_(others, others)] | np.eye(len(others), dtype=bool)
    for k in range(len(others)):
        reach |= np.outer(reach[:, k], reach[k])
    together = reach & reach.T
    first = sorted({int(np.argmax(row)) for row in together})
    first.sort(key=lambda i: int(reach[i].sum()))
    return tuple(tuple(others[j] for j in np.flatnonzero(together[i]).tolist()) for i in first)


def needs_of(structure: Sequence[Sequence[bool]], matrix: np.ndarray, rows: Sequence[int]) -> Mask:
    """Which coordinates (m, m) the rates of the kept states `rows` depend on, the eliminated states seen through."""
    found: Mask = (np.array(structure, dtype=int) @ (matrix != 0))[list(rows)] > 0
    return found
