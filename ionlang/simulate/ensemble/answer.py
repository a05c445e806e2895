"""Requests of many runs answered together."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TypeVar

import numpy as np

from ionlang.simulate.ensemble.gather import gathered
from ionlang.simulate.ensemble.integrate_many import Batch, Together, integrate_many
from ionlang.simulate.ensemble.lines import lines_together
from ionlang.simulate.functions import Phase
from ionlang.simulate.machine import Machine
from ionlang.simulate.running.course import Conversation, Request
from ionlang.simulate.running.integrate import NO_LENGTH, resolution
from ionlang.simulate.sheaf import stacked
from ionlang.simulate.trajectory import PhaseRun

Answer = TypeVar("Answer")

ENOUGH = 64
"""Requests: of fewer each is answered by itself, which is as fast."""
ENOUGH_THAT_FIRE = 256
"""So many where a member takes more steps than `FIRING`, as one that fires does."""
FIRING = 2000
ENOUGH_LINES = 32
"""Of lines: each is arrays by itself already, so there is less to win than with cells."""


def answered_together(
    machine: Machine, conversations: Sequence[Conversation[Answer]]
) -> Generator[int, None, list[Answer]]:
    """What each conversation comes to, in order. Tells, now and then, how many have come to an end."""
    answers: dict[int, Answer] = {}
    waiting: dict[int, Request] = {}
    replies: dict[int, PhaseRun | None] = dict.fromkeys(range(len(conversations)))
    while replies:
        for k, reply in replies.items():
            try:
                waiting[k] = _said(conversations[k], reply)
            except StopIteration as end:
                answers[k] = end.value
        yield len(answers)
        replies = dict(zip(waiting, answered_requests(machine, list(waiting.values())), strict=True))
        waiting = {}
    return [answers[k] for k in range(len(conversations))]


def _said(conversation: Conversation[Answer], reply: PhaseRun | None) -> Request:
    return next(conversation) if reply is None else conversation.send(reply)


def answered_requests(machine: Machine, requests: Sequence[Request]) -> list[PhaseRun]:
    """Those with the same rows held and the same tolerance together; alone those in which something moves with time,
    and those that fail in company."""
    groups: dict[tuple[object, ...], list[int]] = {}
    for k, request in enumerate(requests):
        if request.phase.parameters_at is None and not request.led and machine.is_autonomous:
            groups.setdefault((request.held, request.rtol), []).append(k)
    found: dict[int, PhaseRun] = {}
    for group in groups.values():
        if machine.has_lines:
            found |= _lines_together(machine, requests, group)
        elif len(group) >= ENOUGH:
            runs = _together(machine, [requests[k] for k in group])
            found |= {k: run for k, run in zip(group, runs, strict=True) if run.failure is None}
    return [found[k] if k in found else request.answer() for k, request in enumerate(requests)]


def _lines_together(
    machine: Machine, requests: Sequence[Request], group: Sequence[int]
) -> dict[int, PhaseRun]:
    """Phases of lines, by their number; nothing of cells that are not one line alone, of phases in which something is
    held or that have no length, and of what fails."""
    chain, rhs = machine.chain, machine.functions.rhs_many
    chosen = [k for k in group if _has_length(requests[k].phase) and not requests[k].held]
    if chain is None or rhs is None or len(chosen) < ENOUGH_LINES:
        return {}
    runs = lines_together(rhs, chain, [requests[k] for k in chosen])
    return dict(zip(chosen, runs, strict=True))


def _has_length(phase: Phase) -> bool:
    return phase.end - phase.start > NO_LENGTH * resolution(phase)


def _together(machine: Machine, requests: Sequence[Request]) -> list[PhaseRun]:
    phases = [request.phase for request in requests]
    batch = Batch(
        np.array([phase.start for phase in phases]),
        np.array([phase.end for phase in phases]),
        np.array([request.states for request in requests], float).T,
        np.array([request.atol for request in requests], float).T,
        stacked([phase.parameters for phase in phases]),
        np.array([phase.longest_step for phase in phases]),
    )
    way = integrate_many(together(machine, requests[0].held), batch, requests[0].rtol)
    sheaf = gathered([batch], [way])
    return [PhaseRun(sheaf.piece(k, phase), way.failed.get(k)) for k, phase in enumerate(phases)]


def together(machine: Machine, held: tuple[int, ...]) -> Together:
    """What members of one machine share while these rows are held."""
    functions = machine.functions
    assert functions.rhs_many is not None
    assert functions.jacobian_many is not None
    return Together(functions.rhs_many, functions.jacobian_many, machine.elimination, held)
