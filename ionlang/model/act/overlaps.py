"""Two that both say what one quantity is at one time are a contradiction, found here where times are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ionlang.diagnostics import Label
from ionlang.model.act.composition import contradictions, is_in, stretches, windows_of
from ionlang.model.act.moments import check_moments
from ionlang.model.act.present import before_the_run
from ionlang.model.act.timing import Spell, TooMany, depends_on_the_run, moments_of, spells_of
from ionlang.model.blocks.building import Building
from ionlang.model.cell import Cell
from ionlang.model.evaluate import NotKnown, evaluate
from ionlang.model.scenario import Holding, Jump, Scenario
from ionlang.source import Span

Pair = tuple[str, Span, Span]
"""A target and the two sentences that meet on it, in text order."""


def check_overlaps(building: Building, cell: Cell) -> None:
    for scenario in cell.scenarios:
        values = before_the_run(cell, scenario)
        if not check_moments(building, scenario, values):
            continue
        try:
            for target, first, second in meetings(scenario, values):
                _report(building, target, first, second)
        except (NotKnown, TooMany):
            continue


def meetings(scenario: Scenario, values: Mapping[str, float]) -> tuple[Pair, ...]:
    """All that is said twice in a scenario. Raises NotKnown, TooMany."""
    return (*_of_parameters(scenario, values), *_of_states(scenario, values))


def _report(building: Building, target: str, first: Span, second: Span) -> None:
    building.problems.error(
        "ION403", f"two sentences say what {target} is at one time", second, "and this one",
        secondary=(Label(first, "this one"),),
        help="end the first window before the second begins, or write one expression of `time`",
    )  # fmt: skip


def _of_parameters(scenario: Scenario, values: Mapping[str, float]) -> Iterator[Pair]:
    for first, second in contradictions(windows_of(scenario.overrides, values)):
        yield first.target, first.span, second.span


def _of_states(scenario: Scenario, values: Mapping[str, float]) -> Iterator[Pair]:
    if scenario.duration is None:  # moments without a run are a mistake that has been said
        return
    length = evaluate(scenario.duration, values)
    acting: tuple[Holding | Jump, ...] = (*scenario.holdings, *scenario.jumps)
    for target in dict.fromkeys(each.target for each in acting):
        met: list[tuple[Span, Span]] = []
        for copy in stretches(each.copies for each in acting if each.target == target):
            kept = [
                (spell, h)
                for h in scenario.holdings
                if h.target == target and is_in(h.copies, copy) and not depends_on_the_run(h.when)
                for spell in spells_of(h.when, values)
            ]
            given = [
                (t, j)
                for j in scenario.jumps
                if j.target == target and is_in(j.copies, copy) and j.way == "set"
                for t in moments_of(j.when, values, length)
            ]
            met += [*_windows_meet(kept), *_moments_meet(given), *_led_astray(kept, given)]
        for first, second in dict.fromkeys(tuple(sorted(pair, key=lambda s: s.start)) for pair in met):
            yield target, first, second


def _windows_meet(kept: Sequence[tuple[Spell, Holding]]) -> Iterator[tuple[Span, Span]]:
    ordered = sorted(kept, key=lambda each: (each[0], each[1].span.start))
    last: tuple[Spell, Holding] | None = None
    for spell, holding in (each for each in ordered if each[0][1] > each[0][0]):
        if last is not None and spell[0] < last[0][1]:
            yield last[1].span, holding.span
        if last is None or spell[1] >= last[0][1]:
            last = (spell, holding)


def _moments_meet(given: Sequence[tuple[float, Jump]]) -> Iterator[tuple[Span, Span]]:
    seen: dict[float, Jump] = {}
    for t, jump in given:
        first = seen.setdefault(t, jump)
        if first is not jump:
            yield first.span, jump.span


def _led_astray(
    kept: Sequence[tuple[Spell, Holding]], given: Sequence[tuple[float, Jump]]
) -> Iterator[tuple[Span, Span]]:
    """A state that follows a command is given another value."""
    for (start, end), holding in kept:
        for t, jump in given:
            if holding.value is not None and start <= t < end:
                yield holding.span, jump.span
