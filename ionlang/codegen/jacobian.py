"""The Jacobian by the chain rule, forward through the definitions, each with respect to the states and roots that it
depends on only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ionlang.codegen.algebra import ONE, ZERO, add, divide, multiply, negate
from ionlang.codegen.assemble import function_of
from ionlang.codegen.lines import names_written, prune
from ionlang.codegen.names import fresh
from ionlang.codegen.partials import SHARED, Gradient, named_place, partials
from ionlang.codegen.program import (
    Assign,
    Expression,
    Function,
    Line,
    Matrix,
    Negate,
    Number,
    Program,
    Solve,
    Symbol,
    Vector,
)
from ionlang.codegen.sharing import share


def jacobian(program: Program) -> Function:
    """d rate_i/d state_j as a matrix with structural zeros, in unit of state i per unit of state j per ms.

    It is right at the removable singularities, since `linoid` brings its own derivative. A root x of g(x, y) = 0 has
    dx/dy = -(dg/dy)/(dg/dx).
    """
    states = tuple(state.name for state in program.states)
    labels = ("",) * len(states)
    needed = function_of(program, "rhs", "", Vector(program.rates, labels)).body
    chain, rows = followed(program, needed)
    entries = [row.get(state, ZERO) for row in rows for state in states]
    lines, outputs = share(chain.body, entries, chain.taken)
    size = len(states)
    matrix = Matrix(tuple(outputs[i * size : (i + 1) * size] for i in range(size)))
    description = "Return d rate_i/d state_j [unit of state i per unit of state j per ms]."
    kept = prune(lines, outputs)
    return Function("jacobian", description, ("t", "y", "p"), states, program.entries, kept, matrix)


def followed(program: Program, needed: Sequence[Line]) -> tuple[Chain, list[Gradient]]:
    """The lines that the rates need with their derivatives, and the derivatives of each rate."""
    states = tuple(state.name for state in program.states)
    taken = {"t", *program.entries, *states, *names_written(needed)}
    marks = [SHARED if rows.line == "" else "" for rows in program.rows] or [""] * len(states)
    chain = Chain(taken, {state: {f"{state}{mark}": ONE} for state, mark in zip(states, marks, strict=True)})
    for line in needed:
        chain.follow(line)
    return chain, [chain.by_states(partials(rate, chain.gradients)) for rate in program.rates]


@dataclass(slots=True)
class Chain:
    """Lines written so far. `gradients` are by the states and by the roots, as if those were free; `roots` are the
    gradients of the roots by the states."""

    taken: set[str]
    gradients: dict[str, Gradient]
    roots: dict[str, Gradient] = field(default_factory=dict)
    body: list[Line] = field(default_factory=list)
    written: set[str] = field(default_factory=set)

    def follow(self, line: Line) -> None:
        """The line with its derivatives, unless it is written already."""
        if line.name in self.written:
            return
        self.written.add(line.name)
        self.body.append(line)
        if isinstance(line, Solve):
            self._solve(line)
            return
        gradient = partials(line.expression, self.gradients)
        if gradient:
            self.gradients[line.name] = self.named(line, gradient)

    def by_states(self, gradient: Gradient) -> Gradient:
        """The gradient with the roots following the states."""
        terms: dict[str, list[Expression]] = {}
        for variable, slope in gradient.items():
            if variable not in self.roots:
                terms.setdefault(variable, []).append(slope)
            for state, moved in self.roots.get(variable, {}).items():
                terms.setdefault(state, []).append(multiply(slope, moved))
        return {state: add(each) for state, each in terms.items()}

    def _solve(self, line: Solve) -> None:
        """Behind the root what was computed to find it, at the root now, for its derivatives."""
        self.gradients[line.name] = {line.name: ONE}
        for each in line.trial:
            self.follow(each)
        gradient = partials(line.residual, self.gradients)
        steepness = Assign(
            line.function, line.residual, line.origin
        )  # named for the names of its derivatives
        by_root = self.named(steepness, {line.name: gradient.get(line.name, ZERO)})[line.name]
        others = self.by_states({name: slope for name, slope in gradient.items() if name != line.name})
        moved = {state: negate(divide(slope, by_root)) for state, slope in others.items()}
        self.roots[line.name] = self.named(line, moved)

    def named(self, line: Line, gradient: Gradient) -> Gradient:
        """The gradient with a line for each derivative that is worth a name."""
        named: dict[str, Expression] = {}
        for variable, slope in gradient.items():
            if _is_plain(slope):
                named[variable] = slope
                continue
            name = fresh(f"d_{line.name}_d_{named_place(variable)}", self.taken)
            self.taken.add(name)
            self.body.append(Assign(name, slope, line.origin))
            named[variable] = Symbol(name)
        return named


def _is_plain(expression: Expression) -> bool:
    match expression:
        case Number() | Symbol() | Negate(Symbol()):
            return True
        case _:
            return False
