"""Integrate many members of one system at once (Rodas5P), each with its own phase, time and step.

A step costs the same few hundred array operations whether one member takes it or a thousand. Members do not wait
for one another: each has its own time, and drops out when its phase is over or it fails. What comes out is what
`integrate_phase` gives: six even samples of every step, which determine the method's own dense output (order 4).
Times in ms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ionlang.simulate.ensemble.elimination import Elimination, Inversion
from ionlang.simulate.ensemble.tableau import BETWEEN, GAMMA, A, C
from ionlang.simulate.functions import FloatArray, Parameters, ParametersMany, Phase, RhsMany
from ionlang.simulate.trajectory import INTERVALS, Failure, PhaseRun, Piece, constant_piece

SAFETY, SHORTEST, LONGEST = 0.9, 0.2, 6.0
"""Of the step that the error would allow; a step changes by no more than these factors."""
UNDEFINED = 0.25
"""What becomes of a step that leads where a rate is not finite."""
NO_STEP, NO_LENGTH = 16, 256
"""Units in the last place of time: a step so short gets nowhere, a phase so short is passed over."""
ORDER = 5
TINY = 1e-10
"""An error so small allows the longest growth anyway."""


@dataclass(frozen=True, slots=True)
class Together:
    """The functions that all members share, and how their linear systems are solved; `held` are the rows whose own
    rates do not count."""

    rhs: RhsMany
    jacobian: RhsMany
    elimination: Elimination | Inversion
    held: tuple[int, ...] = ()

    def rates(self, t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
        rates = self.rhs(t, y, p)
        rates[list(self.held)] = 0.0
        return rates

    def slopes(self, t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
        slopes = self.jacobian(t, y, p)
        slopes[list(self.held)] = 0.0
        return slopes


@dataclass(frozen=True, slots=True)
class Task:
    """One member: its phase, in which no parameter moves, the values (n,) that it begins at, and its absolute
    tolerances (n,)."""

    phase: Phase
    start: FloatArray
    atol: FloatArray


@dataclass(frozen=True, slots=True)
class _Members:
    """Members under way, on the last axis of everything; `number` says which they are. Each will try a step of `length`
    next, and none longer than `longest`."""

    number: NDArray[np.intp]
    t: FloatArray
    end: FloatArray
    y: FloatArray
    rates: FloatArray
    atol: FloatArray
    parameters: ParametersMany
    length: FloatArray
    longest: FloatArray

    def only(self, chosen: NDArray[np.bool_]) -> _Members:
        if chosen.all():
            return self
        parameters = [p[chosen] if isinstance(p, np.ndarray) else p for p in self.parameters]
        return _Members(
            self.number[chosen], self.t[chosen], self.end[chosen], self.y[:, chosen], self.rates[:, chosen],
            self.atol[:, chosen], parameters, self.length[chosen], self.longest[chosen],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Taken:
    """Steps that were accepted at one go: whose they are (m,), where they end (m,), samples (5, n, m) of each after its
    start."""

    number: NDArray[np.intp]
    end: FloatArray
    samples: FloatArray


def integrate_many(together: Together, tasks: Sequence[Task], rtol: float) -> list[PhaseRun]:
    """Each task to its end, or to where it fails. Failure of the numbers is a value, never an exception."""
    members = _begun(together, tasks, rtol)
    failed: dict[int, Failure] = {}
    taken: list[_Taken] = []
    undefined = np.logical_not(np.isfinite(members.rates).all(axis=0))
    members = _without(members, undefined, "a rate is not a finite number", failed)
    while members.number.size:
        members, accepted = _step(together, members, rtol)
        if accepted is not None:
            taken.append(accepted)
        members = members.only(members.t < members.end)
        stuck = members.length <= NO_STEP * np.spacing(np.abs(members.t))
        members = _without(members, stuck, "the solution changes faster than time can resolve", failed)
    return list(_runs(tasks, taken, failed))


def _begun(together: Together, tasks: Sequence[Task], rtol: float) -> _Members:
    phases = [task.phase for task in tasks]
    t, end = np.array([phase.start for phase in phases]), np.array([phase.end for phase in phases])
    longest = np.array([phase.longest_step for phase in phases])
    y = np.array([task.start for task in tasks], float).T.copy()
    atol = np.array([task.atol for task in tasks], float).T
    parameters = stacked([phase.parameters for phase in phases])
    rates = together.rates(t, y, parameters)
    lengths = _first_steps(y, rates, atol, end - t, rtol)
    members = _Members(np.arange(len(tasks)), t, end, y, rates, atol, parameters, lengths, longest)
    return members.only(end - t > NO_LENGTH * np.spacing(np.maximum(np.abs(t), np.abs(end))))


def stacked(parameters: Sequence[Parameters]) -> ParametersMany:
    """The parameters of all members: a number where they agree, else an array (m,)."""
    columns = np.array(parameters, float).T
    return [float(row[0]) if (row == row[0]).all() else row for row in columns]


def _first_steps(
    y: FloatArray, rates: FloatArray, atol: FloatArray, span: FloatArray, rtol: float
) -> FloatArray:
    """As of a single run: where an error of order 1 would be the allowed one, or a fraction of the phase."""
    speed = np.abs(rates / (rtol * np.abs(y) + atol)).max(axis=0, initial=0.0)
    with np.errstate(divide="ignore"):
        first: FloatArray = np.minimum(1.0 / (np.sqrt(rtol) * speed), np.sqrt(rtol) * span)
    return first


def _without(members: _Members, lost: NDArray[np.bool_], reason: str, failed: dict[int, Failure]) -> _Members:
    """The others; those that are lost are written down, with the state that changes fastest for its tolerance."""
    for i in np.flatnonzero(lost).tolist():
        speed = np.abs(members.rates[:, i]) / (np.abs(members.y[:, i]) + members.atol[:, i])
        blamed = int(np.where(np.isfinite(speed), speed, np.inf).argmax())
        values = tuple(members.y[:, i].tolist())
        failed[int(members.number[i])] = Failure(float(members.t[i]), blamed, reason, values)
    return members.only(~lost)


def _step(together: Together, members: _Members, rtol: float) -> tuple[_Members, _Taken | None]:
    """One step of each; where the error is too large it stays, and will try a shorter one."""
    t, end = members.t, members.end
    h = np.minimum(np.minimum(members.length, members.longest), end - t)
    last = t + h >= end - NO_STEP * np.spacing(np.abs(end))
    h = np.where(last, end - t, h)
    with np.errstate(all="ignore"):
        y, difference, samples = _tried(together, members, h)
        allowed = rtol * np.maximum(np.abs(members.y), np.abs(y)) + members.atol
        error = np.abs(difference / allowed).max(axis=0)
        rates = together.rates(t + h, y, members.parameters)
        defined = np.isfinite(error) & np.isfinite(rates).all(axis=0)
        factor = SAFETY * np.maximum(error, TINY) ** (-1.0 / ORDER)
    factor = np.where(defined, np.clip(factor, SHORTEST, LONGEST), UNDEFINED)
    fine = defined & (error <= 1.0)
    now = np.where(last, end, t + h)
    after = replace(
        members,
        t=np.where(fine, now, t),
        y=np.where(fine, y, members.y),
        rates=np.where(fine, rates, members.rates),
        length=h * factor,
    )
    if not fine.any():
        return after, None
    return after, _Taken(members.number[fine], now[fine], samples[:, :, fine])


def _tried(together: Together, members: _Members, h: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Where a step leads (n, m), its error (n, m), and samples (5, n, m) within it and at its end."""
    t, y, p = members.t, members.y, members.parameters
    matrix = -together.slopes(t, y, p)
    diagonal = np.arange(len(y))
    matrix[diagonal, diagonal] += 1.0 / (GAMMA * h)
    factors = together.elimination.factor(matrix)
    stages = [together.elimination.solve(factors, members.rates.copy())]
    base = y
    for i in range(1, len(C)):
        base = y + _sum(A[i], stages) if i < len(A) else base + stages[-1]
        right = together.rates(t, base, p)
        right += _sum(C[i], stages) / h
        stages.append(together.elimination.solve(factors, right))
    end = base + stages[-1]
    return end, stages[-1], _samples(y, end, stages)


