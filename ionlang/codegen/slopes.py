"""Derivatives by states, parameters and time, exact by the chain rule on the lines of the program.

Only what is no structural zero is computed: a vector of numbers, with the place of each in the matrix.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ionlang.codegen.algebra import ONE, ZERO
from ionlang.codegen.assemble import function_of, initial_state
from ionlang.codegen.jacobian import Chain
from ionlang.codegen.lines import names_written, prune
from ionlang.codegen.partials import Gradient, partials
from ionlang.codegen.program import Assign, Expression, Function, Program, Symbol, Vector
from ionlang.codegen.sharing import share

TIME = "t"


@dataclass(frozen=True, slots=True)
class Slopes:
    """A function that returns d output/d variable for each (output, variable) of `places`, in this order. Variables
    count through the states, then the parameters of the file (not the constants behind them), then time."""

    function: Function
    places: tuple[tuple[int, int], ...]


def slopes_of(program: Program, name: str, outputs: Sequence[Expression]) -> Slopes:
    """Of outputs by states, parameters and time; arguments t, y, p."""
    states = tuple(state.name for state in program.states)
    needed = function_of(program, name, "", _unlabelled(outputs))
    variables = (*states, *_parameters(program), TIME)
    return _differentiated(program, needed, outputs, variables)


def start_slopes(program: Program) -> Slopes:
    """Of the start values by the parameters; argument p. The variables count as in `slopes_of`."""
    needed = initial_state(program)
    assert isinstance(needed.output, Vector)
    found = _differentiated(program, needed, needed.output.values, _parameters(program))
    behind = len(program.states)
    return Slopes(found.function, tuple((row, behind + column) for row, column in found.places))


def _parameters(program: Program) -> tuple[str, ...]:
    return tuple(entry.name for entry in program.parameters)


def _unlabelled(outputs: Sequence[Expression]) -> Vector:
    return Vector(tuple(outputs), ("",) * len(outputs))


def _differentiated(
    program: Program, needed: Function, outputs: Sequence[Expression], variables: tuple[str, ...]
) -> Slopes:
    """The lines of a function with their derivatives; constants follow the parameters."""
    states = tuple(state.name for state in program.states)
    taken = {TIME, *program.entries, *states, *names_written(needed.body)}
    chain = Chain(taken, {variable: {variable: ONE} for variable in variables})
    for constant in program.constants:
        gradient = partials(constant.expression, chain.gradients)
        if gradient:
            named = Assign(constant.name, constant.expression, constant.origin)
            chain.gradients[constant.name] = chain.named(named, gradient)
    for line in needed.body:
        chain.follow(line)
    rows = [chain.by_states(partials(output, chain.gradients)) for output in outputs]
    places = tuple(_places(rows, {variable: k for k, variable in enumerate(variables)}))
    entries = [rows[i][variables[j]] for i, j in places]
    lines, values = share(chain.body, entries, chain.taken)
    description = f"Return {len(values)} derivatives."
    body, output = prune(lines, values), _unlabelled(values)
    return Slopes(
        Function(
            needed.name, description, needed.arguments, needed.states, needed.entries, body, output
        ),
        places,
    )  # fmt: skip


def _places(rows: Sequence[Gradient], column: Mapping[str, int]) -> list[tuple[int, int]]:
    return [
        (i, j)
        for i, row in enumerate(rows)
        for j in sorted(column[variable] for variable, slope in row.items() if slope != ZERO)
    ]


def symbols_of(paths: Sequence[str], program: Program) -> tuple[Symbol, ...]:
    """The names of quantities in the code, by their paths."""
    owners = (*program.states, *program.parameters, *program.constants, *program.definitions)
    known = {owner.path: Symbol(owner.name) for owner in owners}
    return tuple(known[path] for path in paths)
