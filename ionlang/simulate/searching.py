"""`find`: halve the interval in which a run's outcome changes, run by run, until it is narrow enough.

Each end of the bracket is a run that came to its end: one at which the condition holds, and one at which it does
not. A run that fails in numbers is no end; where runs fail the bracket narrows around them, or the search ends and
says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from ionlang.model.expression import Apply, Expr, Literal, Observed, Probed, Read
from ionlang.model.scenario import Measure, Scenario, Search
from ionlang.simulate.solution import Solution
from ionlang.simulate.study import Member, Tipping
from ionlang.units import PURE, Dimension, display_unit

DEFAULT_SHARE = 1e-4
"""Of the interval: how close the ends of the bracket come where the file does not say `within`."""
ROUNDING = 1e-9
"""Of `within`: what the last digits of a halving leave is no reason for one more run."""

Ask = Callable[[Sequence[tuple[int, float]]], Sequence[Member]]
"""The runs of some searches (by number) at these values in cell units."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Between which values a search begins, and how close it goes; in cell units."""

    low: float
    high: float
    within: float

    @property
    def rounds(self) -> int:
        """How often runs are asked for at least."""
        return 1 + max(0, math.ceil(math.log2(abs(self.high - self.low) / self.within)))


@dataclass(frozen=True, slots=True, eq=False)
class _Trial:
    """A run that came to its end: at which value, whether the condition held, and what it asks, in words."""

    value: float
    holds: bool
    seen: str
    member: Member


@dataclass(slots=True)
class _Way:
    """A search under way. `failed` are the runs that failed, `baffled` how often all of one round did."""

    interval: Interval
    low: _Trial | None = None
    high: _Trial | None = None
    runs: int = 0
    failed: list[tuple[float, str]] = field(default_factory=list)
    baffled: int = 0
    reason: str | None = None


def watched(scenario: Scenario, search: Search) -> Scenario:
    """The scenario that also measures whether the condition holds, and what this asks."""
    span = search.condition.span
    yes, no = Literal(1.0, "1", PURE, span), Literal(0.0, "0", PURE, span)
    answer = Measure("so that", Apply("select", (search.condition, yes, no), PURE, span), PURE, span)
    parts = {_words(part): part for part in _asked(search.condition)}
    seen = [
        Measure(words, part, dimension, span)
        for words, part in parts.items()
        if (dimension := part.dimension)
    ]
    return replace(scenario, measures=(*scenario.measures, answer, *seen))


def _asked(expression: Expr) -> Iterator[Expr]:
    """What a condition asks of the run: parts that are no numbers."""
    match expression:
        case Apply(arguments=arguments):
            for argument in arguments:
                yield from _asked(argument)
        case Observed() | Probed() | Read():
            yield expression
        case _:
            return


def _words(expression: Expr) -> str:
    return " ".join(expression.span.text.split())


def seek(
    scenario: Scenario,
    search: Search,
    intervals: Sequence[Interval],
    ask: Ask,
    tell: Callable[[float], None] | None,
) -> list[Member]:
    """What each search comes to, in order; all that are under way make their next run at the same time. `ask` runs the
    scenario that `watched` gives; `tell` is told how much is done."""
    ways = [_Way(interval) for interval in intervals]
    rounds = max((way.interval.rounds for way in ways), default=1)
    members: dict[int, Member] = {}
    done = 0
    while asked := [(k, value) for k, way in enumerate(ways) for value in _next(way)]:
        answers = list(zip(asked, ask(asked), strict=True))
        for k in dict.fromkeys(k for k, _ in asked):
            mine = [(value, member) for (i, value), member in answers if i == k]
            members[k] = mine[0][1]
            _learn(ways[k], scenario, search, mine)
        done += 1
        if tell is not None:
            tell(min(1.0, done / rounds))
    return [_answer(scenario, search, way, members[k]) for k, way in enumerate(ways)]


