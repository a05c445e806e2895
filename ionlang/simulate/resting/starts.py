"""Where the search for equilibria begins: a sweep of potentials and points spread in the box."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ionlang.simulate.resting.newton import descend
from ionlang.simulate.resting.reduced import (
    LARGEST_CONCENTRATION,
    Array,
    Indices,
    Kind,
    ScaledSystem,
    inside,
    linearise,
    room,
    states,
)

BISECTIONS = 6
SEED = 1952
FARTHEST = 10.0
"""A quantity without an upper bound is sought up to this many typical sizes beyond its start."""

POTENTIAL_REACH = 100.0
"""A potential without bounds is sought this far (mV) on either side of its start."""


def settle(scaled: ScaledSystem, y: Array) -> tuple[ScaledSystem, Array] | None:
    """The start y (n,) as coordinates (m,), moved off the edge of the box if need be; the anchor is set.

    None if the conserved totals leave no state inside the box.
    """
    z = y[scaled.rows] / scaled.unit
    for pull in (0.0, 1e-6, 1e-3, 0.1, 1.0):
        if pull == 1e-6:
            centre = _centre(scaled)
        trial = z if pull == 0.0 else z + pull * (centre - z)
        anchor = states(scaled, trial[None])
        if inside(scaled, anchor)[0]:
            return replace(scaled, anchor=anchor[:, 0]), trial
    return None


def _centre(scaled: ScaledSystem) -> Array:
    """The coordinates (m,) deepest inside the box, in typical sizes and at most one; nan if it is empty."""
    from scipy.optimize import linprog

    scale = scaled.system.scale
    below, above = np.isfinite(scaled.lower), np.isfinite(scaled.upper)
    walls = np.vstack(
        [
            -scaled.spread[below] / scale[below, None],
            scaled.spread[above] / scale[above, None],
        ]
    )
    clear = (scaled.system.offset - scaled.lower)[below] / scale[below]
    space = np.concatenate([clear, (scaled.upper - scaled.system.offset)[above] / scale[above]])
    depth = np.zeros(len(scaled.unit) + 1)
    depth[-1] = -1.0
    free = [(None, None)] * len(scaled.unit) + [(0.0, 1.0)]
    found = linprog(
        depth,
        A_ub=np.column_stack([walls, np.ones(len(walls))]),
        b_ub=space,
        bounds=free,
    )
    return np.full(len(scaled.unit), np.nan) if found.x is None else np.array(found.x[:-1])


def coordinates_of(scaled: ScaledSystem, *kinds: Kind) -> Indices:
    """Which coordinates are of the given kinds."""
    chosen = [i for i, row in enumerate(scaled.rows) if scaled.system.kinds[row] in kinds]
    return np.array(chosen, dtype=np.intp)


def _limits(scaled: ScaledSystem, z: Array) -> tuple[Array, Array]:
    """The range (m,), (m,) of each coordinate that starts are spread over."""
    potential = np.array([scaled.system.kinds[row] is Kind.POTENTIAL for row in scaled.rows], dtype=bool)
    beyond = np.where(potential, POTENTIAL_REACH / scaled.unit, FARTHEST)
    lowest, highest = scaled.system.lower[scaled.rows], scaled.system.upper[scaled.rows]
    lower = np.where(np.isfinite(lowest), lowest / scaled.unit, z - beyond)
    bounded = np.isfinite(highest) & (highest != LARGEST_CONCENTRATION)
    return lower, np.where(bounded, highest / scaled.unit, z + beyond)


def sweep(scaled: ScaledSystem, z: Array, count: int) -> Array:
    """Starts (k, m) with the potentials at `count` values over their range and the rest settled there.

    Two families: gates alone at rest, concentrations as in z (m,); and everything else at rest as well.  With
    one potential, each change of sign of its rate along the second family is narrowed by bisection.
    """
    potentials = coordinates_of(scaled, Kind.POTENTIAL)
    if not potentials.size:
        return z[None]
    others = np.setdiff1d(np.arange(len(z)), potentials)
    values = _grid(scaled, z, potentials, count)
    grid = np.tile(z, (len(values), 1))
    grid[:, potentials] = values
    grid = grid[inside(scaled, states(scaled, grid))]
    gated = descend(scaled, grid, coordinates_of(scaled, Kind.GATE), steps=4).z
    rested = descend(scaled, gated, others)
    families = [rested.z] if len(coordinates_of(scaled, Kind.GATE)) == len(others) else [gated, rested.z]
    if potentials.size == 1:
        families.append(_narrowed(scaled, rested.z[rested.converged], potentials, others))
    return np.concatenate(families)


def _grid(scaled: ScaledSystem, z: Array, potentials: Indices, count: int) -> Array:
    """Values of the potentials: all alike over the range, and with several also each for itself."""
    lower, upper = (limit[potentials] for limit in _limits(scaled, z))
    along = (np.arange(count) + 0.5)[:, None] / count
    alike: Array = lower + along * (upper - lower)
    if potentials.size == 1:
        return alike
    return np.concatenate([alike, lower + _spread(count, potentials.size) * (upper - lower)])


def _narrowed(scaled: ScaledSystem, z: Array, potentials: Indices, others: Indices) -> Array:
    """Points (j, m) close to each change of sign of the potential's rate between neighbours in z (k, m)."""
    charging = np.sign(linearise(scaled, z).rate[:, potentials[0]])
    change = np.flatnonzero(charging[:-1] * charging[1:] < 0)
    left, right, sign = z[change], z[change + 1], charging[change]
    for _ in range(BISECTIONS):
        middle = descend(scaled, (left + right) / 2, others, steps=10).z
        same = (np.sign(linearise(scaled, middle).rate[:, potentials[0]]) == sign)[:, None]
        left, right = np.where(same, middle, left), np.where(same, right, middle)
    return np.concatenate([left, right])


def scatter(scaled: ScaledSystem, z: Array, count: int) -> Array:
    """Starts (count, m) spread over the box, gates at rest in every second one, seen from z (m,) inside it.

    Points that the conserved totals rule out are drawn back along the line to z.
    """
    lower, upper = _limits(scaled, z)
    part = _spread(count, len(z))
    target = lower + part * (upper - lower)
    reach = room(scaled, np.tile(z, (count, 1)), target - z)
    reach = np.where(reach < 1, reach * _spread(count, 1)[:, 0], 1.0)
    points = z + reach[:, None] * (target - z)
    points[::2] = descend(scaled, points[::2], coordinates_of(scaled, Kind.GATE), steps=4).z
    return points


def _spread(count: int, m: int) -> Array:
    """A Latin hypercube of `count` points in (0, 1)^m, the same on every run."""
    draw = np.random.default_rng(SEED + m)
    cells = np.column_stack([draw.permutation(count) for _ in range(m)])
    points: Array = (cells + draw.random((count, m))) / count
    return points
