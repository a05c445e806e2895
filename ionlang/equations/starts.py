"""Start values so that each can be computed from those before it: a gate may begin where another gate puts it."""

from __future__ import annotations

import sympy

from ionlang.equations.system import Definition, Root, Start


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


def _reached(value: sympy.Expr, means: dict[sympy.Symbol, frozenset[sympy.Symbol]]) -> set[sympy.Basic]:
    """The symbols that a value reads, through definitions; used for membership only, never for order."""
    found: set[sympy.Basic] = set()
    ahead = [value.free_symbols]
    while ahead:
        new = ahead.pop() - found
        found |= new
        ahead += [means[symbol] for symbol in new if symbol in means]
    return found
