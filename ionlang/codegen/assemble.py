"""A `Program` becomes straight-line functions: of its definitions each takes only those it needs, in source
order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ionlang.codegen.algebra import mentions
from ionlang.codegen.program import (
    Appended,
    Argument,
    Assign,
    Expression,
    Function,
    Matrix,
    Output,
    Program,
    Quantity,
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
    body: list[Assign] = []
    known = {*program.entries}
    for start in program.starts:
        for line in _needed(program.definitions, [start.expression], known):
            known.add(line.name)
            body.append(line)
        body.append(start)
        known.add(start.name)
    _check_known(body, {*program.entries})
    names = tuple(state.name for state in program.states)
    output = Vector(tuple(Symbol(name) for name in names), ("",) * len(names))
    return _function(program, "initial_state", "Return the start values of the states.", ("p",), body, output)


def complete(program: Program) -> Function:
    """The parameters with the constants that follow from them."""
    body = [_assign(constant) for constant in program.constants]
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
    _check_known((*body, *(Assign("", value) for value in outputs_of(output))), known)
    return _function(program, name, description, EVERYTHING, body, output)


def outputs_of(output: Output) -> tuple[Expression, ...]:
    """Every expression of an output, row by row."""
    match output:
        case Matrix(rows):
            return tuple(entry for row in rows for entry in row)
        case Vector(values=values) | Table(values=values) | Appended(values=values):
            return values


def prune(body: Sequence[Assign], outputs: Iterable[Expression]) -> tuple[Assign, ...]:
    """The lines that something needs, in their order."""
    wanted = {name for output in outputs for name in mentions(output)}
    kept: list[Assign] = []
    for line in reversed(body):
        if line.name in wanted:
            kept.append(line)
            wanted.update(mentions(line.expression))
    return tuple(reversed(kept))


def _needed(
    quantities: Sequence[Quantity], outputs: Iterable[Expression], known: set[str]
) -> Iterator[Assign]:
    lines = [_assign(quantity) for quantity in quantities if quantity.name not in known]
    return iter(prune(lines, outputs))


def _assign(quantity: Quantity) -> Assign:
    return Assign(quantity.name, quantity.expression, quantity.origin)


def _check_known(lines: Iterable[Assign], known: Iterable[str]) -> None:
    """Every name is defined before it is used: a mistake of ours otherwise."""
    defined = {*known}
    for line in lines:
        for name in mentions(line.expression):
            if name not in defined:
                raise ValueError(f"{name} is used for {line.name or 'an output'} before it has a value")
        defined.add(line.name)


def _function(
    program: Program,
    name: str,
    description: str,
    arguments: tuple[Argument, ...],
    body: Sequence[Assign],
    output: Output,
) -> Function:
    states = tuple(state.name for state in program.states)
    return Function(name, description, arguments, states, program.entries, tuple(body), output)
