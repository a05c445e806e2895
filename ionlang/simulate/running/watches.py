"""What a run waits for: conditions that end it, close a window, fire an event, or set off an action."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ionlang.model.act.timing import since
from ionlang.model.cell_events import Event
from ionlang.model.cell_lines import Copies, Line
from ionlang.model.expression import Expr
from ionlang.model.scenario import Holding, Override, Scenario
from ionlang.model.scenario_when import From, Whenever
from ionlang.simulate import locate
from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.machine import Machine
from ionlang.simulate.running.among import Among, among_copies
from ionlang.simulate.running.landing import Here
from ionlang.simulate.running.plan import Plan
from ionlang.simulate.trajectory import INTERVALS, Piece, Trajectory

Aim = Literal["stop", "event", "action"] | Override | Holding
_ROUNDING = 1024  # last digits of time within which a condition that is true does not come true again
_NUDGES = 40  # doublings of the last digit of time, until what came true is true


@dataclass(frozen=True, slots=True, eq=False)
class Watch:
    """A condition and what it is watched for: to stop the run, to fire the event, to set off the actions that wait
    for it, or to close the window of a sentence. `quantity` is above 0 where the condition holds. An event of a line
    is watched for in each copy (`copies`, just one): `among` are all of them together."""

    condition: Expr
    quantity: locate.Quantity
    aim: Aim
    event: Event | None = None
    copies: Copies | None = None
    among: Among | None = None


@dataclass(frozen=True, slots=True)
class Crossing:
    """When conditions came true, and which."""

    piece: Piece
    watches: tuple[Watch, ...]


def lasting_watches(machine: Machine, scenario: Scenario) -> tuple[Watch, ...]:
    """What is waited for from the beginning to the end of a run."""
    found = [] if scenario.until is None else [_watch(machine, scenario.until, 0.0, "stop")]
    for event in (e for e in machine.cell.events if e.condition is not None):
        line = machine.cell.line_of(event.path)
        found += [_watch_event(machine, event)] if line is None else _in_each_copy(machine, event, line)
    waits = (a.when.condition for a in scenario.acting if isinstance(a.when, Whenever))
    actions = (c for c in dict.fromkeys(waits) if c is not None)
    return (*found, *(_watch(machine, c, 0.0, "action") for c in actions))


def closing_watches(plan: Plan, now: float) -> tuple[Watch, ...]:
    """What the windows that are open now wait for."""
    if not any(isinstance(a.when, From) and a.when.until is not None for a in plan.scenario.acting):
        return ()
    opened: list[tuple[float, Override | Holding]] = [
        (w.start, w.override) for w in plan.windows if w.start <= now < w.end
    ]
    opened += [(k.start, k.holding) for k in plan.keepings if k.start <= now < k.end]
    return tuple(
        _closing(plan, what, what.when.until, start)
        for start, what in opened
        if isinstance(what.when, From) and what.when.until is not None
    )


def _closing(plan: Plan, what: Override | Holding, until: Expr, start: float) -> Watch:
    """The same watch as long as the window is open."""
    if id(what) not in plan.closings:
        plan.closings[id(what)] = _watch(plan.machine, until, start, what)
    return plan.closings[id(what)]


def _watch(machine: Machine, condition: Expr, opened: float, aim: Aim, event: Event | None = None) -> Watch:
    function = machine.condition(since(condition, opened))

    def quantity(t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
        row: FloatArray = function(t, y, p)[0]
        return row

    return Watch(condition, quantity, aim, event)


def _watch_event(machine: Machine, event: Event) -> Watch:
    assert event.condition is not None
    return _watch(machine, event.condition, 0.0, "event", event)


def _in_each_copy(machine: Machine, event: Event, line: Line) -> list[Watch]:
    """A condition that comes true in one copy and not in another."""
    assert event.condition is not None
    among = among_copies(machine, event.condition, line)
    return [
        Watch(event.condition, among.only(k), "event", event, Copies(line.name, k, k), among)
        for k in range(1, line.count + 1)
    ]


def holding(watches: Sequence[Watch], here: Here) -> dict[Watch, bool]:
    """Which of the conditions are true."""
    t, y = np.array([here.time]), np.array(here.states)[:, None]
    among = {a: a.true(t, y, here.parameters) for a in _each_once(watches)}
    return {
        w: bool(w.quantity(t, y, here.parameters)[0] > 0.0)
        if w.among is None or w.copies is None
        else bool(among[w.among][w.copies.first - 1])
        for w in watches
    }


def first_crossing(watches: Sequence[Watch], piece: Piece, true: Mapping[Watch, bool]) -> Crossing | None:
    """The first moment in a piece at which conditions come true, with the piece up to there. `true` are those that
    hold at its start: what the last digits make of these there is nothing new."""
    found: list[tuple[float, int]] = []
    for i, (watch, times) in enumerate(zip(watches, _crossings(watches, piece), strict=True)):
        begun = piece.start + (_ROUNDING * np.spacing(piece.end) if true.get(watch, False) else -1.0)
        found += [(t, i) for t in times[times > begun].tolist()]
    for instant, i in sorted(found):
        true_at = _when_true(piece, watches[i].quantity, instant)
        if true_at is not None:
            together = dict.fromkeys(k for t, k in found if t <= true_at)
            return Crossing(cut(piece, true_at), tuple(watches[k] for k in together))
    return None


def _crossings(watches: Sequence[Watch], piece: Piece) -> list[FloatArray]:
    """When each comes true in a piece [ms]; in the copies of a line looked for in all of them together."""
    trajectory = Trajectory((piece,))
    among = {a: a.arrivals(piece) for a in _each_once(watches)}
    return [
        locate.crossings(trajectory, w.quantity, "upward")
        if w.among is None or w.copies is None
        else among[w.among][w.copies.first - 1]
        for w in watches
    ]


def _each_once(watches: Sequence[Watch]) -> tuple[Among, ...]:
    return tuple(dict.fromkeys(w.among for w in watches if w.among is not None))


def _when_true(piece: Piece, quantity: locate.Quantity, instant: float) -> float | None:
    """The instant, or one a few digits behind it, at which the condition is true indeed."""
    step = float(np.spacing(instant))
    for _ in range(_NUDGES):
        if instant > piece.end:
            return None
        t = np.array([instant])
        if quantity(t, piece.at(t), piece.phase.parameters_many(t))[0] > 0.0:
            return instant
        instant, step = instant + step, 2.0 * step
    return None


def cut(piece: Piece, end: float) -> Piece:
    """The piece up to an instant: whole steps as they are, the broken one on its own polynomial."""
    edges = piece.times[::INTERVALS]
    whole = int(np.searchsorted(edges, end, side="left")) - 1
    whole = max(min(whole, edges.size - 2), 0)
    times = np.linspace(edges[whole], end, INTERVALS + 1)
    times[-1] = end
    kept = slice(0, INTERVALS * whole)
    return Piece(
        replace(piece.phase, end=end),
        np.concatenate([piece.times[kept], times]),
        np.concatenate([piece.values[:, kept], piece.at(times)], axis=1),
    )
