"""Cuts a file into its items, without reading them: so one broken block hides no other, and an editor can
read one anew.

Also the two things that every cut needs: `join` blanks the line ends that separate nothing (by a form feed,
which a quantity does not cross), `split` finds the sentences of a stretch.
"""

from __future__ import annotations

import re

from ionlang.diagnostics import Problems
from ionlang.records import dataclass
from ionlang.source import Source, Span
from ionlang.syntax import ast
from ionlang.syntax.braces import match_braces
from ionlang.syntax.brackets import NEW_SENTENCE, match_round
from ionlang.syntax.scan import scan
from ionlang.syntax.words import KEYWORDS

JOINED = "\f"
_LINE_ENDS_AND_BRACKETS = re.compile(r"[()\[\]{};]|[ \t\f]*\n\s*")
_JOINS_AFTER = re.compile(r"(?:[-+*/^<>=:,{|(\[±≤≥]|\b(?:and|or|not|if|then|else|so that))\Z")
_JOINS_BEFORE = re.compile(r"[-+*/^<>=:,{|)\]}±≤≥]|(?:and|or|then|else|source|so)\b")
_SEPARATORS_AND_BRACES = re.compile(r"[{};\n]")
_WORDS = re.compile(r"([A-Za-z_]\w*)(?:[ \t\f]+([A-Za-z_]\w*))?")


@dataclass(frozen=True, slots=True)
class Item:
    """A sentence of the top level, uncut: `kind` is its first word if that is followed by a name (`ion`,
    `param`, `let`), else `setting`; `name` is the name (empty where there is none).

    `text` is the normalised text of the span; `broken` are offsets in the source whose mistakes have been
    reported and whose sentence is lost; `comments` are those in the span.
    """

    kind: str
    name: str
    span: Span
    text: str
    broken: tuple[int, ...]
    comments: tuple[ast.Comment, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """A file in pieces: its documentation, its items, and all its comments."""

    documentation: ast.String | None
    items: tuple[Item, ...]
    comments: tuple[ast.Comment, ...]


def cut(source: Source) -> tuple[Item, ...]:
    """The items of a file in source order; mistakes are left to `parse`."""
    return cut_file(source, Problems()).items


def cut_file(source: Source, problems: Problems) -> Cut:
    """Cut a file, and report what is wrong with its characters, quotes and brackets."""
    scanned = scan(source, problems)
    round_ones = match_round(scanned.text, source, problems)
    text, lost = match_braces(scanned.text, source, problems)
    text = join(text, frozenset(round_ones.void))
    broken = tuple(sorted((*round_ones.broken, *lost)))
    documentation, start = _documentation(source, text)
    items = tuple(
        _item(source, text[begin:end], begin, broken, scanned.comments)
        for begin, end in split(text, start, len(text))
    )
    return Cut(documentation, items, scanned.comments)


def join(text: str, void: frozenset[int]) -> str:
    """Blank every line end that is no separator; brackets at the `void` offsets do not count."""
    pieces: list[str] = []
    done = depth = 0
    for point in _LINE_ENDS_AND_BRACKETS.finditer(text):
        sign = point.group()
        if sign in ("(", "["):
            depth += point.start() not in void
        elif sign in (")", "]"):
            depth = max(0, depth - (point.start() not in void))
        elif sign in ("{", "}", ";"):
            depth = 0
        elif depth or _separates_nothing(text, point.start(), point.end()):
            pieces += (text[done : point.start()], sign.replace("\n", JOINED))
            done = point.end()
    return "".join(pieces) + text[done:]


def _separates_nothing(text: str, start: int, end: int) -> bool:
    """A line end after an operator joins, except where a value is plainly missing: a new sentence follows."""
    if _JOINS_BEFORE.match(text, end):
        return True
    after = _JOINS_AFTER.search(text, max(0, start - len("so that")), start)
    return bool(after) and (text[start - 1] in ",:{|([" or not NEW_SENTENCE.match(text, end))


def split(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The sentences between two offsets, as offsets without the blanks around them; a closing brace ends
    one.
    """
    found: list[tuple[int, int]] = []
    begin, depth = start, 0
    for point in _SEPARATORS_AND_BRACES.finditer(text, start, end):
        match point.group():
            case "{":
                depth += 1
            case "}":
                depth -= 1
                if depth == 0:
                    found.append((begin, point.end()))
                    begin = point.end()
            case _:
                if depth == 0:
                    found.append((begin, point.start()))
                    begin = point.end()
    found.append((begin, end))
    return [stripped for pair in found if (stripped := _stripped(text, *pair))]


def _stripped(text: str, start: int, end: int) -> tuple[int, int] | None:
    inner = text[start:end]
    kept = inner.strip()
    left = start + len(inner) - len(inner.lstrip())
    return (left, left + len(kept)) if kept else None


def _documentation(source: Source, text: str) -> tuple[ast.String | None, int]:
    opening = re.match(r'\s*("""\.*(?:""")?)[^\S\n]*(?=[\n;]|\Z)', text)
    if not opening:
        return None, 0
    return document(source, opening.start(1), opening.end(1)), opening.end()


def document(source: Source, start: int, end: int) -> ast.String:
    r"""The `\"""…\"""` between two offsets, without its quotes and with plain line ends."""
    said = source.text[start:end].removeprefix('"""').removesuffix('"""')
    return ast.String(said.replace("\r\n", "\n").replace("\r", "\n"), Span(source, start, end))


def _item(
    source: Source, text: str, start: int, broken: tuple[int, ...], comments: tuple[ast.Comment, ...]
) -> Item:
    end = start + len(text)
    span = Span(source, start, min(end, len(source.text)))
    kind, name = _title(text)
    return Item(
        kind,
        name,
        span,
        text,
        tuple(at for at in broken if start <= at < end),
        tuple(comment for comment in comments if start <= comment.span.start < end),
    )


def _title(text: str) -> tuple[str, str]:
    words = _WORDS.match(text)
    if not words:
        return "", ""
    first, second = words.groups(default="")
    if second and second not in KEYWORDS:
        return first, second
    return (first, "") if first in KEYWORDS else ("setting", first)
