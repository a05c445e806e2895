"""A long line as far as somebody looks at it: all states of a few copies, at every step.

To keep every state of every copy at every step would take gigabytes. What a file measures it measures in copies that it
names, and nearly everything that can be read of a copy follows from the states of that copy alone. So these are kept,
with the copies that tables and figures show; of all the others there are profiles at even times. What a
scenario reads of one copy and its neighbours tell (a potential along the line, what passes a face) is computed of all
copies at every step and kept as a row of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ionlang.codegen.program import ParameterEntry, Quantity
from ionlang.equations.looking import across_copies, copy_of, with_rows
from ionlang.equations.system import Expression
from ionlang.model.cell import Cell
from ionlang.model.cell_lines import of_any_copy, which_copy
from ionlang.model.check.laws import scenario_expressions
from ionlang.model.expression import Apply, Expr, Read, reads
from ionlang.simulate.functions import FloatArray, Phase
from ionlang.simulate.lines.functions import Layout
from ionlang.simulate.lines.over_copies import OverCopies
from ionlang.simulate.machine import Machine
from ionlang.simulate.rows import ManyQuantities
from ionlang.simulate.table import shown_copies

Copies = Mapping[str, tuple[int, ...]]
"""The copies of each line that are looked at, from 1, in order."""


def looked_at(cell: Cell) -> Copies:
    """The copies that scenarios name, and those that are shown."""
    found: dict[str, dict[int, None]] = {}
    for line in cell.lines:
        shown = shown_copies(cell, f"{line.name}.")
        found[line.name] = {int(which_copy(path)): None for path in shown}
    for expression in scenario_expressions(cell):
        for path in (read.path for read in reads(expression)):
            named = cell.line_of(of_any_copy(path))
            if named is not None and which_copy(path).isdigit():
                found[named.name][int(which_copy(path))] = None
    return {name: tuple(sorted(numbers)) for name, numbers in found.items()}


def of_neighbours(machine: Machine) -> tuple[Read, ...]:
    """What scenarios read of single copies that takes other copies to tell, such as what passes between them."""
    across = across_copies(machine.system)
    named = (
        read
        for expression in scenario_expressions(machine.cell)
        for read in reads(expression)
        if which_copy(read.path).isdigit() and machine.symbols.get(of_any_copy(read.path)) in across
    )
    return tuple(dict.fromkeys(named))


@dataclass(frozen=True, eq=False)
class Excerpt(Machine):
    """A machine that reads the states of some copies alone, and behind them in the rows of `series` what copies come to
    together. `whole` is the machine of all of them."""

    whole: Machine | None = None
    copies: Copies = field(default_factory=dict)
    series: Mapping[Apply | Read, str] = field(default_factory=dict)

    @property
    def all_copies(self) -> Machine:
        assert self.whole is not None
        return self.whole

    @cached_property
    def layout(self) -> Layout:
        return self.all_copies.layout

    @cached_property
    def rows(self) -> NDArray[np.intp]:
        """The rows of the whole state vector that are kept."""
        layout, states = self.all_copies.layout, self.system.states
        named = [self.copies.get(states[i].line, (0,)) for i in layout.states.tolist()]
        kept = [copy in numbers for copy, numbers in zip(layout.copies.tolist(), named, strict=True)]
        return np.flatnonzero(np.array(kept, dtype=bool))

    def kept(self, states: FloatArray) -> FloatArray:
        found: FloatArray = states[self.rows]
        return found

    def together(self, phase: Phase, t: FloatArray, y: FloatArray) -> FloatArray:
        """The rows (k, m) of `series`, of whole states y (n, m) at the instants t (m,)."""
        found = (
            self.all_copies.in_copies(tuple(self.series))(t, y, phase.parameters_many(t))
            if self.series
            else []
        )
        return np.array([np.broadcast_to(row, t.shape) for row in found]).reshape(len(self.series), t.size)

    def _kept(self, wanted: Expr) -> Expr:
        """With what copies come to together read from its row."""
        if not isinstance(wanted, Apply):
            return wanted
        if wanted in self.series:
            assert wanted.dimension is not None
            return Read(self.series[wanted], wanted.dimension, wanted.span)
        return replace(wanted, arguments=tuple(self._kept(a) for a in wanted.arguments))

    def look(self, path: str) -> Expression:
        copy = which_copy(path)
        if not copy:
            return super().look(path)
        plain = of_any_copy(path)
        line, symbol = self.cell.line_of(plain), self.symbols[plain]
        assert line is not None
        if symbol not in self.spread:
            return symbol
        if symbol in self.across:
            told = [row for each, row in self.series.items() if isinstance(each, Read) and each.path == path]
            if told:
                return super().look(told[0])
            raise KeyError(
                f"{path} takes the neighbours to tell, and they are not kept at every step; it has profiles"
            )
        numbers = self.copies[line.name]
        if not copy.isdigit() or int(copy) not in numbers:
            known = ", ".join(str(number) for number in numbers)
            raise KeyError(
                f"{path} is not kept at every step: of {line.name} {known} are; others have profiles"
            )
        return copy_of(symbol, numbers.index(int(copy)) + 1)

    @cached_property
    def _places(self) -> tuple[tuple[int, int, NDArray[np.intp]], ...]:
        """The entries of the parameter vector that are arrays over copies or faces, with the number of copies and the
        places of those that are kept."""
        program = self.all_copies.vector.program
        entries: tuple[ParameterEntry | Quantity, ...] = (*program.parameters, *program.constants)
        return tuple(
            (k, line.count, np.array(self.copies[line.name], dtype=np.intp) - 1)
            for k, entry in enumerate(entries)
            if entry.name in program.spread and (line := self.cell.line_of(entry.path)) is not None
        )

    def _of_copies(self, function: ManyQuantities) -> ManyQuantities:
        def restricted(t: FloatArray, y: FloatArray, p: Sequence[Any]) -> FloatArray:
            entries = list(p)
            for k, count, places in self._places:
                values = np.asarray(entries[k], dtype=float)
                at_copies = (
                    values.ndim > 0 and values.shape[0] == count
                )  # what is at faces nobody reads of a copy
                if at_copies and (values.ndim == 2 or isinstance(entries[k], OverCopies)):
                    entries[k] = values[places]
            return function(t, y, entries)

        return restricted

    def expressions(self, wanted: Sequence[Expr]) -> ManyQuantities:
        return self._of_copies(super().expressions([self._kept(e) for e in wanted]))

    def condition(self, condition: Expr) -> ManyQuantities:
        return self._of_copies(super().condition(self._kept(condition)))

    def quantity(self, wanted: Expr) -> ManyQuantities:
        return super().quantity(self._kept(wanted))

    def holding(self, condition: Expr) -> ManyQuantities:
        return super().holding(self._kept(condition))

    def _reading(
        self,
        key: tuple[object, ...],
        outputs: Sequence[Expression],
        shape: Callable[[FloatArray], FloatArray],
    ) -> ManyQuantities:
        return self._of_copies(super()._reading(key, outputs, shape))


def excerpt_of(machine: Machine, copies: Copies, series: Sequence[Apply | Read] = ()) -> Excerpt:
    """The machine for these copies, and for what copies come to together or takes their neighbours to tell."""
    states = tuple(replace(s, extent=len(copies.get(s.line, (0,)))) for s in machine.system.states)
    series_rows = {each: f"together_{k}" for k, each in enumerate(series, start=1)}
    system = with_rows(replace(machine.system, states=states), tuple(series_rows.values()))
    return Excerpt(machine.cell, system, {}, {}, {}, machine, copies, series_rows)
