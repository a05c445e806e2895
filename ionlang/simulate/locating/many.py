"""Events, extremes and integrals of a quantity, of many runs at once; windows are those of each run (m,)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.locating.polish import roots, zoom
from ionlang.simulate.locating.quantity import BLOCK, Along, Quantity
from ionlang.simulate.locating.scan import Scan, scan_of, window_of
from ionlang.simulate.sheaf import Indices, Sheaf
from ionlang.simulate.trajectory import INTERVALS

Direction = Literal["upward", "downward", "both"]
_GAUSS_POINTS, _GAUSS_WEIGHTS = np.polynomial.legendre.leggauss(5)


@dataclass(frozen=True, slots=True, eq=False)
class Happenings:
    """Instants (j,) in order of the runs they belong to, and of each run in order of time."""

    runs: Indices
    times: FloatArray

    def of(self, run: int) -> FloatArray:
        low, high = np.searchsorted(self.runs, [run, run + 1])
        return self.times[low:high]


@dataclass(frozen=True, slots=True, eq=False)
class Extremes:
    """For each run (m,) the instant of its greatest or least value (the first, if several), and that value; nan for
    runs that the window misses."""

    times: FloatArray
    values: FloatArray


def crossings_of(
    sheaf: Sheaf, quantity: Quantity, direction: Direction, after: FloatArray, until: FloatArray
) -> Happenings:
    """When the quantity passes zero: upward from below it to zero or more. Pairs of crossings between two samples are
    found too; a jump across zero at an edge counts, at that edge."""
    window = window_of(sheaf, after, until)
    if not window.counts.any():
        return Happenings(np.empty(0, dtype=np.intp), np.empty(0))
    scan = scan_of(Along(sheaf, quantity), window)
    signs = {"upward": (1.0,), "downward": (-1.0,), "both": (1.0, -1.0)}[direction]
    parts = [
        part
        for sign in signs
        for part in (_at_edges(sheaf, scan, sign), _within(sheaf, quantity, scan, sign))
    ]
    runs, times = (np.concatenate(found) for found in zip(*parts, strict=True))
    order = np.lexsort((times, runs))
    return Happenings(runs[order], times[order])


def _at_edges(sheaf: Sheaf, scan: Scan, sign: float) -> tuple[Indices, FloatArray]:
    """Jumps across zero between two pieces of a run."""
    q, runs = sign * scan.values, sheaf.runs[scan.pieces]
    jumps = (q[:-1] < 0.0) & (q[1:] >= 0.0) & (scan.pieces[:-1] != scan.pieces[1:]) & (runs[:-1] == runs[1:])
    places = np.flatnonzero(jumps) + 1
    return runs[places], scan.times[places]


@dataclass(frozen=True, slots=True, eq=False)
class _Brackets:
    """Where a zero lies: the piece, the sample at or before the left end, both ends, and the values there."""

    pieces: Indices
    columns: Indices
    low: FloatArray
    high: FloatArray
    q_low: FloatArray
    q_high: FloatArray


def _within(sheaf: Sheaf, quantity: Quantity, scan: Scan, sign: float) -> tuple[Indices, FloatArray]:
    """Upward zero crossings in pieces, those hidden between samples of one sign included."""
    t, q = scan.times, sign * scan.values
    left = np.flatnonzero((q[:-1] < 0.0) & (q[1:] >= 0.0) & (scan.pieces[:-1] == scan.pieces[1:]))
    found = [_Brackets(scan.pieces[left], scan.columns[left], t[left], t[left + 1], q[left], q[left + 1])]
    i, top, q_top = _hidden_peaks(sheaf, quantity, scan, sign)
    j, _ = scan.beside(i)
    found.append(_Brackets(scan.pieces[i], scan.columns[j], t[j], top, q[j], q_top))
    i, bottom, q_bottom = _hidden_peaks(sheaf, quantity, scan, -sign)
    j, k = scan.beside(i)
    found.append(_Brackets(scan.pieces[i], scan.columns[j], bottom, t[k], -q_bottom, q[k]))
    pieces = np.concatenate([b.pieces for b in found])
    columns = np.concatenate([b.columns for b in found])
    low, high = np.concatenate([b.low for b in found]), np.concatenate([b.high for b in found])
    q_low, q_high = np.concatenate([b.q_low for b in found]), np.concatenate([b.q_high for b in found])
    along = Along(sheaf, quantity, sign)
    times = roots(lambda at, x: along(pieces[at], columns[at], x), low, high, q_low, q_high)
    return sheaf.runs[pieces], times


def _hidden_peaks(
    sheaf: Sheaf, quantity: Quantity, scan: Scan, sign: float
) -> tuple[Indices, FloatArray, FloatArray]:
    """Local maxima above zero whose samples are all below: nearest sample, instant, value."""
    turn, q = scan.turns(sign), sign * scan.values
    before, behind = scan.beside(turn)
    reach = np.maximum(np.abs(q[turn] - q[before]), np.abs(q[turn] - q[behind]))
    near = (q[turn] < 0.0) & (q[turn] + reach >= 0.0)
    turn = turn[near]
    top, q_top = _zoomed(Along(sheaf, quantity, sign), scan, before[near], behind[near])
    above = q_top > 0.0
    return turn[above], top[above], q_top[above]


def _zoomed(along: Along, scan: Scan, before: Indices, behind: Indices) -> tuple[FloatArray, FloatArray]:
    pieces, columns = scan.pieces[before], scan.columns[before]
    return zoom(lambda at, x: along(pieces[at], columns[at], x), scan.times[before], scan.times[behind])


def greatest_of(
    sheaf: Sheaf, quantity: Quantity, sign: float, after: FloatArray, until: FloatArray
) -> Extremes:
    """The greatest value of each run in its window; with the sign -1 the least."""
    found = Extremes(np.full(sheaf.count, np.nan), np.full(sheaf.count, np.nan))
    window = window_of(sheaf, after, until)
    if not window.counts.any():
        return found
    along = Along(sheaf, quantity, sign)
    scan = scan_of(along, window)
    q, turn = scan.values, scan.turns(1.0)
    runs = sheaf.runs[scan.pieces]
    best = np.full(sheaf.count, -np.inf)
    np.maximum.at(best, runs[turn], q[turn])
    before, behind = scan.beside(turn)
    reach = np.maximum(q[turn] - q[before], q[turn] - q[behind])
    near = q[turn] + reach >= best[runs[turn]]
    turn = turn[near]
    instants, heights = _zoomed(along, scan, before[near], behind[near])
    sampled = q[turn] >= heights
    instants, heights = np.where(sampled, scan.times[turn], instants), np.where(sampled, q[turn], heights)
    order = np.lexsort((instants, -heights, runs[turn]))
    winners, first = np.unique(runs[turn][order], return_index=True)
    found.times[winners], found.values[winners] = instants[order][first], sign * heights[order][first]
    return found


def values_of(sheaf: Sheaf, quantity: Quantity, runs: Indices, t: FloatArray) -> FloatArray:
    """The quantity in runs (j,) at instants (j,) [ms] within them; at an edge that of the phase that begins there."""
    pieces = sheaf.piece_at(runs, t)
    found = Along(sheaf, quantity)(pieces, sheaf.column_at(pieces, t), t)
    return np.broadcast_to(found, (*found.shape[:-1], t.size))


def integral_of(sheaf: Sheaf, quantity: Quantity, after: FloatArray, until: FloatArray) -> FloatArray:
    """Integral of each run over its window [unit of the quantity × ms]: (m,), or (k, m) if it gives (k, j)."""
    window = window_of(sheaf, after, until)
    over = piecewise_integral(sheaf, quantity, window.counts, window.begin, window.end)
    pieces, runs = np.flatnonzero(window.counts), sheaf.runs[window.counts]
    total = np.zeros((*over.shape[:-1], sheaf.count))
    np.add.at(total.T, runs, over.T[pieces])
    return total


def piecewise_integral(
    sheaf: Sheaf, quantity: Quantity, counts: NDArray[np.bool_], begin: FloatArray, end: FloatArray
) -> FloatArray:
    """Over a stretch of each piece that counts, (k,) or (…, k): whole steps from their samples, broken ones at both
    ends by Gauss points."""
    along, steps = Along(sheaf, quantity), sheaf.steps
    owners = sheaf.owners[steps]
    edges = sheaf.times[steps], sheaf.times[steps + INTERVALS]
    whole = counts[owners] & (edges[0] >= begin[owners]) & (edges[1] <= end[owners])
    total = _weighted(along, sheaf.quadrature(whole))
    exact = counts & (begin == sheaf.starts) & (end == sheaf.ends)
    if exact[counts].all():
        return total
    inner_begin, inner_end = np.array(end), np.array(begin)
    np.minimum.at(inner_begin, owners[whole], edges[0][whole])
    np.maximum.at(inner_end, owners[whole], edges[1][whole])
    chosen = np.flatnonzero(counts)
    total[..., chosen] += _gauss(along, chosen, begin[chosen], inner_begin[chosen])
    behind = np.flatnonzero(counts & (inner_end > begin))
    total[..., behind] += _gauss(along, behind, inner_end[behind], end[behind])
    return total


def whole_integrals(sheaf: Sheaf, quantity: Quantity) -> FloatArray:
    """Over each piece from its begin to its end, (k,) or (…, k)."""
    return _weighted(Along(sheaf, quantity), sheaf.quadrature(np.ones(sheaf.steps.size, dtype=bool)))


def _weighted(along: Along, weights: FloatArray) -> FloatArray:
    """The sum over the samples of each piece (…, k)."""
    first = along.sheaf.first
    parts = []
    for pieces in _blocks(first):
        columns = slice(int(first[pieces.start]), int(first[pieces.stop]))
        of_samples, sampled = weights[columns], along.sampled(columns)
        weighted = sampled * of_samples
        if not of_samples.all():
            weighted = np.where(of_samples != 0.0, weighted, 0.0)
        parts.append(np.add.reduceat(weighted, first[pieces] - first[pieces.start], axis=-1))
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-1)


def _blocks(first: Indices) -> Iterator[slice]:
    """Pieces that are looked at in one call."""
    begin, last = 0, first.size - 1
    while begin < last:
        end = int(np.searchsorted(first, first[begin] + BLOCK, side="right")) - 1
        yield slice(begin, min(max(end, begin + 1), last))
        begin = min(max(end, begin + 1), last)


def _gauss(along: Along, pieces: Indices, a: FloatArray, b: FloatArray) -> FloatArray:
    half = 0.5 * (b - a)
    t = (a + half)[:, None] + half[:, None] * _GAUSS_POINTS
    every = np.repeat(pieces, _GAUSS_POINTS.size)
    sampled = along(every, along.sheaf.column_at(every, t.ravel()), t.ravel())
    sampled = np.broadcast_to(sampled, (*sampled.shape[:-1], t.size))
    found: FloatArray = sampled.reshape(*sampled.shape[:-1], *t.shape) @ _GAUSS_WEIGHTS * half
    return found
