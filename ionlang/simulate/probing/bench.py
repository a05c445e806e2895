"""What is tested: a cell in the state in which a scenario begins, under what holds for all of that scenario.

A test is a short scenario of its own. What the scenario does at a moment takes no part in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ionlang.model.act.probes import probing_current
from ionlang.model.cell import Membrane
from ionlang.model.cell_lines import Copies, copies_of, of_any_copy
from ionlang.model.expression import Expr, Literal, Probed, Read
from ionlang.model.scenario import Firing, Jump, Override, Scenario
from ionlang.model.scenario_when import Always, At, From
from ionlang.simulate import locate
from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.lines.along import Along
from ionlang.simulate.lines.recorder import Recorder, recorder_of
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.lines.slopes import Slopes, slopes_of
from ionlang.simulate.running.course import Course, answered, travel
from ionlang.simulate.running.plan import base_values, plan_of
from ionlang.simulate.running.tolerances import absolute_tolerances
from ionlang.source import NOWHERE
from ionlang.units import CURRENT, TIME, VOLTAGE, Dimension

RELATIVE_TOLERANCE = 1e-8
"""Of a test: finer than that of a run, since thresholds are told apart to 1e-6."""


class Stopped(Exception):
    """The numbers of a test failed."""


@dataclass(frozen=True, eq=False)
class Bench:
    """`start` (n,) is the state in which the scenario begins, `given` are values from outside by path, in cell
    units."""

    machine: Machine
    scenario: Scenario
    given: Mapping[str, float]
    start: FloatArray

    @cached_property
    def lasting(self) -> Scenario:
        """The scenario with nothing left but what holds all the time."""
        overrides = tuple(o for o in self.scenario.overrides if isinstance(o.when, Always))
        holdings = tuple(h for h in self.scenario.holdings if isinstance(h.when, Always))
        return replace(
            self.scenario, overrides=overrides, holdings=holdings, jumps=(), firings=(), measures=(),
            expectations=(), until=None,
        )  # fmt: skip

    @cached_property
    def parameters(self) -> list[float]:
        """The parameters before the test."""
        return self.machine.parameters(self.values_before)

    @cached_property
    def values_before(self) -> dict[str, float]:
        """The values by path that make the parameters before the test."""
        return base_values(self.machine, self.lasting, self.given)

    @cached_property
    def slopes(self) -> Slopes:
        """The Jacobian of a cell with lines, under the parameters before the test."""
        return slopes_of(self.machine, self.parameters)

    @cached_property
    def tolerances(self) -> FloatArray:
        return absolute_tolerances(self.machine, self.parameters, self.start, RELATIVE_TOLERANCE)

    def membrane(self, path: str) -> Membrane:
        """That of the path, which may name a copy in a line."""
        return next(m for m in self.machine.cell.membranes if m.name == of_any_copy(path))

    def value(self, path: str) -> float:
        """A quantity in the state before the test."""
        return float(self.values(path, self.start[:, None])[0])

    def values(self, path: str, states: FloatArray) -> FloatArray:
        """A quantity (m,) in the states (n, m), under the parameters before the test."""
        found: FloatArray = self.machine.paths((path,))(np.zeros(states.shape[1]), states, self.parameters)[0]
        return found


@dataclass(frozen=True, slots=True)
class Stimulus:
    """What is done to the cell: a current [pA] into the tested membrane for a time [ms], a step of its V [mV], events
    at once."""

    probed: Probed
    current: float = 0.0
    lasting: float = 0.0
    step: float = 0.0
    events: tuple[str, ...] = ()

    @property
    def overrides(self) -> tuple[Override, ...]:
        if not self.current:
            return ()
        window = From(_number(0.0, TIME), _number(self.lasting, TIME), None)
        value, copies = _number(self.current / self.probed.parts, CURRENT), tested_copies(self.probed)
        target = probing_current(self.probed.membrane)
        return (Override("inject", target, value, window, NOWHERE, None, copies),)

    @property
    def jumps(self) -> tuple[Jump, ...]:
        if not self.step:
            return ()
        target, copies = f"{of_any_copy(self.probed.membrane)}.V", tested_copies(self.probed)
        return (Jump("add", target, _number(self.step, VOLTAGE), At(_number(0.0, TIME)), NOWHERE, copies),)

    @property
    def firings(self) -> tuple[Firing, ...]:
        at = At(_number(0.0, TIME))
        return tuple(Firing(of_any_copy(event), at, NOWHERE, copies_of(event)) for event in self.events)


def answer(bench: Bench, stimulus: Stimulus, length: float, until: Expr | None) -> Course:
    """The course of a test of that length [ms], or until a condition is true; of long lines that of the copies that are
    looked at. Raises Impossible, Stopped."""
    recorder = recorder_of(bench.machine, length, bench.start, Along(), ())
    return _course(bench, stimulus, length, until, recorder)


def whole_answer(bench: Bench, stimulus: Stimulus, length: float) -> Course:
    """The course of a test of that length [ms], of long lines that of all copies. Raises Impossible, Stopped."""
    return _course(bench, stimulus, length, None, None)


def _course(
    bench: Bench, stimulus: Stimulus, length: float, until: Expr | None, recorder: Recorder | None
) -> Course:
    scenario = replace(
        bench.lasting,
        duration=_number(length, TIME),
        until=until,
        overrides=(*bench.lasting.overrides, *stimulus.overrides),
        jumps=stimulus.jumps,
        firings=stimulus.firings,
    )
    plan = plan_of(bench.machine, scenario, bench.given)
    way = travel(plan, bench.parameters, bench.start, RELATIVE_TOLERANCE, bench.tolerances, None, recorder)
    course = answered(way)
    if course.failure is not None:
        raise Stopped(f"the test stopped after {course.failure.time:.4g} ms: {course.failure.reason}")
    return course


def potential(bench: Bench, probed: Probed, course: Course) -> locate.Quantity:
    """V of the tested membrane along a course."""
    reader = bench.machine if course.recorder is None else course.recorder.excerpt
    function = reader.expressions((Read(f"{probed.membrane}.V", VOLTAGE, NOWHERE),))

    def quantity(t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
        row: FloatArray = function(t, y, p)[0]
        return row

    return quantity


def tested_copies(probed: Probed) -> Copies | None:
    """The copies that get their share of what is done to the tested membrane: the one that the file means, or all parts
    of it on a finer grid; None outside of lines."""
    own = copies_of(probed.membrane)
    if own is None:
        return None
    around = (probed.parts - 1) // 2
    return Copies(own.line, own.first - around, own.last + around)


def parameters_with(bench: Bench, probed: Probed, current: float) -> list[float]:
    """The parameters while a current [pA] flows into the tested membrane."""
    path, copies = probing_current(probed.membrane), tested_copies(probed)
    before = np.asarray(bench.values_before.get(path, 0.0), dtype=float)
    if copies is None:
        return bench.machine.parameters({**bench.values_before, path: float(before) + current})
    line = next(line for line in bench.machine.cell.lines if line.name == copies.line)
    shared = np.broadcast_to(before, (line.count,)).copy()
    shared[copies.first - 1 : copies.last] += current / probed.parts
    return bench.machine.parameters({**bench.values_before, path: shared})  # type: ignore[dict-item]


def _number(value: float, dimension: Dimension) -> Literal:
    return Literal(value, repr(value), dimension, NOWHERE)
