"""What a run waits for: conditions that end it, close a window, fire an event, or set off an action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ionlang.model.act.timing import since
from ionlang.model.cell_events import Event
from ionlang.model.expression import Expr
from ionlang.model.scenario import Holding, Override, Scenario
from ionlang.model.scenario_when import From, Whenever
from ionlang.simulate import locate
from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.landing import Here
from ionlang.simulate.machine import Machine
from ionlang.simulate.plan import Plan
from ionlang.simulate.trajectory import INTERVALS, Piece, Trajectory

Aim = Literal["stop", "event", "action"] | Override | Holding
_NUDGES = 40  # doublings of the last digit of time, until what came true is true


@dataclass(frozen=True, slots=True)
class Watch:
    """A condition and what it is watched for: to stop the run, to fire the event, to set off the actions that wait
    for it, or to close the window of a sentence."""

    condition: Expr
    aim: Aim
    event: Event | None = None


@dataclass(frozen=True, slots=True)
class Crossing:
    """When conditions came true, and which."""

    piece: Piece
    watches: tuple[Watch, ...]


def lasting_watches(machine: Machine, scenario: Scenario) -> tuple[Watch, ...]:
    """What is waited for from the beginning to the end of a run."""
    found = [] if scenario.until is None else [Watch(since(scenario.until, 0.0), "stop")]
    found += [Watch(since(e.condition, 0.0), "event", e) for e in machine.cell.events if e.condition]
    acting = (*scenario.overrides, *scenario.jumps, *scenario.holdings, *scenario.firings)
    waits = (a.when.condition for a in acting if isinstance(a.when, Whenever))
    return (*found, *(Watch(c, "action") for c in dict.fromkeys(waits) if c is not None))


def closing_watches(plan: Plan, now: float) -> tuple[Watch, ...]:
    """What the windows that are open now wait for."""
    opened = [(w.start, w.override) for w in plan.windows if w.start <= now < w.end]
    kept = [(k.start, k.holding) for k in plan.keepings if k.start <= now < k.end]
    return tuple(
        Watch(since(what.when.until, start), what)
        for start, what in (*opened, *kept)
        if isinstance(what.when, From) and what.when.until is not None
    )


def holds(machine: Machine, watch: Watch, here: Here) -> bool:
    """Whether the condition is true."""
    t, y = np.array([here.time]), np.array(here.states)[:, None]
    return bool(_quantity(machine, watch)(t, y, here.parameters)[0] > 0.0)


def first_crossing(machine: Machine, watches: Sequence[Watch], piece: Piece) -> Crossing | None:
    """The first moment in a piece at which conditions come true, with the piece up to there."""
    trajectory = Trajectory((piece,))
    found: list[tuple[float, int]] = []
    for i, watch in enumerate(watches):
        quantity = _quantity(machine, watch)
        found += [(t, i) for t in locate.crossings(trajectory, quantity, "upward").tolist()]
    for instant, i in sorted(found):
        true_at = _when_true(piece, _quantity(machine, watches[i]), instant)
        if true_at is not None:
            together = dict.fromkeys(k for t, k in found if t <= true_at)
            return Crossing(cut(piece, true_at), tuple(watches[k] for k in together))
    return None


def _quantity(machine: Machine, watch: Watch) -> locate.Quantity:
    function = machine.condition(watch.condition)

    def quantity(t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
        row: FloatArray = function(t, y, p)[0]
        return row

    return quantity


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
