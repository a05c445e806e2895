"""What happens at one moment of a run: values are given, amounts added, events fired; windows open and close."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ionlang.model.act.composition import meet
from ionlang.model.act.timing import since
from ionlang.model.cell_events import Kick
from ionlang.model.cell_lines import Copies, in_copies, in_copy
from ionlang.model.expression import Expr
from ionlang.model.scenario import Firing, Holding, Jump, Override
from ionlang.model.scenario_when import Whenever
from ionlang.simulate.evaluate_many import Many
from ionlang.simulate.machine import Machine
from ionlang.simulate.running.across import value_in
from ionlang.simulate.running.landing import Here, give, put
from ionlang.simulate.running.plan import Collision, Plan, Stroke, closed, opened
from ionlang.simulate.running.shown import words
from ionlang.simulate.running.watches import Watch

CHAIN = 100
"""Events that set off others at one moment; more go round in a circle."""


class Endless(Exception):
    """Events that set off each other for ever at one moment."""


@dataclass(frozen=True, slots=True)
class Fired:
    """An event that happened: when [ms], and its path."""

    time: float
    event: str


@dataclass(frozen=True, slots=True, eq=False)
class Landed:
    """A change of the state: in `here` the target took a value (`put`) or was given some more (`give`). How much is
    `amount`, told under the plan, or in the state `read_in` where it reads states."""

    plan: Plan
    here: Here
    way: Literal["put", "give"]
    target: str
    amount: Expr
    read_in: Here | None


@dataclass(frozen=True, slots=True, eq=False)
class Now:
    """A run at one moment: its plan, the state of the cell, the events fired so far at this moment, and what changed
    the state."""

    plan: Plan
    here: Here
    fired: tuple[Fired, ...] = ()
    shown: tuple[tuple[float, float, str], ...] = ()
    landed: tuple[Landed, ...] = ()


def strokes_due(now: Now) -> Now:
    """What the plan has for this moment."""
    strokes, instant = now.plan.strokes, now.here.time
    first, last = (cut(strokes, instant, key=lambda s: s.time) for cut in (bisect_left, bisect_right))
    due = [s.what for s in strokes[first:last]]
    return happen(now, due) if due else now


def happen(now: Now, due: Iterable[Jump | Firing]) -> Now:
    """Values are given, then what is added and fired follows in text order. Raises Collision, Endless."""
    ordered = sorted(due, key=lambda w: Stroke(0.0, w).order)
    _refuse_two_values(now, ordered)
    for what in ordered:
        now = fire(now, what.event, what.copies) if isinstance(what, Firing) else _jump(now, what)
    return now


def _refuse_two_values(now: Now, ordered: list[Jump | Firing]) -> None:
    """Two values of one state, or a value of a state that follows a command. Raises Collision."""
    seen: list[Holding | Jump] = [
        k.holding
        for k in now.plan.keepings
        if k.holding.value is not None and k.start <= now.here.time < k.end
    ]
    for jump in (w for w in ordered if isinstance(w, Jump) and w.way == "set"):
        for first in seen:
            if first.target == jump.target and meet(first.copies, jump.copies):
                raise Collision(jump.target, first.span, jump.span)
        seen.append(jump)


def _jump(now: Now, jump: Jump) -> Now:
    instant = now.here.time
    expression = since(jump.value, instant)
    value = value_in(now.plan.machine, expression, now.plan.present(instant))
    change = put if jump.way == "set" else give
    way: Literal["put", "give"] = "put" if jump.way == "set" else "give"
    landed = Landed(now.plan, now.here, way, jump.target, jump.value, None)
    return _with_states(now, change(now.plan.machine, now.here, jump.target, value, jump.copies), landed)


def _with_states(now: Now, states: list[float], landed: Landed) -> Now:
    return replace(now, here=replace(now.here, states=states), landed=(*now.landed, landed))


def fire(now: Now, event: str, copies: Copies | None = None) -> Now:
    """An event happens, one of a line in some of its copies (None: in all): its kicks, read in the state before, then
    what waits for it. Raises Collision, Endless."""
    machine, before = now.plan.machine, now.here
    if len(now.fired) >= CHAIN + sum(line.count for line in machine.cell.lines):
        raise Endless(f"events set off each other without end, event {event} among them")
    kicks = [k for k in machine.cell.kicks if k.event == event]
    for kick, amount in zip(kicks, _amounts(machine, before, kicks), strict=True):
        landed = Landed(now.plan, now.here, "give", kick.target, kick.amount, before)
        now = _with_states(now, give(machine, now.here, kick.target, amount, copies), landed)
    now = replace(now, fired=(*now.fired, Fired(before.time, in_copies(event, copies))))
    return _set_off(now, [Whenever(None, path) for path in _paths(machine, event, copies)])


def _amounts(machine: Machine, before: Here, kicks: Sequence[Kick]) -> list[Many]:
    """How much each kick adds: a number, or one for each copy (N,)."""
    if not kicks:
        return []
    wanted = tuple(k.amount for k in kicks)
    t, y = np.array([before.time]), np.array(before.states)[:, None]
    if machine.has_lines:
        rows = machine.in_copies(wanted)(t, y, before.parameters)
        return [row[:, 0] if row.ndim == 2 else float(np.ravel(row)[0]) for row in rows]
    return [*machine.expressions(wanted)(t, y, before.parameters)[:, 0].tolist()]


def _paths(machine: Machine, event: str, copies: Copies | None) -> list[str]:
    """The event, of a line in each of the copies where it happens."""
    line = machine.cell.line_of(event)
    if line is None:
        return [event]
    first, last = (1, line.count) if copies is None else (copies.first, copies.last)
    return [in_copy(event, line.name, str(number)) for number in range(first, last + 1)]


def come_true(now: Now, watches: Iterable[Watch]) -> Now:
    """Conditions became true: windows close, windows open, then values, additions and events. Raises Collision,
    Endless."""
    watches = tuple(watches)
    plan = now.plan
    for watch in watches:
        if isinstance(watch.aim, Override | Holding):
            plan = closed(plan, now.here.time, watch.aim)
    now = replace(now, plan=plan)
    waits = [Whenever(w.condition) for w in watches if w.aim == "action"]
    firings = [
        Firing(w.event.path, Whenever(w.condition), w.event.span, w.copies)
        for w in watches
        if w.event is not None
    ]
    return _set_off(now, waits, firings)


def _set_off(now: Now, waits: list[Whenever], firings: Iterable[Firing] = ()) -> Now:
    """What waits for a condition or an event, together with events that fire by themselves."""
    scenario = now.plan.scenario
    overrides = [o for o in scenario.overrides if o.when in waits]
    holdings = [h for h in scenario.holdings if h.when in waits]
    due: list[Jump | Firing] = [j for j in scenario.jumps if j.when in waits]
    due += [f for f in scenario.firings if f.when in waits]
    plan = opened(now.plan, now.here.time, overrides, holdings)
    lasting = [o.span for o in overrides] + [h.span for h in holdings]
    shown = tuple((now.here.time, plan.length, words(span)) for span in lasting)
    shown += tuple((now.here.time, now.here.time, words(w.span)) for w in due)
    return happen(replace(now, plan=plan, shown=(*now.shown, *shown)), (*due, *firings))
