"""How a line comes back to an equilibrium, or leaves it: eigenvalues of its linearisation on the states that the
conserved totals leave free. All of them for a short line. For a long one those nearest to nothing; and those that grow
faster than each of some rates, but not by far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.resting.character import Spectrum, in_order
from ionlang.simulate.resting.lines.bordered import Singular, bordered
from ionlang.simulate.resting.lines.newton import Task

if TYPE_CHECKING:
    from scipy.sparse.linalg import LinearOperator

DENSE = 400
"""States: of so many all eigenvalues are computed."""
LEADING = 8
GROWTH = tuple(10.0**power for power in range(-6, 3))
"""Rates of growth beyond which eigenvalues of long lines are looked for [per ms]."""
COUNT = 4
"""Beyond each of them so many."""
ROOM = 5
"""Times as many directions as eigenvalues are kept by the iteration."""
ROUNDS = 15
"""Of the iteration. One that grows stands apart from all others and is found in a few."""


@dataclass(frozen=True, slots=True, eq=False)
class Modes:
    """`values`, largest real part first [per ms]; `whole` tells whether these are all."""

    values: Spectrum
    whole: bool

    @property
    def stable(self) -> bool:
        return bool((self.values.real < 0).all())


def spectrum_at(task: Task, y: FloatArray) -> Modes:
    """The modes of an equilibrium (n,)."""
    key = y.tobytes()
    if key not in task.modes:
        task.modes[key] = _computed(task, y)
    return task.modes[key]


def _computed(task: Task, y: FloatArray) -> Modes:
    free = np.setdiff1d(np.arange(y.size), task.totals.pivots)
    if free.size <= max(DENSE, 2 * LEADING):
        return Modes(in_order(np.linalg.eigvals(_reduced(task, y, free))), True)
    found = [_near(task, y, free, 0.0)]
    for growth in GROWTH:
        beyond = _near(task, y, free, growth)
        found.append(beyond[beyond.real > growth])
    return Modes(in_order(_distinct(np.concatenate(found))), False)


def _reduced(task: Task, y: FloatArray, free: npt.NDArray[np.intp]) -> FloatArray:
    """The Jacobian by the free states, the others following them."""
    whole, totals = task.slopes.at(y).dense(), task.totals
    found: FloatArray = whole[np.ix_(free, free)]
    if totals.pivots.size:
        weights = totals.weights.toarray()
        follow = np.linalg.solve(weights[:, totals.pivots], weights[:, free])
        found = found - whole[np.ix_(free, totals.pivots)] @ follow
    return found


def _near(task: Task, y: FloatArray, free: npt.NDArray[np.intp], shift: float) -> Spectrum:
    """The eigenvalues nearest to 0, or to the right of a shift: those of the inverse of J − shift that are largest, or
    have the largest real part."""
    from scipy.sparse.linalg import LinearOperator

    try:
        solver = bordered(task.slopes.at(y), task.totals, task.unit, shift)
    except Singular:
        return np.zeros(0, np.complex128)
    unit, right, nothing = task.unit[free], np.zeros(y.size), np.zeros(task.totals.amounts.size)

    def apply(v: FloatArray) -> FloatArray:
        right[free] = np.ravel(v) * unit
        found: FloatArray = solver.solve(right, nothing)[free] / unit
        return found

    operator = LinearOperator((free.size, free.size), matvec=apply, dtype=float)
    if shift:
        inverse = largest(operator, COUNT, "LR", 1e-8)
    else:
        inverse = largest(operator, LEADING, "LM", 1e-9)
        if inverse.size < LEADING:  # many copies have nearly the same
            inverse = largest(operator, LEADING, "LM", 1e-4)
    return np.asarray(shift + 1 / inverse[np.abs(inverse) > 0], dtype=np.complex128)


def largest(
    operator: LinearOperator,
    count: int,
    which: Literal["LM", "LR"],
    accuracy: float,
    rounds: int = ROUNDS,
) -> Spectrum:
    """Of the eigenvalues of largest size, or largest real part, those that are found in so many rounds."""
    from scipy.sparse.linalg import ArpackNoConvergence, eigs

    size = operator.shape[0]
    begin, room = np.random.default_rng(1952).random(size), min(ROOM * count, size)
    try:
        met: npt.ArrayLike = eigs(
            operator,
            count,
            which=which,
            v0=begin,
            ncv=room,
            return_eigenvectors=False,
            tol=accuracy,
            maxiter=rounds,
        )
    except ArpackNoConvergence as stopped:
        met = stopped.eigenvalues
    return np.asarray(met, dtype=np.complex128)


def _distinct(values: Spectrum) -> Spectrum:
    """Those that were met from several sides, once."""
    kept: list[complex] = []
    for value in values.tolist():
        if all(abs(value - other) > 1e-6 * abs(value) for other in kept):
            kept.append(value)
    return np.array(kept, dtype=np.complex128)
