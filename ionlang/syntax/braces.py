"""Braces: which `{` was never closed, which `}` is one too many.

Where the braces of a stretch match, nothing is asked of its layout. Where they do not, the indentation tells
which one is meant; the missing `}` is written into a blank before the line that should have come after it,
the one too many becomes a blank. So everything else in the stretch is still read.
"""

from __future__ import annotations

import re
from itertools import pairwise

from ionlang.diagnostics import Label, Problems
from ionlang.records import dataclass
from ionlang.source import Source, Span
from ionlang.syntax.words import HEADS, KINDS, TOP_KINDS

_TOP = re.compile(rf"^(?:{'|'.join(TOP_KINDS + HEADS)})[ \t]+[A-Za-z_]", re.MULTILINE)
_FIRST = (
    rf"^(?P<indent>[ \t]*)(?:template[ \t]+)?(?P<kind>{'|'.join(KINDS)})[ \t]+[A-Za-z_]\w*"
    r"(?:[ \t]*\([^()\n]*\)){0,2}"
    r"(?:[ \t]+(?:in|is|on)[ \t]+[A-Za-z_][\w.]*(?:\([^()\n]*\))?)*"
    r'(?:[ \t]*"\.*")?'
)
_UNOPENED_LINE = re.compile(_FIRST + r"(?P<gap>[ \t])[ \t]*(?=[A-Za-z_][^{\n]*\}[ \t]*$)", re.MULTILINE)
_UNOPENED_BODY = re.compile(_FIRST + r"(?P<gap>[ \t]*\n)(?P<inner>[ \t]+)(?=[A-Za-z_])", re.MULTILINE)
_BRACE = re.compile(r"[{}]")
_LINE = re.compile(r"^[ \t]*(?=[^\s])(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Open:
    at: int
    line: int
    indent: int


@dataclass(slots=True)
class _Mender:
    source: Source
    problems: Problems
    characters: list[str]
    stack: list[_Open]
    broken: list[int]


def match_braces(text: str, source: Source, problems: Problems) -> tuple[str, tuple[int, ...]]:
    """The text with matching braces, and the offsets of those that could not be mended."""
    text = _opened(text, source, problems)
    limits = [0, *(head.start() for head in _TOP.finditer(text)), len(text)]
    mender = _Mender(source, problems, [], [], [])
    for start, end in pairwise(limits):
        if not _balanced(text, start, end):
            mender.characters = mender.characters or list(text)
            _mend(mender, text, start, end)
    return "".join(mender.characters) or text, tuple(mender.broken)


def _opened(text: str, source: Source, problems: Problems) -> str:
    """The text with a `{` in a blank behind every first line that lacks it, though a `}` or an indented line shows
    that a block was meant.
    """
    for head in (*_UNOPENED_LINE.finditer(text), *_UNOPENED_BODY.finditer(text)):
        if head.lastgroup == "inner" and len(head["inner"]) <= len(head["indent"]):
            continue
        text = text[: head.start("gap")] + "{" + text[head.start("gap") + 1 :]
        problems.error(
            "ION024",
            f"the first line of this `{head['kind']}` does not open its block",
            Span(source, head.start("kind"), head.start("gap")),
            "`{` is missing behind this",
            help="what belongs to a block stands between `{` and `}`",
        )
    return text


def _balanced(text: str, start: int, end: int) -> bool:
    depth = 0
    for brace in _BRACE.finditer(text, start, end):
        depth += 1 if brace.group() == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def _mend(mender: _Mender, text: str, start: int, end: int) -> None:
    lines = list(_LINE.finditer(text, start, end))
    for number, line in enumerate(lines):
        indent = line.start(1) - line.start()
        following = lines[number + 1] if number + 1 < len(lines) else None
        _close_before(mender, text, line, indent)
        _read_line(mender, line, indent, following.start(1) - following.start() if following else 0)
    while mender.stack:
        _missing(mender, text, mender.stack.pop(), end)


def _close_before(mender: _Mender, text: str, line: re.Match[str], indent: int) -> None:
    """What is indented as this line, or more, ended before it; a `}` may stand as far left as its block."""
    closes = line.group(1).startswith("}")
    while mender.stack and mender.stack[-1].indent >= indent + closes:
        _missing(mender, text, mender.stack.pop(), line.start(1))


def _read_line(mender: _Mender, line: re.Match[str], indent: int, next_indent: int) -> None:
    for brace in _BRACE.finditer(line.string, line.start(1), line.end()):
        at, number = brace.start(), mender.source.line_of(brace.start())
        if brace.group() == "{":
            mender.stack.append(_Open(at, number, indent))
        elif not mender.stack:
            _too_many(mender, at)
        else:
            top = mender.stack[-1]
            leads = at == line.start(1) and indent > top.indent
            inside = (
                top.line != number
                and not line.string[at + 1 : line.end()].strip()
                and next_indent > top.indent
            )
            if leads or inside:
                _too_many(mender, at)
            else:
                mender.stack.pop()


def _missing(mender: _Mender, text: str, opened: _Open, before: int) -> None:
    stops = len("".join(mender.characters[:before]).rstrip())
    mender.problems.error(
        "ION007",
        "this `{` has no closing `}`",
        Span(mender.source, opened.at, opened.at + 1),
        "opened here",
        secondary=(
            Label(Span(mender.source, stops - 1, stops), "a `}` is expected behind this, at the latest"),
        ),
        help="write `}` where the block ends",
    )
    if stops < before or stops < len(text):
        mender.characters[stops] = "}"
    elif before == len(text):
        mender.characters.append("}")
    else:
        mender.broken.append(opened.at)


def _too_many(mender: _Mender, at: int) -> None:
    mender.characters[at] = " "
    mender.problems.error(
        "ION008",
        "this `}` closes nothing",
        Span(mender.source, at, at + 1),
        "no block is open here",
        help="remove it, or look above for a block that was closed too early",
    )
