"""Where a quantity is least or greatest along a branch."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from ionlang.simulate.continuation.branch import Branch, Happening, Point
from ionlang.simulate.continuation.detect import root_between
from ionlang.simulate.continuation.family import Family
from ionlang.simulate.continuation.swing import FIRST, NODES
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.resting.reduced import room, states

_STEP = 0.02  # typical sizes


def with_extrema(family: Family, branch: Branch, path: str) -> Branch:
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


def _between(family: Family, first: Point, second: Point, path: str) -> Happening | None:
    chord = second.place - first.place

    def onwards(point: Point) -> float:
        return slope_along(family, point, path) * (1.0 if float(point.tangent @ chord) > 0 else -1.0)

    before = onwards(first)
    if before * onwards(second) >= 0:
        return None
    place = root_between(family, first, second, onwards)
    return None if place is None else Happening("extremum", place, is_least=before < 0)


def slope_along(family: Family, point: Point, path: str) -> float:
    """The change of a quantity with the length of the branch, the way of its tangent."""
    return _by_states(family, point, path) + _by_parameter(family, point, path)


def _by_states(family: Family, point: Point, path: str) -> float:
    here, z, way = family.at(family.value(point.place)), point.place[:-1], point.tangent[:-1]
    reach = _STEP * NODES[-1] * np.array([way, -way])
    step = _STEP * float(room(here.scaled, np.array([z, z]), reach).min())
    y = states(here.scaled, z + step * NODES[:, None] * way)
    return float(_rows(family, path, y, [here.parameters] * len(NODES)) @ FIRST / step)


def _by_parameter(family: Family, point: Point, path: str) -> float:
    value = family.value(point.place)
    nodes, weights = family.neighbours(value)
    y = np.column_stack([node.offset + node.spread @ point.place[:-1] for node in nodes])
    rows = _rows(family, path, y, [node.parameters for node in nodes])
    return float(rows @ weights) * family.pace(value) * float(point.tangent[-1])


def _rows(family: Family, path: str, y: FloatArray, parameters: list[list[float]]) -> FloatArray:
    with np.errstate(all="ignore"):
        (row,) = family.machine.paths((path,))(np.zeros(y.shape[1]), y, list(np.array(parameters).T))
    return np.asarray(row, dtype=float)
