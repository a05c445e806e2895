"""A cell with lines: its functions as an integrator of bands wants them, and where its states stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ionlang.codegen.band import banded_jacobian
from ionlang.codegen.callables import VectorModel
from ionlang.codegen.chain import sparsity_of
from ionlang.codegen.program import Band
from ionlang.diagnostics import Diagnostic, Label, ModelError
from ionlang.equations.system import State, System
from ionlang.model.cell import Cell
from ionlang.model.cell_lines import in_copy
from ionlang.simulate.functions import FloatArray, Functions, Jacobian, Rhs, RhsMany
from ionlang.simulate.lines.part import parts_of
from ionlang.simulate.lines.pooled import Rates, pooling_of

total = np.add.reduce


def refuse_lines(cell: Cell, what: str) -> None:
    """Raises ModelError where a cell with lines is asked for what it cannot do yet."""
    if cell.lines:
        said = Diagnostic(
            "ION488", f"{what} is not possible yet with lines", Label(cell.lines[0].span, "a line of copies")
        )
        does = "`rest`, `run`, `test`, `explain`, `energy` and `continue` over one parameter do lines"
        raise ModelError((replace(said, help=does),))


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Which state stands in each row of the state vector (n,), and in which copy (from 1; 0 outside of lines)."""

    states: NDArray[np.intp]
    copies: NDArray[np.intp]

    def path(self, system: System, row: int) -> str:
        """The path of a row, `tissue[3].outside.K`."""
        state = system.states[int(self.states[row])]
        return in_copy(state.path, state.line, str(self.copies[row])) if state.line else state.path

    def spread(self, values: Sequence[float] | FloatArray) -> FloatArray:
        """A value for each state as one for each row."""
        found: FloatArray = np.asarray(values, dtype=float)[self.states]
        return found


def layout_of(model: VectorModel, states: Sequence[State]) -> Layout:
    """The layout of the state vector of a program."""
    rows = model.program.rows
    if not rows:
        return Layout(np.arange(len(states)), np.zeros(len(states), dtype=np.intp))
    size = sum(each.count for each in rows)
    which, copies = np.zeros(size, dtype=np.intp), np.zeros(size, dtype=np.intp)
    for i, each in enumerate(rows):
        which[each.places] = i
        copies[each.places] = np.arange(1, each.count + 1) if each.line else 0
    return Layout(which, copies)


def _unbound(model: VectorModel, parameters: Sequence[Any]) -> Callable[[float, FloatArray], FloatArray]:
    return lambda t, y: model.rhs(t, y, parameters)


def line_functions(system: System, model: VectorModel) -> Functions:
    """Right-hand side and banded Jacobian in arrays."""
    output = banded_jacobian(model.program).output
    assert isinstance(output, Band)
    bind, sparsity = model.integrand, sparsity_of(model.program, output)

    def integrand(
        parameters: Sequence[Any],
        clock: list[float],
        mark: Callable[[float], None],
        write: object,
        memory: object,
        result: object,
        reject: Callable[[Exception], Sequence[float]],
    ) -> Rates:
        inner = _unbound(model, parameters) if bind is None else bind(parameters)

        def rates(t: float, y: FloatArray) -> object:
            if t != clock[0]:
                mark(t)
            found = inner(t, y)
            if isfinite(total(found)):
                return found
            return np.array(reject(ArithmeticError("a rate is not a finite number")))

        return rates

    return Functions(  # of arrays, as `Functions.band` says
        rhs=cast("Rhs", model.rhs),
        jacobian=cast("Jacobian", model.jacobian),
        rhs_many=cast("RhsMany", model.rhs),
        integrand=integrand,
        band=(output.lower, output.upper),
        pooling=pooling_of(system, model),
        slopes=model.slopes,
        sparsity=sparsity,
        parts=parts_of(system, model, sparsity),
    )
