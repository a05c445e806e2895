"""The change of a quantity along a branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ionlang.simulate.continuation.branch import Point
from ionlang.simulate.continuation.swing import FIRST, NODES
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.resting.reduced import room, states

if TYPE_CHECKING:
    from ionlang.simulate.continuation.family import Family

_STEP = 0.02  # typical sizes


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
