"""A system in which everything that rest depends on is a state, so that the chain rule which follows states follows all
of it: parameters, the state as written, what conserved totals count, and quantities that somebody asks for.

Each of these stands as a state whose `rate` is what it is made of. So the derivative of that rate by another state is
how the one depends on the other, at once; nothing of it is meant to be run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import sympy

from ionlang.equations.looking import spread_symbols
from ionlang.equations.neighbours import Element, Summed
from ionlang.equations.system import Definition, Expression, Origin, Parameter, Start, State, Symbol, System

NOWHERE = Origin("sensitivity", "")


@dataclass(frozen=True, slots=True)
class Part:
    """A term of a conservation law: the number of the law, and of the state that stands for the term."""

    law: int
    row: int


@dataclass(frozen=True, slots=True)
class Moving:
    """`system` has the states of the cell first. Numbers of states: `parameters` and `starts` in the order of the
    cell's own, `laws` the terms of conservation laws less what they are in the state as written, `quantities` what is
    asked for. `order` are parameters and starts as they follow from each other."""

    system: System
    parameters: tuple[int, ...]
    starts: tuple[int, ...]
    laws: tuple[Part, ...]
    quantities: tuple[int, ...]


def moving(system: System, line_of: Callable[[str], str], paths: Sequence[str]) -> Moving | None:
    """`line_of` tells the line that a path stands in; `paths` are quantities of whole lines. None where the chain rule
    does not reach: the state as written follows from a search of its own, or a quantity sums up what lies before a
    copy."""
    first = len(system.states)
    parameters = [_parameter(p, line_of) for p in system.parameters]
    begun = {s.symbol: sympy.Symbol(f"start({s.path})") for s in system.states}
    known, counted = _symbols(system), _counted(system)
    sought = any(_is_sought(start, system) for start in system.starts if start.symbol in counted)
    if sought or _sums_up(system, [known[p] for p in paths]):
        return None
    by_symbol = {start.symbol: start.value for start in system.starts}
    starts = [_like(s, f"start({s.path})") for s in system.states]
    start_rates = [
        by_symbol[s.symbol].xreplace(begun) if s.symbol in counted else sympy.Integer(0)
        for s in system.states
    ]
    terms = [
        (k, system.states[i], weight) for k, law in enumerate(system.invariants) for i, weight in law.terms
    ]
    laws = [_like(s, f"law_{k}({s.path})") for k, s, _ in terms]
    law_rates = [weight * (s.symbol - begun[s.symbol]) for _, s, weight in terms]
    spread = spread_symbols(system)
    asked = [_asked(system, path, known[path] in spread, line_of) for path in paths]
    added = [*parameters, *starts, *laws, *asked]
    rates = [
        *(p.value for p in system.parameters), *start_rates, *law_rates, *(known[path] for path in paths)
    ]  # fmt: skip
    whole = replace(
        system,
        states=(*system.states, *added),
        parameters=(),
        rates=(*system.rates, *rates),
        starts=tuple(Start(s.symbol, sympy.Integer(0)) for s in (*system.states, *added)),
        invariants=(),
    )
    counts = [len(parameters), len(starts), len(laws), len(asked)]
    places = [range(first + sum(counts[:k]), first + sum(counts[: k + 1])) for k in range(4)]
    parts = tuple(Part(k, row) for (k, _, _), row in zip(terms, places[2], strict=True))
    return Moving(whole, tuple(places[0]), tuple(places[1]), parts, tuple(places[3]))


def _parameter(parameter: Parameter, line_of: Callable[[str], str]) -> State:
    line = line_of(parameter.path) if parameter.extent > 1 else ""
    return State(
        parameter.path, parameter.symbol, "variable", parameter.unit, NOWHERE, parameter.extent, line
    )


def _like(state: State, path: str) -> State:
    return State(path, sympy.Symbol(path), "variable", state.unit, NOWHERE, state.extent, state.line)


def _asked(system: System, path: str, is_spread: bool, line_of: Callable[[str], str]) -> State:
    line = line_of(path) if is_spread else ""
    extent = next((s.extent for s in system.states if s.line == line), 1) if line else 1
    name = f"asked({path})"
    return State(name, sympy.Symbol(name), "variable", "1", NOWHERE, extent, line)


def _symbols(system: System) -> dict[str, Symbol]:
    owners = (*system.states, *system.parameters, *system.definitions)
    return {owner.path: owner.symbol for owner in owners}


def _counted(system: System) -> dict[Symbol, None]:
    """The states whose start values tell how large a conserved total is."""
    values = {start.symbol: start.value for start in system.starts}
    waiting = [system.states[i].symbol for law in system.invariants for i, _ in law.terms]
    found: dict[Symbol, None] = {}
    while waiting:
        symbol = waiting.pop()
        if symbol in values and symbol not in found:
            found[symbol] = None
            waiting += sorted(values[symbol].free_symbols, key=str)
    return found


def _sums_up(system: System, wanted: Sequence[Symbol]) -> bool:
    made = {d.symbol: d for d in system.definitions}
    waiting, seen = list(wanted), dict.fromkeys(wanted)
    while waiting:
        definition = made.get(waiting.pop())
        if isinstance(definition, Definition) and definition.expression.has(Summed, Element):
            return True
        for symbol in sorted(definition.reads, key=str) if definition is not None else ():
            if symbol not in seen:
                seen[symbol] = None
                waiting.append(symbol)
    return False


def _is_sought(start: Start, system: System) -> bool:
    """Whether a start value reads what itself depends on states."""
    varying: set[Expression] = {s.symbol for s in system.states}  # for membership only
    for definition in system.definitions:
        if not varying.isdisjoint(definition.reads):
            varying.add(definition.symbol)
    states = {s.symbol for s in system.states}
    return any(symbol in varying and symbol not in states for symbol in start.value.free_symbols)
