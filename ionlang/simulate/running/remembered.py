"""Runs that have their beginning in common: what one of them integrated another need not.

A search makes runs that differ in one parameter. As long as no rate reads it – before a current sets in, while a pump
stands still for a time that is sought – they go the same way. A phase that begins in the same state and with the same
parameters as one that is known, and ends no later, is the beginning of that.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeVar

from ionlang.simulate.machine import Machine
from ionlang.simulate.running.course import Conversation, Request
from ionlang.simulate.running.watches import cut
from ionlang.simulate.trajectory import PhaseRun

Answer = TypeVar("Answer")
MOST_NUMBERS = 20_000_000
"""That are kept: 160 MB."""


@dataclass(eq=False)
class Memory:
    """Phases that were integrated, as long as there is `room` for their numbers."""

    machine: Machine
    room: int = MOST_NUMBERS
    known: dict[tuple[object, ...], PhaseRun] = field(default_factory=dict)

    def answered(self, conversation: Conversation[Answer]) -> Answer:
        """What a conversation comes to, its requests answered from memory where that can be."""
        try:
            request = next(conversation)
            while True:
                request = conversation.send(self._answer(request))
        except StopIteration as end:
            answer: Answer = end.value
            return answer

    def add_no_more(self) -> None:
        """From now on what is known is used, and nothing is added to it."""
        self.room = 0

    def _answer(self, request: Request) -> PhaseRun:
        key = self._key(request)
        known = None if key is None else self.known.get(key)
        if known is not None and request.phase.start < request.phase.end <= known.piece.end:
            piece = known.piece
            whole = piece if request.phase.end == piece.end else cut(piece, request.phase.end)
            return PhaseRun(replace(whole, phase=request.phase), None)
        run = request.answer()
        if key is not None and run.failure is None and run.piece.values.size <= self.room:
            self.room -= run.piece.values.size
            self.known[key] = run
        return run

    def _key(self, request: Request) -> tuple[object, ...] | None:
        """By what the way of a phase is decided; None where parameters move."""
        phase = request.phase
        if phase.parameters_at is not None or request.led:
            return None
        parameters = tuple(phase.parameters[i] for i in self._read)
        return phase.start, phase.longest_step, parameters, tuple(request.states), request.rtol, (
            request.atol.tobytes(), request.held,
        )  # fmt: skip

    @cached_property
    def _read(self) -> tuple[int, ...]:
        """The parameters that a rate or a definition reads, by their place in the vector."""
        system = self.machine.system
        symbols = [rate.free_symbols for rate in system.rates] + [d.reads for d in system.definitions]
        every = frozenset[object]().union(*symbols)
        return tuple(i for i, p in enumerate(system.parameters) if p.symbol in every)
