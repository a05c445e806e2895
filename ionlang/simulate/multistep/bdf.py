"""Backward differentiation formulas of orders 1 to 5 with a step of variable length, for long lines.

The method is that of LSODE's stiff part: the solution is kept as a polynomial at the end of the last step (Nordsieck's
form), each step is a prediction and a correction by a simplified Newton iteration, and length and order change when
the estimated errors say that it pays. What differs is the linear algebra, which knows the line (`band_systems.py`), and
that a trial that leads where a rate is not a finite number is simply one that is too long. Times in ms.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from ionlang.codegen.runtime_lines import product
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.multistep.band_systems import Systems
from ionlang.simulate.multistep.formulas import FORMULAS, HIGHEST, Formula

ITERATIONS = 3
OLD, YOUNG, NEVER = 40, 15, -40
"""Steps after which the Jacobian is looked at anew: at any rate; where the system is factored anyway; and the step at
which one was looked at that counts for none."""
AWAY = 0.4
"""Of the length that a system was factored for: so far away it is factored anew."""
BEYOND = 1e50
"""Of what is tolerated: no correction is so large."""
GROWTH, FIRST_GROWTH, AFTER_FAILURE = 10.0, 1e4, 2.0
"""By so many times a step may become longer: mostly; after the first; after one that failed."""
WORTH = 1.1
"""A step that could become so many times longer does."""
SHORTER = 0.25
"""What becomes of a step whose iteration does not converge."""
SAME, LOWER, HIGHER = 6.0, 10.0, 10.0
"""Of the error of a step of this order, the one below and the one above: so many times it is to be tolerated."""
STUCK = 16
"""Units in the last place of time: a step so short gets nowhere."""

_maximum = np.maximum.reduce


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """`rates(t, y)` (n,), which may be the same array each time; `slopes(t, y)`, the Jacobian as a band; the `end`
    [ms], the `longest` step [ms], and the tolerances of the states, atol (n,)."""

    rates: Callable[[float, FloatArray], FloatArray]
    slopes: Callable[[float, FloatArray], FloatArray]
    systems: Systems
    end: float
    longest: float
    rtol: float
    atol: FloatArray


@dataclass(slots=True, eq=False)
class Bdf:
    """A solution under way. At `time` + x [ms] within the step that was taken last, of `length`, it is
    Σ terms[i] (x/length)^i, i = 0 … `order`; what stands in later rows of `terms` counts for nothing."""

    problem: Problem
    time: float
    terms: FloatArray
    length: float
    order: int = 0
    steps: int = 0
    next_order: int = 1
    next_length: float = 0.0
    growth: float = FIRST_GROWTH
    patience: int = 2
    ratio: float = 0.7
    factored: float = 0.0
    looked: int = NEVER
    weights: FloatArray = field(init=False)
    other: FloatArray = field(init=False)
    before: FloatArray = field(init=False)
    predicted: FloatArray = field(init=False)
    trial: FloatArray = field(init=False)
    residual: FloatArray = field(init=False)
    sized: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        size = self.terms.shape[1]
        self.other = np.zeros_like(self.terms)
        self.predicted = np.empty((2, size))
        self.before, self.trial, self.residual, self.sized, self.weights = np.empty((5, size))
        self._weigh()

    @property
    def state(self) -> FloatArray:
        """Where it has come to (n,), until the next step."""
        state: FloatArray = self.terms[0]
        return state

    def aim(self, length: float) -> None:
        """The next step shall have this length."""
        self.next_length, self.patience = length, self.next_order + 1

    def forget(self) -> None:
        """The linear systems have been somebody else's: look at the Jacobian anew."""
        self.looked, self.factored = NEVER, 0.0

    def as_it_is(self) -> Bdf:
        """Another one that stands where this one does, and looks at the Jacobian anew."""
        other = replace(self, terms=self.terms.copy())
        other.before[:], other.other[:] = self.before, self.other
        other.forget()
        return other

    def weighed_correction(self) -> FloatArray:
        """By how much of what is tolerated the last step was corrected (n,)."""
        correction: FloatArray = np.abs(self.other[self.order + 1])
        correction *= self.weights
        return correction

    @property
    def is_over(self) -> bool:
        return self.time >= self.problem.end

    def step(self) -> bool:
        """Take one step; False where none that time can resolve is good enough: then it stands where it stood."""
        order, length, failures = self.next_order, self.next_length, 0
        while True:
            length, time = self.end_of(length)
            if length <= STUCK * math.ulp(max(abs(self.time), abs(time))):
                return False
            formula = FORMULAS[order - 1]
            advance = self._advance(formula, length)
            size = self._corrected(formula, advance, length, time)
            if size is None:
                if self.looked == self.steps:
                    length *= SHORTER
                    self.growth = AFTER_FAILURE
                self.looked = NEVER
                continue
            error = size / formula.error
            if error <= 1.0:
                self._take(formula, advance, length, time, error)
                return True
            failures, self.growth = failures + 1, AFTER_FAILURE
            order, factor = self._after_failure(formula, failures, error, length)
            length *= factor

    def end_of(self, length: float) -> tuple[float, float]:
        """How long a step is that would have this length, and when it ends; the last is not much shorter than the one
        before."""
        length = min(length, self.problem.longest)
        left = self.problem.end - self.time
        if length >= left * (1.0 - 1e-12):
            return left, self.problem.end
        length = min(length, 0.5 * left)
        return length, self.time + length

    def _advance(self, formula: Formula, length: float) -> FloatArray:
        if length == self.length:
            return formula.advance
        scale = (length / self.length) ** np.arange(formula.order + 2)
        scale[-1] = 1.0
        return formula.advance * scale

    def _look(self, time: float, state: FloatArray) -> None:
        problem = self.problem
        problem.systems.look(problem.slopes(time, state))
        self.looked, self.factored = self.steps, 0.0

    def _corrected(self, formula: Formula, advance: FloatArray, length: float, time: float) -> float | None:
        """The size of the correction, which stands behind the terms; None where the iteration does not converge."""
        problem, terms, residual, trial = self.problem, self.terms, self.residual, self.trial
        correction = terms[formula.order + 1]
        product(advance[:2, :-1], terms[: formula.order + 1], self.predicted)
        state, slope = self.predicted
        gamma = length * formula.corrected
        is_away = abs(gamma - self.factored) > AWAY * self.factored
        if self.steps - self.looked >= OLD or (is_away and self.steps - self.looked >= YOUNG):
            self._look(time, state)
        if abs(gamma - self.factored) > AWAY * self.factored:
            problem.systems.factor(gamma)
            self.factored, self.ratio = gamma, 0.7
        asked, last = state, math.inf
        for k in range(ITERATIONS):
            np.multiply(problem.rates(time, asked), length, residual)
            residual -= slope
            if k:
                residual -= correction
            change = problem.systems.solve(residual)
            size = self._size(change)
            if not size < BEYOND:
                return None
            if k:
                correction += change
                self.ratio = max(0.2 * self.ratio, size / last)
            else:
                correction[:] = change
            if size * min(1.0, 1.5 * self.ratio) <= formula.converged:
                return self._size(correction) if k else size
            if k and size > 2.0 * last:
                return None
            last = size
            np.multiply(correction, formula.corrected, trial)
            trial += state
            asked = trial
        return None

    def _after_failure(
        self, formula: Formula, failures: int, error: float, length: float
    ) -> tuple[int, float]:
        """The order to try next, and by how much a step of this length changes."""
        order = formula.order
        if failures > 2:
            np.multiply(self.problem.rates(self.time, self.terms[0]), self.length, self.terms[1])
            return 1, 0.1
        scale = (length / self.length) ** order
        same, lower = self._same(formula, error), self._lower(formula, self.terms, scale)
        factor = min(max(same, lower), 1.0 if failures == 1 else 0.2)
        return (order - 1 if lower > same else order), factor

    def _take(self, formula: Formula, advance: FloatArray, length: float, time: float, error: float) -> None:
        """The step is good: go there, and see what comes next."""
        order = formula.order
        correction = self.terms[order + 1]
        product(advance, self.terms[: order + 2], self.other[: order + 1])
        if length != self.next_length or order != self.next_order:
            self.patience = order + 1
        self.patience -= 1
        self.time, self.length, self.order = time, length, order
        self.steps += 1
        self.next_order, self.next_length = order, length
        if self.patience == 0:
            self._reconsider(formula, correction, error)
        elif self.patience == 1:
            self.before[:] = correction
        self.terms, self.other = self.other, self.terms
        self.growth = GROWTH
        self._weigh()

    def _reconsider(self, formula: Formula, correction: FloatArray, error: float) -> None:
        """The length and the order of the next steps."""
        order = formula.order
        same = self._same(formula, error)
        lower = self._lower(formula, self.other, 1.0)
        higher = 0.0
        if order < HIGHEST:
            np.subtract(correction, self.before, self.residual)
            size = self._size(self.residual) / formula.higher
            higher = _growth(HIGHER * size, order + 2)
        best = max(same, lower, higher)
        if best < WORTH:
            self.patience = 3
            return
        if best == higher:
            np.multiply(correction, formula.advance[order, -1] / (order + 1), self.other[order + 1])
            self.next_order = order + 1
        elif best == lower:
            self.next_order = order - 1
        self.next_length = self.length * min(best, self.growth)
        self.patience = self.next_order + 1

    def _same(self, formula: Formula, error: float) -> float:
        """By how much a step of this order could become longer."""
        return _growth(SAME * error, formula.order + 1)

    def _lower(self, formula: Formula, terms: FloatArray, scale: float) -> float:
        """By how much one of the order below could, of which the last of the terms is to be scaled so."""
        if formula.order == 1:
            return 0.0
        size = scale * self._size(terms[formula.order]) / formula.lower
        return _growth(LOWER * size, formula.order)

    def _weigh(self) -> None:
        """What counts as 1 of each state."""
        weights = np.abs(self.terms[0], self.weights)
        weights *= self.problem.rtol
        weights += self.problem.atol
        np.reciprocal(weights, weights)

    def _size(self, change: FloatArray) -> float:
        """The largest of what is tolerated."""
        sized = np.multiply(change, self.weights, self.sized)
        return float(_maximum(np.abs(sized, sized)))


def _growth(error: float, power: int) -> float:
    """By how much a step could become longer whose error goes with that power of its length."""
    factor: float = 1.0 / (error ** (1.0 / power) + 1e-6)
    return factor


def begun(problem: Problem, time: float, state: FloatArray, first: float) -> Bdf:
    """Before the first step from there, which will have the length `first` [ms]."""
    terms = np.zeros((HIGHEST + 2, state.size))
    terms[0] = state
    np.multiply(problem.rates(time, state), first, terms[1])
    return Bdf(problem, time, terms, float(first), next_length=float(first))
