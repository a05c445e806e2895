"""Dense output: what the states were at any instant of a run, and how the run ended.

A trajectory keeps, for each step that the integrator took, the integrator's own interpolating polynomial of
that step as six even samples. Up to order five they determine it; of a higher order (non-stiff stretches
only) they leave out a part well below the tolerance. No derivative is recomputed from the states: where a
system is stiff, a state within tolerance of the right one may have a rate that is wrong by the tolerance
times the fastest rate constant, and an interpolation built on it would be useless. Times in ms.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from ionlang.simulate.functions import FloatArray, Phase

INTERVALS = 5  # between the samples of one step
IndexArray = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """The trajectory within one phase; states and parameters are continuous in it.

    `times` (5s + 1,) ascend, and `values` (n, 5s + 1) belong to them: five even intervals for each of s
    steps, s at least one. A phase of no length has one step of no length.
    """

    phase: Phase
    times: FloatArray
    values: FloatArray

    @property
    def start(self) -> float:
        return float(self.times[0])

    @property
    def end(self) -> float:
        """The last instant reached: before `phase.end` if the integration failed."""
        return float(self.times[-1])

    def at(self, t: FloatArray) -> FloatArray:
        """States (n, m) at the instants t (m,); instants outside are moved to the nearer end."""
        edges = self.times[::INTERVALS]
        step = np.clip(np.searchsorted(edges, t, side="right") - 1, 0, edges.size - 2)
        length = edges[step + 1] - edges[step]
        within = np.clip(t, self.start, self.end) - edges[step]
        weights = lagrange(INTERVALS * within / np.where(length > 0.0, length, 1.0))
        column = INTERVALS * step
        result = weights[0] * self.values[:, column]
        for node in range(1, INTERVALS + 1):
            result += weights[node] * self.values[:, column + node]
        return result

    def quadrature(self, begin: int, end: int) -> FloatArray:
        """Weights (5(end - begin) + 1,) [ms] of the samples from step `begin` up to step `end`: their scalar
        product with a sampled quantity is its integral over those steps."""
        lengths = np.diff(self.times[INTERVALS * begin : INTERVALS * end + 1 : INTERVALS])
        rule = step_weights()
        weights = np.zeros(INTERVALS * lengths.size + 1)
        for node in range(INTERVALS + 1):
            weights[node : node + INTERVALS * lengths.size : INTERVALS] += rule[node] * lengths
        return weights


@dataclass(frozen=True, slots=True, eq=False)
class Trajectory:
    """Pieces in order of time, each beginning where the one before ends; jumps occur between pieces only."""

    pieces: tuple[Piece, ...]

    @property
    def start(self) -> float:
        return self.pieces[0].start

    @property
    def end(self) -> float:
        return self.pieces[-1].end

    def at(self, t: FloatArray) -> FloatArray:
        """States (n, m) at the instants t (m,); at an edge the limit from the right."""
        return self._gather(t, self.piece_indices(t))

    def at_left(self, t: FloatArray) -> FloatArray:
        """As `at`, but at an edge the limit from the left."""
        ends = np.array([piece.end for piece in self.pieces[:-1]])
        return self._gather(t, np.searchsorted(ends, t, side="left"))

    def piece_indices(self, t: FloatArray) -> IndexArray:
        """Which piece each instant of t (m,) belongs to; an edge belongs to the phase that begins there."""
        starts = np.array([piece.start for piece in self.pieces[1:]])
        return np.searchsorted(starts, t, side="right")

    def _gather(self, t: FloatArray, index: IndexArray) -> FloatArray:
        result = np.empty((self.pieces[0].values.shape[0], t.size))
        for k in np.unique(index).tolist():
            chosen = index == k
            result[:, chosen] = self.pieces[k].at(t[chosen])
        return result


@dataclass(frozen=True, slots=True)
class Failure:
    """Where the numbers gave out: time [ms], the state to blame if one can be named, the values (n) there."""

    time: float
    state_index: int | None
    reason: str
    last_good_values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PhaseRun:
    """One phase; on failure `piece` holds what came before."""

    piece: Piece
    failure: Failure | None


@dataclass(frozen=True, slots=True)
class Run:
    """All phases up to the end, or up to the failure."""

    trajectory: Trajectory
    failure: Failure | None


def constant_piece(phase: Phase, end: float, values: FloatArray, steps: int) -> Piece:
    """A piece from the start of the phase to `end` in which the states keep the values (n,)."""
    count = INTERVALS * steps + 1
    times = np.linspace(phase.start, end, count)
    return Piece(phase, times, np.repeat(values[:, None], count, axis=1))


def lagrange(u: FloatArray) -> list[FloatArray]:
    """Weights of the samples at 0, 1, …, 5 for the value at u."""
    factors = [u - k for k in range(INTERVALS + 1)]
    below, above = [np.ones_like(u)], [np.ones_like(u)]
    for factor in factors[:-1]:
        below.append(below[-1] * factor)
    for factor in factors[:0:-1]:
        above.append(above[-1] * factor)
    return [below[k] * above[INTERVALS - k] * scale for k, scale in enumerate(_scales())]


@cache
def _scales() -> tuple[float, ...]:
    nodes = range(INTERVALS + 1)
    return tuple(float(1.0 / np.prod([k - j for j in nodes if j != k])) for k in nodes)


@cache
def step_weights() -> FloatArray:
    """Weights of the six samples for the mean over a step (Gauss points make it exact)."""
    points, gauss = np.polynomial.legendre.leggauss(3)
    weights = lagrange(INTERVALS * (0.5 + 0.5 * points))
    return np.array([float(weight @ gauss) * 0.5 for weight in weights])
