"""Lark tree → the first line of a block: what stands between its kind and its `{`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from lark import Token

from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.syntax.branch import Branch, Node
from ionlang.syntax.reader import Reader
from ionlang.syntax.refuse_head import check_order, positional_argument
from ionlang.syntax.tree_expression import call, expression, name, number, path, source_of, string, unit_word


def head(reader: Reader, parts: Sequence[Node]) -> ast.Block | None:
    """The first line as a block without a body; None if it is lost (what is wrong has been reported)."""
    kind, named, *clauses = parts
    found = {_word(clause): clause for clause in clauses}
    if not check_order(reader, [(_word(clause), _span(reader, clause)) for clause in clauses]):
        return None
    last = next((clause for clause in reversed(clauses) if _word(clause) != "title"), named)
    first_line = Span(reader.source, reader.span_of(cast(Token, kind)).start, _span(reader, last).end)
    made_from = _instance(reader, found["instance"]) if "instance" in found else None
    if made_from is None and "instance" in found:
        return None
    copies = _copies(reader, found["copies"]) if "copies" in found else None
    if copies is None and "copies" in found:
        return None
    return ast.Block(
        name(reader, kind),
        name(reader, named),
        _sides(reader, found["sides"]) if "sides" in found else None,
        string(reader, found["title"]) if "title" in found else None,
        None,
        (),
        first_line,
        first_line,
        _last_path(reader, found.get("place")),
        (_formals(reader, found["formals"]) or None) if "formals" in found else None,
        made_from,
        _last_path(reader, found.get("on")),
        copies,
    )


def arguments_of(reader: Reader, target: Node) -> tuple[ast.Path, tuple[ast.Argument, ...]] | None:
    """`T` or `T(p = 3 mM)`; None, and a message, if an argument does not say which parameter it is for."""
    assert isinstance(target, Branch)
    if target.data == "path":
        return path(reader, target), ()
    written = call(reader, target)
    for argument in written.arguments:
        if argument.keyword is None:
            positional_argument(reader, written.function, argument)
            return None
    return written.function, written.arguments


def _word(clause: Node) -> str:
    return clause.data if isinstance(clause, Branch) else "title"


def _span(reader: Reader, clause: Node) -> Span:
    assert clause is not None
    return reader.span_of(clause)


def _last_path(reader: Reader, clause: Node) -> ast.Path | None:
    return path(reader, clause.children[-1]) if isinstance(clause, Branch) else None


def _sides(reader: Reader, node: Node) -> tuple[ast.Side, ast.Side]:
    assert isinstance(node, Branch)
    first, second = node.children
    return _side(reader, first), _side(reader, second)


def _side(reader: Reader, node: Node) -> ast.Side:
    assert isinstance(node, Branch)
    return tuple(path(reader, part) for part in node.children if isinstance(part, Branch))


def _formals(reader: Reader, node: Node) -> tuple[ast.Formal, ...]:
    assert isinstance(node, Branch)
    return tuple(_formal(reader, part) for part in node.children if isinstance(part, Branch))


def _formal(reader: Reader, node: Branch) -> ast.Formal:
    named, *_, said = node.children
    span = reader.span_of(node)
    if node.data == "formal":
        default = expression(reader, node.children[-2])
        return ast.Formal(name(reader, named), default, None, span, source_of(reader, said))
    unit = name(reader, said)
    return ast.Formal(name(reader, named), None, ast.Name(unit_word(unit.text), unit.span), span)


def _copies(reader: Reader, clause: Node) -> ast.Copies | None:
    assert isinstance(clause, Branch)
    groups = [_group(reader, part) for part in clause.children]
    known = tuple(group for group in groups if group is not None)
    return ast.Copies(known, reader.span_of(clause)) if len(known) == len(groups) else None


def _group(reader: Reader, node: Node) -> ast.Group | None:
    assert isinstance(node, Branch)
    counted, *parts = node.children
    first = parts[0]
    assert first is not None
    if isinstance(first, Branch) and first.data == "group":
        groups = [_group(reader, part) for part in parts]
        known = tuple(group for group in groups if group is not None)
        whole = len(known) == len(groups)
        return ast.Group(number(reader, counted), known, reader.span_of(node)) if whole else None
    made_from = arguments_of(reader, first)
    if made_from is None:
        return None
    instance = ast.Instance(*made_from, reader.span_of(first))
    return ast.Group(number(reader, counted), instance, reader.span_of(node))


def _instance(reader: Reader, clause: Node) -> ast.Instance | None:
    assert isinstance(clause, Branch)
    made_from = arguments_of(reader, clause.children[0])
    if made_from is None:
        return None
    template, arguments = made_from
    return ast.Instance(template, arguments, reader.span_of(clause))
