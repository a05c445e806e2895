"""Integrate a phase of a long line with LSODA, step by step (`scipy.integrate.LSODA`).

`odeint` (`integrate.py`) gives all states at each of the samples of a step, and has to begin anew when the memory for
them is full. Where a step takes a hundred microseconds anyway its loop need not be compiled: here each step is looked
at as it is taken, and from its polynomial the rows that are kept are sampled, and all of them only where somebody
wants them. Times in ms.
"""

from __future__ import annotations

import warnings
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ionlang.simulate.functions import FloatArray, Functions, GuardedRates, Keeper, Phase
from ionlang.simulate.running.history import ORDERS, asked_directly, polynomial_of
from ionlang.simulate.running.integrate import (
    ATTEMPTS,
    NO_LENGTH,
    Integration,
    integrate_phase,
    marking,
    resolution,
)
from ionlang.simulate.trajectory import INTERVALS, PhaseRun, Piece, constant_piece

BLOCK, LEAST = 128, 8  # steps that are looked at together
PLACES = 1 << 15  # numbers that are looked at together
TOLD = 100  # steps between two reports of progress
MANY = 4096  # steps: who stops after so many may begin anew as if it were the first time
NODES = np.arange(1, INTERVALS + 1) / INTERVALS - 1.0
_POINTS, _WEIGHTS = np.polynomial.legendre.leggauss(3)
_GAUSS = 0.5 * _POINTS - 0.5

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
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what they say is known by where the integrator stops
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
    """From a time and a state to the end of the phase, or to where LSODA gives up."""
    guard, phase = integration.rates, integration.phase
    keeper = guard.functions.keeper
    assert keeper is not None
    record = _Record(keeper, phase, t, y)
    if guard.defined(t, y):
        keeper.begun(phase, t, y)
        _to_the_end(guard, solver_at(integration, t, y), record, progress)
        record.flush()
        keeper.ended(phase, record.time, record.last)
    return record


def solver_at(integration: Integration, t: float, y: FloatArray) -> Any:
    """LSODA before its first step from there."""
    from scipy.integrate import LSODA

    guard, phase = integration.rates, integration.phase
    slopes: Any = guard.jacobian()
    below, above = guard.functions.band or (None, None)
    rates: Any = marking(integration, [t], lambda _: None)
    solver = LSODA(
        rates, t, y, phase.end, first_step=min(integration.first_step(t, y), phase.end - t),
        max_step=phase.longest_step, rtol=integration.rtol, atol=integration.atol, jac=slopes,
        lband=below, uband=above,
    )  # fmt: skip
    if guard.binds:
        asked_directly(solver, rates)
    return solver


def _to_the_end(guard: GuardedRates, solver: Any, record: _Record, progress: Progress | None) -> None:
    """Step after step, as long as they are good."""
    while solver.status == "running":
        if not has_stepped(guard, solver):
            return
        record.see(solver)
        if progress is not None and record.steps % TOLD == 0:
            progress(solver.t)


def has_stepped(guard: GuardedRates, solver: Any) -> bool:
    """Take a step; whether it led anywhere that the rates are defined."""
    guard.complaint = None
    begun = solver.t
    solver.step()
    if solver.status == "failed" or not solver.t > begun:
        return False
    return guard.complaint is None or guard.defined(solver.t, solver.y)


@dataclass(slots=True)
class _Record:
    """What has been taken of the steps so far. `times` and `values` are samples (5s,) and (kept rows, 5s) of blocks of
    steps; of the steps of the block under way there is where they end, `ends`, and their polynomials in `rows`: those
    that are kept, then those that what crosses the borders depends on."""

    keeper: Keeper
    phase: Phase
    time: float
    last: FloatArray
    times: list[FloatArray] = field(default_factory=list)
    values: list[FloatArray] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    due: list[float] = field(default_factory=list)
    order: int = 0
    steps: int = 0
    rows: NDArray[np.intp] = field(init=False)
    before: FloatArray = field(init=False)
    parts: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        watched = self.keeper.watched()
        self.rows = np.concatenate([self.keeper.rows, watched, self.keeper.crossed])
        self.before = self.last[watched][:, None]
        steps = PLACES // (_GAUSS.size * max(self.keeper.crossed.size, watched.size, 1))
        self.parts = np.zeros((min(max(steps, LEAST), BLOCK), ORDERS, self.rows.size))
        self.times.append(np.array([self.time]))
        seen = self.keeper.seen(self.phase, self.times[0], self.before)
        self.values.append(np.vstack([self.last[self.keeper.rows][:, None], seen]))
        self.ends.append(self.time)
        self.due = self.keeper.wants(self.phase, self.time, self.phase.end)
        if self.due and self.due[0] == self.time:
            self.keeper.profile(self.phase, [self.due.pop(0)], self.last[:, None])

    def see(self, solver: Any) -> None:
        """One step."""
        polynomial = polynomial_of(solver)
        begun, self.time, self.last = self.time, solver.t, solver.y
        polynomial.lay(self.rows, self.parts[len(self.ratios)])
        self.order = max(self.order, polynomial.order)
        self.steps += 1
        self.ends.append(self.time)
        self.ratios.append((self.time - begun) / polynomial.length)
        if self.due and self.due[0] <= self.time:
            due = [self.due.pop(0) for _ in range(bisect_right(self.due, self.time))]
            self.keeper.profile(self.phase, due, polynomial.at(np.array(due) - self.time))
        if len(self.ratios) == len(self.parts):
            self.flush()

    def flush(self) -> None:
        """Sample the steps that wait."""
        if not self.ratios:
            return
        edges, kept = np.array(self.ends), self.keeper.rows.size
        self.times.append(self._instants(edges, NODES))
        watched = kept + len(self.before)
        found, times = self._sampled(NODES, slice(watched)).T, np.append(edges[0], self.times[-1])
        looked = np.hstack([self.before, found[kept:]])
        seen = self.keeper.seen(self.phase, times, looked)[:, 1:]
        self.values.append(np.vstack([found[:kept], seen]))
        self.before = looked[:, -1:]
        weights = (0.5 * np.diff(edges)[:, None] * _WEIGHTS).ravel()
        values = self._sampled(_GAUSS, slice(watched, None)).T  # none where no state decides what crosses
        self.keeper.passed(self.phase, self._instants(edges, _GAUSS), values, weights)
        self.ends, self.ratios, self.order = [self.time], [], 0

    def _instants(self, edges: FloatArray, nodes: FloatArray) -> FloatArray:
        instants: FloatArray = (edges[1:, None] + np.diff(edges)[:, None] * nodes).ravel()
        return instants

    def _sampled(self, nodes: FloatArray, rows: slice) -> FloatArray:
        """(steps × nodes, rows)"""
        powers, ratios = np.arange(self.order + 1), np.array(self.ratios)
        weights = (nodes[:, None] ** powers)[None] * (ratios[:, None] ** powers)[:, None]
        found: FloatArray = np.matmul(weights, self.parts[: ratios.size, : powers.size, rows])
        return found.reshape(found.shape[0] * found.shape[1], found.shape[2])
