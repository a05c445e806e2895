"""Lark tree → sentences of a model: properties, names, and what is carried, moved and turned."""

from __future__ import annotations

from typing import Literal, cast

from ionlang.syntax import ast
from ionlang.syntax.branch import Branch, Node
from ionlang.syntax.reader import Reader
from ionlang.syntax.refuse import fixed_word
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


def property_(reader: Reader, node: Branch) -> ast.Sentence:
    named, value, held, source = node.children
    return ast.Property(
        name(reader, named),
        expression(reader, value),
        held is not None,
        source_of(reader, source),
        reader.span_of(node),
    )


def text_property(reader: Reader, node: Branch) -> ast.Sentence:
    named, said = node.children
    return ast.TextProperty(name(reader, named), string(reader, said), reader.span_of(node))


def parameter(reader: Reader, node: Branch) -> ast.Sentence:
    named, value, bounds, source = node.children
    return ast.Parameter(
        name(reader, named),
        expression(reader, value),
        between(reader, bounds) if bounds is not None else None,
        source_of(reader, source),
        reader.span_of(node),
    )


def let(reader: Reader, node: Branch) -> ast.Sentence:
    named, arguments, value, source = node.children
    return ast.Let(
        name(reader, named),
        _arguments(reader, arguments),
        expression(reader, value),
        source_of(reader, source),
        reader.span_of(node),
    )


def _arguments(reader: Reader, node: Node) -> tuple[ast.Name, ...] | None:
    if not isinstance(node, Branch):
        return None
    return tuple(name(reader, part) for part in node.children if part is not None)


def carries(reader: Reader, node: Branch) -> ast.Sentence:
    shares = tuple(_share(reader, part) for part in node.children)
    return ast.Carries(shares, reader.span_of(node))


def _share(reader: Reader, node: Node) -> ast.Share:
    assert isinstance(node, Branch)
    species, ratio, places = node.children
    share_of = optional_expression(reader, ratio)
    return ast.Share(name(reader, species), share_of, reader.span_of(node), _two_places(reader, places))


def _two_places(reader: Reader, node: Node) -> tuple[ast.Path, ast.Path] | None:
    if not isinstance(node, Branch):
        return None
    first, _, second = node.children
    return path(reader, first), path(reader, second)


def moves(reader: Reader, node: Branch) -> ast.Sentence:
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


def turns(reader: Reader, node: Branch) -> ast.Sentence:
    origins, targets = (_counts(reader, part) for part in node.children)
    return ast.Turns(origins, targets, reader.span_of(node))


def _counts(reader: Reader, node: Node) -> tuple[ast.Count, ...]:
    """`nothing` alone leaves a side empty."""
    assert isinstance(node, Branch)
    counts = tuple(_count(reader, part) for part in node.children)
    alone = len(counts) == 1 and counts[0].count is None and counts[0].species.text == "nothing"
    return () if alone else counts


def binds(reader: Reader, node: Branch) -> ast.Sentence:
    return ast.Binds(name(reader, node.children[0]), reader.span_of(node))


def balances(reader: Reader, node: Branch) -> ast.Sentence:
    species, what = (name(reader, part) for part in node.children)
    word = fixed_word(
        reader, what, ("charge", "osmolarity"), "a species balances the charge or the osmolarity"
    )
    if word is None:
        return ast.Broken(reader.span_of(node))
    return ast.Balances(species, cast('Literal["charge", "osmolarity"]', word), reader.span_of(node))


def potential(reader: Reader, node: Branch) -> ast.Sentence:
    """`V from …`, and `excluded from V`."""
    potential, way, start = node.children
    first, span = name(reader, potential), reader.span_of(node)
    if first.text == "excluded" and start is None:
        only = "what can be left out of the current balance is left out of the potential `V`"
        return ast.Excluded(span) if fixed_word(reader, name(reader, way), ("V",), only) else ast.Broken(span)
    only = "the membrane potential `V` is the only quantity that comes `from` something"
    if fixed_word(reader, first, ("V",), only) is None:
        return ast.Broken(span)
    return ast.Potential(name(reader, way), optional_expression(reader, start), span)


def instantaneous(reader: Reader, node: Branch) -> ast.Sentence:
    return ast.Instantaneous(reader.span_of(node))


def opens(reader: Reader, node: Branch) -> ast.Sentence:
    word, event = node.children
    span = reader.span_of(node)
    only = "a gate `opens at` an event"
    if fixed_word(reader, name(reader, word), ("opens",), only) is None:
        return ast.Broken(span)
    return ast.Opens(path(reader, event), span)


def transition(reader: Reader, node: Branch) -> ast.Sentence:
    origin, target, rate = node.children
    return ast.Transition(
        name(reader, origin), name(reader, target), expression(reader, rate), reader.span_of(node)
    )


def use(reader: Reader, node: Branch) -> ast.Sentence:
    return ast.Use(string(reader, node.children[0]), (), reader.span_of(node))


def use_libraries(reader: Reader, node: Branch) -> ast.Sentence:
    libraries = tuple(name(reader, part) for part in node.children)
    return ast.Use(None, libraries, reader.span_of(node))