def _next(way: _Way) -> tuple[float, ...]:
    """The values to try next: the ends, then the middle; where that failed, two values beside it."""
    if way.reason is not None:
        return ()
    if way.low is None or way.high is None:
        return way.interval.high, way.interval.low  # a longer stretch first: it knows the shorter one
    low, high = way.low.value, way.high.value
    if abs(high - low) <= way.interval.within * (1.0 + ROUNDING):
        return ()
    parts = 2 + way.baffled
    inner = tuple(low + (high - low) * i / parts for i in range(1, parts))
    return tuple(value for value in inner if min(low, high) < value < max(low, high))


def _learn(way: _Way, scenario: Scenario, search: Search, found: Sequence[tuple[float, Member]]) -> None:
    trials: list[_Trial] = []
    for value, member in found:
        way.runs += 1
        if member.failure is not None or member.solution is None:
            way.failed.append((value, member.failure or "no run"))
        else:
            trials.append(_trial(scenario, value, member, member.solution))
    if way.low is None or way.high is None:
        _begin(way, search, trials)
    elif not trials:
        _stumble(way, search)
    else:
        _narrow(way, [way.low, *trials, way.high])


def _trial(scenario: Scenario, value: float, member: Member, solution: Solution) -> _Trial:
    """What the run answered, and the run without what was asked for that alone."""
    (_, holds), *seen = solution.measures[len(scenario.measures) :]
    dimensions = {m.name: m.dimension for m in solution.scenario.measures}
    words = ", ".join(f"{name} = {said(number, dimensions[name])}" for name, number in seen)
    own = replace(solution, scenario=scenario, measures=solution.measures[: len(scenario.measures)])
    return _Trial(value, holds > 0.0, words, replace(member, solution=own))


def _begin(way: _Way, search: Search, trials: Sequence[_Trial]) -> None:
    if len(trials) < 2:
        way.reason = f"an end of the interval failed: {_failures(way, search)}"
        return
    high, low = trials
    if low.holds == high.holds:
        which = "both ends" if low.holds else "neither end"
        ends = " and ".join(f"at {at(search, t.value)} ({t.seen})" for t in (low, high))
        way.reason = f"`{_words(search.condition)}` holds at {which}: {ends}"
        return
    way.low, way.high = low, high


def _narrow(way: _Way, row: Sequence[_Trial]) -> None:
    """To the first change, from the low end on."""
    change = next(i for i in range(1, len(row)) if row[i].holds != row[0].holds)
    way.low, way.high, way.baffled = row[change - 1], row[change], 0


def _stumble(way: _Way, search: Search) -> None:
    assert way.low is not None and way.high is not None
    way.baffled += 1
    if way.baffled > 1:
        between = f"{at(search, way.low.value)} and {said(way.high.value, search.dimension)}"
        way.reason = (
            f"the search ends between {between}, for runs between them failed: {_failures(way, search)}"
        )


def _failures(way: _Way, search: Search) -> str:
    return "; ".join(f"at {at(search, value)}: {reason}" for value, reason in way.failed)


def _answer(scenario: Scenario, search: Search, way: _Way, last: Member) -> Member:
    """The run at which the condition holds, with the one beside it; or why there is none."""
    if way.reason is not None or way.low is None or way.high is None:
        return replace(last, solution=None, failure=way.reason, tried=way.runs)
    holding, other = (way.low, way.high) if way.low.holds else (way.high, way.low)
    assert other.member.solution is not None
    remarks = tuple(f"the run at {at(search, value)} failed: {reason}" for value, reason in way.failed)
    found = Tipping(
        search.name, search.dimension, holding.value, other.value, way.runs, other.member.solution, remarks
    )
    return replace(holding.member, found=found, tried=way.runs)


def at(search: Search, value: float) -> str:
    return f"{search.name} = {said(value, search.dimension)}"


def said(value: float, dimension: Dimension) -> str:
    """`7.25 mM`; `never` for nan."""
    if math.isnan(value):
        return "never"
    unit = display_unit(dimension)
    return f"{value / float(unit.scale):.8g} {unit.text}".rstrip()
