"""One cell under every pair of values of two parameters.

A place w (m + 2,) has the m free states in typical sizes, then how far the first parameter has come along its range,
then the second, both ranges as long as `LENGTH` typical sizes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from ionlang.simulate.continuation.family import Family, Local
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.resting.reduced import ScaledSystem, room

_MOST_KEPT = 256
_NEAR = 1e-4
"""Slopes are differentiated over this many typical sizes: the result steers Newton, it decides no place."""


@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """`over` and `also` are families of the same cell over the first and the second parameter, with the same sizes;
    parameters_at(a, b) is the whole parameter vector."""

    over: Family
    also: Family
    parameters_at: Callable[[float, float], list[float]]
    _rows: dict[float, Family] = field(default_factory=dict, repr=False)
    _columns: dict[float, Family] = field(default_factory=dict, repr=False)
    _places: dict[bytes, Local | None] = field(default_factory=dict, repr=False)

    def row(self, b: float) -> Family:
        """The cell over the first parameter, at one value of the second."""
        return _kept(self._rows, b, lambda: _family(self.over, lambda a: self.parameters_at(a, b)))

    def column(self, a: float) -> Family:
        return _kept(self._columns, a, lambda: _family(self.also, lambda b: self.parameters_at(a, b)))

    def values(self, place: FloatArray) -> tuple[float, float]:
        """Both parameters at a place, in cell units."""
        return self.over.value(place[:-1]), self.also.value(place)

    def scaled(self, place: FloatArray) -> ScaledSystem:
        a, b = self.values(place)
        return self.row(b).at(a).scaled

    def state(self, place: FloatArray) -> FloatArray:
        """All states (n,) at a place."""
        return self.row(self.values(place)[1]).state(place[:-1])

    def lifted(self, place: FloatArray, b: float) -> FloatArray:
        """A place in the plane of a place (m + 1,) on the row of b."""
        return np.append(place, self.also.along(b))

    def local(self, place: FloatArray) -> Local | None:
        """rate (m,) and slope (m, m + 2); None outside the box."""
        key = place.tobytes()
        if key not in self._places:
            if len(self._places) > _MOST_KEPT:
                self._places.clear()
            self._places[key] = self._local(place)
        return self._places[key]

    def near(self, place: FloatArray, known: FloatArray) -> Local | None:
        """As `local`, with the slopes (m, 2) by the parameters of a place near by."""
        b = self.values(place)[1]
        here = self.row(b).near(place[:-1], Local(known[:, 0], known[:, :1]))
        return None if here is None else Local(here.rate, np.column_stack([here.slope, known[:, 1]]))

    def _local(self, place: FloatArray) -> Local | None:
        a, b = self.values(place)
        here = self.row(b).local(place[:-1])
        if here is None:
            return None
        by_second = self.column(a).by_parameter(np.delete(place, -2))
        if not np.isfinite(by_second).all():
            return None
        return Local(here.rate, np.column_stack([here.slope, by_second]))

    def bend(self, place: FloatArray, way: FloatArray) -> FloatArray | None:
        """The derivative of the slope (m, m + 2) along a direction (m,) of the states."""
        reach = _NEAR * way / max(float(np.abs(way).max()), 1e-300)
        reach = reach * float(
            room(self.scaled(place), np.array([place[:-2]] * 2), np.array([reach, -reach])).min()
        )
        step = np.append(reach, [0.0, 0.0])
        ahead, behind = self.local(place + step), self.local(place - step)
        if ahead is None or behind is None:
            return None
        return (ahead.slope - behind.slope) * (
            0.5 * float(np.linalg.norm(way)) / float(np.linalg.norm(reach))
        )


def _kept(known: dict[float, Family], value: float, make: Callable[[], Family]) -> Family:
    if value not in known:
        if len(known) > _MOST_KEPT:
            known.clear()
        known[value] = make()
    return known[value]


def _family(like: Family, parameters_at: Callable[[float], list[float]]) -> Family:
    return replace(like, parameters_at=parameters_at, _known={}, _nodes={})