def _sum(weights: Sequence[float], stages: Sequence[FloatArray]) -> FloatArray:
    total = weights[0] * stages[0]
    for weight, stage in zip(weights[1:], stages[1:], strict=True):
        total += weight * stage
    return total


def _samples(start: FloatArray, end: FloatArray, stages: Sequence[FloatArray]) -> FloatArray:
    first, second, third = (_sum(weights, stages) for weights in BETWEEN)
    samples = np.empty((INTERVALS, *start.shape))
    for i in range(1, INTERVALS):
        x = i / INTERVALS
        samples[i - 1] = (1 - x) * start + x * (end + (1 - x) * (first + x * (second + x * third)))
    samples[-1] = end
    return samples


def _runs(
    tasks: Sequence[Task], taken: Sequence[_Taken], failed: Mapping[int, Failure]
) -> Iterator[PhaseRun]:
    """What each member did, sorted out of the steps that all of them took."""
    number = np.concatenate([each.number for each in taken] or [np.empty(0, dtype=np.intp)])
    order = np.argsort(number, kind="stable")
    bounds = np.searchsorted(number[order], np.arange(len(tasks) + 1))
    ends = np.concatenate([each.end for each in taken])[order] if taken else np.empty(0)
    samples = np.concatenate([each.samples for each in taken], axis=2)[:, :, order] if taken else None
    for k, task in enumerate(tasks):
        part = slice(int(bounds[k]), int(bounds[k + 1]))
        if samples is None or part.start == part.stop:
            end = task.phase.start if k in failed else task.phase.end
            yield PhaseRun(constant_piece(task.phase, end, task.start, 1), failed.get(k))
            continue
        edges = np.concatenate([[task.phase.start], ends[part]])
        times = np.append((edges[:-1, None] + np.diff(edges)[:, None] * _FIFTHS).ravel(), edges[-1])
        flat = samples[:, :, part].transpose(1, 2, 0).reshape(task.start.size, -1)
        values = np.concatenate([task.start[:, None], flat], axis=1)
        yield PhaseRun(Piece(task.phase, times, values), failed.get(k))


_FIFTHS = np.arange(INTERVALS) / INTERVALS
