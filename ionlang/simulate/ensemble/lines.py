"""Phases of many lines integrated together, and what is kept of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ionlang.simulate.ensemble.chain import Chain
from ionlang.simulate.ensemble.integrate_many import Batch, integrate_many
from ionlang.simulate.functions import FloatArray, Parameters, ParametersMany, RhsMany
from ionlang.simulate.lines.over_copies import OverCopies
from ionlang.simulate.multistep.copy_by_copy import Factors
from ionlang.simulate.running.course import Request
from ionlang.simulate.sheaf import Indices
from ionlang.simulate.trajectory import INTERVALS, Failure, PhaseRun, Piece, constant_piece

MOST = 20_000_000
"""Numbers in samples that wait to be looked at: 160 MB."""


@dataclass(slots=True, eq=False)
class Member:
    """What is kept of a line: of stretches the times [ms] and values (times, kept). `time` and `state` are where it has
    come to, `waiting` the steps since then that nobody has looked at: when each ends, and its samples (5, n)."""

    request: Request
    time: float
    state: FloatArray
    times: list[FloatArray] = field(default_factory=list)
    values: list[FloatArray] = field(default_factory=list)
    waiting: list[tuple[float, FloatArray]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._take(np.array([self.time]), self.state[None], 0)

    def look(self) -> None:
        """Keep what is to be kept of the steps that wait."""
        if not self.waiting:
            return
        ends = np.array([self.time, *(end for end, _ in self.waiting)])
        nodes = np.arange(1, INTERVALS + 1) / INTERVALS
        inner = ends[:-1, None] + np.diff(ends)[:, None] * nodes
        inner[:, -1] = ends[1:]
        values = np.concatenate([self.state[None], *(samples for _, samples in self.waiting)])
        self._take(np.concatenate([ends[:1], inner.ravel()]), values, 1)
        self.time, self.state, self.waiting = float(ends[-1]), values[-1].copy(), []

    def _take(self, times: FloatArray, values: FloatArray, known: int) -> None:
        take = self.request.functions.take
        kept = values if take is None else take(self.request.phase, times, values)
        self.times.append(times[known:])
        self.values.append(kept[known:])

    def run(self, failure: Failure | None) -> PhaseRun:
        self.look()
        phase, times, values = self.request.phase, np.concatenate(self.times), np.concatenate(self.values)
        if times.size == 1:
            return PhaseRun(constant_piece(phase, phase.start, values[0], 1), failure)
        return PhaseRun(Piece(phase, times, np.ascontiguousarray(values.T)), failure)


@dataclass(slots=True, eq=False)
class Lines:
    """Lines of one machine under way (see `System`)."""

    rhs: RhsMany
    chain: Chain
    members: list[Member]
    size: int = 0

    def rates(self, t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
        return self.rhs(t, y, p)

    def factored(self, t: FloatArray, y: FloatArray, p: ParametersMany, length: FloatArray) -> Factors:
        return self.chain.factored(t, y, p, length)

    def solve(self, factors: Factors, right: FloatArray) -> FloatArray:
        return self.chain.solve(factors, right)

    def kept(
        self, number: Indices, start: FloatArray, end: FloatArray, before: FloatArray, samples: FloatArray
    ) -> FloatArray:
        """Nothing: members keep their own."""
        each = np.ascontiguousarray(samples.transpose(2, 0, 1))
        for k, until, own in zip(number.tolist(), end.tolist(), each, strict=True):
            self.members[k].waiting.append((until, own))
        self.size += samples.size
        if self.size > MOST:
            self.size = 0
            for member in self.members:
                member.look()
        return samples[:, :0]


def lines_together(rhs: RhsMany, chain: Chain, requests: Sequence[Request]) -> list[PhaseRun]:
    """What phases come to, all of one tolerance, in which nothing is held or led."""
    phases = [request.phase for request in requests]
    states = np.array([request.states for request in requests], float)
    members = [
        Member(request, phase.start, state)
        for request, phase, state in zip(requests, phases, states, strict=True)
    ]
    batch = Batch(
        np.array([phase.start for phase in phases]),
        np.array([phase.end for phase in phases]),
        states.T,
        np.array([request.atol for request in requests], float).T,
        side_by_side([phase.parameters for phase in phases]),
        np.array([phase.longest_step for phase in phases]),
    )
    way = integrate_many(Lines(rhs, chain, members), batch, requests[0].rtol)
    return [member.run(way.failed.get(k)) for k, member in enumerate(members)]


def side_by_side(parameters: Sequence[Parameters]) -> ParametersMany:
    """The parameters of members: a number where they agree, else (1, m); of what is another number in each copy (N,) or
    (N, m)."""
    found: list[object] = []
    for column in zip(*parameters, strict=True):
        spread = [value for value in column if isinstance(value, OverCopies)]
        if spread:
            shape = spread[0].values.shape
            arrays = [np.broadcast_to(np.asarray(value, dtype=float), shape) for value in column]
            same = all((array == arrays[0]).all() for array in arrays)
            found.append(OverCopies(arrays[0]) if same else np.stack(arrays, axis=1))
        else:
            numbers = np.array(column, dtype=float)
            found.append(float(numbers[0]) if (numbers == numbers[0]).all() else numbers[None])
    return found  # type: ignore[return-value]
