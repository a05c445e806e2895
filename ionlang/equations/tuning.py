"""What is tuned as equations: systems whose states are the unknowns, so that rates and slopes of all goals come from
the same generated code as those of the cell.

`at_start`: the states are the unknowns u alone; every quantity of the cell is a definition, its value at the start.
The "rate" of an unknown is a goal: of `start is rest` the rate of one of the cell's states there.

`at_rest`: the states are those of the cell, y, and the unknowns, u. The rate of a y is its own, or in place of those
that conservation laws leave dependent, Σ weight (y − y at the start); the "rate" of an unknown is a goal in y.

Both are to be zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import sympy

from ionlang.equations.express import number
from ionlang.equations.starts import everything_at_start
from ionlang.equations.system import Definition, Origin, Parameter, Root, Start, State, Symbol, System

_NOWHERE = Origin("nothing", "")


@dataclass(frozen=True, slots=True)
class Unknowns:
    """The parameters that are solved for, in the order in which they are asked for; those that follow from them, and
    all others, in an order in which they can be computed. `starts` are written numbers of those that are solved for."""

    sought: tuple[Parameter, ...]
    following: tuple[Parameter, ...]
    others: tuple[Parameter, ...]
    starts: tuple[Start, ...]

    @property
    def states(self) -> tuple[State, ...]:
        return tuple(State(p.path, p.symbol, "variable", p.unit, p.origin) for p in self.sought)

    @property
    def definitions(self) -> tuple[Definition, ...]:
        return tuple(Definition(p.path, p.symbol, p.value, p.unit, p.origin) for p in self.following)


def unknowns_of(system: System, paths: Sequence[str], given: Sequence[str] = ()) -> Unknowns:
    """The parameters of a system as seen from those that are solved for. Those `given` a number from outside follow
    nothing."""
    sought = tuple(p for p in system.parameters if p.path in paths)
    reached: set[sympy.Basic] = {p.symbol for p in sought}
    following: list[Parameter] = []
    for p in system.parameters:
        if p not in sought and p.path not in given and not reached.isdisjoint(p.value.free_symbols):
            following.append(p)
            reached.add(p.symbol)
    others = tuple(p for p in system.parameters if p not in sought and p not in following)
    starts = tuple(Start(p.symbol, p.value) for p in sought)
    return Unknowns(
        tuple(sorted(sought, key=lambda p: paths.index(p.path))), tuple(following), others, starts
    )


def at_start(system: System, unknowns: Unknowns, goals: Sequence[sympy.Expr]) -> System:
    """The goals as functions of the unknowns, with the state as the file writes it."""
    first = unknowns.definitions
    return System(
        system.name, system.time, unknowns.states, unknowns.others, (*first, *everything_at_start(system)),
        tuple(goals), unknowns.starts, (),
    )  # fmt: skip


def squared(problem: System) -> System:
    """The same with as many states as rates, for code that takes a rate for each state: further states have no effect,
    further rates are 0."""
    missing = len(problem.rates) - len(problem.states)
    more = [
        State(f"unused {i}", sympy.Symbol(f"unused {i}"), "variable", "1", _NOWHERE) for i in range(missing)
    ]
    return replace(
        problem, states=(*problem.states, *more),
        rates=(*problem.rates, *[sympy.Integer(0)] * -missing),
        starts=(*problem.starts, *(Start(s.symbol, sympy.Integer(0)) for s in more)),
    )  # fmt: skip


def at_rest(
    system: System, unknowns: Unknowns, goals: Sequence[sympy.Expr], dependent: Mapping[int, int]
) -> System:
    """The equations of a rest and the goals in it. `dependent` maps a state to the conservation law (both by number)
    that takes the place of its rate."""
    begun, start_of = _named_apart(system)
    laws = [_law(system, k, start_of) for k in range(len(system.invariants))]
    rates = [laws[dependent[i]] if i in dependent else rate for i, rate in enumerate(system.rates)]
    needed = begun if dependent else ()
    starts = tuple(Start(s.symbol, s.value) for s in system.starts)
    return System(
        system.name, system.time, (*system.states, *unknowns.states), unknowns.others,
        (*unknowns.definitions, *needed, *system.definitions), (*rates, *goals), (*unknowns.starts, *starts), (),
    )  # fmt: skip


def _law(system: System, number: int, start_of: Mapping[Symbol, Symbol]) -> sympy.Expr:
    terms = [
        weight * (system.states[i].symbol - start_of[system.states[i].symbol])
        for i, weight in system.invariants[number].terms
    ]
    return sympy.Add(*terms)


def _named_apart(system: System) -> tuple[tuple[Definition | Root, ...], dict[Symbol, Symbol]]:
    """All quantities at the start under names of their own, and the name of each."""
    entries = everything_at_start(system)
    names = {entry.symbol: sympy.Symbol(f"{entry.symbol.name} at start") for entry in entries}
    return tuple(_renamed(entry, names) for entry in entries), names


def _renamed(entry: Definition | Root, names: Mapping[Symbol, Symbol]) -> Definition | Root:
    path, symbol = f"{entry.path}.at_start", names[entry.symbol]
    match entry:
        case Definition():
            return replace(entry, path=path, symbol=symbol, expression=entry.expression.xreplace(dict(names)))
        case Root():
            parts = (part.xreplace(dict(names)) for part in (entry.residual, entry.lower, entry.upper))
            residual, lower, upper = parts
            return Root(path, symbol, residual, lower, upper, entry.unit, entry.origin)


def is_affine(problem: System) -> bool:
    """Whether every goal is linear in the unknowns, as its equations are written: then one step solves it."""
    degrees: dict[sympy.Basic, int] = {state.symbol: 1 for state in problem.states}
    for entry in problem.definitions:
        if isinstance(entry, Root):
            degrees[entry.symbol] = 2 if _reaches_an_unknown(entry, problem) else 0
        else:
            degrees[entry.symbol] = _degree(entry.expression, degrees)
    return all(_degree(rate, degrees) <= 1 for rate in problem.rates)


def influences(problem: System) -> tuple[tuple[bool, ...], ...]:
    """For each goal whether each unknown stands in it, through definitions."""
    means = {entry.symbol: entry.reads for entry in problem.definitions}
    reached = [_reached(rate.free_symbols, means) for rate in problem.rates]
    return tuple(tuple(state.symbol in found for state in problem.states) for found in reached)


def _reaches_an_unknown(root: Root, problem: System) -> bool:
    means = {entry.symbol: entry.reads for entry in problem.definitions}
    return not _reached(root.reads, means).isdisjoint(state.symbol for state in problem.states)


def _reached(
    symbols: Iterable[sympy.Basic], means: Mapping[sympy.Basic, frozenset[Symbol]]
) -> frozenset[sympy.Basic]:
    """All that these symbols are made of, through definitions before and behind them; for membership only."""
    ahead, seen = set(symbols), set[sympy.Basic]()
    while ahead:
        symbol = ahead.pop()
        seen.add(symbol)
        ahead |= means.get(symbol, frozenset()) - seen
    return frozenset(seen)


def _degree(expression: sympy.Basic, degrees: Mapping[sympy.Basic, int]) -> int:
    """0: does not depend on the unknowns; 1: linear; 2: anything else."""
    if expression.is_Symbol:
        return degrees.get(expression, 0)
    parts = [_degree(part, degrees) for part in expression.args]
    if not any(parts):
        return 0
    if expression.is_Add:
        return max(parts)
    if expression.is_Mul:
        return min(2, sum(parts))
    return 2


def with_values(system: System, values: Mapping[str, float], literal: str) -> System:
    """The system with these numbers as the values of its parameters (by path); `literal` is said of them to people."""
    known = {path: number(value) for path, value in values.items()}
    parameters = tuple(
        replace(p, value=known[p.path], literal=literal) if p.path in known else p for p in system.parameters
    )
    return replace(system, parameters=parameters)
