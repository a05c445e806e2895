"""What runs say: measures, and expectations judged."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ionlang.model.scenario import Expectation, Scenario
from ionlang.simulate.observer import Observer
from ionlang.simulate.solution import Verdict

Measures = tuple[tuple[str, float], ...]


def measure_all(observer: Observer, scenario: Scenario) -> list[Measures]:
    """Of each run the value of every measure, in order; later ones and expectations may use earlier ones."""
    rows: list[list[float]] = []
    for measure in scenario.measures:
        value = observer.value(measure.value)
        path = f"{scenario.name}.{measure.name}"
        observer.values[path] = observer.measured[path] = value
        rows.append(value.tolist())
    names = [measure.name for measure in scenario.measures]
    if not rows:
        return [()] * observer.count
    return [tuple(zip(names, of_run, strict=True)) for of_run in zip(*rows, strict=True)]


def judge_all(observer: Observer, expectations: Sequence[Expectation]) -> list[tuple[Verdict, ...]]:
    """Of each run a verdict for every expectation, in order."""
    judged = [_judge(observer, expectation) for expectation in expectations]
    return list(zip(*judged, strict=True)) if judged else [()] * observer.count


def _judge(observer: Observer, expectation: Expectation) -> list[Verdict]:
    value, target = observer.value(expectation.value), observer.value(expectation.target)
    tolerance = None if expectation.tolerance is None else observer.value(expectation.tolerance)
    upper = None if expectation.upper is None else observer.value(expectation.upper)
    never = np.isnan(value)
    match expectation.relation:
        case "=":
            passed = np.abs(value - target) <= (0.0 if tolerance is None else np.nan_to_num(tolerance))
        case "between":
            passed = (target <= value) & (value <= (np.nan if upper is None else upper))
        case _:
            passed = _RELATIONS[expectation.relation](value, target)
    columns = (value, target, tolerance, upper, passed & ~never, never)
    return [Verdict(expectation, *row) for row in zip(*map(_listed(observer), columns), strict=True)]


def _listed(observer: Observer):  # type: ignore[no-untyped-def]
    return lambda column: [None] * observer.count if column is None else column.tolist()


_RELATIONS = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}
