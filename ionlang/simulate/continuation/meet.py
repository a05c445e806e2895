"""Where branches meet: the place itself, and the directions that lead away from it.

At a simple branch point the slope F_u (m, m + 1) lacks one rank. It has two directions N (m + 1, 2) without change and
one row ψ (m,) with ψ F_u = 0, and the branches leave along N c with c H c = 0, H = ψ F_uu[N, N].
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ionlang.simulate.continuation.branch import Point
from ionlang.simulate.continuation.correct import correct, examine
from ionlang.simulate.continuation.followed import Followed
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.resting.newton import equilibrated

if TYPE_CHECKING:
    from ionlang.simulate.continuation.family import Family

_FARTHEST = 1e-3
"""How far sharpening may move a place."""

_DIFFERENCE = 1e-5
_FIRST_STEPS = (1e-2, 1e-3, 1e-1)
_PARALLEL = 0.999


def sharpened(family: Family, point: Point) -> Point:
    """A branch point to rounding, where bisection along the branch is blurred: a root of F(u) + β ψ, ψ F_u and
    ψψ − 1 in u, ψ and β. The point itself if that leads nowhere."""
    from scipy.optimize import root

    m = len(point.place) - 1
    here = family.local(point.place)
    if here is None:
        return point
    even, size = equilibrated(here.slope)
    row = np.linalg.svd(even.T)[2][-1]

    def defect(x: FloatArray) -> FloatArray:
        local = family.local(x[: m + 1])
        if local is None:
            return np.full(2 * m + 2, 1e3)
        psi = x[m + 1 : -1]
        turned = psi @ (local.slope / size[:, None])
        return np.concatenate([local.rate / size + x[-1] * psi, turned, [psi @ psi - 1.0]])

    found = root(defect, np.concatenate([point.place, row, [0.0]]), tol=1e-14)
    place = found.x[: m + 1]
    better = float(np.abs(defect(found.x)).max()) < 1e-8
    if not better or float(np.abs(place - point.place).max()) > _FARTHEST:
        return point
    there = examine(family, place, point.tangent)
    return point if there is None else replace(there, tangent=point.tangent)


def directions(family: Family, meeting: Point) -> tuple[FloatArray, ...]:
    """The two directions (m + 1,) of the branches through a branch point; none where they are not simple."""
    place = meeting.place
    here = family.local(place)
    if here is None:
        return ()
    even, size = equilibrated(here.slope)
    rows, _, columns = np.linalg.svd(even)
    psi, null = rows[:, -1], columns[-2:]
    bends = np.zeros((2, 2))
    for i in range(2):
        ahead = family.local(place + _DIFFERENCE * null[i])
        behind = family.local(place - _DIFFERENCE * null[i])
        if ahead is None or behind is None:
            return ()
        bends[i] = psi @ ((ahead.slope - behind.slope) / size[:, None]) @ null.T / (2 * _DIFFERENCE)
    return tuple(c @ null for c in _isotropic((bends + bends.T) / 2))


def _isotropic(form: FloatArray) -> tuple[FloatArray, ...]:
    """The two directions (2,) in which a quadratic form is zero; none if it has one sign."""
    values, vectors = np.linalg.eigh(form)
    if not values[0] < 0 < values[1]:
        return ()
    weights = np.sqrt(np.array([values[1], -values[0]]))
    found = (vectors @ weights, vectors @ (weights * np.array([1.0, -1.0])))
    return tuple(c / np.linalg.norm(c) for c in found)


def departures(family: Followed, meeting: Point) -> tuple[Point, ...]:
    """The first points on the other branch through a branch point, one on either side, pointing away from it."""
    own = meeting.tangent
    others = sorted(family.ways(meeting), key=lambda way: abs(float(way @ own)))
    if not others or abs(float(others[0] @ own)) > _PARALLEL:
        return ()
    first = (_depart(family, meeting.place, sign * others[0]) for sign in (-1.0, 1.0))
    return tuple(point for point in first if point is not None)


def _depart(family: Followed, place: FloatArray, way: FloatArray) -> Point | None:
    for length in _FIRST_STEPS:
        guess = place + length * way
        found = correct(family, guess, way)
        if found is not None and float(np.linalg.norm(found - guess)) < 0.3 * length:
            return examine(family, found, way)
    return None
