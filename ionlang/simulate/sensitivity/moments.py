"""How the moments of a scenario move with the parameters, and the windows that they bound.

A moment that the file writes is an expression of parameters; one that the run tells is known when it has come.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ionlang.model.act.composition import Window
from ionlang.model.act.present import beneath
from ionlang.model.expression import Expr
from ionlang.model.scenario_when import At, Every, From, Train, When
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.running.plan import Plan
from ionlang.simulate.sensitivity.dual import Moved, dual
from ionlang.simulate.sensitivity.inputs import Acted, Inputs

_Key = tuple[int, float]


@dataclass(frozen=True, eq=False)
class Moments:
    """`base` are the values by which the file's moments are told, `inputs` those under which windows open. `told` are
    the derivatives (k,) of the moments that the run told."""

    base: Inputs
    inputs: Inputs
    told: dict[float, FloatArray] = field(default_factory=dict)
    _windows: dict[_Key, Window] = field(default_factory=dict)

    @property
    def _nothing(self) -> FloatArray:
        return np.zeros(self.base.width)

    def of(self, expression: Expr) -> FloatArray:
        """The derivatives of a time that is known before the run."""
        found: FloatArray = dual(expression, self.base.look, self.base.width).slope[0]
        return found

    def at_mark(self, plan: Plan, instant: float) -> FloatArray:
        """The derivatives of a moment at which the plan changes; nothing for one at which it does not."""
        if instant in self.told:
            return self.told[instant]
        windows = self.windows(plan.windows)
        found = [w.start for w in windows] + [w.end for w in windows]
        found += [_arrival(w) for w in windows if w.override.way == "ramp"]
        for keeping in plan.keepings:
            found += [self._begun(keeping.holding.when, keeping.start)]
            found += [self._over(keeping.holding.when, keeping.start, keeping.end)]
        found += [self._begun(stroke.what.when, stroke.time) for stroke in plan.strokes]
        slopes = [x.slope for x in found if isinstance(x, Moved) and _is_one(x, instant)]
        return next((slope for slope in slopes if slope.any()), self._nothing)

    def opening(self, when: When, start: float) -> float:
        """When a window opened, or the run began."""
        return self._begun(when, start) if start > 0.0 else max(start, 0.0)

    def windows(self, windows: Sequence[Window]) -> tuple[Window, ...]:
        """Windows of a plan in numbers that move."""
        fresh = [w for w in windows if _key(w) not in self._windows]
        for window in fresh:
            self._windows[_key(window)] = self._moving(window)
        leading = sorted(
            (w for w in fresh if w.override.way in ("ramp", "relax")), key=lambda w: (w.start, not w.is_base)
        )
        for window in leading:
            known = self._windows[_key(window)]
            self._windows[_key(window)] = replace(known, origin=self._origin(known))
        return tuple(self._ended(self._windows[_key(w)], w.end) for w in windows)

    def _moving(self, window: Window) -> Window:
        """With its origin not yet told."""
        override = window.override
        start = self._begun(override.when, window.start)
        if override.over is None:
            return replace(window, start=start)
        return replace(window, start=start, pace=Moved(window.pace, self.of(override.over)), origin=math.nan)

    def _ended(self, window: Window, end: float) -> Window:
        return replace(window, end=self._over(window.override.when, window.start, end))

    def _origin(self, window: Window) -> Moved:
        instant = window.opened
        active = beneath(list(self._windows.values()), window)
        found = Acted(self.inputs, active, instant, np.array([float(instant)])).look(window.override.target)
        slope = found.slope[0].copy()
        moved, slope[-1] = slope[-1], 0.0
        if isinstance(instant, Moved):
            slope += moved * instant.slope
        return Moved(float(found.value[0]), slope)

    def _begun(self, when: When, start: float) -> float:
        """The start of a window, or a moment."""
        if not math.isfinite(start):
            return start
        match when:
            case At():
                return Moved(start, self.of(when.moment))
            case From():
                return Moved(start, self.of(when.start))
            case Train() | Every():
                return Moved(start, self._beat(when, start))
            case _:
                return Moved(start, self.told.get(start, self._nothing))

    def _beat(self, when: Train | Every, instant: float) -> FloatArray:
        first, period = (dual(e, self.base.look, self.base.width) for e in (when.start, when.every))
        count = round((instant - float(first.value[0])) / float(period.value[0]))
        slope: FloatArray = first.slope[0] + count * period.slope[0]
        return slope

    def _over(self, when: When, start: float, end: float) -> float:
        """The end of a window."""
        if not math.isfinite(end):
            return end
        if end in self.told:
            return Moved(end, self.told[end])
        match when:
            case From(end=last) if last is not None:
                return Moved(end, self.of(last))
            case Train():
                return Moved(end, self._beat(when, start) + self.of(when.width))
            case _:
                return end


def _key(window: Window) -> _Key:
    return id(window.override), float(window.start)


def _arrival(window: Window) -> float:
    """When a ramp has come to its end."""
    slopes = [x.slope for x in (window.start, window.pace) if isinstance(x, Moved)]
    return Moved(window.arrival, sum(slopes, np.zeros(1))) if slopes else window.arrival


def _is_one(x: float, instant: float) -> bool:
    return math.isclose(x, instant, rel_tol=1e-12, abs_tol=0.0)
