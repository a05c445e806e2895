"""Lark tree → sentences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Literal, cast

from lark import Token

from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.syntax import tree_scenario as scenario
from ionlang.syntax.branch import Branch, Node
from ionlang.syntax.cut import document
from ionlang.syntax.reader import Reader
from ionlang.syntax.refuse import fixed_word, is_loose_action, report_unknown_kind, report_unknown_start
from ionlang.syntax.tree_expression import (
    between,
    expression,
    name,
    number,
    optional_expression,
    path,
    source_of,
    string,
)
from ionlang.syntax.words import KINDS


def sentence(reader: Reader, node: Node) -> ast.Sentence:
    """The sentence of a tree."""
    assert isinstance(node, Branch)
    return _BUILDERS[node.data](reader, node)


def body(reader: Reader, sentences: Sequence[ast.Sentence]) -> tuple[ast.Sentence, ...]:
    """The sentences of one body, after a look at those that stand behind a `;`."""
    loose = [later for earlier, later in pairwise(sentences) if is_loose_action(reader, earlier, later)]
    return tuple(ast.Broken(s.span) if any(s is each for each in loose) else s for s in sentences)


def _block(reader: Reader, node: Branch) -> ast.Sentence:
    kind, named, sides, title, *rest = node.children
    span = reader.span_of(node)
    if str(kind) not in KINDS:
        report = report_unknown_kind if rest else report_unknown_start
        report(reader, name(reader, kind))
        return ast.Broken(span)
    documentation, *sentences = cast(Branch, rest[0]).children if rest else (None,)
    head_end = reader.span_of(sides if isinstance(sides, Branch) else cast(Token, named))
    return ast.Block(
        name(reader, kind),
        name(reader, named),
        _sides(reader, sides),
        string(reader, title) if title is not None else None,
        _documentation(reader, documentation),
        body(reader, [sentence(reader, part) for part in sentences]),
        span,
        Span(span.source, span.start, head_end.end),
    )


def _sides(reader: Reader, node: Node) -> tuple[ast.Side, ast.Side] | None:
    if not isinstance(node, Branch):
        return None
    first, second = node.children
    return (name(reader, first),), (name(reader, second),)


def _documentation(reader: Reader, node: Node) -> ast.String | None:
    if not isinstance(node, Branch):
        return None
    span = reader.span_of(cast(Token, node.children[0]))
    return document(reader.source, span.start, span.end)


def _property(reader: Reader, node: Branch) -> ast.Sentence:
    named, value, held, source = node.children
    return ast.Property(
        name(reader, named),
        expression(reader, value),
        held is not None,
        source_of(reader, source),
        reader.span_of(node),
    )


def _parameter(reader: Reader, node: Branch) -> ast.Sentence:
    named, value, bounds, source = node.children
    return ast.Parameter(
        name(reader, named),
        expression(reader, value),
        between(reader, bounds) if bounds is not None else None,
        source_of(reader, source),
        reader.span_of(node),
    )


def _let(reader: Reader, node: Branch) -> ast.Sentence:
    named, formals, value, source = node.children
    return ast.Let(
        name(reader, named),
        formal_names(reader, formals),
        expression(reader, value),
        source_of(reader, source),
        reader.span_of(node),
    )


def formal_names(reader: Reader, node: Node) -> tuple[ast.Name, ...] | None:
    if not isinstance(node, Branch):
        return None
    return tuple(name(reader, part) for part in node.children if part is not None)


def _carries(reader: Reader, node: Branch) -> ast.Sentence:
    shares = tuple(_share(reader, part) for part in node.children)
    return ast.Carries(shares, reader.span_of(node))


def _share(reader: Reader, node: Node) -> ast.Share:
    assert isinstance(node, Branch)
    species, ratio = node.children
    return ast.Share(name(reader, species), optional_expression(reader, ratio), reader.span_of(node))


def _moves(reader: Reader, node: Branch) -> ast.Sentence:
    parts = [part for part in node.children if isinstance(part, Branch)]
    movements = tuple(_movement(reader, part) for part in parts if part.data == "movement")
    uses = tuple(_count(reader, part) for part in parts if part.data == "count")
    return ast.Moves(movements, uses, reader.span_of(node))


def _movement(reader: Reader, node: Branch) -> ast.Movement:
    what, *where = node.children
    span = reader.span_of(node)
    if len(where) == 2:
        return ast.Movement(_count(reader, what), None, path(reader, where[0]), path(reader, where[1]), span)
    direction = cast('Literal["out", "in"]', str(where[0]))
    return ast.Movement(_count(reader, what), direction, None, None, span)


def _count(reader: Reader, node: Node) -> ast.Count:
    assert isinstance(node, Branch)
    written, species = node.children
    count = number(reader, written) if written is not None else None
    return ast.Count(count, path(reader, species), reader.span_of(node))


def _balances(reader: Reader, node: Branch) -> ast.Sentence:
    species, what = (name(reader, part) for part in node.children)
    word = fixed_word(
        reader, what, ("charge", "osmolarity"), "a species balances the charge or the osmolarity"
    )
    if word is None:
        return ast.Broken(reader.span_of(node))
    return ast.Balances(species, cast('Literal["charge", "osmolarity"]', word), reader.span_of(node))


def _potential(reader: Reader, node: Branch) -> ast.Sentence:
    potential, way, start = node.children
    only = "the membrane potential `V` is the only quantity that comes `from` something"
    if fixed_word(reader, name(reader, potential), ("V",), only) is None:
        return ast.Broken(reader.span_of(node))
    return ast.Potential(name(reader, way), optional_expression(reader, start), reader.span_of(node))


def _instantaneous(reader: Reader, node: Branch) -> ast.Sentence:
    return ast.Instantaneous(reader.span_of(node))


def _use(reader: Reader, node: Branch) -> ast.Sentence:
    return ast.Use(string(reader, node.children[0]), (), reader.span_of(node))


_BUILDERS: dict[str, Callable[[Reader, Branch], ast.Sentence]] = {
    "block": _block,
    "bare_block": _block,
    "property": _property,
    "parameter": _parameter,
    "let": _let,
    "carries": _carries,
    "moves": _moves,
    "balances": _balances,
    "potential": _potential,
    "instantaneous": _instantaneous,
    "use": _use,
    "begin": scenario.begin,
    "run": scenario.run,
    "measure": scenario.measure,
    "expect": scenario.expect,
    "expect_relation": scenario.expect_relation,
    "expect_between": scenario.expect_between,
    "action": scenario.action,
    "bare_action": scenario.bare_action,
}
