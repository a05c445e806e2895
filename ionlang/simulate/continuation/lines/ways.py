"""Where a branch leaves from a branch point of a line.

Beside the tangent of the branch there is one more direction φ without change. Equilibria with φ · (u − u₀) = ε are not
on the branch itself, as that stands upright on φ: they are on the other one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ionlang.simulate.continuation.branch import Point
from ionlang.simulate.continuation.correct import correct
from ionlang.simulate.functions import FloatArray

if TYPE_CHECKING:
    from ionlang.simulate.continuation.lines.family import LineFamily

LENGTHS = (1e-2, 1e-3, 1e-1)
FARTHEST = 5.0


def along_chord(family: LineFamily, point: Point, chord: FloatArray) -> Point:
    """A branch point with the tangent of its own branch: of the two directions without change that mixture which is
    nearest to a chord (n + 1,) past it."""
    here = family.local(point.place)
    null = None if here is None else here.null(point.tangent)
    if null is None:
        return point
    tangent = (chord @ point.tangent) * point.tangent + (chord @ null) * null
    size = float(np.linalg.norm(tangent))
    return replace(point, tangent=tangent / size) if size > 0 else point


def ways(family: LineFamily, meeting: Point) -> tuple[FloatArray, ...]:
    """The direction (n + 1,) of the other branch; none where it was not found."""
    here = family.local(meeting.place)
    null = None if here is None else here.null(meeting.tangent)
    if null is None:
        return ()
    for length in LENGTHS:
        found = correct(family, meeting.place + length * null, null)
        away = 0.0 if found is None else float(np.linalg.norm(found - meeting.place))
        if found is not None and length / 2 < away < FARTHEST * length:
            return ((found - meeting.place) / away,)
    return ()
