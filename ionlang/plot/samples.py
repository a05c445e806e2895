"""The points of a line: every step of the solver, thinned so that no extreme is lost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.solution import Solution
from ionlang.simulate.table import unit_of
from ionlang.simulate.trajectory import Piece

EVEN = 2000  # instants added to the solver's own, so that a long step is a curve and not a chord
_BLOCK = 1 << 16  # instants evaluated at once, to bound memory
_BINS = 3000  # more than the pixels of any picture's width


def sample(
    solution: Solution, paths: Sequence[str], start: float, end: float
) -> tuple[FloatArray, FloatArray]:
    """Instants (m,) [ms] from `start` to `end` and values (k, m) in display units. Where the run jumps, an instant
    stands twice, with the values before and after."""
    assert solution.trajectory is not None
    function = solution.machine.paths(paths)
    scales = np.array([[float(unit_of(solution.machine, path).scale)] for path in paths])
    times: list[FloatArray] = []
    rows: list[FloatArray] = []
    for piece in solution.trajectory.pieces:
        instants = _instants(piece, start, end)
        for begin in range(0, instants.size, _BLOCK):
            t = instants[begin : begin + _BLOCK]
            with np.errstate(divide="ignore", invalid="ignore"):
                rows.append(function(t, piece.at(t), piece.phase.parameters_many(t)) / scales)
            times.append(t)
    return np.concatenate(times), np.concatenate(rows, axis=1)


def _instants(piece: Piece, start: float, end: float) -> FloatArray:
    """The solver's instants and even ones in the part of the piece that is shown; empty if none is."""
    first, last = max(piece.start, start), min(piece.end, end)
    if first > last:
        return np.empty(0)
    own = piece.times[(piece.times >= first) & (piece.times <= last)]
    even = np.linspace(start, end, EVEN)
    return np.unique(np.concatenate([own, even[(even > first) & (even < last)], [first, last]]))


def envelope(times: FloatArray, values: FloatArray, bins: int = _BINS) -> tuple[FloatArray, FloatArray]:
    """The first, lowest, highest and last point of each of `bins` even stretches of time, in order: drawn over at most
    `bins` pixels, the line is the same. Short lines are left as they are."""
    if times.size <= 4 * bins:
        return times, values
    span = times[-1] - times[0]
    stretch = np.minimum(((times - times[0]) / span * bins).astype(np.intp), bins - 1)
    firsts = np.flatnonzero(np.diff(stretch, prepend=-1))
    counts = np.diff(firsts, append=times.size)
    kept = [firsts, firsts + counts - 1]
    for extreme in (np.fmin, np.fmax):
        hits = np.flatnonzero(values == np.repeat(extreme.reduceat(values, firsts), counts))
        kept.append(hits[np.unique(stretch[hits], return_index=True)[1]])
    chosen = np.unique(np.concatenate(kept))
    return times[chosen], values[chosen]
