"""What a scenario asks along lines, answered from what was seen while the run went on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from ionlang.model.act.asked import asked, observations
from ionlang.model.evaluate import NotKnown, evaluate
from ionlang.model.expression import Apply, Expr, Observed, Operator
from ionlang.model.over_copies import copies_of, looking_over
from ionlang.model.scenario import Scenario
from ionlang.simulate.functions import FloatArray, Parameters
from ionlang.simulate.lines.fronts import Extreme, Front
from ionlang.simulate.lines.stretch import sampler_of_condition, sampler_of_quantity
from ionlang.simulate.machine import Machine
from ionlang.simulate.trajectory import Piece
from ionlang.units import LENGTH, display_unit

FRONTS = ("front_speed", "front_reach", "reached")
ONE_WAY = 0.95
"""Of the steps from copy to copy so many take a front in one direction, or it is no single front."""


@dataclass(frozen=True, slots=True)
class Told:
    """A measure in cell units, nan for never, and what there is to say of it."""

    value: float
    remark: str = ""


@dataclass(slots=True)
class Along:
    """`fronts` by the condition in each copy, `extremes` by the measure. `positions` (copies,) are where the middles
    of the copies of a line are, in cell units."""

    fronts: dict[Apply, Front] = field(default_factory=dict)
    extremes: dict[Observed, Extreme] = field(default_factory=dict)
    positions: dict[str, FloatArray] = field(default_factory=dict)

    @property
    def wanted(self) -> tuple[Expr, ...]:
        """What is looked at in every copy."""
        samplers = [front.sampler for front in self.fronts.values()]
        samplers += [extreme.sampler for extreme in self.extremes.values()]
        return tuple(each for sampler in samplers for each in sampler.wanted)

    def see(self, piece: Piece) -> None:
        """Look at the next stretch of the run."""
        for front in self.fronts.values():
            front.see(piece)
        for extreme in self.extremes.values():
            extreme.see(piece)

    def see_all(self, pieces: Iterable[Piece]) -> Along:
        """The same, after a whole run."""
        if self.fronts or self.extremes:
            for piece in pieces:
                self.see(piece)
        return self

    def front(self, observed: Observed, after: float, until: float) -> Told:
        """What is asked of a front within a window [ms]."""
        assert isinstance(observed.subject, Apply)
        front, copies = self.fronts[observed.subject], copies_of(observed.subject)
        if front.begun is None:
            return Told(np.nan, "the run did not get under way")
        arrivals = front.arrivals(after, until)
        where = self.positions[copies.line][copies.first - 1 : copies.last]
        match observed.functional:
            case "reached":
                return Told(float((np.isfinite(arrivals) | front.held_at(after)).sum()))
            case "front_reach":
                return _reach(arrivals, where)
            case _:
                return speed_of(arrivals, where)


def _reach(arrivals: FloatArray, where: FloatArray) -> Told:
    """Where a front came last."""
    if not np.isfinite(arrivals).any():
        return Told(np.nan, "no copy was reached")
    return Told(float(where[int(np.nanargmax(arrivals))]))


def speed_of(arrivals: FloatArray, where: FloatArray) -> Told:
    """The speed of a front from its arrivals (copies,), nan for never, at positions (copies,): a straight line through
    the times over the positions, by least squares. Above 0 towards larger positions."""
    came = np.isfinite(arrivals)
    t, x = arrivals[came], where[came]
    if t.size < 2:
        return Told(np.nan, "no copy was reached" if not t.size else "only one copy was reached")
    steps = np.diff(t)
    forward = float((steps > 0).sum()) / steps.size
    if not (forward >= ONE_WAY or 1.0 - forward >= ONE_WAY):
        return Told(
            np.nan,
            f"not one front: it came first to {_length(x[t.argmin()])}, last to {_length(x[t.argmax()])}",
        )
    slope = float(np.polyfit(x - x.mean(), t - t.mean(), 1)[0])
    if not slope:
        return Told(np.nan, "all copies were reached at once")
    late = where[came][int(t.argmax())]
    stopped = f"it reached {t.size} of {came.size} copies, the last at {_length(late)}"
    return Told(1.0 / slope, "" if came.all() else stopped)


def _length(position: float) -> str:
    unit = display_unit(LENGTH)
    return f"{position / float(unit.scale):.6g} {unit.text}"


def along_of(machine: Machine, scenario: Scenario, values: Mapping[str, float], p: Parameters) -> Along:
    """Who looks along the lines of a run with these parameters (by path; and as a vector)."""
    found = Along()
    for observed in (o for o in observations(scenario) if isinstance(o, Observed)):
        subject = observed.subject
        if not isinstance(subject, Apply) or subject.operator != "each_over":
            continue
        copies, asked_of_each = copies_of(subject), subject.arguments[0]
        if observed.functional in FRONTS:
            found.fronts.setdefault(subject, Front(sampler_of_condition(machine, asked_of_each, copies)))
            found.positions.setdefault(copies.line, positions_of(machine, copies.line, p))
        elif (window := window_of(observed, values)) is not None:
            sampler = sampler_of_quantity(machine, asked_of_each, copies)
            sign = 1.0 if observed.functional == "max" else -1.0
            found.extremes[observed] = Extreme(sampler, sign, *window)
    return found


def window_of(observed: Observed, values: Mapping[str, float]) -> tuple[float, float] | None:
    """The window [ms] of a measure, if it is known before the run."""
    try:
        after = -np.inf if observed.after is None else evaluate(observed.after, values)
        until = np.inf if observed.until is None else evaluate(observed.until, values)
    except NotKnown:
        return None
    return after, until


def positions_of(machine: Machine, line: str, p: Parameters) -> FloatArray:
    """Where the middles of all copies of a line are (copies,), in cell units."""
    nowhere = np.zeros(machine.layout.states.size)
    found: FloatArray = machine.arrays([f"{line}.x"])(np.array(0.0), nowhere, p)[0]
    return found


def series_of(scenario: Scenario, values: Mapping[str, float]) -> tuple[Apply, ...]:
    """What copies come to together at each moment, as a scenario asks for it: what is kept as a course in time."""
    found: dict[Apply, None] = {}
    for part in asked(scenario):
        for expression in looking_over(part):
            if expression.operator != "each_over":
                found[expression] = None
    for observed in (o for o in observations(scenario) if isinstance(o, Observed)):
        instead = in_time(observed)
        if instead is not None and window_of(observed, values) is None:
            found[instead] = None
    return tuple(found)


def in_time(observed: Observed) -> Apply | None:
    """Of a largest or smallest value over time and copies that over the copies at each moment."""
    subject: Expr = observed.subject
    if not isinstance(subject, Apply) or subject.operator != "each_over" or observed.functional in FRONTS:
        return None
    operator: Operator = "max_over" if observed.functional == "max" else "min_over"
    return Apply(operator, subject.arguments, subject.dimension, subject.span)
