"""What may be another value in each copy of a line."""

from __future__ import annotations

import sympy

from ionlang.equations.notebook import Notebook
from ionlang.equations.system import Definition
from ionlang.model.cell import Line


def is_spread(book: Notebook, value: sympy.Expr, line: Line) -> bool:
    """Whether a value may be another one in each copy."""
    known = {d.symbol: d for d in book.definitions}
    waiting, seen = list(value.free_symbols), set[sympy.Basic]()  # for membership only
    while waiting:
        symbol = waiting.pop()
        if symbol in seen:
            continue
        seen.add(symbol)
        if symbol in book.spread:
            return True
        found = known.get(symbol)
        if found is not None:
            waiting += found.expression.free_symbols if isinstance(found, Definition) else found.reads
    return False
