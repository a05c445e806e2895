"""What a change of the state at one moment makes of the derivatives: values given, amounts added.

All derivatives here are those at the moment t* itself, which moves with the parameters too (`now` = dt*/dp).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ionlang.model.act.composition import in_force
from ionlang.model.act.timing import since
from ionlang.model.expression import reads
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.running.happenings import Landed
from ionlang.simulate.running.landing import Here, put
from ionlang.simulate.sensitivity.dual import Dual, Look, Moved, divide, dual, multiply
from ionlang.simulate.sensitivity.inputs import Acted
from ionlang.simulate.sensitivity.moments import Moments
from ionlang.simulate.sensitivity.tangents import Point, Tangents


@dataclass(frozen=True, eq=False)
class Landing:
    """The changes of one run. `seen` are the derivatives of states that amounts were read in."""

    tangents: Tangents
    moments: Moments
    seen: dict[int, FloatArray] = field(default_factory=dict)

    def after(self, landed: Landed, moved: FloatArray, now: FloatArray) -> FloatArray:
        """The derivatives (n, k) after a change, of those before it (n, k)."""
        point = self._point(landed, landed.here, moved, now)
        amount = self._amount(landed, moved, now)
        index = self.tangents.machine.state_index
        if landed.way == "give":
            row, added = self._added(landed, amount, point)
            return _raised(moved, row, added.slope[0, :-1])
        if landed.target in index:
            return _replaced(moved, index[landed.target], amount.slope[0, :-1])
        return self._put_through(landed, amount, moved, now)

    def _amount(self, landed: Landed, moved: FloatArray, now: FloatArray) -> Dual:
        width, instant = self.moments.inputs.width, landed.here.time
        if landed.read_in is None:
            expression = since(landed.amount, Moved(instant, now))
            return dual(expression, self._acting(landed, now), width)
        before = self.seen.setdefault(id(landed.read_in), moved)
        point = self._point(landed, landed.read_in, before, now)
        known = self.tangents.machine.symbols
        paths = [r.path for r in reads(landed.amount)]
        found = self.tangents.paths([p for p in paths if p in known and p != "time"], point)
        acting = self._acting(landed, now)
        return dual(landed.amount, lambda path: found[path] if path in found else acting(path), width)

    def _acting(self, landed: Landed, now: FloatArray) -> Look:
        """Who knows parameters by path, as they are and move at that moment."""
        instant = landed.here.time
        active = in_force(self.moments.windows(landed.plan.windows), instant)
        acted = Acted(self.moments.inputs, active, instant, np.array([instant]))

        def look(path: str) -> Dual:
            found = acted.look(path)
            slope = found.slope + found.slope[:, -1:] * now
            slope[:, -1] = 0.0
            return Dual(found.value, slope)

        return look

    def _point(self, landed: Landed, here: Here, moved: FloatArray, now: FloatArray) -> Point:
        look = self._acting(landed, now)
        rows = [look(p.path).slope[0] for p in self.tangents.machine.system.parameters]
        dp = np.array(rows).reshape(1, len(rows), now.size)
        dy = np.append(moved, np.zeros((len(moved), 1)), axis=1)[None]
        t, y = np.array([here.time]), np.array(here.states)[:, None]
        return Point(t, y, list(here.parameters), now[None], dy, dp)

    def _added(self, landed: Landed, amount: Dual, point: Point) -> tuple[int, Dual]:
        """Which row of the state is raised, and by how much."""
        index, target = self.tangents.machine.state_index, landed.target
        if target in index:
            return index[target], amount
        path = target.removeprefix("amount(").removesuffix(")")
        owner = path.rpartition(".")[0]
        holder = "volume" if path in index or f"amount({path})" in index else "total_capacitance"
        size = self.tangents.paths([f"{owner}.{holder}"], point)[f"{owner}.{holder}"]
        if path in index:
            return index[path], divide(amount, size)
        row = index[f"amount({path})"] if holder == "volume" else index[f"{owner}.charge"]
        return row, multiply(amount, size)

    def _put_through(self, landed: Landed, amount: Dual, moved: FloatArray, now: FloatArray) -> FloatArray:
        """The one state behind a quantity moves so that this has its value: dq = (dq/dy) dy + what else moves it."""
        machine, here = self.tangents.machine, landed.here
        states = put(machine, here, landed.target, float(amount.value[0]))
        row = next(iter(_row_behind(machine.state_index, landed.target)))
        still = _replaced(moved, row, np.zeros(moved.shape[1]))
        after = Here(here.time, states, here.parameters)
        others = self.tangents.paths([landed.target], self._point(landed, after, still, now))
        probe = np.zeros_like(moved)
        probe[row] = 1.0
        point = self._point(landed, after, probe, np.zeros_like(now))
        only = Point(point.t, point.y, point.p, np.zeros_like(point.dt), point.dy, np.zeros_like(point.dp))
        steep = self.tangents.paths([landed.target], only)[landed.target].slope[0, 0]
        gap = amount.slope[0, :-1] - others[landed.target].slope[0, :-1]
        return _replaced(moved, row, gap / steep)


def _row_behind(index: dict[str, int], target: str) -> list[int]:
    """The state that holds a quantity."""
    names = (f"amount({target})", f"{target.rpartition('.')[0]}.charge")
    return [index[name] for name in names if name in index]


def _replaced(moved: FloatArray, row: int, slope: FloatArray) -> FloatArray:
    found = moved.copy()
    found[row] = slope
    return found


def _raised(moved: FloatArray, row: int, slope: FloatArray) -> FloatArray:
    found = moved.copy()
    found[row] += slope
    return found
