"""A `Program` becomes straight-line functions: of its definitions each takes only those it needs, in source
order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ionlang.codegen.lines import check_known, prune
from ionlang.codegen.program import (
    Appended,
    Argument,
    Assign,
    Band,
    Expression,
    Function,
    Line,
    Listed,
    Matrix,
    Output,
    Program,
    Quantity,
    Sought,
    Symbol,
    Table,
    Vector,
)

EVERYTHING: tuple[Argument, ...] = ("t", "y", "p")
CURRENT = re.compile(r"(?:^|\.)current(?:\(.*\))?$")
FLUX = re.compile(r"(?:^|\.)flux\(.*\)$")
NERNST = re.compile(r"(?:^|\.)E\(.*\)$")


def rhs(program: Program) -> Function:
    """d state/dt of every state, in the state's unit per ms."""
    labels = tuple(f"d {state.name}/dt" for state in program.states)
    return function_of(
        program, "rhs", "Return d state/dt [unit of the state per ms].", Vector(program.rates, labels)
    )


def initial_state(program: Program) -> Function:
    """The start values; a start may use states that are started earlier, and definitions of those."""
    names = tuple(state.name for state in program.states)
    output = Vector(tuple(Symbol(name) for name in names), ("",) * len(names))
    body = prune(program.beginning, output.values) if program.beginning else _started(program)
    check_known(body, program.entries)
    return _function(program, "initial_state", "Return the start values of the states.", ("p",), body, output)


def _started(program: Program) -> tuple[Line, ...]:
    """Each start value behind the definitions that it needs first."""
    body: list[Line] = []
    known = {*program.entries}
    for start in program.starts:
        for line in _needed(program.definitions, [start.expression], known):
            known.add(line.name)
            body.append(line)
        body.append(start)
        known.add(start.name)
    return tuple(body)


def complete(program: Program) -> Function:
    """The parameters with the constants that follow from them."""
    body = [_line(constant) for constant in program.constants]
    output = Appended(tuple(Symbol(constant.name) for constant in program.constants))
    description = "Return the parameters p with the constants that follow from them, computed anew."
    entries = tuple(parameter.name for parameter in program.parameters)
    return Function("complete", description, ("p",), (), entries, tuple(body), output)


def table_of(program: Program, name: str, description: str, pattern: re.Pattern[str]) -> Function:
    """A function (t, y, p) → values by path, of every definition whose path has the form."""
    chosen = [q for q in (*program.constants, *program.definitions) if pattern.search(q.path)]
    output = Table(tuple(q.path for q in chosen), tuple(Symbol(q.name) for q in chosen))
    return function_of(program, name, description, output)


def function_of(program: Program, name: str, description: str, output: Output) -> Function:
    """A function (t, y, p) with this output and the definitions that it needs."""
    known = {"t", *program.entries, *(state.name for state in program.states)}
    body = list(_needed(program.definitions, outputs_of(output), known))
    check_known((*body, *(Assign("", value) for value in outputs_of(output))), known)
    return _function(program, name, description, EVERYTHING, body, output)


def outputs_of(output: Output) -> tuple[Expression, ...]:
    """Every expression of an output, row by row."""
    match output:
        case Matrix(rows):
            return tuple(entry for row in rows for entry in row)
        case Band(entries=entries):
            return tuple(entry.value for entry in entries)
        case Vector(values=values) | Table(values=values) | Appended(values=values) | Listed(values=values):
            return values


def _needed(
    quantities: Sequence[Quantity | Sought], outputs: Iterable[Expression], known: set[str]
) -> Iterator[Line]:
    lines = [_line(quantity) for quantity in quantities if quantity.name not in known]
    return iter(prune(lines, outputs))


def _line(quantity: Quantity | Sought) -> Line:
    if isinstance(quantity, Sought):
        return quantity.solve
    return Assign(quantity.name, quantity.expression, quantity.origin)


def _function(
    program: Program,
    name: str,
    description: str,
    arguments: tuple[Argument, ...],
    body: Sequence[Line],
    output: Output,
) -> Function:
    states = tuple(state.name for state in program.states)
    return Function(
        name,
        description,
        arguments,
        states,
        program.entries,
        tuple(body),
        output,
        program.rows,
        program.spread,
    )
