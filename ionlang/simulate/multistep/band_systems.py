"""Linear systems (I − c J) x = right of an integrator, where the Jacobian J is kept as a band."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ionlang.codegen.chain import Sparsity
from ionlang.simulate.functions import FloatArray, Functions
from ionlang.simulate.multistep.copy_by_copy import CopyByCopy, Factors, copy_by_copy


class Systems(Protocol):
    """`look` at a band, which stays as it is until the next one; `factor` for a number c [ms]; then `solve`."""

    def look(self, band: FloatArray) -> None: ...
    def factor(self, c: float) -> None: ...
    def solve(self, right: FloatArray) -> FloatArray: ...


@dataclass(slots=True, eq=False)
class Banded:
    """By LAPACK's factors of a band with so many rows below and above its diagonal. `solver` is `dgbtrs`."""

    below: int
    above: int
    solver: Callable[..., tuple[FloatArray, int]]
    band: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))
    factors: FloatArray = field(init=False)
    exchanged: NDArray[np.int32] = field(init=False)

    def look(self, band: FloatArray) -> None:
        self.band = band

    def factor(self, c: float) -> None:
        from scipy.linalg.lapack import dgbtrf

        room = np.zeros((2 * self.below + self.above + 1, self.band.shape[1]), order="F")
        np.multiply(self.band, -c, room[self.below :])
        room[self.below + self.above] += 1.0
        self.factors, self.exchanged, _ = dgbtrf(room, self.below, self.above, overwrite_ab=1)

    def solve(self, right: FloatArray) -> FloatArray:
        return self.solver(self.factors, self.below, self.above, right, self.exchanged)[0]


@dataclass(slots=True, eq=False)
class Interleaved:
    """Copy by copy: of a cell that is one line. `inner` are the places of entries within a copy among all of the band
    (k, copies), `entries` (k,) their numbers in the matrix of a copy, row by row; `outer` says of those between copies
    their row of the band and their first column."""

    systems: CopyByCopy
    inner: NDArray[np.intp]
    entries: list[int]
    outer: tuple[tuple[tuple[int, int, int], int, int], ...]
    joined: slice | list[int]
    across: dict[tuple[int, int, int], FloatArray] = field(default_factory=dict)
    factors: Factors = field(init=False)
    within: FloatArray = field(init=False)
    scaled: FloatArray = field(init=False)
    own: FloatArray = field(init=False)
    given: FloatArray = field(init=False)
    found: FloatArray = field(init=False)
    lost: FloatArray = field(init=False)
    answer: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        states, copies = self.systems.sparsity.states, self.systems.sparsity.copies
        self.within, self.scaled = np.empty((2, *self.inner.shape))
        self.own = np.empty((states, states, copies, 1))
        self.given, self.found, self.lost = np.empty((3, states, copies))
        self.answer = np.empty((copies, states))

    def look(self, band: FloatArray) -> None:
        copies, states = self.systems.sparsity.copies, self.systems.sparsity.states
        band.ravel().take(self.inner, out=self.within, mode="clip")
        for place, row, column in self.outer:
            entries = np.zeros((copies, 1))
            if place[2] == 1:
                entries[:-1, 0] = band[row, column + states :: states]
            else:
                entries[1:, 0] = band[row, column : column + states * (copies - 1) : states]
            self.across[place] = entries

    def factor(self, c: float) -> None:
        copies, states = self.systems.sparsity.copies, self.systems.sparsity.states
        own = self.own.reshape(states * states, copies)
        own.fill(0.0)
        own[self.entries] = np.multiply(self.within, -c, self.scaled)
        own[:: states + 1] += 1.0
        across = {place: -c * entries for place, entries in self.across.items()}
        self.factors = self.systems.factored(self.own, across)
        if self.factors.lost.any():
            self.factors.local.fill(np.nan)  # no solution is one

    def solve(self, right: FloatArray) -> FloatArray:
        """As `CopyByCopy.solve`, of one member, in memory that is kept."""
        factors, given, found, lost = self.factors, self.given, self.found, self.lost
        np.copyto(given, right.reshape(given.shape[::-1]).T)
        np.einsum("ijm,jm->im", factors.local, given, out=found)
        if self.systems.joined:
            answers = self.systems.chained(factors, found[self.joined].T.ravel())
            answers = answers.reshape(-1, len(self.systems.joined)).T
            if len(answers) == 1:
                np.multiply(factors.response[:, 0], answers[0], lost)
            else:
                np.einsum("ijm,jm->im", factors.response, answers, out=lost)
            np.subtract(found, lost, found)
            found[self.joined] = answers
        np.copyto(self.answer, found.T)
        return self.answer.ravel()


def banded(below: int, above: int) -> Banded:
    """Systems whose band has so many rows below and above its diagonal."""
    from scipy.linalg.lapack import dgbtrs

    return Banded(below, above, dgbtrs)


def systems_of(functions: Functions) -> Systems:
    """What solves those of these functions with the least work."""
    assert functions.band is not None
    below, above = functions.band
    sparsity = functions.sparsity
    if sparsity is None or len(sparsity.joined) == sparsity.states:
        return banded(below, above)
    return _interleaved(sparsity, above)


def _interleaved(sparsity: Sparsity, above: int) -> Interleaved:
    states, count = sparsity.states, sparsity.copies * sparsity.states
    first = np.arange(sparsity.copies) * states
    inner = [(i, j) for i, j, offset in sparsity.places if not offset]
    places = np.array([(above + i - j) * count + first + j for i, j in inner], dtype=np.intp)
    outer = tuple(
        (place, above + place[0] - place[1] - states * place[2], place[1])
        for place in sparsity.places
        if place[2]
    )
    return Interleaved(
        copy_by_copy(sparsity),
        places,
        [i * states + j for i, j in inner],
        outer,
        _indices(sparsity.joined),
    )


def _indices(states: tuple[int, ...]) -> slice | list[int]:
    """Rows that stand together are taken without a copy."""
    together = bool(states) and states == tuple(range(states[0], states[-1] + 1))
    return slice(states[0], states[-1] + 1) if together else list(states)
