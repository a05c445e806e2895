"""Where a root stands among the definitions: behind everything it is made of, before everything that depends on it;
and what must be computed for a trial value of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sympy

from ionlang.equations.system import Definition, Root


def placed(root: Root, written: Sequence[Definition | Root]) -> list[Definition | Root]:
    """The root among the definitions that were written on its behalf, each group in the given order.

    Raises ValueError where the equation cannot be solved for one number after another: a bound that depends on the
    root, or another root that needs this one while this one needs it.
    """
    after = dependents(root.symbol, written)
    _check(root, written, after)
    return [
        *(entry for entry in written if entry.symbol not in after),
        root,
        *(entry for entry in written if entry.symbol in after),
    ]


def dependents(symbol: sympy.Symbol, written: Sequence[Definition | Root]) -> frozenset[sympy.Symbol]:
    """The symbol and all that depends on it; used for membership only, never for order."""
    waiting = [(entry.symbol, entry.reads) for entry in written]
    found = {symbol}
    while True:  # once through, but for roots, which read definitions that stand later
        new = {name for name, reads in waiting if not found.isdisjoint(reads)} - found
        if not new:
            return frozenset(found)
        found |= new


def trials(
    definitions: Sequence[Definition | Root],
) -> Mapping[sympy.Symbol, tuple[Definition, ...]]:
    """For every root the definitions behind it that its residual needs, in evaluation order.

    Raises ValueError for a root whose residual needs a later one.
    """
    position = {entry.symbol: number for number, entry in enumerate(definitions)}
    roots = [entry for entry in definitions if isinstance(entry, Root)]
    return {root.symbol: _trial(root, definitions, position) for root in roots}


def _trial(
    root: Root, definitions: Sequence[Definition | Root], position: Mapping[sympy.Symbol, int]
) -> tuple[Definition, ...]:
    first = position[root.symbol]
    found: set[int] = set()
    ahead = [root.residual.free_symbols]
    while ahead:
        behind = {n for symbol in ahead.pop() if (n := position.get(symbol, -1)) > first}
        ahead += [definitions[n].reads for n in behind - found]
        found |= behind
    needed = [definitions[number] for number in sorted(found)]
    for entry in needed:
        if isinstance(entry, Root):
            raise ValueError(f"{root.path} needs {entry.path}, a root that stands behind it")
    return tuple(entry for entry in needed if isinstance(entry, Definition))


def _check(root: Root, written: Sequence[Definition | Root], after: frozenset[sympy.Symbol]) -> None:
    if not after.isdisjoint(root.lower.free_symbols | root.upper.free_symbols):
        raise ValueError(f"the bounds of {root.path} depend on it")
    reached = _reached(root.residual, written)
    for entry in written:
        if isinstance(entry, Root) and entry.symbol in after and entry.symbol in reached:
            raise ValueError(f"{root.path} and {entry.path} are roots that need each other")


def _reached(expression: sympy.Expr, written: Sequence[Definition | Root]) -> set[sympy.Symbol]:
    means = {entry.symbol: entry.reads for entry in written}
    found: set[sympy.Symbol] = set()
    ahead = set(expression.free_symbols)
    while ahead:
        found |= ahead
        ahead = {name for symbol in ahead for name in means.get(symbol, ())} - found
    return found
