"""The Jacobian by the chain rule, forward through the definitions, each with respect to the states it depends
on only."""

from __future__ import annotations

from ionlang.codegen.algebra import ONE, ZERO
from ionlang.codegen.assemble import function_of, prune
from ionlang.codegen.names import fresh
from ionlang.codegen.partials import Gradient, partials
from ionlang.codegen.program import (
    Assign,
    Expression,
    Function,
    Matrix,
    Negate,
    Number,
    Program,
    Symbol,
    Vector,
)
from ionlang.codegen.sharing import share


def jacobian(program: Program) -> Function:
    """d rate_i/d state_j as a matrix with structural zeros, in unit of state i per unit of state j per ms.

    It is right at the removable singularities, since `linoid` brings its own derivative.
    """
    states = tuple(state.name for state in program.states)
    labels = ("",) * len(states)
    needed = function_of(program, "rhs", "", Vector(program.rates, labels)).body
    taken = {"t", *program.entries, *states, *(line.name for line in needed)}
    gradients: dict[str, Gradient] = {state: {state: ONE} for state in states}
    body: list[Assign] = []
    for line in needed:
        body.append(line)
        gradient = partials(line.expression, gradients)
        if gradient:
            gradients[line.name] = _named(line, gradient, taken, body)
    rows = [partials(rate, gradients) for rate in program.rates]
    entries = [row.get(state, ZERO) for row in rows for state in states]
    lines, outputs = share(body, entries, taken)
    size = len(states)
    matrix = Matrix(tuple(outputs[i * size : (i + 1) * size] for i in range(size)))
    description = "Return d rate_i/d state_j [unit of state i per unit of state j per ms]."
    kept = prune(lines, outputs)
    return Function("jacobian", description, ("t", "y", "p"), states, program.entries, kept, matrix)


def _named(line: Assign, gradient: Gradient, taken: set[str], body: list[Assign]) -> Gradient:
    """The gradient of a definition with a line for each derivative that is worth a name."""
    named: dict[str, Expression] = {}
    for state, slope in gradient.items():
        if _is_plain(slope):
            named[state] = slope
            continue
        name = fresh(f"d_{line.name}_d_{state}", taken)
        taken.add(name)
        body.append(Assign(name, slope, line.origin))
        named[state] = Symbol(name)
    return named


def _is_plain(expression: Expression) -> bool:
    match expression:
        case Number() | Symbol() | Negate(Symbol()):
            return True
        case _:
            return False
