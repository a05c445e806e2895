"""Start values so that each can be computed from those before it: a gate may begin where another gate puts it, and a
potential at which no current flows may be that of gates which begin where it puts them."""

from __future__ import annotations

from functools import partial

import sympy

from ionlang.equations.notebook import Notebook
from ionlang.equations.system import Definition, Root, Start, System


def started_in_order(
    starts: tuple[Start, ...], definitions: tuple[Definition | Root, ...]
) -> tuple[Start, ...]:
    """Every start after those of the states that it needs; otherwise in the given order.

    What a root needs does not count: it is solved together with the start values that it depends on, so that a gate may
    start where a potential puts it that no current flows at.
    """
    means = {d.symbol: d.reads for d in definitions if isinstance(d, Definition)}
    needs = {start.symbol: _reached(start.value, means) for start in starts}
    done: list[Start] = []
    waiting = list(starts)
    while waiting:
        missing = {start.symbol for start in waiting}
        following = next((s for s in waiting if missing.isdisjoint(needs[s.symbol])), None)
        if following is None:
            raise AssertionError("starts in a circle: the model stage reports that")
        done.append(following)
        waiting.remove(following)
    return tuple(done)


def beginning(system: System) -> tuple[Definition | Root, ...]:
    """The start values, each as a definition of its state, with all that they need in evaluation order.

    A root stands before the start values that depend on it, so that its equation holds with them.
    """
    book = _recipes_at_start(system)
    for start in system.starts:
        book.look(start.symbol.name)
    return tuple(book.definitions)


def everything_at_start(system: System) -> tuple[Definition | Root, ...]:
    """As `beginning`, with every quantity of the system in the state at the start."""
    book = _recipes_at_start(system)
    book.write_all()
    return tuple(book.definitions)


def _recipes_at_start(system: System) -> Notebook:
    book = Notebook()
    book.declare(system.time.name)
    for parameter in system.parameters:
        book.declare(parameter.symbol.name)
    origins = {state.symbol: state.origin for state in system.states}
    for start in system.starts:
        book.recipe(start.symbol.name, "", origins[start.symbol], _looked, start.value)
    for entry in system.definitions:
        if isinstance(entry, Root):
            parts = (entry.residual, entry.lower, entry.upper)
            looked = tuple(partial(_looked, expression=part) for part in parts)
            book.root(entry.symbol.name, entry.unit, entry.origin, *looked)
        else:
            book.recipe(entry.symbol.name, entry.unit, entry.origin, _looked, entry.expression)
    return book


def _looked(book: Notebook, expression: sympy.Expr) -> sympy.Expr:
    """The expression, when all that it reads is written."""
    for name in sorted(symbol.name for symbol in expression.free_symbols):
        book.look(name)
    return expression


def _reached(value: sympy.Expr, means: dict[sympy.Symbol, frozenset[sympy.Symbol]]) -> set[sympy.Basic]:
    """The symbols that a value reads, through definitions; used for membership only, never for order."""
    found: set[sympy.Basic] = set()
    ahead = [value.free_symbols]
    while ahead:
        new = ahead.pop() - found
        found |= new
        ahead += [means[symbol] for symbol in new if symbol in means]
    return found
