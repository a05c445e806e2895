"""Where a quantity is least or greatest along a branch."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from ionlang.simulate.continuation.branch import Branch, Happening, Point
from ionlang.simulate.continuation.detect import root_between
from ionlang.simulate.continuation.followed import Followed


def with_extrema(family: Followed, branch: Branch, path: str) -> Branch:
    """The same branch with the places put in at which the quantity `path` has no slope along it."""
    found = {id(h.point): h for h in branch.happenings}
    points: list[Point] = [branch.points[0]]
    for first, second in pairwise(branch.points):
        here = _between(family, first, second, path)
        if here is not None:
            found[id(here.point)] = here
            points.append(here.point)
        points.append(second)
    happenings = tuple(found[id(p)] for p in points if id(p) in found)
    return replace(branch, points=tuple(points), happenings=happenings)


def _between(family: Followed, first: Point, second: Point, path: str) -> Happening | None:
    chord = second.place - first.place

    def onwards(point: Point) -> float:
        return family.slope_along(point, path) * (1.0 if float(point.tangent @ chord) > 0 else -1.0)

    before = onwards(first)
    if before * onwards(second) >= 0:
        return None
    place = root_between(family, first, second, onwards)
    return None if place is None else Happening("extremum", place, is_least=before < 0)
