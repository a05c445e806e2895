"""The course of a run: from step to step, and from one thing that comes true to the next.

A run is a conversation: it says which phase is to be integrated (a `Request`), and is told how that went. So one run
can be answered at once, and the requests of many can be answered together.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np

from ionlang.model.scenario import Holding, Override
from ionlang.simulate.functions import FloatArray, Functions, Parameters, Phase
from ionlang.simulate.lines.recorder import Recorder
from ionlang.simulate.running.clamped import follow, kept, settled, taking
from ionlang.simulate.running.happenings import Endless, Fired, Landed, Now, come_true, strokes_due
from ionlang.simulate.running.integrate import Failure, PhaseRun, integrate_phase
from ionlang.simulate.running.landing import Here
from ionlang.simulate.running.lookout import Lookout, integrate_watched
from ionlang.simulate.running.plan import Collision, Plan
from ionlang.simulate.running.schedule import Step, steps_from
from ionlang.simulate.running.shown import Shown, closed_at, shown_windows
from ionlang.simulate.running.stepping import integrate_steps
from ionlang.simulate.running.watches import (
    Crossing,
    Watch,
    closing_watches,
    first_crossing,
    holding,
    lasting_watches,
)
from ionlang.simulate.trajectory import INTERVALS, Piece, Trajectory, constant_piece

AGAIN = 100
"""Times that something may come true without time to speak of between."""
NO_TIME = 1e-10
"""Of the length of a run: no time to speak of."""

Answer = TypeVar("Answer")
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, eq=False)
class Leg:
    """A piece of a run: the plan and the step in force, and the conditions that came true at its end."""

    plan: Plan
    step: Step
    piece: Piece
    came_true: tuple[Watch, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """What was integrated: the state it began at, the pieces with the rows that were held in each, the events, what
    the actions filled, whether the run ended by its condition, and what stopped it. `log` has the pieces and the
    changes of the state between them, in order."""

    start: FloatArray
    trajectory: Trajectory
    held: tuple[tuple[int, ...], ...]
    fired: tuple[Fired, ...]
    shown: tuple[Shown, ...]
    ended: bool
    failure: Failure | None
    log: tuple[Leg | Landed, ...] = ()
    recorder: Recorder | None = None

    @property
    def end(self) -> FloatArray:
        """The state (n,) that it ended in."""
        return self.trajectory.pieces[-1].values[:, -1] if self.recorder is None else self.recorder.last


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """A phase that is to be integrated from the n `states`. `functions` are those of the run, in which the rows in
    `held` do not move and those that follow a command are led; `led` says whether there are such."""

    functions: Functions
    phase: Phase
    states: list[float]
    rtol: float
    atol: FloatArray
    held: tuple[int, ...]
    led: bool
    progress: Progress | None

    def answer(self) -> PhaseRun:
        integrate = integrate_phase if self.functions.keeper is None else integrate_steps
        return integrate(self.functions, self.phase, self.states, self.rtol, self.atol, self.progress)


Conversation = Generator[Request, PhaseRun, Answer]
"""Asks for phases, and comes to an answer in the end."""


def answered(conversation: Conversation[Answer]) -> Answer:
    """What a conversation comes to, each of its requests answered at once."""
    try:
        request = next(conversation)
        while True:
            request = conversation.send(request.answer())
    except StopIteration as end:
        answer: Answer = end.value
        return answer


@dataclass(slots=True)
class _Way:
    """A run under way."""

    plan: Plan
    rtol: float
    atol: FloatArray
    progress: Progress | None
    time: float
    states: list[float]
    lasting: tuple[Watch, ...]
    pieces: list[Piece] = field(default_factory=list)
    held: list[tuple[int, ...]] = field(default_factory=list)
    fired: list[Fired] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    true: Mapping[Watch, bool] = field(default_factory=dict)
    again: int = 0
    last_change: float = -np.inf
    steps: int = 0
    recorder: Recorder | None = None
    log: list[Leg | Landed] = field(default_factory=list)


def travel(
    plan: Plan,
    before: Parameters,
    start: FloatArray,
    rtol: float,
    atol: FloatArray,
    progress: Progress | None,
    recorder: Recorder | None = None,
) -> Conversation[Course]:
    """Follow a plan from the state `start` (n,); `before` are the parameters before anything of the run acts.
    `recorder` keeps what is to be kept of long lines."""
    lasting = lasting_watches(plan.machine, plan.scenario)
    way = _Way(plan, rtol, atol, progress, 0.0, [float(x) for x in start], lasting)
    way.recorder = recorder
    way.shown += shown_windows(plan)
    first = Here(0.0, way.states, before)
    way.true = {w: w.aim != "stop" and true for w, true in holding(lasting, first).items()}
    failure, ended = None, False
    try:
        ended, failure = yield from _to_the_end(way)
    except (Collision, Endless) as error:
        failure = Failure(way.time, None, str(error), tuple(way.states))
    if not way.pieces:
        step = next(steps_from(plan, 0.0))
        y = np.array(way.states)
        y = y if recorder is None else recorder.take(step.phase, np.zeros(1), y[None, :])[0]
        way.pieces.append(constant_piece(step.phase, 0.0, y, 1))
        way.held.append(())
    return Course(
        start, Trajectory(tuple(way.pieces)), tuple(way.held), tuple(way.fired), tuple(way.shown), ended, failure,
        tuple(way.log),
        recorder,
    )  # fmt: skip


def _to_the_end(way: _Way) -> Conversation[tuple[bool, Failure | None]]:
    """Whether the run ended by its condition, and what went wrong. Raises Collision, Endless."""
    steps, fresh, crossed = steps_from(way.plan, 0.0), True, tuple[Watch, ...]()
    while (step := next(steps, None)) is not None:
        way.states = follow(way.plan.machine, step, way.states)
        changed = fresh and _strike(way, step)
        new = _newly_true(way, step, crossed)
        crossed = ()
        if any(watch.aim == "stop" for watch in new):
            return True, None
        if new:
            _act(way, step, new)
        if new or changed:
            steps, fresh = steps_from(way.plan, way.time), False
            continue
        failure, crossing = yield from _go(way, step)
        if failure is not None:
            return False, failure
        fresh = way.time > step.phase.start
        if crossing is not None:
            crossed, steps = crossing.watches, steps_from(way.plan, way.time)
    return False, None


def _here(way: _Way, step: Step) -> Here:
    phase = step.phase
    at = phase.parameters if phase.parameters_at is None else phase.parameters_at(way.time)
    return Here(way.time, way.states, at)


def _strike(way: _Way, step: Step) -> bool:
    """What the plan has for this moment; whether that changed the plan."""
    before = Now(way.plan, _here(way, step))
    now = strokes_due(before)
    if now is before:
        return False
    _take(way, now)
    way.states = follow(way.plan.machine, step, way.states)
    return now.plan is not before.plan


def _act(way: _Way, step: Step, new: tuple[Watch, ...]) -> None:
    way.again = way.again + 1 if way.time - way.last_change <= NO_TIME * way.plan.length else 0
    way.last_change = way.time
    if way.again > AGAIN + len(way.lasting):  # the copies of a line may follow each other closely
        said = " ".join(new[0].condition.span.text.split())
        raise Endless(f"`{said}` comes true again and again, and no time passes between")
    for watch in new:
        if isinstance(watch.aim, Override | Holding):
            way.shown = [closed_at(way.time, watch.aim.span, shown) for shown in way.shown]
    _take(way, come_true(Now(way.plan, _here(way, step)), new))


def _take(way: _Way, now: Now) -> None:
    way.plan, way.states = now.plan, now.here.states
    way.fired += now.fired
    way.shown += now.shown
    way.log += now.landed


def _watches(way: _Way) -> tuple[Watch, ...]:
    return (*way.lasting, *closing_watches(way.plan, way.time))


def _newly_true(way: _Way, step: Step, crossed: tuple[Watch, ...]) -> tuple[Watch, ...]:
    """The conditions that became true: those found so on the way here, and those that are true and were not."""
    watches = _watches(way)
    if not watches:
        return ()
    here = _here(way, step)
    true = holding(watches, here)
    new = tuple(w for w in watches if w in crossed or (true[w] and not way.true.get(w, False)))
    way.true = true | dict.fromkeys(new, True)
    return new


def _go(way: _Way, step: Step) -> Conversation[tuple[Failure | None, Crossing | None]]:
    """Integrate one step, up to where a condition comes true."""
    machine, watches = way.plan.machine, _watches(way)
    functions = kept(machine.functions, step)
    if way.recorder is not None:
        way.recorder.gifts.held = step.held
        by_steps = not step.leads and functions.pooling is None and way.recorder.goes_by_steps
        keeper = way.recorder if by_steps else None
        functions = replace(functions, take=taking(way.recorder.take, step), keeper=keeper)
    crossing: list[Crossing] = []

    def look(piece: Piece) -> Piece | None:
        true = way.true if piece.start == way.time else {}
        found = first_crossing(watches, settled(step, piece), true)
        crossing.extend([found] if found is not None else [])
        return None if found is None else found.piece

    numbers = (functions, step.phase, way.states, way.rtol, way.atol)
    if watches:
        run = integrate_watched(*numbers, way.progress, Lookout(look, way.steps))
    else:
        run = yield Request(*numbers, step.held, bool(step.leads), way.progress)
    piece = run.piece if way.recorder is not None else settled(step, run.piece)
    if piece.end > way.time or not crossing:
        way.pieces.append(piece)
        way.held.append(step.held)
        way.log.append(Leg(way.plan, step, piece, crossing[0].watches if crossing else ()))
    way.steps = piece.times.size // INTERVALS
    end = piece.values[:, -1] if way.recorder is None else way.recorder.last
    way.time, way.states = piece.end, end.tolist()
    if watches and not crossing:
        last = Here(way.time, way.states, _parameters_at_end(piece))
        way.true = holding(watches, last)
    return run.failure, crossing[0] if crossing else None


def _parameters_at_end(piece: Piece) -> Parameters:
    phase = piece.phase
    return phase.parameters if phase.parameters_at is None else phase.parameters_at(min(piece.end, phase.end))
