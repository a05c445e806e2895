"""Start values so that each can be computed from those before it: a gate may begin where another gate puts it."""

from __future__ import annotations

import sympy

from ionlang.equations.system import Definition, Start


def started_in_order(starts: tuple[Start, ...], definitions: tuple[Definition, ...]) -> tuple[Start, ...]:
    """Every start after those of the states that it needs; otherwise in the given order."""
    means = {d.symbol: d.expression for d in definitions}
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


def _reached(value: sympy.Expr, means: dict[sympy.Symbol, sympy.Expr]) -> set[sympy.Basic]:
    """The symbols that a value reads, through definitions; used for membership only, never for order."""
    found: set[sympy.Basic] = set()
    ahead = [value]
    while ahead:
        new = ahead.pop().free_symbols - found
        found |= new
        ahead += [means[symbol] for symbol in new if symbol in means]
    return found
