"""Some neighbouring copies of a line by themselves: a cell of their own, where the copies beside them are given."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ionlang.codegen.callables import ScalarModel, VectorModel, scalar_model_of, vector_values
from ionlang.codegen.chain import Sparsity
from ionlang.codegen.lower import Lowered, lowered
from ionlang.codegen.some_copies import Stretch, some_copies
from ionlang.codegen.translate import Names, translate
from ionlang.equations.looking import reads_neighbours_alone
from ionlang.equations.system import Expression, System
from ionlang.simulate.functions import FloatArray, Functions, Phase
from ionlang.simulate.lines.totals import Totals, totals_of
from ionlang.simulate.multistep.formulas import HIGHEST

if TYPE_CHECKING:
    from ionlang.codegen.callables import VectorFunction

SIZES = (5, 10, 20)
"""Copies of a part together with those beside it: for each, and for the ends of the line, code is made once, which goes
through them one by one."""
MARGIN = 2
"""Copies on either side of those that change fast; of these the outermost are beside the part."""
MANY = 4
"""Parts at the same time; between two there is one copy at least."""
ROWS, STEP = 25, 400
"""A state of a part takes as long as so many in the arrays of a line, and a step of these as so many more: where parts
would take longer than the line there are none."""
_POWERS = np.arange(HIGHEST + 1)


@dataclass(frozen=True, slots=True, eq=False)
class Polynomial:
    """Σ terms[i] ((t − time)/length)^i, for the states of the copies beside a part (k, states)."""

    terms: FloatArray
    time: float
    length: float

    def at(self, t: float) -> FloatArray:
        found: FloatArray = ((t - self.time) / self.length) ** _POWERS[: len(self.terms)] @ self.terms
        return found

    @property
    def numbers(self) -> list[float]:
        """As the parameters of a part end with."""
        missing = [0.0] * ((HIGHEST + 1 - len(self.terms)) * self.terms.shape[1])
        return [self.time, self.length, *self.terms.ravel().tolist(), *missing]


@dataclass(frozen=True, slots=True, eq=False)
class Cutout:
    """Some copies as a cell of their own, wherever in the line they are. `names` are what quantities are called in the
    code of the line, without the numbers of copies; `sums` are functions that were made."""

    stretch: Stretch
    model: ScalarModel
    names: Names
    sums: dict[tuple[Expression, ...], VectorFunction] = field(default_factory=dict)

    def summed(self, quantities: tuple[Expression, ...]) -> VectorFunction:
        """A function that gives the sums (k, m) of quantities of the line over the copies of its own."""
        if quantities not in self.sums:
            values = [self.stretch.summed(translate(each, self.names)) for each in quantities]
            self.sums[quantities] = vector_values(self.model.program, values)
        return self.sums[quantities]


@dataclass(frozen=True, slots=True, eq=False)
class Apart:
    """What some copies did by themselves: their states (k, m) at times (m,) of a phase of their own, and the weights
    [ms] (m,) for an integral."""

    cutout: Cutout
    phase: Phase
    times: FloatArray
    values: FloatArray
    weights: FloatArray

    def integrals(self, quantities: tuple[Expression, ...]) -> FloatArray:
        """Of quantities of the line, over the copies of its own (k,)."""
        found = self.cutout.summed(quantities)(self.times, self.values, self.phase.parameters)
        integrals: FloatArray = found @ self.weights
        return integrals


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The copies in the rows `rows` of the state vector, of so many `states` each; `outside` are the rows of the copies
    beside them, one or two. `numbers` are the parameters of their own cell but for the polynomials."""

    rows: slice
    states: int
    outside: NDArray[np.intp]
    cutout: Cutout
    numbers: list[float]

    @property
    def functions(self) -> Functions:
        model = self.cutout.model
        return Functions(model.rhs, model.jacobian, integrand=model.integrand)

    def phase(self, start: float, end: float, beside: Polynomial, longest_step: float = math.inf) -> Phase:
        """A stretch of time in which the copies beside it are on these polynomials."""
        parameters = self.cutout.model.complete([*self.numbers, *beside.numbers])
        return Phase(start, end, parameters, longest_step=longest_step)

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


@dataclass(slots=True, eq=False)
class Parts:
    """Makes parts of a `line` of so many `copies` with so many `states` each. `totals` of parameters says what is kept
    along all of it."""

    line: Lowered
    copies: int
    states: int
    totals: Callable[[Sequence[Any]], Totals]
    made: dict[Stretch, Cutout] = field(default_factory=dict)

    def places(self, copies: NDArray[np.intp]) -> tuple[tuple[int, int], ...]:
        """Where in the line, from the first copy to the one behind the last, from 0, there are parts that hold these
        copies (ascending) and some beside; none where they would be too many, or too large."""
        groups = [(int(each[0]), int(each[-1])) for each in _grouped(copies)]
        while 0 < len(groups) <= MANY:
            placed = [self._place(first, last) for first, last in groups]
            if not _pays(sum(end - begin for begin, end in placed), self.copies, self.states):
                break
            close = next((k for k in range(1, len(placed)) if placed[k][0] < placed[k - 1][1] - 1), 0)
            if not close:
                return tuple(placed)
            groups[close - 1 : close + 1] = [(groups[close - 1][0], groups[close][1])]
        return ()

    def _place(self, first: int, last: int) -> tuple[int, int]:
        size = next((size for size in SIZES if size >= last - first + 1 + 2 * MARGIN), self.copies)
        begin = min(max((first + last + 1 - size) // 2, 0), self.copies - size)
        return begin, begin + size

    def part(self, parameters: Sequence[Any], begin: int, end: int) -> Part:
        """The one at such a place."""
        size, states = end - begin, self.states
        own = range(int(begin > 0), size - int(end < self.copies))
        stretch = Stretch(size, own, begin == 0, end == self.copies)
        beside = [np.arange(states) + states * (begin + k) for k in stretch.beside]
        of_the_file = parameters[: len(self.line.program.parameters)]
        return Part(
            slice((begin + own.start) * states, (begin + own.stop) * states),
            states,
            np.concatenate(beside),
            self._cutout(stretch),
            [number for value in of_the_file for number in _in_copies(value, begin, end)],
        )

    def _cutout(self, stretch: Stretch) -> Cutout:
        if stretch not in self.made:
            program = some_copies(self.line.program, stretch, HIGHEST)
            self.made[stretch] = Cutout(stretch, scalar_model_of(program), self.line.names)
        return self.made[stretch]


def _pays(some: int, copies: int, states: int) -> bool:
    """Whether a step of so many of these copies, with so many states each, takes less time than one of the line."""
    return ROWS * some * states <= copies * states + STEP


def _grouped(copies: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Copies with little between them together."""
    return np.split(copies, np.flatnonzero(np.diff(copies) >= 2 * MARGIN) + 1) if copies.size else []


def _in_copies(value: Any, begin: int, end: int) -> list[float]:
    """A parameter in each of these copies; one of a face stands with the copy before it."""
    row = np.atleast_1d(np.asarray(value, dtype=float))
    places = np.minimum(np.arange(begin, end), row.size - 1)
    found: list[float] = row[places].tolist()
    return found


def parts_of(system: System, model: VectorModel, sparsity: Sparsity | None) -> Parts | None:
    """Of a cell that is one line, whose copies read nothing but their neighbours; None of any other."""
    if model.slopes is None or sparsity is None or not _pays(SIZES[0], sparsity.copies, sparsity.states):
        return None
    if not reads_neighbours_alone(system):
        return None
    return Parts(lowered(system), sparsity.copies, sparsity.states, totals_of(system, model))
