"""What can be guessed of the first line of a block that cannot be read, so that nothing seems to be missing later."""

from __future__ import annotations

import re
from dataclasses import replace

from ionlang.syntax import ast
from ionlang.syntax.reader import Reader
from ionlang.syntax.words import KINDS

_NAME = r"[A-Za-z_]\w*"
_HEAD = re.compile(rf"(?:(?P<template>template)[ \t\f]+)?(?P<kind>{_NAME})[ \t\f]+(?P<name>{_NAME})")
_SIDES = re.compile(rf"\(\s*({_NAME})\W+({_NAME})\s*\)")
_CLAUSE = re.compile(rf"\b(in|on)\s+({_NAME}(?:\s*\.\s*{_NAME})*)")
_FORMALS = re.compile(r"\(([^()]*)")
_WORD = re.compile(_NAME)


def guessed_head(reader: Reader, start: int, end: int) -> ast.Block | ast.Template | None:
    """Kind, name, sides, place and parameters, as far as they can be seen; None where what is left would only give
    rise to further messages."""
    words = _HEAD.match(reader.text, start, end)
    if not words or words["kind"] not in KINDS or re.search(r"\bis\b", reader.text[words.end() : end]):
        return None
    has_formals = bool(words["template"]) or words["kind"] == "modifier"
    block = _block(reader, words, end, _formals(reader, words.end(), end) if has_formals else None)
    if not words["template"]:
        return None if _lacks(block) else block
    span = reader.span(start, end)
    return ast.Template(replace(block, formals=None), block.formals or (), span)


def _block(
    reader: Reader, words: re.Match[str], end: int, formals: tuple[ast.Formal, ...] | None
) -> ast.Block:
    clauses = {found[1]: _path(reader, found) for found in _CLAUSE.finditer(reader.text, words.end(), end)}
    kind, named = (ast.Name(words[part], reader.span(*words.span(part))) for part in ("kind", "name"))
    span = reader.span(words.start("kind"), end)
    sides = _SIDES.search(reader.text, words.end(), end) if words["kind"] == "membrane" else None
    return ast.Block(
        kind,
        named,
        _two_sides(reader, sides) if sides else None,
        None,
        None,
        (),
        span,
        span,
        clauses.get("in") if words["kind"] in ("reaction", "buffer") else None,
        formals or None,
        None,
        clauses.get("on") if words["kind"] == "modifier" else None,
    )


def _lacks(block: ast.Block) -> bool:
    """Whether something is missing that its kind cannot do without."""
    match block.kind.text:
        case "membrane":
            return block.sides is None
        case "reaction" | "buffer":
            return block.place is None
        case "modifier":
            return block.on is None
        case "line":
            return block.copies is None
        case _:
            return False


def _two_sides(reader: Reader, sides: re.Match[str]) -> tuple[ast.Side, ast.Side]:
    first, second = (ast.Name(sides[i], reader.span(*sides.span(i))) for i in (1, 2))
    return (ast.Path((first,), first.span),), (ast.Path((second,), second.span),)


def _path(reader: Reader, found: re.Match[str]) -> ast.Path:
    parts = tuple(
        ast.Name(word.group(), reader.span(*word.span()))
        for word in _WORD.finditer(found.string, *found.span(2))
    )
    return ast.Path(parts, reader.span(*found.span(2)))


def _formals(reader: Reader, start: int, end: int) -> tuple[ast.Formal, ...]:
    """The names of the parameters, each with a broken default."""
    brackets = _FORMALS.search(reader.text, start, end)
    if not brackets or "|" in brackets[1]:
        return ()
    found, at = [], brackets.start(1)
    for piece in brackets[1].split(","):
        word = _WORD.search(reader.text, at, at + len(piece))
        if word:
            span = reader.span(*word.span())
            found.append(ast.Formal(ast.Name(word.group(), span), ast.Broken(span), None, span))
        at += len(piece) + 1
    return tuple(found)
