"""Moments that make no sense: outside the run, windows that end before they begin, trains without pauses."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ionlang.diagnostics import Label
from ionlang.model.act.asked import observations
from ionlang.model.act.composition import FAMILY
from ionlang.model.act.timing import MOST
from ionlang.model.blocks.building import Building
from ionlang.model.evaluate import NotKnown, evaluate
from ionlang.model.expression import Expr, Observed
from ionlang.model.scenario import Acting, Holding, Override, Scenario
from ionlang.model.scenario_when import At, Every, From, Train, When

Values = Mapping[str, float]


def check_moments(building: Building, scenario: Scenario, values: Values) -> bool:
    """Whether all moments that are known make sense; what does not is reported."""
    if scenario.duration is None:
        return True
    before = len(building.problems.errors)
    length = known(scenario.duration, values, math.inf)
    if not length > 0:
        building.problems.error(
            "ION407", "a run lasts longer than 0", scenario.duration.span, "not a duration",
            help="for instance `run 10 s`",
        )  # fmt: skip
        return False
    for acting in scenario.acting:
        _check_begin(building, scenario, acting.when, length, values)
        _check_end(building, acting.when, values)
        _check_repeats(building, acting, length, values)
    for override in scenario.overrides:
        _check_pace(building, override, values)
    for observed in (o for o in observations(scenario) if isinstance(o, Observed)):
        _check_asked(building, scenario, observed, length, values)
    return len(building.problems.errors) == before


def known(expression: Expr, values: Values, otherwise: float) -> float:
    try:
        return evaluate(expression, values)
    except NotKnown:
        return otherwise


def _check_begin(building: Building, scenario: Scenario, when: When, length: float, values: Values) -> None:
    match when:
        case At(moment=start) | From(start=start) | Train(start=start) | Every(start=start):
            if not 0 <= known(start, values, 0.0) < length:
                _outside(building, scenario, start)
        case _:
            pass


def _check_asked(
    building: Building, scenario: Scenario, observed: Observed, length: float, values: Values
) -> None:
    for time in (observed.moment, observed.after, observed.until):
        if time is not None and not 0 <= known(time, values, 0.0) <= length:
            _outside(building, scenario, time)


def _outside(building: Building, scenario: Scenario, time: Expr) -> None:
    assert scenario.duration is not None
    building.problems.error(
        "ION407", "this moment is outside the run", time.span, "never reached",
        secondary=(Label(scenario.duration.span, "the run lasts from 0 to here"),),
        help="move it into the run, or let the run last longer",
    )  # fmt: skip


def _check_end(building: Building, when: When, values: Values) -> None:
    match when:
        case From(start=start, end=end) | Train(start=start, end=end) | Every(start=start, end=end):
            if end is not None and known(end, values, math.inf) < known(start, values, 0.0):
                building.problems.error(
                    "ION407", "a window cannot last less than 0", end.span, "it would end before it begins",
                    help="for instance `for 1 s`",
                )  # fmt: skip
        case _:
            pass


def _check_repeats(building: Building, acting: Acting, length: float, values: Values) -> None:
    if not isinstance(acting.when, Train | Every):
        return
    every, when = known(acting.when.every, values, math.inf), acting.when
    last = length if when.end is None else known(when.end, values, length)
    if not every > 0:
        building.problems.error(
            "ION407", "the time between two of them must be above 0", when.every.span, "not a duration",
            help="for instance `every 1 s`",
        )  # fmt: skip
    elif (last - known(when.start, values, 0.0)) / every > MOST:
        building.problems.error(
            "ION412", f"this would happen more than {MOST:,} times".replace(",", " "), when.every.span, "so often",
            help="check the units; what is as fast as that is better said as a mean",
        )  # fmt: skip
    elif isinstance(when, Train) and _excludes_itself(acting) and known(when.width, values, 0.0) > every:
        building.problems.error(
            "ION411", "each window of this train is still open when the next one begins", when.width.span,
            "longer than the time between them", secondary=(Label(when.every.span, "one begins this often"),),
            help="let the windows be shorter, or begin them less often",
        )  # fmt: skip


def _excludes_itself(acting: Acting) -> bool:
    """Whether two windows of it at one time contradict each other."""
    return isinstance(acting, Holding) or (isinstance(acting, Override) and acting.way in FAMILY)


def _check_pace(building: Building, override: Override, values: Values) -> None:
    if override.over is not None and not known(override.over, values, 1.0) > 0:
        what = "length of a ramp" if override.way == "ramp" else "time constant"
        building.problems.error(
            "ION407", f"the {what} must be above 0", override.over.span, "not a duration", help="for instance `1 s`"
        )  # fmt: skip
