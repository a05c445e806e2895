"""Equilibria by curves on which everything but one coordinate is at rest: what lies on them, and how far they reach."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ionlang.simulate.resting.curve import Curve, drawn, trace, zeros
from ionlang.simulate.resting.newton import descend
from ionlang.simulate.resting.reduced import Array, Kind, ScaledSystem, linearise, scaled_system, states
from ionlang.simulate.resting.roots import SAME_ROOT, Roots, collect
from ionlang.simulate.resting.stability import free_directions

MOST_CURVES = 4
_NEAR = 10 * SAME_ROOT


@dataclass(frozen=True, slots=True, eq=False)
class Along:
    """curves: each with its places as states (n, k), and the rate (k,) of the state `lead` there, all else at rest;
    ends (j, m): the equilibria that are on them, in the coordinates of the system; others: how many that were known
    before are on none of them."""

    lead: int
    curves: tuple[tuple[Array, Array, Curve], ...]
    ends: Array
    others: int


def followed(scaled: ScaledSystem, known: Roots, home: Array) -> Along:
    """The curves through the known equilibria, and through `home` (m,) settled where there are none."""
    lead, wide = lead_of(scaled), _widened(scaled, known.z)
    turn = scaled.unit / wide.unit
    singular = free_directions(linearise(scaled, known.z).slope) > 0
    pending = [z * turn for z, skip in zip(known.z, singular, strict=True) if not skip]
    begin = pending or list(_settled(wide, home * turn, lead))
    curves: list[Curve] = []
    found = np.zeros((0, len(home)))
    for z in begin:
        if len(curves) < MOST_CURVES and not _is_among(z, found):
            curve = trace(wide, z, lead)
            if curve is not None:
                curves.append(curve)
                found = np.concatenate([found, _zeros(wide, curve)])
    others = sum(not _is_among(z, found) for z in pending) + int(singular.sum())
    drawn = tuple((*_drawn(wide, curve, lead), curve) for curve in curves)
    return Along(int(scaled.rows[lead]), drawn, found / turn, others)


def lead_of(scaled: ScaledSystem) -> int:
    """The coordinate that is left out: the first potential, else the first of all."""
    kinds = [scaled.system.kinds[row] for row in scaled.rows]
    return kinds.index(Kind.POTENTIAL) if Kind.POTENTIAL in kinds else 0


def _widened(scaled: ScaledSystem, known: Array) -> ScaledSystem:
    """With typical sizes that suit what was found: what is written may be nothing, or next to it."""
    largest = np.abs(states(scaled, known)).max(axis=1, initial=0.0)
    kinds = scaled.system.kinds
    measured = np.array([kind not in (Kind.POTENTIAL, Kind.GATE) for kind in kinds])
    scale = np.where(measured, np.maximum(scaled.system.scale, largest), scaled.system.scale)
    return replace(scaled_system(replace(scaled.system, scale=scale)), anchor=scaled.anchor)


def _settled(scaled: ScaledSystem, home: Array, lead: int) -> Array:
    """The start with everything but the lead at rest, (1, m); nothing if it does not come there."""
    end = descend(scaled, home[None], np.delete(np.arange(len(home)), lead))
    return end.z[end.converged]


def _zeros(scaled: ScaledSystem, curve: Curve) -> Array:
    """The equilibria on a curve, each once."""
    near = zeros(curve)
    end = descend(scaled, near, np.arange(len(curve.places[0].z)))
    return collect(scaled, end.z[end.converged]).z


def _is_among(z: Array, found: Array) -> bool:
    return bool((np.abs(found - z).max(axis=1, initial=0.0) < _NEAR).any())


def _drawn(scaled: ScaledSystem, curve: Curve, lead: int) -> tuple[Array, Array]:
    points, rates = drawn(curve)
    return states(scaled, points), rates * scaled.unit[lead]
