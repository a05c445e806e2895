"""How many equilibria there are along a row, as its branches tell."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from ionlang.simulate.continuation.branch import Branch
from ionlang.simulate.continuation.diagram import Over
from ionlang.simulate.continuation.explore import Exploration
from ionlang.simulate.continuation.plane.chart import Census
from ionlang.simulate.continuation.span import LENGTH

_LEAST = 1e-6


def census_of(over: Over, also: Over, value: float, found: Exploration) -> Iterator[Census]:
    """Counts between neighbouring points at which something happens, from the lower to the upper end."""
    family = found.family
    edges = [0.0, LENGTH, *(float(h.point.place[-1]) for b in found.branches for h in b.happenings)]
    edges += [float(b.points[k].place[-1]) for b in found.branches for k in (0, -1)]
    for low, high in pairwise(sorted(edges)):
        if high - low > _LEAST:
            middle = 0.5 * (low + high)
            crossings = [stable for branch in found.branches for stable in _crossings(branch, middle)]
            ends = [over.shown(family.value(np.array([share]))) for share in (low, high)]
            yield Census(also.shown(value), ends[0], ends[1], len(crossings), sum(crossings))


def _crossings(branch: Branch, share: float) -> Iterator[bool]:
    """Whether the equilibrium is stable, each time a branch passes a share of the range."""
    for first, second in pairwise(branch.points):
        if (first.place[-1] > share) != (second.place[-1] > share):
            yield first.stable or second.stable
