"""Dense output of many runs side by side: the pieces of all of them on one axis, so that one call looks at them all.

A sheaf of one run is the same thing with fewer columns; whoever looks at runs looks at sheaves. Times in ms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
from numpy.typing import NDArray

from ionlang.simulate.functions import FloatArray, Parameters, ParametersMany, Phase
from ionlang.simulate.lines.over_copies import OverCopies
from ionlang.simulate.trajectory import INTERVALS, Piece, Trajectory, lagrange, step_weights

Indices = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Sheaf:
    """k pieces of m runs, in order of the runs, and of each run in order of time.

    `runs` (k,) says whose each piece is. The samples of piece i are the columns first[i] up to first[i + 1] of `times`
    (T,) and `values` (n, T), five even intervals for each step. `parameters` are a number where all pieces agree, else
    (k,); `phases` are those of the pieces if a parameter moves in one of them, else None.
    """

    count: int
    runs: Indices
    first: Indices
    times: FloatArray
    values: FloatArray
    parameters: ParametersMany
    phases: tuple[Phase, ...] | None = None

    @cached_property
    def starts(self) -> FloatArray:
        """(k,)"""
        return self.times[self.first[:-1]]

    @cached_property
    def ends(self) -> FloatArray:
        """(k,)"""
        return self.times[self.first[1:] - 1]

    @cached_property
    def owners(self) -> Indices:
        """The piece of each sample (T,)."""
        return np.repeat(np.arange(self.runs.size), np.diff(self.first))

    @cached_property
    def pieces_of(self) -> Indices:
        """The pieces of run r are those from the r-th of these up to the next (m + 1,)."""
        return np.searchsorted(self.runs, np.arange(self.count + 1))

    @cached_property
    def last_of_run(self) -> NDArray[np.bool_]:
        """Whether a piece is the last one of its run (k,)."""
        return np.append(self.runs[1:] != self.runs[:-1], True)

    @cached_property
    def begun(self) -> FloatArray:
        """When each run begins (m,)."""
        return self.starts[self.pieces_of[:-1]]

    @cached_property
    def ended(self) -> FloatArray:
        """When each run ends (m,)."""
        return self.ends[self.pieces_of[1:] - 1]

    @cached_property
    def steps(self) -> Indices:
        """The columns at which the steps of the integrator begin."""
        begins = np.ones(self.times.size, dtype=bool)
        begins[self.first[1:] - 1] = False
        begins &= (np.arange(self.times.size) - self.first[:-1][self.owners]) % INTERVALS == 0
        return np.flatnonzero(begins)

    @property
    def moves(self) -> bool:
        """Whether quantities may vary faster than the states do."""
        return self.phases is not None or self.values.shape[0] == 0

    def only(self, run: int) -> Sheaf:
        """One of the runs by itself."""
        low, high = self.pieces_of[run], self.pieces_of[run + 1]
        columns = slice(int(self.first[low]), int(self.first[high]))
        return Sheaf(
            1,
            np.zeros(high - low, dtype=np.intp),
            self.first[low : high + 1] - columns.start,
            self.times[columns],
            self.values[:, columns],
            [p[low:high] if isinstance(p, np.ndarray) else p for p in self.parameters],
            None if self.phases is None else self.phases[low:high],
        )

    @cached_property
    def bounds(self) -> list[int]:
        """`first` as numbers."""
        found: list[int] = self.first.tolist()
        return found

    def piece(self, number: int, phase: Phase) -> Piece:
        """A piece, which is that of this phase."""
        columns = slice(self.bounds[number], self.bounds[number + 1])
        return Piece(phase, self.times[columns], self.values[:, columns])

    def piece_at(self, runs: Indices, t: FloatArray) -> Indices:
        """The piece of each run in which an instant lies; an edge belongs to the piece that begins there."""
        return last_not_above(self.starts, self.pieces_of[runs], self.pieces_of[runs + 1], t)

    def column_at(self, pieces: Indices, t: FloatArray) -> Indices:
        """The sample of each piece at or before an instant."""
        return last_not_above(self.times, self.first[pieces], self.first[pieces + 1] - 1, t)

    def at(self, pieces: Indices, columns: Indices, t: FloatArray, rows: Sequence[int] | None) -> FloatArray:
        """States (n, j) at instants (j,), each in its piece and not far behind the sample in its column; only those in
        `rows` if that is given."""
        first = self.first[pieces]
        step = columns - (columns - first) % INTERVALS
        last = self.first[pieces + 1] - 1 - INTERVALS
        step = np.minimum(step, last)
        step = np.where(
            (step < last) & (t >= self.times[np.minimum(step + INTERVALS, last)]), step + INTERVALS, step
        )
        begin, end = self.times[step], self.times[step + INTERVALS]
        length = end - begin
        within = np.minimum(np.maximum(t, begin), end) - begin
        weights = lagrange(INTERVALS * within / np.where(length > 0.0, length, 1.0))
        if rows is None:
            result: FloatArray = weights[0] * self.values[:, step]
            for node in range(1, INTERVALS + 1):
                result += weights[node] * self.values[:, step + node]
            return result
        result = np.zeros((self.values.shape[0], t.size))
        for row in rows:
            of_state = self.values[row]
            for node in range(INTERVALS + 1):
                result[row] += weights[node] * of_state[step + node]
        return result

    def parameters_at(
        self, pieces: Indices, t: FloatArray, wanted: Sequence[int] | None = None
    ) -> ParametersMany:
        """Of each piece at an instant (j,); those that are not in `wanted`, if that is given, are of no use."""
        if self.phases is None:
            found = list(self.parameters)
            for i in range(len(found)) if wanted is None else wanted:
                column = found[i]
                if isinstance(column, OverCopies):
                    found[i] = column.of(pieces)
                elif isinstance(column, np.ndarray):
                    found[i] = column[pieces]
            return found
        if self.runs.size == 1:
            return self.phases[0].parameters_many(t)
        if any(isinstance(value, OverCopies) for value in self.phases[0].parameters):
            return self._moving_over_copies(pieces, t)
        table = np.empty((len(self.parameters), t.size))
        for i in np.unique(pieces).tolist():
            chosen = pieces == i
            for row, column in zip(table, self.phases[i].parameters_many(t[chosen]), strict=True):
                row[chosen] = column
        return list(table)

    def _moving_over_copies(self, pieces: Indices, t: FloatArray) -> ParametersMany:
        """As `parameters_at` where something moves, and something is another number in each copy of a line."""
        assert self.phases is not None
        here = np.unique(pieces).tolist()
        every = [self.phases[i].parameters_many(t[pieces == i]) for i in here]
        masks = [pieces == i for i in here]
        return [_joined(column, masks) for column in zip(*every, strict=True)]

    def quadrature(self, chosen: NDArray[np.bool_]) -> FloatArray:
        """Weights (T,) [ms] of the samples, such that their scalar product with a sampled quantity is its integral over
        the chosen steps."""
        weights = np.zeros(self.times.size)
        begin = self.steps[chosen]
        length = self.times[begin + INTERVALS] - self.times[begin]
        for node, share in enumerate(step_weights().tolist()):
            weights[begin + node] += share * length
        return weights


def last_not_above(keys: FloatArray, low: Indices, high: Indices, x: FloatArray) -> Indices:
    """For each x (j,) the last index in low ≤ i < high (j,) with keys[i] ≤ x, `low` if there is none; `keys` ascend
    within each stretch."""
    low, high = np.array(low), np.array(high) - 1
    while (low < high).any():
        middle = (low + high + 1) // 2
        fits = keys[middle] <= x
        low, high = np.where(fits, middle, low), np.where(fits, high, np.maximum(middle - 1, low))
    return low


def _stacked(column: Sequence[object]) -> OverCopies:
    """One parameter of several: what it is in each copy (k, N), or one number (k, 1)."""
    arrays = [np.ravel(np.asarray(value, dtype=float)) for value in column]
    width = max(each.size for each in arrays)
    return OverCopies(np.array([np.broadcast_to(each, (width,)) for each in arrays]))


def _joined(column: Sequence[object], masks: Sequence[NDArray[np.bool_]]) -> float | FloatArray:
    """One parameter at the instants of several pieces, whose places `masks` tell: what differs in the copies of a line
    (N, m), or (N, 1) if it stays the same; all else (m,), or a number."""
    rows = any(isinstance(value, OverCopies) or np.ndim(value) == 2 for value in column)  # type: ignore[arg-type]
    parts = [np.asarray(value, dtype=float) for value in column]
    if rows:
        parts = [part if part.ndim == 2 else part.reshape(-1, 1) for part in parts]
    still = all(part.shape == parts[0].shape and (part == parts[0]).all() for part in parts)
    if still and (parts[0].ndim == 0 or (rows and parts[0].shape[1] == 1)):
        return parts[0] if rows else float(parts[0])
    found = np.empty((*parts[0].shape[:1], masks[0].size) if rows else (masks[0].size,))
    for part, mask in zip(parts, masks, strict=True):
        found[..., mask] = part
    return found


def sheaf_of(trajectories: Sequence[Trajectory]) -> Sheaf:
    """Runs side by side, one at least."""
    pieces = [piece for trajectory in trajectories for piece in trajectory.pieces]
    runs = np.repeat(np.arange(len(trajectories)), [len(trajectory.pieces) for trajectory in trajectories])
    return _sheaf(len(trajectories), runs, pieces)


def _sheaf(count: int, runs: Indices, pieces: Sequence[Piece]) -> Sheaf:
    moving = any(piece.phase.parameters_at is not None for piece in pieces)
    phases = tuple(piece.phase for piece in pieces)
    first = np.cumsum([0, *(piece.times.size for piece in pieces)])
    one = len(pieces) == 1
    times = pieces[0].times if one else np.concatenate([piece.times for piece in pieces])
    values = pieces[0].values if one else np.concatenate([piece.values for piece in pieces], axis=1)
    parameters = stacked([phase.parameters for phase in phases])
    return Sheaf(count, runs, first, times, values, parameters, phases if moving else None)


def stacked(parameters: Sequence[Parameters]) -> ParametersMany:
    """The parameters of several: a number where they agree, else an array."""
    if all(each is parameters[0] for each in parameters):
        return parameters[0]
    if any(isinstance(value, OverCopies) for value in parameters[0]):
        over_copies: list[object] = [_stacked(column) for column in zip(*parameters, strict=True)]
        return cast(ParametersMany, over_copies)
    columns = np.array(parameters, float).T
    return [float(row[0]) if (row == row[0]).all() else row for row in columns]
