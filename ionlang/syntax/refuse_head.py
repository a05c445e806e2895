"""Refusals of first lines of blocks that the grammar reads: parts in a wrong order, or of another kind of block."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.syntax.mistake import comma_in_number
from ionlang.syntax.reader import Reader

_DIGITS = re.compile(r"\d+")
_DIGITS_BEFORE = re.compile(r"(?<![\w.])(\d+),\Z")
_ORDER = ("formals", "sides", "place", "copies", "instance", "on", "title")
_PLACED = ("reaction", "buffer")
_CALLED = {
    "formals": "the parameters `(p = …)`",
    "sides": "the sides `(a | b)`",
    "place": "`in …`",
    "copies": "`of …`",
    "instance": "`is …`",
    "on": "`on …`",
    "title": 'the title `"…"`',
}


def check_order(reader: Reader, parts: Sequence[tuple[str, Span]]) -> bool:
    """Whether each part of a first line stands once and in its place."""
    for (earlier, _), (later, span) in pairwise(parts):
        if _ORDER.index(later) <= _ORDER.index(earlier):
            _disorder(reader, earlier, later, span)
            return False
    return True


def _disorder(reader: Reader, earlier: str, later: str, span: Span) -> None:
    called, twice = _CALLED[later], earlier == later
    reader.problems.error(
        "ION024",
        f"{called} cannot be given twice" if twice else f"{called} must stand before {_CALLED[earlier]}",
        span,
        "here again" if twice else "too late",
        notes=(
            'the order is `kind name (p = …) (a | b) in PLACE of 20 PATTERN is TEMPLATE on PATH "title"`',
        ),
    )


def _until(span: Span) -> str:
    """The source's line up to a stretch."""
    return span.source.text[: span.start].rpartition("\n")[2]


def positional_argument(reader: Reader, called: ast.Path, argument: ast.Argument) -> None:
    """`is leak(3 nS)`: which of its parameters?"""
    written = argument.span.text
    before, rest = _DIGITS_BEFORE.search(_until(argument.span)), _DIGITS.match(written)
    if before and rest:
        comma = Span(argument.span.source, argument.span.start - 1, argument.span.start)
        reader.problems.add(comma_in_number(before[1], comma, rest[0]))
        return
    reader.problems.error(
        "ION026",
        f"it is not said which parameter of `{called.text}` is `{written}`",
        argument.span,
        "expected `name = value`",
        help=f"write `{called.text}(p = {written})` with the name of the parameter for `p`",
    )


def fitted(reader: Reader, block: ast.Block) -> ast.Sentence:
    """The block without what its kind cannot have in its first line; broken if it lacks what it needs there."""
    block = _without_parameters(reader, without_strangers(reader, block))
    made_elsewhere = block.instance is not None and block.kind.text != "line"
    if made_elsewhere or not _lacks(reader, block):
        return block
    return ast.Broken(block.span)


def without_strangers(reader: Reader, block: ast.Block) -> ast.Block:
    """The block without an `in …` or `on …` that its kind cannot have."""
    kind = block.kind.text
    if block.place and kind not in _PLACED:
        _stranger(
            reader,
            block,
            "in",
            block.place.span,
            block.place.text,
            "a `reaction` or a `buffer` happens in one place",
        )
        block = replace(block, place=None)
    if block.on and kind != "modifier":
        _stranger(reader, block, "on", block.on.span, block.on.text, "a `modifier` acts on something")
        block = replace(block, on=None)
    if block.copies and kind != "line":
        _stranger(
            reader, block, "of", block.copies.span, block.copies.span.text[2:].strip(), "a `line` has copies"
        )
        block = replace(block, copies=None)
    return block


def _stranger(reader: Reader, block: ast.Block, word: str, place: Span, what: str, why: str) -> None:
    reader.problems.error(
        "ION035",
        f"the first line of {_a(block.kind.text)} has no `{word} …`",
        place,
        "not expected here",
        notes=(f"only {why}",),
        help=f"take `{word} {what}` out",
    )


def _without_parameters(reader: Reader, block: ast.Block) -> ast.Block:
    if block.formals is None or block.kind.text == "modifier":
        return block
    first, last = block.formals[0].span, block.formals[-1].span
    said = Span(first.source, first.start, last.end)
    reader.problems.error(
        "ION035",
        f"{_a(block.kind.text)} has no parameters of its own",
        said,
        "not expected here",
        notes=("only a `template` and a `modifier` have parameters in their first line",),
        help=f"write `template {block.kind.text} {block.name.text}({said.text}) {{ … }}` to make several from it,"
        " or declare them in the body with `param`",
    )
    return replace(block, formals=None)


def _lacks(reader: Reader, block: ast.Block) -> bool:
    kind = block.kind.text
    if kind == "line":
        return _lacks_copies(reader, block)
    word, what = ("in", "where it happens") if kind in _PLACED else ("on", "what it acts on")
    given = block.place if kind in _PLACED else block.on
    if given or not (kind in _PLACED or kind == "modifier"):
        return False
    goal = "PLACE" if kind in _PLACED else "CARRIER"
    reader.problems.error(
        "ION035",
        f"it is not said {what}",
        block.head,
        f"expected `{word} …` behind this",
        help=f"write `{block.head.text} {word} {goal} {{ … }}`",
    )
    return True


def _lacks_copies(reader: Reader, block: ast.Block) -> bool:
    if block.copies:
        return False
    reader.problems.error(
        "ION035",
        "it is not said what this is a line of",
        block.head,
        "expected `of …` behind this",
        help=f"write `{block.head.text} of 20 PATTERN {{ … }}` with the number of copies and the `arrangement` that is"
        " copied",
    )
    return True


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aei' else 'a'} `{kind}`"
