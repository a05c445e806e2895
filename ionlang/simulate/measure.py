"""What a run says: measures and expectations, located on the dense output at solver accuracy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ionlang.model.evaluate import evaluate
from ionlang.model.expression import Apply, Expr, Literal, Observed, Probed, Read, reads
from ionlang.model.scenario import Expectation, Scenario
from ionlang.simulate import locate
from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.machine import Machine, ManyQuantities
from ionlang.simulate.probing.ask import ask
from ionlang.simulate.probing.bench import Bench
from ionlang.simulate.resting.rest import Rest
from ionlang.simulate.shape import half_width
from ionlang.simulate.solution import Verdict
from ionlang.simulate.trajectory import Trajectory


@dataclass(slots=True)
class Observer:
    """A finished run and the values of parameters and measures known so far; `nan` stands for never. `bench` is the
    cell where the run begins, for tests of it; `remarks` are what these say besides a number."""

    machine: Machine
    trajectory: Trajectory | None
    rest: Rest | None
    values: dict[str, float]
    bench: Bench | None = None
    known: dict[Observed | Probed, float] = field(default_factory=dict)
    measured: dict[str, float] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def value(self, expression: Expr) -> float:
        """The value of a measure or of a side of an expectation, in cell units."""
        return evaluate(self._with_observed(expression), self.values)

    def _with_observed(self, expression: Expr) -> Expr:
        match expression:
            case Observed() | Probed():
                value = self._observed(expression)
                return Literal(value, "observed", expression.dimension, expression.span)
            case Apply():
                arguments = tuple(self._with_observed(a) for a in expression.arguments)
                return Apply(expression.operator, arguments, expression.dimension, expression.span)
            case _:
                return expression

    def _observed(self, observed: Observed | Probed) -> float:
        if observed not in self.known:
            look = self._test(observed) if isinstance(observed, Probed) else self._look(observed)
            self.known[observed] = look
        return self.known[observed]

    def _test(self, probed: Probed) -> float:
        if self.bench is None:
            return math.nan
        firing = None if probed.firing is None else self.with_measures(probed.firing)
        found = ask(self.bench, probed, firing, self.value)
        if found.remark:
            never = "never: " if math.isnan(found.value) else ""
            self.remarks.append(f"{' '.join(probed.span.text.split())}: {never}{found.remark}")
        return found.value

    def _look(self, observed: Observed) -> float:
        if any(math.isnan(self.measured.get(r.path, 0.0)) for r in reads(observed.subject)):
            return math.nan  # it asks about an event that never came
        if observed.functional == "rest":
            return self._at_rest(observed.subject)
        trajectory = self.trajectory
        if trajectory is None:
            return math.nan
        after = trajectory.start if observed.after is None else self.value(observed.after)
        until = trajectory.end if observed.until is None else self.value(observed.until)
        if not (trajectory.start <= until and after <= trajectory.end and after <= until):
            return math.nan  # also where a bound is an event that never came
        match observed.functional:
            case "max" | "min" | "mean" | "integral" | "half_width":
                return self._extent(observed, trajectory, after, until)
            case "time" | "count" | "rate" | "duration":
                return self._condition(observed, trajectory, after, until)
            case "start":
                return self._at(observed.subject, trajectory, trajectory.start)
            case "end":
                return self._at_end(observed.subject, trajectory)
            case _:
                assert observed.moment is not None
                return self._at(observed.subject, trajectory, self.value(observed.moment))

    def with_measures(self, expression: Expr) -> Expr:
        """Measures that a quantity mentions, as the numbers they came to."""
        match expression:
            case Read(path=path) if path in self.measured:
                return Literal(self.measured[path], "measured", expression.dimension, expression.span)
            case Apply():
                arguments = tuple(self.with_measures(a) for a in expression.arguments)
                return Apply(expression.operator, arguments, expression.dimension, expression.span)
            case _:
                return expression

    def _extent(self, observed: Observed, trajectory: Trajectory, after: float, until: float) -> float:
        quantity = row_of(self.machine.expressions((self.with_measures(observed.subject),)))
        match observed.functional:
            case "max":
                return locate.maximum(trajectory, quantity, after, until).value
            case "min":
                return locate.minimum(trajectory, quantity, after, until).value
            case "mean":
                return float(locate.mean(trajectory, quantity, after, until)) if until > after else math.nan
            case "half_width":
                return half_width(trajectory, quantity, after, until)
            case _:
                return float(locate.integral(trajectory, quantity, after, until))

    def _condition(self, observed: Observed, trajectory: Trajectory, after: float, until: float) -> float:
        quantity = row_of(self.machine.condition(self.with_measures(observed.subject)))
        if observed.functional == "duration":
            return self._duration(trajectory, quantity, after, until)
        if observed.functional == "time" and locate.value(trajectory, quantity, after) > 0:
            return after
        times = locate.crossings(trajectory, quantity, "upward", after, until)
        match observed.functional:
            case "time":
                return float(times[0]) if times.size else math.nan
            case "count":
                return float(times.size)
            case _:
                wanted = min(observed.last, times.size - 1)
                return float(wanted / (times[-1] - times[-1 - wanted])) if wanted >= 1 else 0.0

    def _duration(
        self, trajectory: Trajectory, quantity: locate.Quantity, after: float, until: float
    ) -> float:
        marks = locate.crossings(trajectory, quantity, "both", after, until)
        edges = np.concatenate([[after], marks, [until]])
        middles = (edges[:-1] + edges[1:]) / 2
        holds = [locate.value(trajectory, quantity, float(m)) > 0 for m in middles]
        return float(np.diff(edges)[holds].sum())

    def _at(self, subject: Expr, trajectory: Trajectory, instant: float) -> float:
        if not trajectory.start <= instant <= trajectory.end:
            return math.nan
        return locate.value(
            trajectory, row_of(self.machine.expressions((self.with_measures(subject),))), instant
        )

    def _at_end(self, subject: Expr, trajectory: Trajectory) -> float:
        """The limit from the left: an action that ends with the run still holds."""
        piece = trajectory.pieces[-1]
        t = np.array([piece.end])
        function = self.machine.expressions((self.with_measures(subject),))
        return float(function(t, piece.values[:, -1:], piece.phase.parameters_many(t))[0, 0])

    def _at_rest(self, subject: Expr) -> float:
        settled = self.rest.settled if self.rest is not None else None
        if self.rest is None or settled is None:
            return math.nan
        function = self.machine.expressions((self.with_measures(subject),))
        return float(function(np.zeros(1), settled.state[:, None], list(self.rest.parameters))[0, 0])


def row_of(function: ManyQuantities) -> locate.Quantity:
    def quantity(t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
        row: FloatArray = function(t, y, p)[0]
        return row

    return quantity


def measure_all(observer: Observer, scenario: Scenario) -> tuple[tuple[str, float], ...]:
    """The value of every measure, in order; later ones and expectations may use earlier ones."""
    found: list[tuple[str, float]] = []
    for measure in scenario.measures:
        value = observer.value(measure.value)
        path = f"{scenario.name}.{measure.name}"
        observer.values[path] = observer.measured[path] = value
        found.append((measure.name, value))
    return tuple(found)


def judge_all(observer: Observer, expectations: Sequence[Expectation]) -> tuple[Verdict, ...]:
    return tuple(_judge(observer, e) for e in expectations)


def _judge(observer: Observer, expectation: Expectation) -> Verdict:
    value, target = observer.value(expectation.value), observer.value(expectation.target)
    tolerance = None if expectation.tolerance is None else observer.value(expectation.tolerance)
    upper = None if expectation.upper is None else observer.value(expectation.upper)
    never = math.isnan(value)
    match expectation.relation:
        case "=":
            passed = abs(value - target) <= (tolerance or 0.0)
        case "between":
            passed = upper is not None and target <= value <= upper
        case _:
            passed = _RELATIONS[expectation.relation](value, target)
    return Verdict(expectation, value, target, tolerance, upper, passed and not never, never)


_RELATIONS = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
