"""A cell model on its independent coordinates: the noun that the search for equilibria works on.

dy/dt = f(y), and y = offset + matrix @ x once the conservation laws have been used.  The search itself runs
in scaled coordinates z (k, m), one row a start, in which a step of one is a step of typical size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]
Batch = Callable[[Array], Array]
Single = Callable[[Array], tuple[Array, Array]]
Exhaust = Callable[["ReducedSystem"], Array | None]

GATE_MARGIN = 1e-9
"""A gate may rest at 0 or 1 to rounding, so its box is wider by this much; the box of a quantity is open."""

LARGEST_CONCENTRATION = 1e4
"""Nothing is dissolved in more than this (mM, 10 M)."""

FRACTION_TO_BOUNDARY = 0.9


class Kind(Enum):
    """What sort of quantity a state is; decides how starts are spread over it."""

    POTENTIAL = "potential"
    GATE = "gate"
    CONCENTRATION = "concentration"
    AMOUNT = "amount"
    VARIABLE = "variable"


@dataclass(frozen=True, slots=True, eq=False)
class ReducedSystem:
    """dy/dt = rhs(y) with y = offset + matrix @ x; n states, m independent coordinates.

    rhs: (n, k) → (n, k) and jacobian: (n, k) → (n, n, k), over a trailing ensemble axis of k states; the time
    unit is theirs.  rows: the m states whose equations are kept; matrix[rows] must be invertible.  lower,
    upper (n,): the open box that is searched, infinite where nothing is known.  scale (n,): typical sizes,
    positive.  terms, if given: (n, k) → (n, k), the magnitude of the largest term in each row of rhs.  single, if
    given: rhs (n,) and jacobian (n, n) of one state (n,), faster than a batch of one; it may raise ArithmeticError
    or ValueError where they are not defined.  exhaust, if given: the coordinates (r, m) of every zero that such a
    system on kept states has, with proof, or None.  Raises ValueError for shapes that disagree and sizes that are
    not positive.
    """

    rhs: Batch
    jacobian: Batch
    offset: Array
    matrix: Array
    rows: tuple[int, ...]
    kinds: tuple[Kind, ...]
    lower: Array
    upper: Array
    scale: Array
    terms: Batch | None = None
    single: Single | None = None
    exhaust: Exhaust | None = None

    def __post_init__(self) -> None:
        n, m = len(self.kinds), len(self.rows)
        vectors = (self.offset, self.lower, self.upper, self.scale)
        if self.matrix.shape != (n, m) or any(v.shape != (n,) for v in vectors):
            raise ValueError(f"expected vectors of {n} states and a matrix of {n} by {m}")
        if not (np.isfinite(self.scale).all() and (self.scale > 0).all()):
            raise ValueError("every state needs a positive, finite scale")


def on_kept_states(system: ReducedSystem) -> ReducedSystem:
    """The same system with the kept states themselves as coordinates: x = y[rows]."""
    rows = np.array(system.rows, dtype=np.intp)
    block = system.matrix[rows]
    if np.array_equal(block, np.eye(len(rows))) and not system.offset[rows].any():
        return system
    try:
        matrix: Array = np.linalg.solve(block.T, system.matrix.T).T.astype(np.float64)
    except np.linalg.LinAlgError:
        raise ValueError("the kept states do not determine the coordinates") from None
    matrix[rows] = np.eye(len(rows))
    offset = system.offset - matrix @ system.offset[rows]
    offset[rows] = 0.0
    return replace(system, matrix=matrix, offset=offset)


@dataclass(frozen=True, slots=True, eq=False)
class ScaledSystem:
    """A ReducedSystem whose coordinates are kept states, measured in units of their typical size.

    unit (m,); spread (n, m) = matrix * unit; lower, upper (n,): bounds that a state is held to, infinite for
    states that cannot move; anchor (n,): a state inside, evaluated in place of states that are not.
    """

    system: ReducedSystem
    rows: Indices
    unit: Array
    spread: Array
    lower: Array
    upper: Array
    anchor: Array


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """rate (k, m) and slope (k, m, m) of dz/dt; zero and not usable outside the box or if not finite."""

    rate: Array
    slope: Array
    usable: Mask


def scaled_system(system: ReducedSystem) -> ScaledSystem:
    """Coordinates in typical sizes.  The anchor is not set: see `starts.settle`."""
    kept = on_kept_states(system)
    rows = np.array(kept.rows, dtype=np.intp)
    unit = kept.scale[rows]
    gate = np.array([kind is Kind.GATE for kind in kept.kinds])
    moves = (kept.matrix != 0).any(axis=1)
    lower = np.where(moves, np.where(gate, kept.lower - GATE_MARGIN, kept.lower), -np.inf)
    upper = np.where(moves, np.where(gate, kept.upper + GATE_MARGIN, kept.upper), np.inf)
    return ScaledSystem(kept, rows, unit, kept.matrix * unit, lower, upper, kept.offset)


def states(scaled: ScaledSystem, z: Array) -> Array:
    """All states (n, k) at scaled coordinates z (k, m)."""
    lifted: Array = scaled.system.offset[:, None] + scaled.spread @ z.T
    return lifted


def inside(scaled: ScaledSystem, y: Array) -> Mask:
    """Which of the states y (n, k) lie strictly in the box, (k,); a nan does not."""
    within: Mask = np.logical_and.reduce((y > scaled.lower[:, None]) & (y < scaled.upper[:, None]), axis=0)
    return within


def room(scaled: ScaledSystem, z: Array, step: Array) -> Array:
    """The part (k,) of each step (k, m), at most 1, that goes at most 0.9 of the way to the edge."""
    y, dy = states(scaled, z), scaled.spread @ step.T
    with np.errstate(all="ignore"):
        down = np.where(dy < 0, (scaled.lower[:, None] - y) / dy, np.inf)
        up = np.where(dy > 0, (scaled.upper[:, None] - y) / dy, np.inf)
    nearest = np.minimum(down, up).min(axis=0)
    allowed: Array = np.minimum(1.0, FRACTION_TO_BOUNDARY * nearest)
    return allowed


def linearise(scaled: ScaledSystem, z: Array) -> Linear:
    """Rates and slopes at z (k, m); the model is never evaluated outside the box."""
    if len(z) == 1 and scaled.system.single is not None:
        return _linear_at_one(scaled, z[0])
    y = states(scaled, z)
    usable = inside(scaled, y)
    safe = np.where(usable, y, scaled.anchor[:, None])
    with np.errstate(all="ignore"):
        f = np.asarray(scaled.system.rhs(safe), dtype=float)[scaled.rows]
        j = np.asarray(scaled.system.jacobian(safe), dtype=float)[scaled.rows]
        rate = (f / scaled.unit[:, None]).T
        slope = (np.ascontiguousarray(j.transpose(2, 0, 1)) @ scaled.spread) / scaled.unit[:, None]
    usable = usable & np.isfinite(rate).all(axis=1) & np.isfinite(slope).all(axis=(1, 2))
    return Linear(
        np.where(usable[:, None], rate, 0.0),
        np.where(usable[:, None, None], slope, 0.0),
        usable,
    )


def at_one(scaled: ScaledSystem, z: Array) -> tuple[Array, Array] | None:
    """rate (m,) and slope (m, m) of dz/dt at one z (m,); None outside the box or where they are not finite."""
    y = states(scaled, z[None])
    if not inside(scaled, y)[0]:
        return None
    single = scaled.system.single
    if single is None:
        linear = linearise(scaled, z[None])
        return (linear.rate[0], linear.slope[0]) if linear.usable[0] else None
    try:
        f, j = single(y[:, 0])
    except (ArithmeticError, ValueError):
        return None
    if not np.isfinite(j).all():
        return None
    rate, slope = f[scaled.rows] / scaled.unit, (j[scaled.rows] @ scaled.spread) / scaled.unit[:, None]
    return (rate, slope) if np.isfinite(rate).all() and np.isfinite(slope).all() else None


def _linear_at_one(scaled: ScaledSystem, z: Array) -> Linear:
    found, m = at_one(scaled, z), len(z)
    rate, slope = (np.zeros(m), np.zeros((m, m))) if found is None else found
    return Linear(rate[None], slope[None], np.array([found is not None]))


def part(linear: Linear, free: Indices) -> Linear:
    """The equations and coordinates `free` alone, the others frozen."""
    return Linear(linear.rate[:, free], linear.slope[:, free[:, None], free], linear.usable)
