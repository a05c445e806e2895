"""Integrate a phase of a long line step by step (`multistep/`).

`odeint` (`integrate.py`) gives all states at each of the samples of a step, and has to begin anew when the memory for
them is full. Where a step takes a hundred microseconds anyway its loop need not be compiled: here each step is looked
at as it is taken, and from its polynomial the rows that are kept are sampled, and all of them only where somebody
wants them. Times in ms.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ionlang.simulate.functions import FloatArray, Functions, GuardedRates, Keeper, Phase
from ionlang.simulate.lines.part import Apart
from ionlang.simulate.multistep.band_systems import systems_of
from ionlang.simulate.multistep.bdf import Bdf, Problem, begun
from ionlang.simulate.multistep.formulas import HIGHEST
from ionlang.simulate.multistep.steps import AT_NODES, NODES, instants, sampled, values_at
from ionlang.simulate.running.bursts import bursts_of
from ionlang.simulate.running.integrate import (
    ATTEMPTS,
    NO_LENGTH,
    Integration,
    integrate_phase,
    marking,
    resolution,
)
from ionlang.simulate.running.long_step import LongStep, together
from ionlang.simulate.running.thinning import thinned
from ionlang.simulate.trajectory import INTERVALS, PhaseRun, Piece, constant_piece

BLOCK, LEAST = 128, 2  # steps that are looked at together
PLACES = 1 << 16  # numbers that are looked at together
LARGE = 1 << 21  # the same, of steps that are known as a whole
TOLD = 100  # steps between two reports of progress
MANY = 4096  # steps: who stops after so many may begin anew as if it were the first time
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(3)
_GAUSS = 0.5 * _POINTS - 0.5
_AT_GAUSS = _GAUSS[:, None] ** np.arange(HIGHEST + 1)

Progress = Callable[[float], None]


def integrate_steps(
    functions: Functions,
    phase: Phase,
    y0: Sequence[float],
    rtol: float,
    atol: FloatArray,
    progress: Progress | None = None,
) -> PhaseRun:
    """As `integrate_phase`, of functions with a keeper; the values of the piece are those of the rows it keeps."""
    if not y0 or phase.end - phase.start <= NO_LENGTH * resolution(phase):
        return integrate_phase(functions, phase, y0, rtol, atol, progress)
    integration = Integration(GuardedRates(functions, phase), phase, rtol, np.asarray(atol, float))
    t, y, failed = phase.start, np.array(y0, float), 0
    times: list[FloatArray] = []
    values: list[FloatArray] = []
    with np.errstate(all="ignore"):
        while failed < ATTEMPTS and phase.end - t > NO_LENGTH * resolution(phase):
            record = _stretch(integration, t, y, progress)
            times += record.times[1:] if times else record.times
            values += record.values[1:] if values else record.values
            record.values.clear()
            failed = failed + 1 if record.steps < MANY else 1
            integration.rates.early = 0 if record.steps else integration.rates.early + 1
            t, y = record.time, record.last
    piece = _piece(phase, np.concatenate(times), _joined(values))
    reached = phase.end - t <= NO_LENGTH * resolution(phase)
    return PhaseRun(piece, None if reached else integration.failure(t, y))


def _joined(blocks: list[FloatArray]) -> FloatArray:
    """Blocks (k, …) side by side; the list is empty afterwards, so that not everything is there twice."""
    joined, end = np.empty((len(blocks[0]), sum(block.shape[1] for block in blocks))), 0
    blocks.reverse()
    while blocks:
        block = blocks.pop()
        begin, end = end, end + block.shape[1]
        joined[:, begin:end] = block
    return joined


def _piece(phase: Phase, times: FloatArray, values: FloatArray) -> Piece:
    if times.size == 1:
        return constant_piece(phase, phase.start, values[:, 0], 1)
    return Piece(phase, times, values)


def _stretch(integration: Integration, t: float, y: FloatArray, progress: Progress | None) -> _Record:
    """From a time and a state to the end of the phase, or to where no step is good enough."""
    guard, phase = integration.rates, integration.phase
    keeper = guard.functions.keeper
    assert keeper is not None
    record = _Record(keeper, phase, t, y, integration.rtol, integration.atol[keeper.rows])
    if guard.defined(t, y):
        keeper.begun(phase, t, y)
        _to_the_end(integration, solver_at(integration, t, y), record, progress)
        record.flush()
        keeper.ended(phase, record.time, record.last)
    return record


def solver_at(integration: Integration, t: float, y: FloatArray) -> Bdf:
    """Before the first step from there."""
    guard, phase = integration.rates, integration.phase
    slopes: Any = guard.jacobian()
    rates: Any = marking(integration, [t], lambda _: None)
    systems = systems_of(guard.functions)
    problem = Problem(
        rates, slopes, systems, phase.end, phase.longest_step, integration.rtol, integration.atol
    )
    return begun(problem, t, y, min(integration.first_step(t, y), phase.end - t))


def _to_the_end(integration: Integration, solver: Bdf, record: _Record, progress: Progress | None) -> None:
    """Step after step, as long as they are good; where few copies need short steps, these by themselves."""
    guard = integration.rates
    bursts, told = bursts_of(guard.functions, integration.phase), 0

    def see(long_step: LongStep) -> None:
        record.see_long_step(long_step)
        if progress is not None:
            progress(record.time)

    while not solver.is_over:
        guard.complaint = None
        if not solver.step():
            break
        record.see(solver)
        if bursts is not None and (copies := bursts.active(solver)) is not None:
            time, state = bursts.follow(solver, copies, see)
            solver = solver_at(integration, time, state) if time > solver.time else solver
        if progress is not None and record.steps >= told + TOLD:
            progress(solver.time)
            told = record.steps
    record.last = solver.state.copy()


@dataclass(slots=True)
class _Record:
    """What has been taken of the steps so far. `times` and `values` are samples (5s,) and (kept rows, 5s) of blocks of
    steps, fewer than were taken if these say the same within the tolerances `rtol` and `atol` of the rows that are
    kept; of the steps of the block under way there is where they end, `ends`, and the polynomials of the `rows` that
    are kept, looked at, or counted with, `parts`. Of the latter, the last ones, values at Gauss's points are summed."""

    keeper: Keeper
    phase: Phase
    time: float
    last: FloatArray
    rtol: float
    atol: FloatArray
    times: list[FloatArray] = field(default_factory=list)
    values: list[FloatArray] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    due: list[float] = field(default_factory=list)
    order: int = 0
    steps: int = 0
    rows: NDArray[np.intp] = field(init=False)
    before: FloatArray = field(init=False)
    parts: FloatArray = field(init=False)
    sampled: int = field(init=False)

    def __post_init__(self) -> None:
        watched = self.keeper.watched()
        self.sampled = self.keeper.rows.size + watched.size
        self.rows = np.concatenate([self.keeper.rows, watched, self.keeper.counted()])
        self.before = self.last[watched][:, None]
        steps = min(max(PLACES // (_GAUSS.size * max(self.rows.size, 1)), LEAST), BLOCK)
        self.parts = np.zeros((steps, HIGHEST + 1, self.rows.size))
        self.times.append(np.array([self.time]))
        seen = self.keeper.seen(self.phase, self.times[0], self.before)
        self.values.append(np.vstack([self.last[self.keeper.rows][:, None], seen]))
        self.ends.append(self.time)
        self.due = self.keeper.wants(self.phase, self.time, self.phase.end)
        if self.due and self.due[0] == self.time:
            self.keeper.profile(self.phase, [self.due.pop(0)], self.last[:, None])

    def see(self, solver: Bdf) -> None:
        """One step."""
        place, count = len(self.ends) - 1, solver.order + 1
        terms = solver.terms[:count]
        self.time = solver.time
        terms.take(self.rows, axis=1, out=self.parts[place, :count], mode="clip")
        self.parts[place, count:] = 0.0
        self.order = max(self.order, solver.order)
        self.steps += 1
        self.ends.append(self.time)
        if self.due and self.due[0] <= self.time:
            due = [self.due.pop(0) for _ in range(bisect_right(self.due, self.time))]
            self.keeper.profile(self.phase, due, sampled(solver, np.array(due)))
        if len(self.ends) > len(self.parts):
            self.flush()

    def see_long_step(self, long_step: LongStep) -> None:
        """Many steps of a few copies in one of all others; of those in their one step."""
        self.flush()
        looked, counted = self.rows[: self.sampled], self.rows[self.sampled :]
        for some in _blocks(self._worth_keeping(long_step, looked), looked.size):
            self._sample(some, long_step.at(looked, some[1:]))
        if self.keeper.counts_by_copies:
            self._count_apart(long_step, counted)
        else:
            for some in _blocks(together(long_step.few.pieces), counted.size):
                self._count(some[::INTERVALS], long_step.at(counted, instants(some[::INTERVALS], _GAUSS)))
        self.time = long_step.few.end
        self.steps += long_step.few.steps
        self.ends = [self.time]
        due = [self.due.pop(0) for _ in range(bisect_right(self.due, self.time))]
        if due:
            self.keeper.profile(self.phase, due, long_step.at(np.arange(self.last.size), np.array(due)))

    def _worth_keeping(self, long_step: LongStep, looked: NDArray[np.intp]) -> FloatArray:
        """The times (5s + 1,) at which to look at these rows: of the steps of the few if something is made of them, of
        fewer if they are only kept, and of the one of the others if it tells all."""
        inside = long_step.of_few(looked)
        if not inside:
            return np.linspace(long_step.few.start, long_step.few.end, INTERVALS + 1)
        if looked.size > self.atol.size:
            return together([piece for _, piece in inside])
        return together([thinned(piece, self.rtol, self.atol[mine]) for mine, piece in inside])

    def flush(self) -> None:
        """Sample the steps that wait."""
        steps = len(self.ends) - 1
        if not steps:
            return
        edges, parts = np.array(self.ends), self.parts[:steps, : self.order + 1]
        times = np.append(edges[0], instants(edges, NODES))
        self._sample(times, values_at(AT_NODES, parts[:, :, : self.sampled]))
        self._count(edges, values_at(_AT_GAUSS, parts[:, :, self.sampled :]))
        self.ends, self.order = [self.time], 0

    def _sample(self, times: FloatArray, found: FloatArray) -> None:
        """Keep, and look along, at `times` (5s + 1,), of which there are the sampled rows at all but the first."""
        kept = self.keeper.rows.size
        looked = np.hstack([self.before, found[kept:]])
        seen = self.keeper.seen(self.phase, times, looked)[:, 1:]
        self._keep(times, np.vstack([found[:kept], seen]))
        self.before = looked[:, -1:]

    def _count(self, edges: FloatArray, points: FloatArray) -> None:
        """Count in steps with these edges (s + 1,), of which there are the counted rows at Gauss's points (l, 3s)."""
        self.keeper.passed(self.phase, instants(edges, _GAUSS), points, _weights(edges))

    def _count_apart(self, long_step: LongStep, counted: NDArray[np.intp]) -> None:
        """Count all copies in the one step of the others, and of the few what their own steps say instead."""
        few = long_step.few
        edges = np.array([few.start, few.end])
        within, weights = instants(edges, _GAUSS), _weights(edges)
        apart = []
        for part, piece in zip(few.parts, few.pieces, strict=True):
            own = piece.quadrature(0, piece.times.size // INTERVALS)
            apart.append(Apart(part.cutout, piece.phase, within, piece.at(within), -weights))
            apart.append(Apart(part.cutout, piece.phase, piece.times, piece.values, own))
        self.keeper.passed(self.phase, within, long_step.at(counted, within), weights, apart)

    def _keep(self, times: FloatArray, values: FloatArray) -> None:
        """Samples (5s + 1,) of a block, and what was there behind the first of them, (kept rows, 5s)."""
        whole = np.hstack([self.values[-1][:, -1:], values])
        block = thinned(Piece(self.phase, times, whole), self.rtol, self.atol)
        self.times.append(block.times[1:])
        self.values.append(block.values[:, 1:])


def _weights(edges: FloatArray) -> FloatArray:
    """Of Gauss's points in steps with these edges."""
    weights: FloatArray = (0.5 * np.diff(edges)[:, None] * _WEIGHTS).ravel()
    return weights


def _blocks(times: FloatArray, rows: int) -> Iterator[FloatArray]:
    """The times (5s + 1,) of some steps after the other, of so many rows."""
    steps = max(LARGE // (INTERVALS * max(rows, 1)), LEAST)
    for first in range(0, times.size - 1, INTERVALS * steps):
        yield times[first : first + INTERVALS * steps + 1]
