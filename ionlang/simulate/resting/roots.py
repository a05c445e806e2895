"""From where many starts ended to the distinct roots they found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ionlang.simulate.resting.newton import descend, length, polish
from ionlang.simulate.resting.reduced import (
    Array,
    Indices,
    ScaledSystem,
    inside,
    linearise,
    states,
)
from ionlang.simulate.resting.stability import free_directions, residuals

SAME_ROOT = 1e-6
"""Roots closer than this, in typical sizes, are one."""

LARGEST_RESIDUAL = 1e-9
"""Relative to the terms of the row; what is left after polishing is rounding, or no root."""


@dataclass(frozen=True, slots=True, eq=False)
class Roots:
    """Distinct roots z (r, m).

    hits: starts that led to each; members: distinct points each one stands for, more than one on a continuum;
    rejected: ends that were no roots.
    """

    z: Array
    hits: tuple[int, ...]
    members: tuple[int, ...]
    rejected: int


def collect(scaled: ScaledSystem, ends: Array) -> Roots:
    """The distinct roots among the ends (k, m) of converged starts; earlier ends stand for later ones."""
    if not len(ends):
        return Roots(ends, (), (), 0)
    z = polish(scaled, ends)
    true = inside(scaled, states(scaled, z)) & linearise(scaled, z).usable
    true[true] = residuals(scaled, states(scaled, z[true])) <= LARGEST_RESIDUAL
    z = z[true]
    first, label = _first_of_each(z)
    family = _families(scaled, z[first])
    leaders = [i for i, lead in enumerate(family) if lead == i]
    hits = tuple(int((family[label] == lead).sum()) for lead in leaders)
    members = tuple(int((family == lead).sum()) for lead in leaders)
    return Roots(z[first][leaders], hits, members, int((~true).sum()))


def _first_of_each(z: Array) -> tuple[Indices, Indices]:
    """Indices of the first point of each distinct root, and for each point the number of its root."""
    label = np.full(len(z), -1, dtype=np.intp)
    first: list[int] = []
    for i in range(len(z)):
        if label[i] < 0:
            label[(length(z - z[i]) < SAME_ROOT) & (label < 0)] = len(first)
            first.append(i)
    return np.array(first, dtype=np.intp), label


def _families(scaled: ScaledSystem, z: Array) -> Indices:
    """For each distinct root in z (r, m) the first root on the same continuum; itself if it is isolated.

    Singular roots are neighbours if the point half way between them comes to rest, on a singular root, near
    by.
    """
    family = np.arange(len(z), dtype=np.intp)
    loose = np.flatnonzero(free_directions(linearise(scaled, z).slope) > 0)
    if loose.size < 2:
        return family
    pairs = loose[_shortest_tree(z[loose])]
    middle, gap = (
        (z[pairs[:, 0]] + z[pairs[:, 1]]) / 2,
        length(z[pairs[:, 0]] - z[pairs[:, 1]]),
    )
    rest = descend(scaled, middle, np.arange(z.shape[1]))
    joined = rest.converged & (length(rest.z - middle) <= gap / 2)
    joined &= free_directions(linearise(scaled, rest.z).slope) > 0
    for a, b in pairs[joined]:
        family[family == max(family[a], family[b])] = min(family[a], family[b])
    return family


def _shortest_tree(z: Array) -> Indices:
    """The pairs (r − 1, 2) of points in z (r, m) that join them all along the shortest way."""
    joined, best = [0], length(z - z[0])
    nearest = np.zeros(len(z), dtype=np.intp)
    pairs = []
    for _ in range(len(z) - 1):
        best[joined] = np.inf
        new = int(np.argmin(best))
        pairs.append((int(nearest[new]), new))
        joined.append(new)
        away = length(z - z[new])
        nearest = np.where(away < best, new, nearest)
        best = np.minimum(best, away)
    return np.array(pairs, dtype=np.intp)
