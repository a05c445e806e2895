"""Two `set`s of one quantity at one time are a contradiction; so is a moment that the run never reaches."""

from __future__ import annotations

import math

from ionlang.diagnostics import Label
from ionlang.model.building import Building
from ionlang.model.cell import Cell
from ionlang.model.evaluate import NotKnown, evaluate
from ionlang.model.expression import Expr
from ionlang.model.numbers import parameter_values
from ionlang.model.scenario import Override, Scenario
from ionlang.model.scenarios import observations


def check_overlaps(building: Building, cell: Cell) -> None:
    values = parameter_values(cell)
    for scenario in cell.scenarios:
        _check_times(building, scenario, values)
        sets = [o for o in scenario.overrides if o.way == "set"]
        for i, second in enumerate(sets):
            for first in sets[:i]:
                if first.target == second.target and _overlap(first, second, values):
                    building.problems.error(
                        "ION403", f"two `set`s of {first.target} hold at one time", second.span, "and this one",
                        secondary=(Label(first.span, "this one"),),
                        help="end the first window before the second begins, or write one expression of `time`",
                    )  # fmt: skip


def _window(override: Override, values: dict[str, float]) -> tuple[float, float]:
    start = -math.inf if override.start is None else _known(override.start, values, -math.inf)
    end = math.inf if override.end is None else _known(override.end, values, math.inf)
    return start, end


def _known(expression: Expr, values: dict[str, float], otherwise: float) -> float:
    try:
        return evaluate(expression, values)
    except NotKnown:
        return otherwise


def _overlap(first: Override, second: Override, values: dict[str, float]) -> bool:
    (a, b), (c, d) = _window(first, values), _window(second, values)
    if -math.inf in (a, c) and a != c:
        return False  # what holds for the whole scenario is the base that a window replaces
    return max(a, c) < min(b, d)


def _check_times(building: Building, scenario: Scenario, values: dict[str, float]) -> None:
    if scenario.duration is None:
        return
    length = _known(scenario.duration, values, math.inf)
    if not length > 0:
        building.problems.error(
            "ION407",
            "a run lasts longer than 0",
            scenario.duration.span,
            "not a duration",
            help="for instance `run 10 s`",
        )
        return
    starts = (
        [o.start for o in scenario.overrides]
        + [h.start for h in scenario.holdings]
        + [j.at for j in scenario.jumps]
    )
    starts += [t for o in observations(scenario) for t in (o.moment, o.after, o.until)]
    for start in starts:
        if start is not None and not 0 <= _known(start, values, 0.0) <= length:
            building.problems.error(
                "ION407", "this moment is outside the run", start.span, "never reached",
                secondary=(Label(scenario.duration.span, "the run lasts from 0 to here"),),
                help="move it into the run, or let the run last longer",
            )  # fmt: skip
