"""A plan as phases: between two edges nothing jumps. A phase is a set of parameter overrides, constant or functions of
time; the right-hand side knows no scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ionlang.model.act.composition import Window, collision, in_force, meet
from ionlang.model.act.present import Present
from ionlang.model.act.timing import since
from ionlang.model.cell_lines import Copies
from ionlang.model.expression import Expr, reads
from ionlang.model.scenario import Scenario
from ionlang.simulate.evaluate_many import Many
from ionlang.simulate.functions import FloatArray, ParametersMany, Phase
from ionlang.simulate.machine import Machine
from ionlang.simulate.running.across import as_columns, present_in, value_in
from ionlang.simulate.running.drive import Stretch, stretches
from ionlang.simulate.running.drives import Drive, Led, drive_of
from ionlang.simulate.running.landing import rows_kept
from ionlang.simulate.running.plan import (
    Collision,
    Impossible,
    Keeping,
    Plan,
    base_values,
    next_mark,
    plan_of,
)

__all__ = ["Collision", "Impossible", "Schedule", "Step", "base_values", "schedule", "steps_from"]

Command = Callable[[float], float]
CommandMany = Callable[[FloatArray], FloatArray]
MEMORY = 256
"""Settings of the parameters that are kept for when they come again."""


@dataclass(frozen=True, slots=True, eq=False)
class Lead:
    """A state that follows a command: its row, and the command at one instant and at many [ms]."""

    row: int
    at: Command
    at_many: CommandMany


@dataclass(frozen=True, slots=True, eq=False)
class Fixed:
    """What a clamp keeps at a value: a number, or one for each copy of a line (N,), in some `copies` (None: all)."""

    target: str
    value: Many
    copies: Copies | None


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One phase of a run. `fixed` are the targets that a clamp keeps at a value, `held` the rows of all states whose
    own rates do not count, `leads` those among them that follow a moving command."""

    phase: Phase
    fixed: tuple[Fixed, ...]
    held: tuple[int, ...]
    leads: tuple[Lead, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Schedule:
    """A scenario whose phases are all known before it runs; `windows` are the stretches [ms] that an action fills."""

    steps: tuple[Step, ...]
    windows: tuple[tuple[float, float, str], ...]


def schedule(machine: Machine, scenario: Scenario, given: Mapping[str, float]) -> Schedule:
    """The phases of a scenario under given parameter values, as far as nothing that only the run tells changes them.
    Raises Impossible."""
    from ionlang.simulate.running.shown import shown_windows

    plan = plan_of(machine, scenario, given)
    return Schedule(tuple(steps_from(plan, 0.0)), shown_windows(plan))


def steps_from(plan: Plan, start: float) -> Iterator[Step]:
    """The steps from an instant to the end of the run. Raises Collision."""
    waiting, i = plan.windows, 0
    opened: list[int] = []
    while start < plan.length:
        end = next_mark(plan, start)
        while i < len(waiting) and waiting[i].start <= start:
            opened.append(i)
            i += 1
        opened = [k for k in opened if waiting[k].end > start]
        yield from _steps(plan, tuple(opened), start, end)
        start = end


@dataclass(frozen=True, slots=True, eq=False)
class _Setting:
    """The parameters while the same windows are open: constant ones in numbers; those that move, and the moving
    commands of clamps, as functions of time."""

    constant: Mapping[str, float]
    parameters: list[float]
    moving: tuple[str, ...]
    fixed: tuple[Fixed, ...]
    held: tuple[int, ...]
    led: tuple[Led, ...]
    drive: Drive | None
    stretches: dict[float, tuple[Stretch, ...]]


def _steps(plan: Plan, opened: tuple[int, ...], start: float, end: float) -> Iterator[Step]:
    """The steps from one edge to the next: one, or several where parameters move at different paces."""
    setting = _setting(plan, opened, start)
    if setting.drive is None:
        yield Step(Phase(start, end, setting.parameters), setting.fixed, setting.held, ())
        return
    if end not in setting.stretches:
        setting.stretches[end] = stretches(setting.drive.sampled, start, end)
    leads = tuple(_lead(setting.drive, each) for each in setting.led)
    for a, b, longest in setting.stretches[end]:
        if b > start:
            yield Step(
                _phase(plan.machine, setting, max(a, start), b, longest), setting.fixed, setting.held, leads
            )


def _setting(plan: Plan, opened: tuple[int, ...], start: float) -> _Setting:
    windows = [plan.windows[k] for k in opened]
    keepings = [k for k in plan.keepings if k.start <= start < k.end]
    key = (*(_identity(w, start) for w in windows), None, *((id(k.holding), k.start) for k in keepings))
    found = plan.memory.get(key)
    if found is None:
        pair = collision(windows, start)
        if pair is not None:
            raise Collision(pair[0].target, pair[0].span, pair[1].span)
        _refuse_two_keepings(keepings)
        if len(plan.memory) >= MEMORY:
            plan.memory.clear()
        found = plan.memory[key] = _settled(plan, windows, keepings, start)
    assert isinstance(found, _Setting)
    return found


def _identity(window: Window, start: float) -> tuple[object, ...]:
    """What tells one window from another: of one sentence two windows differ if they look at the time in them."""
    override = window.override
    if override.over is None and not any(read.path == "elapsed" for read in reads(override.value)):
        return (id(override),)
    return id(override), window.start, window.origin, start >= window.arrival


def _settled(plan: Plan, windows: list[Window], keepings: list[Keeping], start: float) -> _Setting:
    machine = plan.machine
    active = in_force(windows, start)
    present = present_in(machine, plan.known, active, start)
    moving = tuple(target for target in active if present.moves(target))
    still = {target: present[target] for target in active if target not in moving}
    constant = {**plan.known.given, **still}
    commands = [(k.holding, since(k.holding.value, max(k.start, 0.0))) for k in keepings if k.holding.value]
    fixed = tuple(
        Fixed(h.target, value_in(machine, c, present), h.copies)
        for h, c in commands
        if not _moves(present, c)
    )
    led = [(h, c) for h, c in commands if _moves(present, c)]
    drive = drive_of(plan, constant, present, moving, [c for _, c in led]) if moving or led else None
    return _Setting(
        constant,
        machine.parameters(constant),
        moving,
        fixed,
        tuple(sorted({row: None for k in keepings for _, row in rows_kept(machine, k.holding)})),
        tuple(
            Led(len(moving) + k, place, row)
            for k, (h, _) in enumerate(led)
            for place, row in rows_kept(machine, h)
        ),
        drive,
        {},
    )


def _moves(present: Present, command: Expr) -> bool:
    return any(present.moves(read.path) for read in reads(command))


def _phase(machine: Machine, setting: _Setting, start: float, end: float, longest: float) -> Phase:
    """A phase whose parameters are functions of time; where these are fast, steps are bounded."""
    drive, moving, constant = setting.drive, setting.moving, setting.constant
    assert drive is not None
    if not moving:
        return Phase(start, end, setting.parameters, longest_step=longest)

    def at(t: float) -> list[float]:
        now: dict[str, Any] = dict(zip(moving, drive.at(t), strict=False))
        return machine.parameters({**constant, **now})

    def at_many(t: FloatArray) -> ParametersMany:
        if machine.has_lines:
            now = dict(zip(moving, drive.many(t), strict=False))
            return machine.parameters_in_time(
                {**as_columns(constant), **now}, at(float(t[0]) if t.size else start)
            )
        found = np.array([drive.at(x)[: len(moving)] for x in t.tolist()]).reshape(t.size, len(moving)).T
        values = machine.parameters_many({**constant, **dict(zip(moving, found, strict=True))})
        return [v if isinstance(v, np.ndarray) else float(v) for v in values]  # type: ignore[arg-type]

    return Phase(start, end, at(start), at, at_many, longest)


def _lead(drive: Drive, led: Led) -> Lead:
    def at(t: float) -> float:
        value = drive.at(t)[led.which]
        return float(value[led.copy]) if isinstance(value, np.ndarray) and value.ndim else float(value)

    def at_many(t: FloatArray) -> FloatArray:
        if drive.many_at_once is None:
            return np.array([at(x) for x in t.tolist()])
        value = np.asarray(drive.many(t)[led.which])
        return np.broadcast_to(value[led.copy] if value.ndim == 2 else value, t.shape)

    return Lead(led.row, at, at_many)


def _refuse_two_keepings(keepings: list[Keeping]) -> None:
    for i, keeping in enumerate(keepings):
        for first in (k.holding for k in keepings[:i]):
            other = keeping.holding
            if first.target == other.target and meet(first.copies, other.copies):
                raise Collision(other.target, first.span, other.span)
