"""What runs say: measures, and expectations judged; of a single run, or of each of many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ionlang.model.expression import Expr
from ionlang.model.scenario import Expectation, Scenario
from ionlang.simulate.evaluate_many import Many
from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.locating.quantity import Quantity
from ionlang.simulate.machine import Machine
from ionlang.simulate.observers import Observers
from ionlang.simulate.probing.bench import Bench
from ionlang.simulate.resting.rest import Rest
from ionlang.simulate.rows import ManyQuantities
from ionlang.simulate.sheaf import sheaf_of
from ionlang.simulate.solution import Verdict
from ionlang.simulate.trajectory import Trajectory

Measures = tuple[tuple[str, float], ...]


class Observer:
    """A single finished run and the values of parameters and measures known so far; `nan` stands for never."""

    def __init__(
        self,
        machine: Machine,
        trajectory: Trajectory | None,
        rest: Rest | None,
        values: Mapping[str, float],
        bench: Bench | None = None,
    ) -> None:
        self.machine, self.trajectory, self.rest = machine, trajectory, rest
        sheaf = None if trajectory is None else sheaf_of([trajectory])
        self.alone = Observers(machine, sheaf, (rest,), {**values}, (bench,))

    @property
    def measured(self) -> dict[str, Many]:
        """The measures known so far, by path."""
        return self.alone.measured

    def value(self, expression: Expr) -> float:
        """The value of a measure or of a side of an expectation, in cell units."""
        return float(self.alone.value(expression)[0])

    def with_measures(self, expression: Expr) -> Expr:
        """Measures that a quantity mentions, as the numbers they came to."""
        return self.alone.with_measures(expression, 0)


def row_of(function: ManyQuantities) -> Quantity:
    """The first row of what a function gives, as a quantity to be located."""

    def quantity(t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
        row: FloatArray = function(t, y, p)[0]
        return row

    return quantity


def measure_all(observer: Observer, scenario: Scenario) -> Measures:
    """The value of every measure, in order; later ones and expectations may use earlier ones."""
    return measure_each(observer.alone, scenario)[0]


def judge_all(observer: Observer, expectations: Sequence[Expectation]) -> tuple[Verdict, ...]:
    return judge_each(observer.alone, expectations)[0]


def measure_each(observers: Observers, scenario: Scenario) -> list[Measures]:
    """As `measure_all`, of each run."""
    rows: list[list[float]] = []
    for measure in scenario.measures:
        value = observers.value(measure.value)
        path = f"{scenario.name}.{measure.name}"
        observers.values[path] = observers.measured[path] = value
        rows.append(value.tolist())
    names = [measure.name for measure in scenario.measures]
    if not rows:
        return [()] * observers.count
    return [tuple(zip(names, of_run, strict=True)) for of_run in zip(*rows, strict=True)]


def judge_each(observers: Observers, expectations: Sequence[Expectation]) -> list[tuple[Verdict, ...]]:
    """Of each run a verdict for every expectation, in order."""
    judged = [_judge(observers, expectation) for expectation in expectations]
    return list(zip(*judged, strict=True)) if judged else [()] * observers.count


def _judge(observers: Observers, expectation: Expectation) -> list[Verdict]:
    value, target = observers.value(expectation.value), observers.value(expectation.target)
    tolerance = None if expectation.tolerance is None else observers.value(expectation.tolerance)
    upper = None if expectation.upper is None else observers.value(expectation.upper)
    never = np.isnan(value)
    match expectation.relation:
        case "=":
            passed = np.abs(value - target) <= (0.0 if tolerance is None else tolerance)
        case "between":
            passed = (target <= value) & (value <= (np.nan if upper is None else upper))
        case _:
            passed = _RELATIONS[expectation.relation](value, target)
    nothing = [None] * observers.count
    return [
        Verdict(expectation, *of_run)
        for of_run in zip(
            value.tolist(),
            target.tolist(),
            nothing if tolerance is None else tolerance.tolist(),
            nothing if upper is None else upper.tolist(),
            (passed & ~never).tolist(),
            never.tolist(),
            strict=True,
        )
    ]


_RELATIONS = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}
