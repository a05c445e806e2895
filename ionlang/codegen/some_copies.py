"""Some neighbouring copies of a line as a cell of their own, without a line: each state of each copy by itself, and the
copies beside them given as polynomials in time.

Each name of the line has one for each copy, with its number at the end; what lies at a face has that of the copy before
it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ionlang.codegen.algebra import ONE, ZERO, add, divide, multiply, rebuilt
from ionlang.codegen.program import (
    Assign,
    Call,
    Expression,
    Number,
    ParameterEntry,
    Program,
    Quantity,
    Solve,
    Sought,
    StateRow,
    Symbol,
)

_SINCE, _LENGTH, _SHARE = Symbol("since"), Symbol("length"), Symbol("share")
_ORIGIN = "copies beside"


@dataclass(frozen=True, slots=True)
class Stretch:
    """`count` neighbouring copies, of which those `own` are to be integrated; `is_first` and `is_last` say whether the
    line begins and ends with them."""

    count: int
    own: range
    is_first: bool
    is_last: bool

    @property
    def beside(self) -> tuple[int, ...]:
        """The others."""
        return tuple(k for k in range(self.count) if k not in self.own)

    def at(self, expression: Expression, k: int) -> Expression:
        """What an expression is in the copy k."""
        match expression:
            case Symbol(name):
                return expression if name == "t" else Symbol(_named(name, k))
            case Call("left", (inner,)):
                return self.at(inner, k)
            case Call("right", (inner,)):
                return self.at(inner, min(k + 1, self.count - 1))
            case Call("after", (inner, _)):
                return self.at(inner, k - 1) if k else ZERO
            case Call("before", (inner, _)):
                return self.at(inner, k) if k < self.count - 1 else ZERO
            case Call("only_first"):
                return ONE if self.is_first and k == 0 else ZERO
            case Call("only_last"):
                return ONE if self.is_last and k == self.count - 1 else ZERO
            case Call("log_mean", (left, right)):
                a, b = self.at(left, k), self.at(right, k)
                return divide(a, Call("linoid", (Call("log", (divide(a, b),)),)))
            case _:
                return rebuilt(expression, lambda inner: self.at(inner, k))

    def summed(self, expression: Expression) -> Expression:
        """The sum of an expression over the copies of its own."""
        return add(self.at(expression, k) for k in self.own)


def some_copies(program: Program, stretch: Stretch, order: int) -> Program:
    """Of a program all of whose states stand in one line, each copy of which reads the next and the one before alone.

    The states are those of the first copy of its own, then those of the second, and so on. The parameters are those of
    the line, each for one copy after the other; then of the polynomials the time where they begin and their length
    [ms], and their terms, in order of powers up to `order`, of copies, of states: Σ terms ((t − time)/length)^i.
    """
    every = range(stretch.count)
    given, beside = _beside(program, stretch, order)
    states = [
        replace(state, name=_named(state.name, k), path=_named(state.path, k))
        for k in stretch.own
        for state in program.states
    ]
    return Program(
        program.name,
        tuple(states),
        (*(_entry(parameter, k) for parameter in program.parameters for k in every), *given),
        tuple(_quantity(constant, stretch, k) for constant in program.constants for k in every),
        (*beside, *(_definition(each, stretch, k) for each in program.definitions for k in every)),
        tuple(stretch.at(rate, k) for k in stretch.own for rate in program.rates),
        tuple(Assign(state.name, ZERO) for state in states),
    )


def _beside(
    program: Program, stretch: Stretch, order: int
) -> tuple[Iterator[ParameterEntry], Iterator[Quantity]]:
    """The numbers of the polynomials, and the states that follow them."""
    copies = [(state, k) for k in stretch.beside for state in program.states]
    powers = range(order + 1)
    numbers = [(_SINCE.name, "ms"), (_LENGTH.name, "ms")]
    numbers += [(_term(state, k, power).name, state.unit) for power in powers for state, k in copies]
    share = divide(add([Symbol("t"), multiply(Number(-1), _SINCE)]), _LENGTH)
    first = Quantity(_SHARE.name, _SHARE.name, "1", _ORIGIN, share)
    return (
        (ParameterEntry(name, name, unit, _ORIGIN, "", ZERO) for name, unit in numbers),
        iter([first, *(_polynomial(state, k, order) for state, k in copies)]),
    )


def _polynomial(state: StateRow, k: int, order: int) -> Quantity:
    value: Expression = _term(state, k, order)
    for power in range(order - 1, -1, -1):
        value = add([_term(state, k, power), multiply(_SHARE, value)])
    return Quantity(_named(state.name, k), _named(state.path, k), state.unit, _ORIGIN, value)


def _term(state: StateRow, k: int, power: int) -> Symbol:
    return Symbol(f"{_named(state.name, k)}_term{power}")


def _entry(parameter: ParameterEntry, k: int) -> ParameterEntry:
    """It is given a number by whoever knows the line."""
    return replace(parameter, name=_named(parameter.name, k), path=_named(parameter.path, k), value=ZERO)


def _definition(definition: Quantity | Sought, stretch: Stretch, k: int) -> Quantity | Sought:
    if isinstance(definition, Quantity):
        return _quantity(definition, stretch, k)
    solve = definition.solve
    residual, lower, upper = (stretch.at(each, k) for each in (solve.residual, solve.lower, solve.upper))
    trial = tuple(
        replace(line, name=_named(line.name, k), expression=stretch.at(line.expression, k))
        for line in solve.trial
    )
    name, function = _named(solve.name, k), _named(solve.function, k)
    solved = Solve(name, function, trial, residual, lower, upper, solve.origin)
    return Sought(_named(definition.path, k), definition.unit, solved)


def _quantity(quantity: Quantity, stretch: Stretch, k: int) -> Quantity:
    return replace(
        quantity,
        name=_named(quantity.name, k),
        path=_named(quantity.path, k),
        expression=stretch.at(quantity.expression, k),
    )


def _named(name: str, k: int) -> str:
    return f"{name}_{k}"
