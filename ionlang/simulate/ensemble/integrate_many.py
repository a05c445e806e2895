"""Integrate many members of one system at once (Rodas5P), each with its own phase, time and step.

A step costs the same few hundred array operations whether one member takes it or a thousand. Members do not wait
for one another: each has its own time, and drops out when its phase is over or it fails. What is kept is six even
samples of every step, which determine the method's own dense output (order 4). Times in ms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from ionlang.simulate.ensemble.elimination import Elimination, Inversion
from ionlang.simulate.ensemble.tableau import BETWEEN, GAMMA, A, C
from ionlang.simulate.functions import FloatArray, ParametersMany, RhsMany
from ionlang.simulate.sheaf import Indices
from ionlang.simulate.trajectory import INTERVALS, Failure

SAFETY, SHORTEST, LONGEST = 0.9, 0.2, 6.0
"""Of the step that the error would allow; a step changes by no more than these factors."""
UNDEFINED = 0.25
"""What becomes of a step that leads where a rate is not finite."""
NO_STEP, NO_LENGTH = 16, 256
"""Units in the last place of time: a step so short gets nowhere, a phase so short is passed over."""
ORDER = 5
TINY = 1e-10
"""An error so small allows the longest growth anyway."""


Solved = TypeVar("Solved")


class System(Protocol[Solved]):
    """What all members share: their `rates` (n, m), and how (1/length − J) x = right is solved for them: `factored`
    once a step, `solve` in each stage. `kept` is told of steps that were accepted, of these members from `start` to
    `end` (j,), with the states before (n, j) and samples (5, n, j); it gives the samples that are to be kept."""

    def rates(self, t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray: ...
    def factored(self, t: FloatArray, y: FloatArray, p: ParametersMany, length: FloatArray) -> Solved: ...
    def solve(self, factors: Solved, right: FloatArray) -> FloatArray: ...
    def kept(
        self, number: Indices, start: FloatArray, end: FloatArray, before: FloatArray, samples: FloatArray
    ) -> FloatArray: ...


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
        if self.held:
            rates[list(self.held)] = 0.0
        return rates

    def slopes(self, t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
        slopes = self.jacobian(t, y, p)
        if self.held:
            slopes[list(self.held)] = 0.0
        return slopes

    def factored(self, t: FloatArray, y: FloatArray, p: ParametersMany, length: FloatArray) -> FloatArray:
        matrix = -self.slopes(t, y, p)
        diagonal = np.arange(len(y))
        matrix[diagonal, diagonal] += 1.0 / length
        return self.elimination.factor(matrix)

    def solve(self, factors: FloatArray, right: FloatArray) -> FloatArray:
        return self.elimination.solve(factors, right)

    def kept(
        self, number: Indices, start: FloatArray, end: FloatArray, before: FloatArray, samples: FloatArray
    ) -> FloatArray:
        return samples


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """What m members have before them: phases [ms] from `start` to `end` (m,) in which no parameter moves, the values
    (n, m) that they begin at, absolute tolerances (n, m), parameters, and the longest step [ms] that each may take
    (m,)."""

    start: FloatArray
    end: FloatArray
    values: FloatArray
    atol: FloatArray
    parameters: ParametersMany
    longest: FloatArray

    @property
    def passed_over(self) -> NDArray[np.bool_]:
        """Phases so short that nothing happens in them."""
        size = np.maximum(np.abs(self.start), np.abs(self.end))
        passed: NDArray[np.bool_] = self.end - self.start <= NO_LENGTH * np.spacing(size)
        return passed


@dataclass(frozen=True, slots=True)
class _Members:
    """Members under way, on the last axis of everything; `number` says which they are. Each will try a step of `length`
    next, and none longer than `longest`."""

    number: Indices
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
        parameters = [p[..., chosen] if isinstance(p, np.ndarray) else p for p in self.parameters]
        return _Members(
            self.number[chosen], self.t[chosen], self.end[chosen], self.y[:, chosen], self.rates[:, chosen],
            self.atol[:, chosen], parameters, self.length[chosen], self.longest[chosen],
        )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Taken:
    """Steps that were accepted at one go: whose they are (j,), from when to when (j,), samples (5, n, j) of each after
    its start."""

    number: Indices
    start: FloatArray
    end: FloatArray
    samples: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """What members did: their steps, where they ended (n, m), and why some failed, by their number."""

    taken: tuple[Taken, ...]
    values: FloatArray
    failed: Mapping[int, Failure]


def integrate_many(together: System[Solved], batch: Batch, rtol: float) -> Way:
    """Each member to its end, or to where it fails. Failure of the numbers is a value, never an exception."""
    members = _begun(together, batch, rtol)
    failed: dict[int, Failure] = {}
    taken: list[Taken] = []
    values = np.array(batch.values)
    undefined = np.logical_not(np.isfinite(members.rates).all(axis=0))
    members = _without(members, undefined, "a rate is not a finite number", failed)
    while members.number.size:
        members, accepted = _step(together, members, rtol)
        if accepted is not None:
            taken.append(accepted)
        under_way = members.t < members.end
        if not under_way.all():
            values[:, members.number[~under_way]] = members.y[:, ~under_way]
            members = members.only(under_way)
        stuck = members.length <= NO_STEP * np.spacing(np.abs(members.t))
        members = _without(members, stuck, "the solution changes faster than time can resolve", failed)
    return Way(tuple(taken), values, failed)


def _begun(together: System[Solved], batch: Batch, rtol: float) -> _Members:
    t, y = batch.start, np.array(batch.values, float)
    rates = together.rates(t, y, batch.parameters)
    lengths = _first_steps(y, rates, batch.atol, batch.end - t, rtol)
    members = _Members(
        np.arange(t.size), t, batch.end, y, rates, batch.atol, batch.parameters, lengths, batch.longest
    )
    return members.only(~batch.passed_over)


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


def _step(together: System[Solved], members: _Members, rtol: float) -> tuple[_Members, Taken | None]:
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
    return after, _taken(together, members, fine, now, samples)


def _taken(
    together: System[Solved], members: _Members, fine: NDArray[np.bool_], now: FloatArray, samples: FloatArray
) -> Taken:
    number, start, end, before = members.number, members.t, now, members.y
    if not fine.all():
        number, start, end = number[fine], start[fine], end[fine]
        before, samples = before[:, fine], samples[:, :, fine]
    return Taken(number, start, end, together.kept(number, start, end, before, samples))


def _tried(
    together: System[Solved], members: _Members, h: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Where a step leads (n, m), its error (n, m), and samples (5, n, m) within it and at its end."""
    t, y, p = members.t, members.y, members.parameters
    factors = together.factored(t, y, p, GAMMA * h)
    stages = np.empty((STAGES + 1, *y.shape))  # the last place is for where the step ends
    stages[0] = together.solve(factors, members.rates.copy())
    base = y
    for i in range(1, STAGES):
        move, slope = _combined(MIXED[i], stages[:i])
        base = y + move if i < len(A) else base + stages[i - 1]
        right = together.rates(t, base, p)
        right += slope / h
        stages[i] = together.solve(factors, right)
    last = stages[STAGES - 1].copy()
    stages[STAGES] = base + last - y
    samples = _combined(SAMPLED, stages)
    samples += y
    return samples[-1], last, samples


def _combined(weights: FloatArray, stages: FloatArray) -> FloatArray:
    """Sums of the stages (i, n, m), one for each row of weights (k, i): (k, n, m)."""
    found: FloatArray = (weights @ stages.reshape(len(stages), -1)).reshape(-1, *stages.shape[1:])
    return found


STAGES = len(C)
MIXED = tuple(
    np.array([A[i] if i < len(A) else (0.0,) * i, C[i]], dtype=float) if i else np.zeros((2, 0))
    for i in range(STAGES)
)
"""What each stage takes of those before it: to where it looks at the rates, and for its right-hand side."""


def _sampling() -> FloatArray:
    """What the dense output at fifths of a step takes of the stages, and of the way to the end (last column): with
    these weights it gives y − y0."""
    rows = []
    for i in range(1, INTERVALS + 1):
        x = i / INTERVALS
        inner = x * (1 - x) * np.array([1.0, x, x * x]) @ np.array(BETWEEN)
        rows.append([*inner, x])
    return np.array(rows)


SAMPLED = _sampling()
