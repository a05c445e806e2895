"""Text of one sentence → the sentence, or what is left of it.

A block that cannot be read in one go is read piece by piece: its first line, then every sentence of its body
alone. So each mistake gets its own message, and what is right is kept. Where a sentence is lost but its name
is not, the name is kept with a broken value: nobody shall be told later that it is missing.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import cast

from lark import TextSlice
from lark.exceptions import UnexpectedInput

from ionlang.syntax import ast
from ionlang.syntax.branch import Branch
from ionlang.syntax.cut import document, split
from ionlang.syntax.grammar import parser
from ionlang.syntax.reader import Reader
from ionlang.syntax.recover_head import guessed_head
from ionlang.syntax.refuse import report_unknown_kind
from ionlang.syntax.tree import body, sentence
from ionlang.syntax.tree_action import doing, when
from ionlang.syntax.tree_expression import expression, path
from ionlang.syntax.words import HEADS, KEYWORDS, KINDS, MOMENTS

_DECLARATION = re.compile(
    r"(?:(param|let|measure)[ \t\f]+)?([A-Za-z_]\w*)[ \t\f]*(?:\(([\w\s,]*)\)[ \t\f]*)?=(?!=)"
)
_FIRST_WORDS = re.compile(r"([A-Za-z_]\w*)(?:[ \t\f]+([A-Za-z_]\w*))?")
_DOCUMENTATION = re.compile(r'[;\s]*("""\.*(?:""")?)')


def explain(reader: Reader, start: int, end: int, rule: str, closing: str = "") -> None:
    """Report what is wrong with a stretch that cannot be read. The words for that are loaded only now."""
    from ionlang.syntax.explain import explain as report

    report(reader, start, end, rule, closing)


def read_sentence(reader: Reader, start: int, end: int) -> ast.Sentence:
    """The sentence between two offsets; every mistake in it is reported once."""
    tree = _tree(reader, start, end, "sentence")
    if tree is not None:
        return sentence(reader, tree)
    opening = reader.text.find("{", start, end)
    first, second = _words(reader, start)
    if opening < 0 or reader.text[end - 1] != "}":
        return _lost(reader, start, end)
    if first in MOMENTS:
        return _action(reader, start, opening, end)
    if first in KINDS or first in HEADS:
        return _block(reader, start, opening, end)
    if second and first not in KEYWORDS:
        report_unknown_kind(reader, ast.Name(first, reader.span(start, start + len(first))))
        return ast.Broken(reader.span(start, end))
    return _lost(reader, start, end)


def read_expression(reader: Reader) -> ast.Expr:
    """The whole text as one expression."""
    if not reader.text:
        reader.problems.error("ION011", "a value is missing: there is no text", reader.span(0, 0))
        return ast.Broken(reader.span(0, 0))
    tree = _tree(reader, 0, len(reader.text), "expression")
    if tree is not None:
        return expression(reader, tree)
    explain(reader, 0, len(reader.text), "expression")
    return ast.Broken(reader.span(0, len(reader.text)))


def _tree(reader: Reader, start: int, end: int, rule: str) -> Branch | None:
    try:
        return cast(Branch, parser().parse(TextSlice(reader.text, start, end), start=rule))
    except UnexpectedInput:
        return None


def _words(reader: Reader, start: int) -> tuple[str, str]:
    found = _FIRST_WORDS.match(reader.text, start)
    return (found.group(1), found.group(2) or "") if found else ("", "")


def _lost(reader: Reader, start: int, end: int) -> ast.Sentence:
    if not reader.is_lost(start, end):
        explain(reader, start, end, "sentence")
    return _declared(reader, start, end) or ast.Broken(reader.span(start, end))


def _declared(reader: Reader, start: int, end: int) -> ast.Sentence | None:
    """What the sentence declares, with a broken value."""
    found = _DECLARATION.match(reader.text, start, end)
    if not found or found.group(2) in KEYWORDS:
        return None
    word, named = found.group(1), ast.Name(found.group(2), reader.span(*found.span(2)))
    span, value = reader.span(start, end), ast.Broken(reader.span(found.end(), end))
    match word:
        case "param":
            return ast.Parameter(named, value, None, None, span)
        case "let":
            return ast.Let(named, _formals(reader, found), value, None, span)
        case "measure":
            return ast.Measure(named, value, span)
        case _ if found.group(3) is None:
            return ast.Property(named, value, held=False, source=None, span=span)
        case _:
            return None


def _formals(reader: Reader, found: re.Match[str]) -> tuple[ast.Name, ...] | None:
    if found.group(3) is None:
        return None
    words = re.compile(r"[A-Za-z_]\w*").finditer(reader.text, *found.span(3))
    return tuple(ast.Name(word.group(), reader.span(*word.span())) for word in words)


def _block(reader: Reader, start: int, opening: int, end: int) -> ast.Sentence:
    documentation, begin = _body_documentation(reader, opening + 1, end - 1)
    sentences = [read_sentence(reader, *part) for part in split(reader.text, begin, end - 1)]
    head = _head(reader, start, opening)
    inside, span = body(reader, sentences), reader.span(start, end)
    match head:
        case ast.Block():
            return replace(head, documentation=documentation, body=inside, span=span)
        case ast.Template():
            block = replace(head.block, documentation=documentation, body=inside)
            return replace(head, block=block, span=span)
        case ast.Extend():
            return replace(head, body=inside, span=span)
        case _:
            return ast.Broken(span)


def _head(reader: Reader, start: int, opening: int) -> ast.Block | ast.Template | ast.Extend | None:
    end = start + len(reader.text[start:opening].rstrip())
    if reader.is_lost(start, end):
        return guessed_head(reader, start, end)
    extends = reader.text.startswith("extend", start)
    tree = _extended(reader, start, end) if extends else _tree(reader, start, end, "sentence")
    if tree is None:
        explain(reader, start, end, "sentence", "{")
        return guessed_head(reader, start, end)
    head = tree if isinstance(tree, ast.Extend) else sentence(reader, tree)
    return head if isinstance(head, ast.Block | ast.Template | ast.Extend) else None


def _extended(reader: Reader, start: int, end: int) -> ast.Extend | None:
    target = start + len("extend")
    tree = _tree(reader, target, end, "expression")
    if tree is None or tree.data != "path":
        return None
    span = reader.span(start, end)
    return ast.Extend(path(reader, tree), (), span, span)


def _body_documentation(reader: Reader, start: int, end: int) -> tuple[ast.String | None, int]:
    found = _DOCUMENTATION.match(reader.text, start, end)
    if not found:
        return None, start
    span = reader.span(*found.span(1))
    return document(reader.source, span.start, span.end), found.end()


def _action(reader: Reader, start: int, opening: int, end: int) -> ast.Sentence:
    doings = tuple(_doing(reader, *part) for part in split(reader.text, opening + 1, end - 1))
    head_end = start + len(reader.text[start:opening].rstrip().removesuffix(":").rstrip())
    tree = None if reader.is_lost(start, head_end) else _tree(reader, start, head_end, "when")
    if tree is None:
        if not reader.is_lost(start, head_end):
            explain(reader, start, head_end, "when", "{")
        return ast.Broken(reader.span(start, end))
    return ast.Action(when(reader, tree), doings, reader.span(start, end))


def _doing(reader: Reader, start: int, end: int) -> ast.Doing:
    tree = _tree(reader, start, end, "doing")
    if tree is not None:
        return doing(reader, tree)
    if not reader.is_lost(start, end):
        explain(reader, start, end, "doing", "}")
    return ast.Broken(reader.span(start, end))
