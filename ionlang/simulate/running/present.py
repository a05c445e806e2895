"""What a scenario says as symbols: functions of time and of parameters that nothing acts on."""

from __future__ import annotations

from collections.abc import Callable

from ionlang.equations.express import express
from ionlang.equations.system import Expression, Symbol
from ionlang.model.act.present import Present
from ionlang.model.expression import Expr

Look = Callable[[str], Symbol]


def symbols(present: Present, path: str, look: Look) -> Expression:
    """The value of a path under all that acts on it."""
    if not present.acts_on(path):
        return look(path)
    expression = present.opened(path)
    try:
        return expressed(present, expression, look)
    finally:
        present.closed()


def expressed(present: Present, expression: Expr, look: Look) -> Expression:
    """An expression in which every path has the value that it has under all that acts on it."""
    return express(expression, lambda inner: symbols(present, inner, look))
