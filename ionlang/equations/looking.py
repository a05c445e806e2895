"""One copy of what stands in a line, and the sum over all copies."""

from __future__ import annotations

import sympy

from ionlang.equations.neighbours import Element, OnlyFirst, OnlyLast, Total
from ionlang.equations.system import Definition, Expression, Symbol, System


def spread_symbols(system: System) -> frozenset[Symbol]:
    """Symbols with a value for each copy of a line; for membership only, never for order."""
    found: set[sympy.Basic] = {state.symbol for state in system.states if state.line}
    found |= {parameter.symbol for parameter in system.parameters if parameter.extent > 1}
    for definition in system.definitions:
        at_an_end = isinstance(definition, Definition) and definition.expression.has(OnlyFirst, OnlyLast)
        together = isinstance(definition, Definition) and isinstance(definition.expression, Element | Total)
        if at_an_end or not (together or definition.reads.isdisjoint(found)):
            found.add(definition.symbol)
    return frozenset(found)


def copy_of(symbol: Symbol, number: int) -> Expression:
    """The value in the copy of that number, from 1."""
    return Element(symbol, number - 1)


def over_copies(symbol: Symbol, count: int) -> Expression:
    """The sum over all copies."""
    return Total(symbol, count)
