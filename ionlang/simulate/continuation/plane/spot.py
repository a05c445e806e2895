"""A point on a curve of folds or Hopf points while it is followed, and what tells that something happens there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ionlang.simulate.continuation.branch import Spectrum
from ionlang.simulate.continuation.family import Local
from ionlang.simulate.continuation.plane.lines import FoldLine, HopfLine, Line
from ionlang.simulate.continuation.span import LENGTH
from ionlang.simulate.continuation.swing import swing
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.resting.character import in_order
from ionlang.simulate.resting.newton import solved

Corner = Literal["cusp", "bogdanov_takens", "bautin", "fold_hopf", "hopf_hopf"]


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """place (m + 2,), tangent (m + 2,) of length one; line: the equations, drawn up there.

    others: the eigenvalues beside the critical ones [per ms], largest real part first; rate: |Im λ| of the pair on a
    curve of Hopf points [rad/ms], 0 elsewhere. tests: for each kind of corner a number that is zero at it.
    has_sure_cycle: whether the sign of that for `bautin` is no matter of rounding.
    """

    place: FloatArray
    tangent: FloatArray
    line: Line
    others: Spectrum
    rate: float
    tests: dict[Corner, float]
    has_sure_cycle: bool = False

    @property
    def unstable(self) -> int:
        """How many eigenvalues beside the critical ones have a positive real part."""
        return int((self.others.real > 0).sum())


def examine(line: Line, place: FloatArray, forwards: FloatArray) -> Spot | None:
    """What a point on a curve is like; its tangent points the way of `forwards` (m + 2,)."""
    base = line.plane.local(place)
    if base is None:
        return None
    moved = line.at(base)
    local = moved.local(place)
    if local is None:
        return None
    onwards = np.zeros(len(place))
    onwards[-1] = 1.0
    tangent = solved(np.vstack([local.slope, forwards]), onwards)
    if tangent is None:
        return None
    tangent = tangent / float(np.linalg.norm(tangent))
    if isinstance(moved, FoldLine):
        return _on_folds(moved, base, place, tangent, local.slope[-1])
    return _on_hopfs(moved, base, place, tangent)


def _on_folds(
    line: FoldLine, base: Local, place: FloatArray, tangent: FloatArray, gradient: FloatArray
) -> Spot | None:
    found = line.null(base)
    if found is None:
        return None
    psi, v, _ = found
    left = psi / line.size
    values = np.linalg.eigvals(base.slope[:, :-2]).astype(np.complex128)
    others = in_order(np.delete(values, int(np.argmin(np.abs(values)))))
    return Spot(place, tangent, line, others, 0.0, {
        "cusp": -float(gradient[:-2] @ v),
        "bogdanov_takens": float(left @ v / np.linalg.norm(left)),
    })  # fmt: skip


def _on_hopfs(line: HopfLine, base: Local, place: FloatArray, tangent: FloatArray) -> Spot | None:
    found = line.pair(base)
    if found is None:
        return None
    small = found[2]
    square = float(np.linalg.det(small))
    rate = float(np.sqrt(max(square, 0.0)))
    values = np.linalg.eigvals(base.slope[:, :-2]).astype(np.complex128)
    for critical in np.linalg.eigvals(small):
        values = np.delete(values, int(np.argmin(np.abs(values - critical))))
    tests: dict[Corner, float] = {"bogdanov_takens": square}
    moved = swing(line.plane.scaled(place), place[:-2], rate) if rate > 0 else None
    if moved is not None:
        tests["bautin"] = moved.growth
    return Spot(place, tangent, line, in_order(values), rate, tests, moved is not None and moved.is_known)


def is_at_end(spot: Spot) -> bool:
    """Whether the curve leaves the range of a parameter here."""
    return any(
        (spot.place[k] <= 0.0 and spot.tangent[k] < 0) or (spot.place[k] >= LENGTH and spot.tangent[k] > 0)
        for k in (-2, -1)
    )
