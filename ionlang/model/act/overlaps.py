"""Two `set`s of one quantity at one time are a contradiction; so is a moment that the run never reaches."""

from __future__ import annotations

import math

from ionlang.diagnostics import Label
from ionlang.model.act.composition import contradictions, moment, windows_of
from ionlang.model.act.scenarios import observations
from ionlang.model.blocks.building import Building
from ionlang.model.cell import Cell
from ionlang.model.evaluate import NotKnown, evaluate
from ionlang.model.expression import Expr
from ionlang.model.numbers import parameter_values
from ionlang.model.scenario import Holding, Override, Scenario
from ionlang.source import Span


def check_overlaps(building: Building, cell: Cell) -> None:
    values = parameter_values(cell)
    for scenario in cell.scenarios:
        _check_times(building, scenario, values)
        try:
            windows = windows_of(scenario.overrides, values)
        except NotKnown:
            continue
        for first, second in contradictions(windows):
            _report(building, first.target, first.span, second.span)
        for i, later in enumerate(scenario.jumps):
            for earlier in scenario.jumps[:i]:
                same = moment(_known(earlier.at, values)) == moment(_known(later.at, values))
                if earlier.target == later.target and same:
                    _report(building, later.target, earlier.span, later.span)


def _report(building: Building, target: str, first: Span, second: Span) -> None:
    building.problems.error(
        "ION403", f"two `set`s of {target} hold at one time", second, "and this one",
        secondary=(Label(first, "this one"),),
        help="end the first window before the second begins, or write one expression of `time`",
    )  # fmt: skip


def _known(expression: Expr, values: dict[str, float], otherwise: float = 0.0) -> float:
    try:
        return evaluate(expression, values)
    except NotKnown:
        return otherwise


def _check_times(building: Building, scenario: Scenario, values: dict[str, float]) -> None:
    if scenario.duration is None:
        return
    length = _known(scenario.duration, values, math.inf)
    if not length > 0:
        building.problems.error(
            "ION407", "a run lasts longer than 0", scenario.duration.span, "not a duration",
            help="for instance `run 10 s`",
        )  # fmt: skip
        return
    starts = [o.start for o in scenario.overrides] + [h.start for h in scenario.holdings]
    starts += [j.at for j in scenario.jumps]
    asked = [t for o in observations(scenario) for t in (o.moment, o.after, o.until)]
    for time, last in (*((t, math.nextafter(length, 0.0)) for t in starts), *((t, length) for t in asked)):
        if time is not None and not 0 <= _known(time, values) <= last:
            building.problems.error(
                "ION407", "this moment is outside the run", time.span, "never reached",
                secondary=(Label(scenario.duration.span, "the run lasts from 0 to here"),),
                help="move it into the run, or let the run last longer",
            )  # fmt: skip
    windowed: tuple[Override | Holding, ...] = (*scenario.overrides, *scenario.holdings)
    for window in windowed:
        opens, closes = _known(window.start, values) if window.start else 0.0, window.end
        if closes is not None and _known(closes, values, math.inf) < opens:
            building.problems.error(
                "ION407",
                "a window cannot last less than 0",
                closes.span,
                "it would end before it begins",
                help="for instance `for 1 s`",
            )
