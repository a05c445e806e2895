"""A scenario with its numbers: which windows are open when, what is held, what happens at which moment.

A plan is a value. What only the run tells (`when`, `until`) makes a new plan of it: see `happenings`.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ionlang.model.act.composition import Window, contradictions, in_force, meet, pace_of, windows_of
from ionlang.model.act.present import Known, Present
from ionlang.model.act.timing import TooMany, moment, moments_of, spells_of
from ionlang.model.evaluate import evaluate
from ionlang.model.scenario import Firing, Holding, Jump, Override, Scenario
from ionlang.model.scenario_when import Always
from ionlang.outcome import NumericalFailure
from ionlang.simulate.machine import Machine
from ionlang.simulate.running.across import in_force_at, known_in, opened_in, present_in
from ionlang.source import Span

if TYPE_CHECKING:
    from ionlang.simulate.running.watches import Watch


class Impossible(NumericalFailure):
    """A scenario that cannot be run with these parameter values (only they tell)."""


class Collision(Impossible):
    """Two sentences say what one quantity is at one time."""

    def __init__(self, target: str, first: Span, second: Span) -> None:
        spans = sorted((first, second), key=lambda span: span.start)
        places = " and ".join(span.place() for span in spans)
        super().__init__(f"two sentences say what {target} is at one time ({places})")
        self.first, self.second = spans


@dataclass(frozen=True, slots=True)
class Keeping:
    """A hold or a clamp between two moments [ms]."""

    start: float
    end: float
    holding: Holding


@dataclass(frozen=True, slots=True)
class Stroke:
    """Something that happens at one moment [ms]."""

    time: float
    what: Jump | Firing

    @property
    def order(self) -> tuple[float, bool, int]:
        """Values are given before anything is added or fired; else as written."""
        return self.time, not (isinstance(self.what, Jump) and self.what.way == "set"), self.what.span.start


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """`windows` by their start, `strokes` in the order in which they happen; `marks` are all moments [ms] within the
    run at which something changes, or which `cuts` name. `memory` and `closings` keep what would else be
    worked out again."""

    machine: Machine
    scenario: Scenario
    known: Known
    values: Present
    length: float
    windows: tuple[Window, ...]
    keepings: tuple[Keeping, ...]
    strokes: tuple[Stroke, ...]
    marks: tuple[float, ...]
    cuts: tuple[float, ...] = ()
    memory: dict[tuple[object, ...], object] = field(default_factory=dict)
    closings: dict[int, Watch] = field(default_factory=dict)

    def present(self, instant: float) -> Present:
        """The parameters from an instant on."""
        return in_force_at(self.machine, self.known, self.windows, instant)


def base_values(machine: Machine, scenario: Scenario, given: Mapping[str, float]) -> dict[str, float]:
    """The overrides that hold for the whole scenario, rest included (functions of time: as at the start)."""
    known = known_in(machine, given)
    always = [o for o in scenario.overrides if isinstance(o.when, Always)]
    windows = opened_in(machine, known, windows_of(always, known.values))
    refuse_contradictions(windows)
    active = in_force(windows, 0.0)
    present = present_in(machine, known, active, 0.0)
    return {**given, **{target: present[target] for target in active}}


def plan_of(machine: Machine, scenario: Scenario, given: Mapping[str, float]) -> Plan:
    """What is known of a scenario before it runs. Raises Impossible."""
    assert scenario.duration is not None
    values = present_in(machine, known_in(machine, base_values(machine, scenario, given)), {}, 0.0)
    length = moment(evaluate(scenario.duration, values))
    if not length > 0:
        raise Impossible(f"scenario {scenario.name} would last {length} ms")
    frozen = {path: values[path] for path in _settled_once(machine)}
    known = known_in(machine, {**given, **frozen})
    try:
        windows = opened_in(machine, known, windows_of(scenario.overrides, values))
        keepings = [Keeping(a, b, h) for h in scenario.holdings for a, b in spells_of(h.when, values)]
        happening: tuple[Jump | Firing, ...] = (*scenario.jumps, *scenario.firings)
        strokes = [Stroke(t, w) for w in happening for t in moments_of(w.when, values, length)]
    except TooMany:
        raise Impossible(f"something in scenario {scenario.name} would happen far too often") from None
    refuse_contradictions(windows)
    plan = Plan(machine, scenario, known, values, length, windows, tuple(keepings), tuple(strokes), ())
    return arranged(plan, 0.0)


def arranged(plan: Plan, now: float) -> Plan:
    """The plan in order of time, without what has closed or happened before now."""
    windows = tuple(w for w in plan.windows if w.end > now)
    keepings = tuple(k for k in plan.keepings if k.end > now)
    strokes = tuple(sorted((s for s in plan.strokes if s.time >= now), key=lambda s: s.order))
    marks = {t: None for w in windows for t in (w.start, w.end, w.arrival)}
    marks |= dict.fromkeys(plan.cuts)
    marks |= {t: None for k in keepings for t in (k.start, k.end)} | {s.time: None for s in strokes}
    return replace(
        plan,
        windows=tuple(sorted(windows, key=lambda w: w.start)),
        keepings=keepings,
        strokes=strokes,
        marks=tuple(sorted(t for t in marks if now < t < plan.length)),
    )


def next_mark(plan: Plan, now: float) -> float:
    """When something changes next, or the run ends."""
    i = bisect_right(plan.marks, now)
    return plan.marks[i] if i < len(plan.marks) else plan.length


def refuse_contradictions(windows: tuple[Window, ...]) -> None:
    """Raises Collision."""
    for first, second in contradictions(windows):
        raise Collision(first.target, first.span, second.span)


def opened(plan: Plan, now: float, overrides: Iterable[Override], holdings: Iterable[Holding]) -> Plan:
    """The plan with windows that open now and stay open; each sentence has one. Raises Collision."""
    overrides, holdings = tuple(overrides), tuple(holdings)
    if not overrides and not holdings:
        return plan
    new = [Window(now, math.inf, o, pace_of(o, plan.values)) for o in overrides]
    known = opened_in(plan.machine, plan.known, (*plan.windows, *new))
    windows = tuple(w for w in known if not _is_superseded(w, new, now))
    refuse_bases_of_one_moment(windows, now)
    keepings = [k for k in plan.keepings if not any(k.holding is h for h in holdings)]
    keepings += [Keeping(now, math.inf, h) for h in holdings]
    return arranged(replace(plan, windows=windows, keepings=tuple(keepings)), now)


def _is_superseded(window: Window, new: list[Window], now: float) -> bool:
    """Whether a new window has taken its place for good: of the same sentence, or a base of the same target."""
    return window.start < now and any(
        window.override is n.override
        or (window.is_base and n.is_base and _hides(n.override, window.override))
        for n in new
    )


def _hides(later: Override, earlier: Override) -> bool:
    """Whether a later base says what the earlier one did in all its copies."""
    if later.target != earlier.target:
        return False
    mine, other = later.copies, earlier.copies
    return mine is None or (other is not None and mine.first <= other.first and other.last <= mine.last)


def refuse_bases_of_one_moment(windows: Iterable[Window], now: float) -> None:
    """Raises Collision where two sentences give a quantity a new base now."""
    seen: dict[str, list[Window]] = {}
    for window in (w for w in windows if w.is_base and w.start == now):
        before = seen.setdefault(window.override.target, [])
        for first in (w for w in before if meet(w.copies, window.copies)):
            raise Collision(window.override.target, first.override.span, window.override.span)
        before.append(window)


def closed(plan: Plan, now: float, what: Override | Holding) -> Plan:
    """The plan in which the open window of a sentence closes now."""
    windows = tuple(
        replace(w, end=now) if w.override is what and w.start <= now < w.end else w for w in plan.windows
    )
    keepings = tuple(
        replace(k, end=now) if k.holding is what and k.start <= now < k.end else k for k in plan.keepings
    )
    return arranged(replace(plan, windows=windows, keepings=keepings), now)


def _settled_once(machine: Machine) -> tuple[str, ...]:
    """What balances charge is solved for once: it does not follow what a scenario changes later."""
    from ionlang.model.books.balance import balance_parameters

    return balance_parameters(machine.cell)
