"""What a quantity comes to at the start, as an expression of parameters: every state stands for its start value."""

from __future__ import annotations

from collections.abc import Mapping

from ionlang.model.expression import Apply, Expr, Literal, Observed, Probed, Read


def at_start(expression: Expr, rules: Mapping[str, Expr]) -> Expr:
    """The expression with whatever changes replaced by its value at the start; `rules` says what that is, by path:
    the start parameter of a state, the definition of what follows. A path without a rule is a parameter and stays;
    a circle among them is reported elsewhere and left as it is."""
    return _replaced(expression, rules, ())


def _replaced(expression: Expr, rules: Mapping[str, Expr], open_paths: tuple[str, ...]) -> Expr:
    match expression:
        case Read(path=path) if path in rules and path not in open_paths:
            return _replaced(rules[path], rules, (*open_paths, path))
        case Apply():
            arguments = tuple(_replaced(a, rules, open_paths) for a in expression.arguments)
            return Apply(expression.operator, arguments, expression.dimension, expression.span)
        case Literal() | Read() | Observed() | Probed():
            return expression
