"""Lark tree → actions: when something happens, and what."""

from __future__ import annotations

from collections.abc import Callable

from ionlang.syntax import ast
from ionlang.syntax.branch import Branch, Node
from ionlang.syntax.reader import Reader
from ionlang.syntax.refuse import fixed_word
from ionlang.syntax.tree_block import arguments_of
from ionlang.syntax.tree_expression import expression, name, optional_expression, path


def when(reader: Reader, node: Node) -> ast.When:
    """`at T`, `from T for D`, `every P from T`, `when cond`."""
    assert isinstance(node, Branch)
    span = reader.span_of(node)
    match node.data:
        case "when_at":
            return ast.When(expression(reader, node.children[0]), None, None, span)
        case "when_condition":
            condition = expression(reader, node.children[0])
            return ast.When(None, None, None, span, condition=condition)
        case "when_every":
            period, start, lasting = node.children
            duration = optional_expression(reader, lasting)
            return ast.When(None, expression(reader, start), duration, span, every=expression(reader, period))
        case _:
            return _window(reader, node)


def _window(reader: Reader, node: Branch) -> ast.When:
    """`from T`, `from T for D`, `from T until cond`, `from T for D every P for W`."""
    first, clause = node.children
    start, span = expression(reader, first), reader.span_of(node)
    if not isinstance(clause, Branch):
        return ast.When(None, start, None, span)
    if clause.data == "until":
        return ast.When(None, start, None, span, until=expression(reader, clause.children[0]))
    duration, train = clause.children
    if not isinstance(train, Branch):
        return ast.When(None, start, expression(reader, duration), span)
    every, width = (expression(reader, part) for part in train.children)
    return ast.When(None, start, expression(reader, duration), span, every=every, width=width)


def action(reader: Reader, node: Branch) -> ast.Sentence:
    moment, *doings = node.children
    return ast.Action(
        when(reader, moment), tuple(doing(reader, part) for part in doings), reader.span_of(node)
    )


def bare_action(reader: Reader, node: Branch) -> ast.Sentence:
    return ast.Action(None, (doing(reader, node.children[0]),), reader.span_of(node))


def doing(reader: Reader, node: Node) -> ast.Doing:
    """What an action does."""
    assert isinstance(node, Branch)
    return _BUILDERS[node.data](reader, node)


def _target_and_value(reader: Reader, node: Branch) -> tuple[ast.Path, ast.Expr]:
    target, value = node.children
    return path(reader, target), expression(reader, value)


def _set(reader: Reader, node: Branch) -> ast.Doing:
    return ast.Set(*_target_and_value(reader, node), reader.span_of(node))


def _scale(reader: Reader, node: Branch) -> ast.Doing:
    return ast.Scale(*_target_and_value(reader, node), reader.span_of(node))


def _shift(reader: Reader, node: Branch) -> ast.Doing:
    return ast.Shift(*_target_and_value(reader, node), reader.span_of(node))


def _clamp(reader: Reader, node: Branch) -> ast.Doing:
    return ast.Clamp(*_target_and_value(reader, node), reader.span_of(node))


def _ramp(reader: Reader, node: Branch) -> ast.Doing:
    target, to, over = node.children
    return ast.Ramp(
        path(reader, target), expression(reader, to), expression(reader, over), reader.span_of(node)
    )


def _relax(reader: Reader, node: Branch) -> ast.Doing:
    target, to, word, tau = node.children
    span = reader.span_of(node)
    if (
        fixed_word(reader, name(reader, word), ("tau",), "how fast it relaxes is said by its time constant")
        is None
    ):
        return ast.Broken(span)
    return ast.Relax(path(reader, target), expression(reader, to), expression(reader, tau), span)


def _hold(reader: Reader, node: Branch) -> ast.Doing:
    return ast.Hold(path(reader, node.children[0]), reader.span_of(node))


def _inject(reader: Reader, node: Branch) -> ast.Doing:
    current, membrane, carrier = node.children
    return ast.Inject(
        expression(reader, current), path(reader, membrane), name(reader, carrier), reader.span_of(node)
    )


def _block_carrier(reader: Reader, node: Branch) -> ast.Doing:
    carrier, share = node.children
    return ast.BlockCarrier(path(reader, carrier), optional_expression(reader, share), reader.span_of(node))


def _add(reader: Reader, node: Branch) -> ast.Doing:
    amount, target = node.children
    return ast.Add(expression(reader, amount), path(reader, target), reader.span_of(node))


def _apply(reader: Reader, node: Branch) -> ast.Doing:
    what, where = node.children
    applied = arguments_of(reader, what)
    span = reader.span_of(node)
    on = path(reader, where.children[0]) if isinstance(where, Branch) else None
    return ast.Apply(*applied, span, on) if applied else ast.Broken(span)


def _fire(reader: Reader, node: Branch) -> ast.Doing:
    return ast.Fire(path(reader, node.children[0]), reader.span_of(node))


_BUILDERS: dict[str, Callable[[Reader, Branch], ast.Doing]] = {
    "set": _set,
    "scale": _scale,
    "shift": _shift,
    "ramp": _ramp,
    "relax": _relax,
    "clamp": _clamp,
    "hold": _hold,
    "inject": _inject,
    "block_carrier": _block_carrier,
    "add": _add,
    "apply": _apply,
    "fire": _fire,
}
