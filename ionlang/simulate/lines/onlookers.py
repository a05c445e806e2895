"""Who looks on while a run of long lines goes on once more: at one instant, or at integrals over a stretch of time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from ionlang.simulate import locate
from ionlang.simulate.functions import FloatArray, ParametersMany, Phase
from ionlang.simulate.rows import Arrays
from ionlang.simulate.running.again import run_again
from ionlang.simulate.solution import Solution
from ionlang.simulate.trajectory import INTERVALS, Piece

Integrand = Callable[[FloatArray, FloatArray, ParametersMany], FloatArray]
"""t (m,), y (n, m), p → (k, m)."""
NEAR = 1e-9
"""Of the length of a run: instants so near to one another are one."""


@dataclass(slots=True, eq=False)
class _Snapshot:
    """The phase that begins at an instant [ms], or the last before it, and the state (n,) there."""

    instant: float
    near: float
    needs_samples: bool = False
    phase: Phase | None = None
    state: FloatArray | None = None

    def see(self, piece: Piece, kept: tuple[int, ...]) -> None:
        self.begun(piece.phase, piece.start, piece.values[:, 0], kept)
        self.ended(piece.phase, piece.end, piece.values[:, -1])

    def begun(self, phase: Phase, time: float, values: FloatArray, kept: tuple[int, ...]) -> None:
        if time <= self.instant + self.near:
            self.phase, self.state = phase, np.array(values)

    def passed(self, phase: Phase, times: FloatArray, values: FloatArray, weights: FloatArray) -> None:
        return

    def ended(self, phase: Phase, time: float, values: FloatArray) -> None:
        self.begun(phase, time, values, ())


@dataclass(slots=True, eq=False)
class _Sums:
    """∫ of an integrand (k,) from the `first` to the `last` instant [ms], at which phases end."""

    integrand: Integrand
    first: float
    last: float
    near: float
    needs_samples: bool = False
    total: FloatArray | float = 0.0

    def see(self, piece: Piece, kept: tuple[int, ...]) -> None:
        self.passed(
            piece.phase, piece.times, piece.values, piece.quadrature(0, (piece.times.size - 1) // INTERVALS)
        )

    def begun(self, phase: Phase, time: float, values: FloatArray, kept: tuple[int, ...]) -> None:
        return

    def passed(self, phase: Phase, times: FloatArray, values: FloatArray, weights: FloatArray) -> None:
        if phase.start >= self.first - self.near and phase.end <= self.last + self.near:
            self.total = self.total + self.integrand(times, values, phase.parameters_many(times)) @ weights

    def ended(self, phase: Phase, time: float, values: FloatArray) -> None:
        return


@dataclass(slots=True, eq=False)
class _Extremes:
    """The least and the greatest of some rows from the `first` to the `last` instant, at samples of every step."""

    rows: Arrays
    first: float
    last: float
    near: float
    needs_samples: bool = True
    found: list[tuple[FloatArray, FloatArray]] = field(default_factory=list)

    def see(self, piece: Piece, kept: tuple[int, ...]) -> None:
        if piece.start >= self.first - self.near and piece.end <= self.last + self.near:
            self.look(piece.phase, piece.times, piece.values)

    def look(self, phase: Phase, times: FloatArray, values: FloatArray) -> None:
        if not times.size:
            return
        rows = self.rows(times, values, phase.parameters_many(times))
        now = [(row.min(axis=-1), row.max(axis=-1)) for row in rows]
        before = self.found or now
        self.found = [
            (np.minimum(a, c), np.maximum(b, d)) for (a, b), (c, d) in zip(before, now, strict=True)
        ]

    def begun(self, phase: Phase, time: float, values: FloatArray, kept: tuple[int, ...]) -> None:
        return

    def passed(self, phase: Phase, times: FloatArray, values: FloatArray, weights: FloatArray) -> None:
        return

    def ended(self, phase: Phase, time: float, values: FloatArray) -> None:
        return


def state_of(solution: Solution, instant: float) -> tuple[Phase, FloatArray]:
    """The phase in force and all states (n,) at an instant [ms], after what jumps there."""
    assert solution.trajectory is not None
    pieces = solution.trajectory.pieces
    if solution.recorder is None:
        piece = pieces[int(solution.trajectory.piece_indices(np.array([instant]))[0])]
        return piece.phase, piece.at(np.array([instant]))[:, 0]
    if instant >= solution.end:
        return pieces[-1].phase, solution.recorder.last
    looking = _Snapshot(instant, NEAR * solution.end)
    run_again(solution, looking, (instant,))
    assert looking.phase is not None and looking.state is not None
    return looking.phase, looking.state


def extremes_over(
    solution: Solution, rows: Arrays, first: float, last: float
) -> list[tuple[FloatArray, FloatArray]]:
    """The least and the greatest value of each row at the solver's samples, in each copy."""
    assert solution.trajectory is not None
    looking = _Extremes(rows, first, last, NEAR * solution.end)
    if solution.recorder is not None:
        run_again(solution, looking, (first, last))
        return looking.found
    for piece in solution.trajectory.pieces:
        if piece.start <= last and piece.end >= first:
            inside = (piece.times > first) & (piece.times < last)
            edges = np.clip([first, last], piece.start, piece.end)
            looking.look(piece.phase, piece.times[inside], piece.values[:, inside])
            looking.look(piece.phase, edges, piece.at(edges))
    return looking.found


def integral_over(solution: Solution, integrand: Integrand, first: float, last: float) -> FloatArray:
    """Of a run [unit × ms]."""
    assert solution.trajectory is not None
    if solution.recorder is None:
        return np.asarray(locate.integral(solution.trajectory, integrand, first, last))
    looking = _Sums(integrand, first, last, NEAR * solution.end)
    run_again(solution, looking, (first, last))
    return np.asarray(looking.total)
