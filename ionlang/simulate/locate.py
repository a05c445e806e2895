"""Events, extremes and integrals of quantities on a trajectory, located on the dense output itself.

A quantity is any function q(t (m,), y (n, m), p) of time [ms], states and parameters that gives (m,) values
(for integrals also (k, m)); it may jump between phases, nowhere else. No result depends on an output grid:
the integrator's samples serve as brackets, and all brackets are polished at once on the interpolating
polynomials. Windows are closed, [after, until], in ms, and cut to the trajectory.

A quantity may vary faster than the states do. That is seen if it comes from parameters that are functions of
time (each interval between samples is then divided into four), not if it is a fast function of t by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.trajectory import INTERVALS, Piece, Trajectory

Quantity = Callable[[FloatArray, FloatArray, ParametersMany], FloatArray]
Direction = Literal["upward", "downward", "both"]

_Function = Callable[[FloatArray], FloatArray]
_DRIVEN_DIVISIONS = 4
_ZOOM = 17  # points across a bracket in the search of an extreme; each round keeps two of sixteen intervals
_ZOOM_ROUNDS = 9
_ROOT_ROUNDS = 80
_GAUSS_POINTS, _GAUSS_WEIGHTS = np.polynomial.legendre.leggauss(5)


@dataclass(frozen=True, slots=True)
class Extreme:
    """The instant [ms] of the greatest or least value in a window (the first, if several), and that value."""

    time: float
    value: float


@dataclass(frozen=True, slots=True)
class _Scan:
    """A quantity along the part of one piece that lies in the window, at bracketing instants."""

    times: FloatArray
    values: FloatArray
    function: _Function


def crossings(
    trajectory: Trajectory,
    quantity: Quantity,
    direction: Direction,
    after: float = -np.inf,
    until: float = np.inf,
) -> FloatArray:
    """Instants (m,) [ms], ascending, at which the quantity passes zero: upward from below it to zero or more.

    Pairs of crossings between two samples are found too; a jump across zero at an edge counts, at that edge.
    """
    if direction == "both":
        upward = crossings(trajectory, quantity, "upward", after, until)
        return np.sort(np.concatenate([upward, crossings(trajectory, quantity, "downward", after, until)]))
    sign = 1.0 if direction == "upward" else -1.0
    found: list[FloatArray] = []
    before = np.nan
    for scan in _scans(trajectory, quantity, after, until):
        if before * sign < 0.0 <= sign * scan.values[0]:
            found.append(scan.times[:1])
        before = float(scan.values[-1])
        found.append(_upward(scan.times, sign * scan.values, _times(sign, scan.function)))
    return np.concatenate(found) if found else np.empty(0)


def maximum(
    trajectory: Trajectory,
    quantity: Quantity,
    after: float = -np.inf,
    until: float = np.inf,
) -> Extreme:
    """The greatest value in the window and its instant. Raises ValueError if the window misses all."""
    return _greatest(trajectory, quantity, 1.0, after, until)


def minimum(
    trajectory: Trajectory,
    quantity: Quantity,
    after: float = -np.inf,
    until: float = np.inf,
) -> Extreme:
    """The least value in the window and its instant. Raises ValueError if the window misses all."""
    return _greatest(trajectory, quantity, -1.0, after, until)


def value(trajectory: Trajectory, quantity: Quantity, instant: float) -> float:
    """The quantity at one instant [ms]; at an edge that of the phase that begins there.

    Raises ValueError outside the trajectory.
    """
    if not trajectory.start <= instant <= trajectory.end:
        raise ValueError(f"{instant} ms is outside {trajectory.start} ms to {trajectory.end} ms")
    t = np.array([float(instant)])
    return float(_along(trajectory.pieces[int(trajectory.piece_indices(t)[0])], quantity)(t)[0])


def integral(
    trajectory: Trajectory,
    quantity: Quantity,
    after: float = -np.inf,
    until: float = np.inf,
) -> np.float64 | FloatArray:
    """Integral over the window [unit of the quantity × ms]: a number, or (k,) if it gives (k, m)."""
    parts = [_integral(piece, quantity, a, b) for piece, a, b in _windows(trajectory, after, until)]
    if not parts:
        raise ValueError("the window misses the trajectory")
    total: np.float64 | FloatArray = np.sum(parts, axis=0)
    return total


def mean(
    trajectory: Trajectory,
    quantity: Quantity,
    after: float = -np.inf,
    until: float = np.inf,
) -> np.float64 | FloatArray:
    """Mean over the window. Raises ValueError if the window has no length or misses the trajectory."""
    length = min(until, trajectory.end) - max(after, trajectory.start)
    if not length > 0.0:
        raise ValueError("a mean needs a window of some length within the trajectory")
    return integral(trajectory, quantity, after, until) / length


def _windows(trajectory: Trajectory, after: float, until: float) -> Iterator[tuple[Piece, float, float]]:
    last = trajectory.pieces[-1]
    for piece in trajectory.pieces:  # at an edge what begins there holds
        begun = after < piece.end or (piece is last and after == piece.end)
        if begun and until >= piece.start and after <= until:
            yield piece, max(after, piece.start), min(until, piece.end)


def _along(piece: Piece, quantity: Quantity) -> _Function:
    return lambda t: quantity(t, piece.at(t), piece.phase.parameters_many(t))


def _times(factor: float, function: _Function) -> _Function:
    return lambda t: factor * function(t)


def _scans(trajectory: Trajectory, quantity: Quantity, after: float, until: float) -> Iterator[_Scan]:
    for piece, a, b in _windows(trajectory, after, until):
        function = _along(piece, quantity)
        driven = piece.phase.parameters_at is not None or piece.values.shape[0] == 0
        if not driven and a == piece.start and b == piece.end:
            t = piece.times
            values = quantity(t, piece.values, piece.phase.parameters)
        else:
            t = _bracketing_times(piece, a, b, _DRIVEN_DIVISIONS if driven else 1)
            values = function(t)
        yield _Scan(t, np.broadcast_to(values, t.shape), function)


def _bracketing_times(piece: Piece, a: float, b: float, divisions: int) -> FloatArray:
    times = np.concatenate([[a], piece.times[(piece.times > a) & (piece.times < b)], [b]])
    if divisions == 1:
        return times
    inner = times[:-1, None] + np.diff(times)[:, None] * np.arange(divisions) / divisions
    return np.append(inner.ravel(), b)


def _upward(t: FloatArray, q: FloatArray, function: _Function) -> FloatArray:
    """Upward zero crossings of one continuous scan, those hidden between samples of one sign included."""
    left = np.flatnonzero((q[:-1] < 0.0) & (q[1:] >= 0.0))
    brackets = [np.stack([t[left], t[left + 1], q[left], q[left + 1]])]
    for i, top, q_top in _hidden_peaks(t, q, function):
        brackets.append(np.array([[t[max(i - 1, 0)]], [top], [q[max(i - 1, 0)]], [q_top]]))
    last = t.size - 1
    for i, bottom, q_bottom in _hidden_peaks(t, -q, _times(-1.0, function)):
        brackets.append(np.array([[bottom], [t[min(i + 1, last)]], [-q_bottom], [q[min(i + 1, last)]]]))
    low, high, q_low, q_high = np.concatenate(brackets, axis=1)
    return np.sort(_roots(function, low, high, q_low, q_high))


def _hidden_peaks(t: FloatArray, q: FloatArray, function: _Function) -> list[tuple[int, float, float]]:
    """Local maxima above zero whose samples are all below: nearest sample, instant, value."""
    turn = _turns(q)
    before, after = np.maximum(turn - 1, 0), np.minimum(turn + 1, q.size - 1)
    reach = np.maximum(np.abs(q[turn] - q[before]), np.abs(q[turn] - q[after]))
    near = (q[turn] < 0.0) & (q[turn] + reach >= 0.0)
    top, q_top = _zoom(function, t[before[near]], t[after[near]])
    found = zip(turn[near].tolist(), top.tolist(), q_top.tolist(), strict=True)
    return [(i, instant, height) for i, instant, height in found if height > 0.0]


def _greatest(trajectory: Trajectory, quantity: Quantity, sign: float, after: float, until: float) -> Extreme:
    best: Extreme | None = None
    for scan in _scans(trajectory, quantity, after, until):
        t, q = scan.times, sign * scan.values
        turn = _turns(q)
        before, behind = np.maximum(turn - 1, 0), np.minimum(turn + 1, q.size - 1)
        reach = np.maximum(q[turn] - q[before], q[turn] - q[behind])
        near = q[turn] + reach >= q.max()
        instants, heights = _zoom(_times(sign, scan.function), t[before[near]], t[behind[near]])
        instants = np.where(q[turn[near]] >= heights, t[turn[near]], instants)
        heights = np.maximum(heights, q[turn[near]])
        i = int(heights.argmax())
        if best is None or heights[i] > sign * best.value:
            best = Extreme(float(instants[i]), float(sign * heights[i]))
    if best is None:
        raise ValueError("the window misses the trajectory")
    return best


def _turns(q: FloatArray) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Samples at which q has a local maximum, the ends included."""
    rise = np.diff(q, prepend=-np.inf, append=-np.inf)
    return np.flatnonzero((rise[:-1] > 0.0) & (rise[1:] <= 0.0))


