"""Thresholds by bisection: the weakest current, or the smallest step of V, that makes a cell fire.

The stimulus grows from the first size in steps of a half; then the interval between the last that did not fire the cell
and the first that did is halved until its ends meet. Without a condition of the file an action potential is what takes
V above 0 mV, and suddenly: a little more of the stimulus must raise the peak by much more than in a passive cell.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from ionlang.model.expression import Apply, Expr, Literal, Probed, Read
from ionlang.simulate import locate
from ionlang.simulate.probing.bench import Bench, Stimulus, answer, potential
from ionlang.simulate.probing.linear import linear
from ionlang.source import NOWHERE
from ionlang.units import VOLTAGE

PATIENCE = 50.0
"""So long [ms] is waited for an action potential after the stimulus."""

CLOSENESS = 1e-6
"""Of a threshold: where the two ends of the bisection meet."""

MARK = 0.0
"""An action potential takes V above this [mV], unless the file says what counts."""

_FIRST, _LAST = 3.0, 300.0  # mV: as far as the first current tried, and the last, would take V by themselves
_WIDER = 1.5
_AROUND, _JUMP = 0.01, 0.1


@dataclass(frozen=True, slots=True)
class Found:
    """What a test found, in cell units (nan: never), and what there is to say of it."""

    value: float
    remark: str = ""


Of = Callable[[float], Stimulus]


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """Stimuli of growing size, how long each is watched [ms], and the condition that counts as firing."""

    bench: Bench
    probed: Probed
    of: Of
    length: float
    firing: Expr

    def fires(self, size: float) -> bool:
        return answer(self.bench, self.of(size), self.length, self.firing).ended

    def peak(self, size: float) -> float:
        """The highest V [mV] in the answer."""
        course = answer(self.bench, self.of(size), self.length, None)
        return locate.maximum(course.trajectory, potential(self.bench, self.probed, course)).value

    def size(self, first: float, last: float) -> tuple[float, float] | None:
        """Two sizes that lie close together, of which the second fires and the first does not; None up to `last`."""
        low, high = 0.0, first
        while not self.fires(high):
            if high >= last:
                return None
            low, high = high, min(_WIDER * high, last)
        while high - low > CLOSENESS * high:
            middle = (low + high) / 2
            low, high = (low, middle) if self.fires(middle) else (middle, high)
        return low, high

    def is_sudden(self, size: float) -> bool:
        """Whether a little more makes much: else V goes only as far as the stimulus takes it."""
        rise = self.peak(size * (1 + _AROUND)) - self.peak(size * (1 - _AROUND))
        return rise > _JUMP * (MARK - self.bench.value(f"{self.probed.membrane}.V"))


def threshold_current(
    bench: Bench, probed: Probed, firing: Expr | None, lasting: float, within: float | None
) -> Found:
    """The weakest current [pA] of a length [ms] that fires the cell, within so long [ms] after its end."""

    def current(size: float) -> Stimulus:
        return Stimulus(probed, current=size, lasting=lasting, events=probed.events)

    wait = PATIENCE if within is None else within
    search = _Search(bench, probed, current, lasting + wait, firing or _spike(probed))
    resistance = abs(linear(bench, probed).after(lasting))
    return _least(search, (_FIRST / resistance, _LAST / resistance), "current")


def threshold_depolarisation(
    bench: Bench, probed: Probed, firing: Expr | None, within: float | None
) -> Found:
    """The smallest step of V [mV] that fires the cell, within so long [ms]."""

    def step(size: float) -> Stimulus:
        return Stimulus(probed, step=size)

    search = _Search(bench, probed, step, PATIENCE if within is None else within, firing or _spike(probed))
    return _least(search, (_FIRST, _LAST), "step of V")


def _least(search: _Search, limits: tuple[float, float], what: str) -> Found:
    if search.fires(0.0):
        return Found(math.nan, f"the cell fires without a {what}")
    found = search.size(*limits)
    if found is None:
        return Found(math.nan, f"no {what} fires it, up to one that alone would move V by some {_LAST:g} mV")
    if search.probed.firing is None and not search.is_sudden(found[1]):
        return Found(
            math.nan, f"V passes {MARK:g} mV only as the {what} itself takes it there: no action potential"
        )
    return Found((found[0] + found[1]) / 2)


def _spike(probed: Probed) -> Expr:
    """V above the mark."""
    V = Read(f"{probed.membrane}.V", VOLTAGE, NOWHERE)
    return Apply("greater", (V, Literal(MARK, f"{MARK:g} mV", VOLTAGE, NOWHERE)), None, NOWHERE)
