"""A `System` becomes a `Program`: names are chosen, SymPy is left behind, what depends on parameters alone is
set apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import sympy

from ionlang.codegen.assemble import function_of
from ionlang.codegen.names import fresh, identifiers
from ionlang.codegen.program import (
    Assign,
    Function,
    Line,
    ParameterEntry,
    Program,
    Quantity,
    Solve,
    Sought,
    StateRow,
    Symbol,
    Vector,
)
from ionlang.codegen.rows import rows_of
from ionlang.codegen.translate import Names, translate
from ionlang.equations.implicit import trials
from ionlang.equations.looking import spread_symbols
from ionlang.equations.starts import beginning
from ionlang.equations.system import Definition, Parameter, Root, State, System


@dataclass(frozen=True, slots=True, eq=False)
class Lowered:
    """A program, and by which names it calls the system's symbols: what further expressions are lowered
    with."""

    program: Program
    names: Names


def lower(system: System) -> Program:
    """The program of a system."""
    return lowered(system).program


def lower_function(system: System, name: str, outputs: Sequence[sympy.Basic]) -> Function:
    """A function (t, y, p) → one row for each output, an expression of time and any symbols of the system; of
    the definitions it computes only those it needs."""
    known = lowered(system)
    values = tuple(translate(output, known.names) for output in outputs)
    return function_of(
        known.program, name, f"Return {len(values)} quantities.", Vector(values, ("",) * len(values))
    )


@lru_cache(maxsize=16)
def lowered(system: System) -> Lowered:
    """The program of a system with its names; remembered, since every measured quantity asks for it again."""
    names = _names(system)
    varying = _varying(system)
    program = Program(
        system.name,
        tuple(StateRow(names[s.symbol].name, s.path, s.unit, str(s.origin)) for s in system.states),
        tuple(
            ParameterEntry(
                names[p.symbol].name, p.path, p.unit, str(p.origin), p.literal, translate(p.value, names)
            )
            for p in system.parameters
        ),
        tuple(
            _quantity(d, names)
            for d in system.definitions
            if isinstance(d, Definition) and d.symbol not in varying
        ),
        _varied(system, names, varying),
        tuple(translate(rate, names) for rate in system.rates),
        tuple(Assign(names[start.symbol].name, translate(start.value, names)) for start in system.starts),
        _beginning(system, names, varying),
        rows_of(system.states),
        _spread(system, names, varying),
    )
    return Lowered(program, names)


def _names(system: System) -> Names:
    owners: tuple[State | Parameter | Definition | Root, ...] = (
        *system.states,
        *system.parameters,
        *system.definitions,
    )
    chosen = identifiers([owner.path for owner in owners])
    names = {owner.symbol: Symbol(name) for owner, name in zip(owners, chosen, strict=True)}
    return {**names, system.time: Symbol("t")}


def _varying(system: System) -> frozenset[sympy.Basic]:
    """Symbols whose value depends on time or a state, and roots; used for membership only, never for order."""
    varying: set[sympy.Basic] = {system.time, *(state.symbol for state in system.states)}
    for definition in system.definitions:
        if isinstance(definition, Root) or not varying.isdisjoint(definition.reads):
            varying.add(definition.symbol)
    return frozenset(varying)


def _spread(system: System, names: Names, varying: frozenset[sympy.Basic]) -> tuple[str, ...]:
    """The entries of the parameter vector that have a value for each copy in a line."""
    spread = spread_symbols(system)
    held: tuple[Parameter | Definition | Root, ...] = (*system.parameters, *system.definitions)
    return tuple(names[e.symbol].name for e in held if e.symbol in spread and e.symbol not in varying)


def _quantity(definition: Definition, names: Names) -> Quantity:
    return Quantity(
        names[definition.symbol].name,
        definition.path,
        definition.unit,
        str(definition.origin),
        translate(definition.expression, names),
    )


def _varied(system: System, names: Names, varying: frozenset[sympy.Basic]) -> tuple[Quantity | Sought, ...]:
    """Definitions that are computed anew at every instant, with what is sought among them."""
    chosen = [entry for entry in system.definitions if entry.symbol in varying]
    tried = trials(chosen)
    return tuple(
        Sought(entry.path, entry.unit, _solve(entry, tried[entry.symbol], names))
        if isinstance(entry, Root)
        else _quantity(entry, names)
        for entry in chosen
    )


def _beginning(system: System, names: Names, varying: frozenset[sympy.Basic]) -> tuple[Line, ...]:
    if not any(isinstance(entry, Root) for entry in system.definitions):
        return ()
    chosen = [entry for entry in beginning(system) if entry.symbol in varying]
    tried = trials(chosen)
    return tuple(
        _solve(entry, tried[entry.symbol], names) if isinstance(entry, Root) else _assign(entry, names)
        for entry in chosen
    )


def _assign(definition: Definition, names: Names) -> Assign:
    value = translate(definition.expression, names)
    return Assign(names[definition.symbol].name, value, str(definition.origin))


def _solve(root: Root, trial: tuple[Definition, ...], names: Names) -> Solve:
    name = names[root.symbol].name
    function = fresh(f"residual_of_{name}", [symbol.name for symbol in names.values()])
    bodies = tuple(_assign(definition, names) for definition in trial)
    residual, lower, upper = (translate(each, names) for each in (root.residual, root.lower, root.upper))
    return Solve(name, function, bodies, residual, lower, upper, str(root.origin))
