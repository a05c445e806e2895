"""A system made ready to run: its functions in both forms, its parameters by path, any quantity on demand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ionlang.codegen.callables import (
    ScalarModel,
    VectorModel,
    reads_of,
    scalar_model,
    scalar_outputs,
    vector_arrays,
    vector_model,
    vector_outputs,
)
from ionlang.codegen.chain import links_of
from ionlang.codegen.program import ParameterEntry, Quantity
from ionlang.equations.express import express, margin, truth
from ionlang.equations.looking import across_copies, copy_of, everywhere, over_copies, spread_symbols
from ionlang.equations.neighbours import ALONG
from ionlang.equations.system import Definition, Expression, Parameter, Root, State, Symbol, System
from ionlang.model.cell import Cell
from ionlang.model.cell_lines import of_any_copy, which_copy
from ionlang.model.expression import Expr
from ionlang.simulate.books import Books, books_of
from ionlang.simulate.ensemble.chain import Chain, chain_of
from ionlang.simulate.ensemble.elimination import Elimination, Inversion, solver
from ionlang.simulate.functions import FloatArray, Functions, ParametersMany
from ionlang.simulate.lines.functions import Layout, layout_of, line_functions, refuse_lines
from ionlang.simulate.lines.over_copies import in_time, over_copies_of
from ionlang.simulate.locating.quantity import Reading
from ionlang.simulate.rows import Arrays, ManyQuantities, at_all_instants, in_all_copies, signed, single


@dataclass(frozen=True, eq=False)
class Machine:
    """One cell ready to run. Numbers are in cell units (ms, mV, mM, pA …) throughout."""

    cell: Cell
    system: System
    _quantities: dict[tuple[object, ...], ManyQuantities] = field(default_factory=dict, repr=False)
    _arrays: dict[tuple[object, ...], Callable[..., list[FloatArray]]] = field(
        default_factory=dict, repr=False
    )
    _readings: dict[tuple[object, ...], ManyQuantities] = field(default_factory=dict, repr=False)

    @cached_property
    def scalar(self) -> ScalarModel:
        refuse_lines(self.cell, "this")
        return scalar_model(self.system)

    @cached_property
    def vector(self) -> VectorModel:
        return vector_model(self.system)

    @property
    def all_copies(self) -> Machine:
        """The machine that reads all copies of lines."""
        return self

    @property
    def has_lines(self) -> bool:
        """Whether something of it stands in lines of copies: then all functions are those of arrays."""
        return bool(self.cell.lines)

    @cached_property
    def layout(self) -> Layout:
        """Which state, and which copy of it, stands in each row of the state vector."""
        return layout_of(self.vector, self.system.states)

    def row_path(self, row: int) -> str:
        """What stands in a row of the state vector."""
        return self.layout.path(self.system, row) if self.has_lines else self.system.states[row].path

    @cached_property
    def functions(self) -> Functions:
        if self.has_lines:
            return line_functions(self.system, self.vector)
        return Functions(
            self.scalar.rhs,
            self.scalar.jacobian,
            self.vector.rhs,
            self.vector.jacobian,
            self.scalar.integrand,
        )

    @cached_property
    def elimination(self) -> Elimination | Inversion:
        """How linear systems with the structure of the Jacobian are solved."""
        return solver(np.array(self.vector.structure, dtype=bool))

    @cached_property
    def chain(self) -> Chain | None:
        """How linear systems of many of it are solved where it is one line and nothing else; None for others."""
        links = links_of(self.vector.program)
        return None if links is None else chain_of(links)

    @cached_property
    def is_autonomous(self) -> bool:
        """Whether rates depend on time only through parameters that a scenario moves."""
        reads = [frozenset(rate.free_symbols) for rate in self.system.rates]
        reads += [definition.reads for definition in self.system.definitions]
        return not any(self.system.time in symbols for symbols in reads)

    @cached_property
    def state_index(self) -> dict[str, int]:
        if not self.has_lines:
            return {state.path: i for i, state in enumerate(self.system.states)}
        return {self.row_path(row): row for row in range(self.layout.states.size)}

    @cached_property
    def books(self) -> Books:
        """The stoichiometry, and what the laws of conservation count."""
        return books_of(self.cell, self.state_index)

    @cached_property
    def law_weights(self) -> Callable[[Sequence[float]], list[float]]:
        """Of parameters the coefficients of all conservation laws, one law after the other, each in its order."""
        system = self.system
        weights = scalar_outputs(system, [value for law in system.invariants for _, value in law.terms])
        nowhere = [0.0] * len(system.states)
        return lambda parameters: weights(0.0, nowhere, parameters)

    @cached_property
    def parameter_names(self) -> dict[str, str]:
        """The name in the code of each parameter, by path."""
        program = self.vector.program if self.has_lines else self.scalar.program
        return {entry.path: entry.name for entry in program.parameters}

    @cached_property
    def symbols(self) -> dict[str, Symbol]:
        """Everything that has a value, by path."""
        system = self.system
        owners: tuple[State | Parameter | Definition | Root, ...] = (
            *system.states,
            *system.parameters,
            *system.definitions,
        )
        return {"time": system.time, **{owner.path: owner.symbol for owner in owners}}

    def look(self, path: str) -> Expression:
        """The symbol of a path; of `tissue[3].outside.K` the value in that copy, of `tissue[3..7].outside.K` that in
        every copy, of `tissue[*].outside.K` the sum over all."""
        copy = which_copy(path)
        if not copy:
            return self.symbols[path]
        plain = of_any_copy(path)
        line, symbol = self.cell.line_of(plain), self.symbols[plain]
        assert line is not None
        if ".." in copy:
            return symbol if symbol in self.spread else everywhere(symbol, line.count)
        if symbol not in self.spread:
            return line.count * symbol if copy == "*" else symbol
        return over_copies(symbol, line.count) if copy == "*" else copy_of(symbol, int(copy))

    @cached_property
    def spread(self) -> frozenset[Symbol]:
        """Symbols with a value for each copy of a line; for membership only."""
        return spread_symbols(self.system)

    @cached_property
    def across(self) -> frozenset[Symbol]:
        """Symbols that in one copy take states of others to tell; for membership only."""
        return across_copies(self.system)

    def rows_read(self, outputs: Sequence[Expression]) -> NDArray[np.intp]:
        """The rows of the state vector that these depend on."""
        states, _ = reads_of(self.system, outputs)
        return np.flatnonzero(np.isin(self.layout.states, states))

    def parameters(self, values: Mapping[str, float]) -> list[float]:
        """The parameter vector with these values by path; parameters that follow from them follow."""
        named = {self.parameter_names[path]: v for path, v in values.items()}
        if not self.has_lines:
            return self.scalar.parameters(**named)
        return over_copies_of(self.vector, self._entries_over_copies, self.vector.parameters(**named))

    @cached_property
    def _entries_over_copies(self) -> tuple[tuple[int, int], ...]:
        """The places in a parameter vector of what may differ from copy to copy, with the number of copies."""
        program = self.vector.program
        entries: tuple[ParameterEntry | Quantity, ...] = (*program.parameters, *program.constants)
        return tuple(
            (k, line.count)
            for k, entry in enumerate(entries)
            if entry.name in program.spread and (line := self.cell.line_of(entry.path)) is not None
        )

    def parameters_in_time(self, values: Mapping[str, ArrayLike], still: Sequence[float]) -> ParametersMany:
        """Of a cell with lines the parameter vector at m instants: `values` by path are numbers, rows (N, 1) of what
        differs in the copies, (m,) or (N, m) of what moves. `still` is the vector at one instant."""
        own = [p.path for p in self.system.parameters if p.extent > 1 and p.value.has(*ALONG)]
        places = {path: k for k, path in enumerate(self.parameter_names)}
        rows = {path: np.asarray(still[places[path]], dtype=float)[:, None] for path in own}
        named = {self.parameter_names[path]: v for path, v in (rows | dict(values)).items()}
        return in_time(self.vector, self._entries_over_copies, self.vector.parameters(**named))

    def parameters_many(self, values: Mapping[str, ArrayLike]) -> list[ArrayLike]:
        return self.vector.parameters(**{self.parameter_names[path]: v for path, v in values.items()})

    def initial_state(self, parameters: Sequence[float]) -> list[float]:
        if self.has_lines:
            begun: list[float] = self.vector.initial_state(parameters).tolist()
            return begun
        return self.scalar.initial_state(parameters)

    def kept(self, states: FloatArray) -> FloatArray:
        """Of whole states (n, …) the rows that this machine reads: all."""
        return states

    def parameter_value(self, path: str, parameters: Sequence[float]) -> float:
        """The entry of a parameter vector that belongs to a path."""
        return float(parameters[list(self.parameter_names).index(path)])

    def expressions(self, wanted: Sequence[Expr]) -> ManyQuantities:
        """A function of t (m,), y (n, m), p that gives the values (k, m) of these expressions."""
        key = ("value", *wanted)
        if key not in self._quantities:
            outputs = [express(e, self.look) for e in wanted]
            self._quantities[key] = at_all_instants(vector_outputs(self.system, outputs), len(wanted))
        return self._quantities[key]

    def condition(self, condition: Expr) -> ManyQuantities:
        """A quantity (1, m) that is above 0 where a condition holds and below 0 where it does not, never 0, and whose
        size tells how far it is from changing."""
        key = ("condition", condition)
        if key not in self._quantities:
            outputs = [margin(condition, self.look), truth(condition, self.look)]
            both = at_all_instants(vector_outputs(self.system, outputs), 2)
            self._quantities[key] = lambda t, y, p: signed(both(t, y, p))
        return self._quantities[key]

    def arrays(self, paths: Sequence[str]) -> Arrays:
        """A function of t, an array of any shape, y (n, *t.shape), p that gives the values of these paths, of what
        stands in a line (copies, *t.shape) or at its faces (faces, *t.shape), of all else as t."""
        key = ("arrays", *paths)
        if key not in self._arrays:
            symbols = [self.symbols[path] for path in paths]
            lines = [self.cell.line_of(path) for path in paths]
            copies = [line.count if line else 0 for line in lines]
            varies = [symbol in self.spread or symbol in self.across for symbol in symbols]
            self._arrays[key] = in_all_copies(vector_arrays(self.system, symbols), copies, varies)
        return self._arrays[key]

    def in_copies(self, wanted: Sequence[Expr]) -> Callable[..., list[FloatArray]]:
        """A function of t (m,), y (n, m), p that gives the values of these expressions, of what is read in several
        copies of a line (copies, m): those of all copies."""
        key = ("copies", *wanted)
        if key not in self._arrays:
            self._arrays[key] = vector_arrays(self.system, [express(e, self.look) for e in wanted])
        return self._arrays[key]

    def quantity(self, wanted: Expr) -> ManyQuantities:
        """An expression as a quantity to be located on runs."""
        return self._reading(("quantity", wanted), [express(wanted, self.look)], single)

    def holding(self, condition: Expr) -> ManyQuantities:
        """A condition as a quantity to be located on runs, above 0 where it holds: see `condition`."""
        outputs = [margin(condition, self.look), truth(condition, self.look)]
        return self._reading(("holding", condition), outputs, lambda both: single(signed(both)))

    def _reading(
        self,
        key: tuple[object, ...],
        outputs: Sequence[Expression],
        shape: Callable[[FloatArray], FloatArray],
    ) -> ManyQuantities:
        """With lines, what a quantity reads is not told apart: rows of states are many."""
        if key not in self._readings:
            function = at_all_instants(vector_outputs(self.system, outputs), len(outputs))
            if self.has_lines:
                self._readings[key] = lambda t, y, p: shape(function(t, y, p))
            else:
                used = reads_of(self.system, outputs)
                self._readings[key] = Reading(lambda t, y, p: shape(function(t, y, p)), *used)
        return self._readings[key]

    def paths(self, paths: Sequence[str]) -> ManyQuantities:
        """A function that gives the values (k, m) of these paths."""
        return self._reading(("path", *paths), [self.look(p) for p in paths], np.asarray)