def _zoom(function: _Function, low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Instants and values of the maxima within brackets (k,), all searched at once."""
    if low.size == 0:
        return low, low
    across = np.linspace(0.0, 1.0, _ZOOM)
    rows = np.arange(low.size)
    for _ in range(_ZOOM_ROUNDS):
        t = low[:, None] + (high - low)[:, None] * across
        q = function(t.ravel()).reshape(t.shape)
        top = q.argmax(axis=1)
        low, high = (
            t[rows, np.maximum(top - 1, 0)],
            t[rows, np.minimum(top + 1, _ZOOM - 1)],
        )
    return t[rows, top], q[rows, top]


def _roots(function: _Function, a: FloatArray, b: FloatArray, f_a: FloatArray, f_b: FloatArray) -> FloatArray:
    """Zeros within brackets [a, b] (k,), by Chandrupatla's rule: inverse quadratic steps where safe, else
    halving. To the last few digits of time."""
    if a.size == 0:
        return a
    c, f_c, step = a, f_a, np.full(a.shape, 0.5)
    for _ in range(_ROOT_ROUNDS):
        t = a + step * (b - a)
        f = function(t)
        same = (f < 0.0) == (f_a < 0.0)
        c, f_c = np.where(same, a, b), np.where(same, f_a, f_b)
        b, f_b = np.where(same, b, a), np.where(same, f_b, f_a)
        a, f_a = t, f
        least = 2.0 * np.spacing(np.abs(a)) / np.maximum(np.abs(b - a), np.finfo(float).tiny)
        if ((least >= 0.5) | (f_a == 0.0)).all():
            break
        step = np.clip(
            _inverse_quadratic(a, b, c, f_a, f_b, f_c),
            np.minimum(least, 0.5),
            1.0 - np.minimum(least, 0.5),
        )
        step = np.where(f_a == 0.0, 0.0, step)
    return np.where(np.abs(f_a) <= np.abs(f_b), a, b)


def _inverse_quadratic(
    a: FloatArray,
    b: FloatArray,
    c: FloatArray,
    f_a: FloatArray,
    f_b: FloatArray,
    f_c: FloatArray,
) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        xi, phi = (a - b) / (c - b), (f_a - f_b) / (f_c - f_b)
        safe = (phi * phi < xi) & ((1.0 - phi) * (1.0 - phi) < 1.0 - xi)
        quadratic = f_a / (f_b - f_a) * (f_c / (f_b - f_c)) + (c - a) / (b - a) * f_a / (f_c - f_a) * (
            f_b / (f_c - f_b)
        )
    step: FloatArray = np.where(safe, quadratic, 0.5)
    return step


def _integral(piece: Piece, quantity: Quantity, a: float, b: float) -> FloatArray:
    """Over whole steps from their samples, over the broken steps at both ends by Gauss points."""
    along = _along(piece, quantity)
    edges = piece.times[::INTERVALS]
    begin = int(np.searchsorted(edges, a, side="left"))
    end = int(np.searchsorted(edges, b, side="right")) - 1
    if begin >= end:
        return _gauss(along, a, b)
    part = slice(INTERVALS * begin, INTERVALS * end + 1)
    t = piece.times[part]
    sampled = np.asarray(quantity(t, piece.values[:, part], piece.phase.parameters_many(t)))
    whole = np.broadcast_to(sampled, (*sampled.shape[:-1], t.size)) @ piece.quadrature(begin, end)
    total: FloatArray = whole + _gauss(along, a, float(edges[begin])) + _gauss(along, float(edges[end]), b)
    return total


def _gauss(function: _Function, a: float, b: float) -> FloatArray:
    half = 0.5 * (b - a)
    sampled = np.asarray(function(a + half + half * _GAUSS_POINTS))
    result: FloatArray = np.broadcast_to(sampled, (*sampled.shape[:-1], 5)) @ _GAUSS_WEIGHTS * half
    return result
