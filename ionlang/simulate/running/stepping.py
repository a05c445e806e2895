"""Integrate a phase of a long line step by step (`multistep/`).

`odeint` (`integrate.py`) gives all states at each of the samples of a step, and has to begin anew when the memory for
them is full. Where a step takes a hundred microseconds anyway its loop need not be compiled: here each step is looked
at as it is taken, and from its polynomial the rows that are kept are sampled, and all of them only where somebody
wants them. Times in ms.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ionlang.simulate.functions import FloatArray, Functions, GuardedRates, Keeper, Phase
from ionlang.simulate.multistep.band_systems import systems_of
from ionlang.simulate.multistep.bdf import Bdf, Problem, begun
from ionlang.simulate.multistep.formulas import HIGHEST
from ionlang.simulate.running.integrate import (
    ATTEMPTS,
    NO_LENGTH,
    Integration,
    integrate_phase,
    marking,
    resolution,
)
from ionlang.simulate.running.thinning import thinned
from ionlang.simulate.trajectory import INTERVALS, PhaseRun, Piece, constant_piece

BLOCK, LEAST = 128, 2  # steps that are looked at together
PLACES = 1 << 16  # numbers that are looked at together
TOLD = 100  # steps between two reports of progress
MANY = 4096  # steps: who stops after so many may begin anew as if it were the first time
NODES = np.arange(1, INTERVALS + 1) / INTERVALS - 1.0
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(3)
_GAUSS = 0.5 * _POINTS - 0.5
_POWERS = np.arange(HIGHEST + 1)
_AT_NODES = NODES[:, None] ** _POWERS
_AT_GAUSS = _GAUSS[:, None] ** _POWERS

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
            failed = failed + 1 if record.steps < MANY else 1
            integration.rates.early = 0 if record.steps else integration.rates.early + 1
            t, y = record.time, record.last
    piece = _piece(phase, np.concatenate(times), np.concatenate(values, axis=1))
    reached = phase.end - t <= NO_LENGTH * resolution(phase)
    return PhaseRun(piece, None if reached else integration.failure(t, y))


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
        _to_the_end(guard, solver_at(integration, t, y), record, progress)
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


def _to_the_end(guard: GuardedRates, solver: Bdf, record: _Record, progress: Progress | None) -> None:
    """Step after step, as long as they are good."""
    while not solver.is_over:
        guard.complaint = None
        if not solver.step():
            break
        record.see(solver)
        if progress is not None and record.steps % TOLD == 0:
            progress(solver.time)
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

    def flush(self) -> None:
        """Sample the steps that wait."""
        steps = len(self.ends) - 1
        if not steps:
            return
        edges, kept = np.array(self.ends), self.keeper.rows.size
        parts = self.parts[:steps, : self.order + 1]
        found = _values(_AT_NODES, parts[:, :, : self.sampled])
        times = np.append(edges[0], self._instants(edges, NODES))
        looked = np.hstack([self.before, found[kept:]])
        seen = self.keeper.seen(self.phase, times, looked)[:, 1:]
        self._keep(times, np.vstack([found[:kept], seen]))
        self.before = looked[:, -1:]
        weights = (0.5 * np.diff(edges)[:, None] * _WEIGHTS).ravel()
        points = _values(_AT_GAUSS, parts[:, :, self.sampled :])
        self.keeper.passed(self.phase, self._instants(edges, _GAUSS), points, weights)
        self.ends, self.order = [self.time], 0

    def _keep(self, times: FloatArray, values: FloatArray) -> None:
        """Samples (5s + 1,) of a block, and what was there behind the first of them, (kept rows, 5s)."""
        whole = np.hstack([self.values[-1][:, -1:], values])
        block = thinned(Piece(self.phase, times, whole), self.rtol, self.atol)
        self.times.append(block.times[1:])
        self.values.append(block.values[:, 1:])

    def _instants(self, edges: FloatArray, nodes: FloatArray) -> FloatArray:
        instants: FloatArray = (edges[1:, None] + np.diff(edges)[:, None] * nodes).ravel()
        return instants


def _values(powers: FloatArray, parts: FloatArray) -> FloatArray:
    """Of polynomials (steps, order + 1, rows), at the same places of each step: (rows, steps · places)."""
    steps, count, rows = parts.shape
    found: FloatArray = np.matmul(powers[:, :count], parts).reshape(steps * len(powers), rows).T
    return found


def sampled(solver: Bdf, times: FloatArray) -> FloatArray:
    """The states (n, m) at instants within the step that was taken last."""
    weights = ((times - solver.time) / solver.length)[:, None] ** _POWERS[: solver.order + 1]
    found: FloatArray = (weights @ solver.terms[: solver.order + 1]).T
    return found
