"""Some neighbouring copies of a line by themselves: their rates, where the copies beside them are given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ionlang.codegen.band import banded_jacobian
from ionlang.codegen.callables import VectorModel, vector_model
from ionlang.codegen.chain import Sparsity
from ionlang.codegen.program import Band
from ionlang.equations.fewer import reads_neighbours_alone, with_fewer_copies
from ionlang.equations.system import System
from ionlang.simulate.functions import FloatArray, finite
from ionlang.simulate.lines.pooled import Rates
from ionlang.simulate.lines.totals import Totals, totals_of
from ionlang.simulate.multistep.formulas import HIGHEST

SIZES = (5, 10, 20, 40, 80)
"""Copies of a part together with those beside it: for each code is made once."""
MARGIN = 2
"""Copies on either side of those that change fast; of these the outermost are beside the part."""
SHARE = 4
"""A line is so many times as long at least."""
_POWERS = np.arange(HIGHEST + 1)
Made = tuple[VectorModel, tuple[int, int]]


@dataclass(frozen=True, slots=True, eq=False)
class Polynomial:
    """Σ terms[i] ((t − time)/length)^i, for the states of the copies beside a part (k, states)."""

    terms: FloatArray
    time: float
    length: float

    def at(self, t: float) -> FloatArray:
        found: FloatArray = ((t - self.time) / self.length) ** _POWERS[: len(self.terms)] @ self.terms
        return found


@dataclass(slots=True, eq=False)
class Part:
    """The copies in the rows `rows` of the state vector, of so many `states` each; `outside` are the rows of the copies
    beside them, one or two, and `beside` what these are like. `every` are the states of all these, in memory that is
    kept."""

    rows: slice
    states: int
    outside: NDArray[np.intp]
    rates_of_every: Rates
    slopes_of_every: Callable[[float, FloatArray], FloatArray]
    band: tuple[int, int]
    every: FloatArray
    own: slice
    others: NDArray[np.intp]
    beside: Polynomial | None = None
    now: float = float("nan")

    def lean(self, beside: Polynomial) -> None:
        """From now on these stand beside it."""
        self.beside, self.now = beside, float("nan")

    def rates(self, t: float, y: FloatArray) -> FloatArray:
        """The rates (n,) of its own states."""
        found: FloatArray = np.asarray(self.rates_of_every(t, self._with(t, y)))[self.own]
        return found

    def slopes(self, t: float, y: FloatArray) -> FloatArray:
        """The band of their Jacobian."""
        return finite(np.ascontiguousarray(self.slopes_of_every(t, self._with(t, y))[:, self.own]))

    def ways(self, band: FloatArray, above: int) -> FloatArray:
        """How its outermost copies change the rates of those beside them (outside, k), of the band of the whole line:
        what passes between neighbours changes these in no other way."""
        states, found = self.states, []
        for beside, next_to_it in (
            (self.rows.start - states, self.rows.start),
            (self.rows.stop, self.rows.stop - states),
        ):
            i, j = np.meshgrid(self.outside, np.arange(next_to_it, next_to_it + states), indexing="ij")
            row = above + i - j
            has_entry = (i >= beside) & (i < beside + states) & (row >= 0) & (row < len(band))
            found.append(np.where(has_entry, band[np.where(has_entry, row, 0), j], 0.0))
        return np.hstack(found)

    def pushed(self, t: float, y: FloatArray, beside: FloatArray) -> FloatArray:
        """The rates, in the order of `every`, where these are its own states and those beside it; the copies beside it
        know nothing of their own further neighbours."""
        self.now = float("nan")
        self.every[self.others], self.every[self.own] = beside, y
        return np.array(self.rates_of_every(t, self.every))

    def _with(self, t: float, y: FloatArray) -> FloatArray:
        if t != self.now and self.beside is not None:
            self.every[self.others] = self.beside.at(t)
            self.now = t
        self.every[self.own] = y
        return self.every


@dataclass(slots=True, eq=False)
class Parts:
    """Makes parts of a line of so many `copies` with so many `states` each. `totals` of parameters says what is kept
    along all of it. `made` are by their size the programs, with the rows of the band of each below and above its
    diagonal."""

    system: System
    copies: int
    states: int
    totals: Callable[[Sequence[Any]], Totals]
    made: dict[int, Made] = field(default_factory=dict)

    def around(self, parameters: Sequence[Any], first: int, last: int) -> Part | None:
        """A part with the copies `first` to `last`, from 0 and as far as there are such, and some beside; None where it
        would be too large."""
        first, last = max(first, 0), min(last, self.copies - 1)
        size = self._size(first, last)
        if size is None:
            return None
        begin = min(max((first + last + 1 - size) // 2, 0), self.copies - size)
        return self._part(parameters, begin, begin + size)

    def holds(self, first: int, last: int) -> bool:
        """Whether there is a part that holds these copies, and some beside."""
        return self._size(first, last) is not None

    def _size(self, first: int, last: int) -> int | None:
        sizes = (size for size in SIZES if size * SHARE <= self.copies)
        return next((size for size in sizes if size >= last - first + 1 + 2 * MARGIN), None)

    def _part(self, parameters: Sequence[Any], begin: int, end: int) -> Part:
        (model, band), states = self._model(end - begin), self.states
        bound = self._of_copies(parameters, begin, end)
        before, behind = int(begin > 0), int(end < self.copies)
        own = slice(before * states, (end - begin - behind) * states)
        others = np.r_[0 : own.start, own.stop : (end - begin) * states]
        assert model.slopes is not None
        return Part(
            slice((begin + before) * states, (end - behind) * states),
            states,
            begin * states + others,
            _bound(model, bound),
            model.slopes(bound),
            band,
            np.empty((end - begin) * states),
            own,
            others,
        )

    def _model(self, size: int) -> Made:
        if size not in self.made:
            model = vector_model(with_fewer_copies(self.system, size))
            band = banded_jacobian(model.program).output
            assert isinstance(band, Band)
            self.made[size] = model, (band.lower, band.upper)
        return self.made[size]

    def _of_copies(self, parameters: Sequence[Any], begin: int, end: int) -> list[Any]:
        """A parameter vector for these copies, and for the faces between them."""

        def chosen(value: Any) -> Any:
            row = np.asarray(value, dtype=float)
            length = len(row) if row.ndim else 0
            if length == self.copies:
                return row[begin:end]
            return row[begin : end - 1] if length == self.copies - 1 else value

        return [chosen(value) for value in parameters]


def _bound(model: VectorModel, parameters: Sequence[Any]) -> Rates:
    if model.integrand is None:
        return lambda t, y: model.rhs(t, y, parameters)
    return model.integrand(parameters)


def parts_of(system: System, model: VectorModel, sparsity: Sparsity | None) -> Parts | None:
    """Of a cell that is one line, whose copies read nothing but their neighbours; None of any other."""
    if model.slopes is None or sparsity is None or sparsity.copies < SHARE * SIZES[0]:
        return None
    if not reads_neighbours_alone(system):
        return None
    return Parts(system, sparsity.copies, sparsity.states, totals_of(system, model))
