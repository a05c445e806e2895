"""A `System` becomes a `Program`: names are chosen, SymPy is left behind, what depends on parameters alone is
set apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import sympy

from ionlang.codegen.assemble import function_of
from ionlang.codegen.names import identifiers
from ionlang.codegen.program import (
    Assign,
    Function,
    ParameterEntry,
    Program,
    Quantity,
    StateRow,
    Symbol,
    Vector,
)
from ionlang.codegen.translate import Names, translate
from ionlang.equations.system import Definition, Parameter, State, System


@dataclass(frozen=True, slots=True, eq=False)
class Lowered:
    """A program, and by which names it calls the system's symbols: what further expressions are lowered
    with."""

    program: Program
    names: Names


def lower(system: System) -> Program:
    """The program of a system. Raises `NotImplementedError` for a state with an extent in space."""
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
    if any(state.extent != 1 for state in system.states):
        raise NotImplementedError("states with an extent in space cannot be lowered yet")
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
        tuple(_quantity(d, names) for d in system.definitions if d.symbol not in varying),
        tuple(_quantity(d, names) for d in system.definitions if d.symbol in varying),
        tuple(translate(rate, names) for rate in system.rates),
        tuple(Assign(names[start.symbol].name, translate(start.value, names)) for start in system.starts),
    )
    return Lowered(program, names)


def _names(system: System) -> Names:
    owners: tuple[State | Parameter | Definition, ...] = (
        *system.states,
        *system.parameters,
        *system.definitions,
    )
    chosen = identifiers([owner.path for owner in owners])
    names = {owner.symbol: Symbol(name) for owner, name in zip(owners, chosen, strict=True)}
    return {**names, system.time: Symbol("t")}


def _varying(system: System) -> frozenset[sympy.Basic]:
    """Symbols whose value depends on time or a state; used for membership only, never for order."""
    varying: set[sympy.Basic] = {system.time, *(state.symbol for state in system.states)}
    for definition in system.definitions:
        if not varying.isdisjoint(definition.expression.free_symbols):
            varying.add(definition.symbol)
    return frozenset(varying)


def _quantity(definition: Definition, names: Names) -> Quantity:
    return Quantity(
        names[definition.symbol].name,
        definition.path,
        definition.unit,
        str(definition.origin),
        translate(definition.expression, names),
    )
