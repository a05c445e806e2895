"""A line with fewer copies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import sympy
from sympy.core.parameters import distribute

from ionlang.equations.looking import across_copies
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
from ionlang.equations.system import Definition, Expression, Root, Symbol, System

_COUNTED = (After, Before, OnlyFirst, OnlyLast)
"""What has the number of copies as its last argument, and reads no further than the next copy."""
_FAR = (Element, Everywhere, MaxOver, MeanOver, MinOver, Summed, SumOver, Total, WidthOver)
"""What reads copies that are not neighbours."""


def reads_neighbours_alone(system: System) -> bool:
    """Whether the rates of each copy read of others no more than the states of the next and of the one before."""
    across = across_copies(system)
    return not any(_reads_far(expression, across) for expression in _read(system))


def with_fewer_copies(system: System, count: int) -> System:
    """The equations of so many neighbouring copies of the only line that there is, which reads its neighbours alone."""
    with distribute(False):
        return replace(
            system,
            states=tuple(replace(state, extent=count) for state in system.states),
            parameters=tuple(replace(p, extent=count) if p.extent > 1 else p for p in system.parameters),
            definitions=tuple(_fewer(each, count) for each in system.definitions),
            rates=tuple(_counting(rate, count) for rate in system.rates),
        )


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
            waiting += [owner.expression] if isinstance(owner, Definition) else _parts(owner)


def _parts(root: Root) -> list[Expression]:
    return [root.residual, root.lower, root.upper]


def _fewer(owner: Definition | Root, count: int) -> Definition | Root:
    if isinstance(owner, Definition):
        return replace(owner, expression=_counting(owner.expression, count))
    residual, lower, upper = (_counting(each, count) for each in _parts(owner))
    return replace(owner, residual=residual, lower=lower, upper=upper)


def _counting(expression: Expression, count: int) -> Expression:
    """With this number of copies."""
    if not expression.has(*_COUNTED):
        return expression
    return expression.replace(
        lambda node: isinstance(node, _COUNTED), lambda node: node.func(*node.args[:-1], sympy.Integer(count))
    )
