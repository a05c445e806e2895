"""The derivatives of a machine's functions, and what quantities come to with them at a point of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from ionlang.codegen.callables import SlopesMany, initial_slopes, path_slopes, rate_slopes
from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.machine import Machine
from ionlang.simulate.sensitivity.dual import Dual


@dataclass(frozen=True, slots=True, eq=False)
class Point:
    """A cell at m instants, with derivatives by k variables: t (m,) and dt, y (n, m) and dy (m, n, k), the parameters
    of the file and dp (m, P, k). A leading axis of derivatives may be 1: they are the same at all instants."""

    t: FloatArray
    y: FloatArray
    p: ParametersMany
    dt: FloatArray
    dy: FloatArray
    dp: FloatArray


@dataclass(frozen=True, eq=False)
class Tangents:
    """Derivatives of rates, start values and quantities of a machine, made when they are asked for."""

    machine: Machine
    _paths: dict[tuple[str, ...], SlopesMany] = field(default_factory=dict)

    @cached_property
    def _rates(self) -> SlopesMany:
        return rate_slopes(self.machine.system)

    @cached_property
    def _starts(self) -> SlopesMany:
        return initial_slopes(self.machine.system)

    @property
    def states(self) -> int:
        return len(self.machine.system.states)

    @property
    def parameters(self) -> int:
        return len(self.machine.system.parameters)

    def rates(self, t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
        """d rate/d variable (m, n, n + P + 1): by states, parameters and time."""
        return self._spread(self._rates, self._rates.function(t, y, p), self.states, t.size)

    def starts(self, p: Sequence[ArrayLike]) -> FloatArray:
        """d start value/d parameter (n, P)."""
        if not self._starts.rows:
            return np.zeros((self.states, self.parameters))
        entries = np.asarray(self._starts.function(p), dtype=float)
        whole = self._spread(self._starts, entries.reshape(len(entries), 1), self.states, 1)
        found: FloatArray = whole[0, :, self.states : -1]
        return found

    def paths(self, paths: Sequence[str], point: Point) -> dict[str, Dual]:
        """Quantities by path, with their derivatives."""
        wanted = tuple(dict.fromkeys(paths))
        if not wanted:
            return {}
        if wanted not in self._paths:
            self._paths[wanted] = path_slopes(self.machine.system, wanted)
        values = self.machine.paths(wanted)(point.t, point.y, point.p)
        slopes, m = self._paths[wanted], point.t.size
        entries = slopes.function(point.t, point.y, point.p)
        local = self._spread(slopes, entries, len(wanted), m)
        moved = self.along(local, point)
        return {path: Dual(values[k], moved[:, k]) for k, path in enumerate(wanted)}

    def along(self, local: FloatArray, point: Point) -> FloatArray:
        """Derivatives (m, rows, k) of what has these `local` ones (m, rows, n + P + 1)."""
        n = self.states
        moved = local[:, :, n:-1] @ point.dp
        if n:
            moved = moved + local[:, :, :n] @ point.dy
        found: FloatArray = moved + local[:, :, -1:] * point.dt[:, None, :]
        return found

    def _spread(self, slopes: SlopesMany, entries: FloatArray, rows: int, m: int) -> FloatArray:
        found = np.zeros((m, rows, self.states + self.parameters + 1))
        if slopes.rows:
            found[:, list(slopes.rows), list(slopes.columns)] = np.broadcast_to(
                entries.reshape(len(slopes.rows), -1), (len(slopes.rows), m)
            ).T
        return found
