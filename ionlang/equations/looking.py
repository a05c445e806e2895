"""One copy of what stands in a line, and the sum over all copies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import sympy

from ionlang.equations.neighbours import (
    After,
    Before,
    Element,
    Everywhere,
    Left,
    MaxOver,
    MeanOver,
    MinOver,
    OnlyFirst,
    OnlyLast,
    Right,
    Summed,
    SumOver,
    Total,
    WidthOver,
)
from ionlang.equations.system import Definition, Expression, Origin, Root, Start, State, Symbol, System


def spread_symbols(system: System) -> frozenset[Symbol]:
    """Symbols with a value for each copy of a line; for membership only, never for order."""
    found: set[sympy.Basic] = {state.symbol for state in system.states if state.line}
    found |= {parameter.symbol for parameter in system.parameters if parameter.extent > 1}
    for definition in system.definitions:
        if isinstance(definition, Definition) and definition.expression.has(OnlyFirst, OnlyLast):
            found.add(definition.symbol)
    follows = [d for d in system.definitions if not _is_one_of_many(d)]
    return _with_what_follows(found, follows)


def _is_one_of_many(definition: Definition | Root) -> bool:
    return isinstance(definition, Definition) and isinstance(definition.expression, Element | Total)


def _with_what_follows(
    found: set[sympy.Basic], definitions: Sequence[Definition | Root]
) -> frozenset[Symbol]:
    """These symbols and all whose definitions read one of them. A root stands before what its residual reads."""
    read, known = [(d.symbol, d.reads) for d in definitions], -1
    while len(found) > known:
        known = len(found)
        found |= {symbol for symbol, reads in read if not reads.isdisjoint(found)}
    return frozenset(found)


def across_copies(system: System) -> frozenset[Symbol]:
    """Symbols that in one copy take states of others to tell: what passes between neighbours, and what follows from
    that; for membership only, never for order."""
    found: set[sympy.Basic] = {
        d.symbol for d in system.definitions if isinstance(d, Definition) and d.expression.has(*_BETWEEN)
    }
    return _with_what_follows(found, system.definitions)


_BETWEEN = (Left, Right, After, Before, Summed)


def reads_neighbours_alone(system: System) -> bool:
    """Whether the rates of each copy read of others no more than the states of the next and of the one before."""
    across = across_copies(system)
    return not any(_reads_far(expression, across) for expression in _read(system))


def _reads_far(expression: Expression, across: frozenset[Symbol]) -> bool:
    """Whether it reads copies that are no neighbours, or of a neighbour what that reads of its own."""
    if expression.has(*_FAR):
        return True
    asked = [node.args[0] for node in expression.atoms(Left, Right)]
    return any(each.has(After, Before) or not across.isdisjoint(each.free_symbols) for each in asked)


def _read(system: System) -> Iterator[Expression]:
    """The rates, and all that they are made of."""
    owners = {each.symbol: each for each in system.definitions}
    waiting, seen = list[Expression](system.rates), set[sympy.Basic]()
    while waiting:
        expression = waiting.pop()
        yield expression
        for symbol in (expression.free_symbols & owners.keys()) - seen:
            seen.add(symbol)
            owner = owners[symbol]
            if isinstance(owner, Root):
                waiting += [owner.residual, owner.lower, owner.upper]
            else:
                waiting.append(owner.expression)


_FAR = (Element, Everywhere, MaxOver, MeanOver, MinOver, Summed, SumOver, Total, WidthOver)
"""What reads copies that are not neighbours."""


def copy_of(symbol: Symbol, number: int) -> Expression:
    """The value in the copy of that number, from 1."""
    return Element(symbol, number - 1)


def over_copies(symbol: Symbol, count: int) -> Expression:
    """The sum over all copies."""
    return Total(symbol, count)


def everywhere(symbol: Symbol, count: int) -> Expression:
    """The same value in each copy, where copies are looked over."""
    return Everywhere(symbol, count)


def with_rows(system: System, paths: tuple[str, ...]) -> System:
    """A system whose state vector has further rows behind all others, which something else fills."""
    added = tuple(
        State(path, sympy.Symbol(path), "amount", "1", Origin("copies of a line together", ""))
        for path in paths
    )
    return replace(
        system,
        states=(*system.states, *added),
        rates=(*system.rates, *(sympy.Integer(0) for _ in added)),
        starts=(*system.starts, *(Start(each.symbol, sympy.Integer(0)) for each in added)),
    )
