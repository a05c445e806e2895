"""First look at the text: strings, documentation, comments, and characters that are not what they seem.

The result has the length of the source, so that offsets stay places: comments are blanked, the contents of
strings are points, characters that look like ASCII ones are replaced by them. After this pass nobody has to
know about quotes.
"""

from __future__ import annotations

import re

from ionlang.diagnostics import Problems
from ionlang.records import dataclass
from ionlang.source import Source, Span
from ionlang.syntax import ast
from ionlang.syntax.words import HEADS, TOP_KINDS

_QUOTES = '"“”„«»＂'
_COMMENT_SIGNS = "#＃"
_BLANKS = "\u00a0\u1680\u202f\u205f\u3000\ufeff\u200b\u200c\u200d\u2060\v\f\x85" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_LINE_ENDS = "\u2028\u2029"
_LOOK_ALIKES = {
    "−": "-", "–": "-", "—": "-", "‐": "-", "‑": "-",
    "×": "*", "·": "*", "⋅": "*", "∙": "*", "∗": "*",
    "÷": "/", "∕": "/", "⁄": "/", "∶": ":",
    "、": ",", "。": ".", "【": "[", "】": "]",
    "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9",
}  # fmt: skip
_FULL_WIDTH = {chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"#'}
_ASCII = {**_LOOK_ALIKES, **_FULL_WIDTH}
_WRITTEN_LONGER = {"≤": "<=", "≥": ">="}  # understood as they stand, for their ASCII form has another length
_SILENT = {**dict.fromkeys(_BLANKS, " "), **dict.fromkeys(_LINE_ENDS, "\n"), "\r": "\n", "µ": "u", "μ": "u"}

_ODD = "".join(map(re.escape, _ASCII | _WRITTEN_LONGER))
_QUIET = "".join(map(re.escape, _SILENT))
_POINTS = re.compile(f'(?P<doc>""")|(?P<quote>[{_QUOTES}])|(?P<comment>[{_COMMENT_SIGNS}])|(?P<odd>[{_ODD}]+)'
                     f"|(?P<crlf>\r\n)|(?P<quiet>[{_QUIET}])")  # fmt: skip
_BEGINS = (
    rf"(?:{'|'.join(TOP_KINDS + HEADS)})[ \t]+\w+[^\n]*[{{(]",
    r"(?:param|let)[ \t]+\w[^\n]*=",
    r'use[ \t]+"',
    r"[A-Za-z_]\w*[ \t]*=[ \t]*\d",
)
_HEAD = re.compile(f"^(?:{'|'.join(_BEGINS)})", re.MULTILINE)
_HEAD_OR_LIBRARY = re.compile(  # prose may well have a line that begins with `use`
    rf"{_HEAD.pattern}|^use[ \t]+\w+(?:,[ \t]*\w+)*[ \t]*$", re.MULTILINE
)
_BRACES_BEHIND = re.compile(r"[ \t]*[{}][ \t{}]*\Z")


@dataclass(frozen=True, slots=True)
class Scan:
    """`text` is as long as the source's and holds code, line ends and blanks only."""

    source: Source
    text: str
    comments: tuple[ast.Comment, ...]


@dataclass(slots=True)
class _Scanner:
    source: Source
    problems: Problems
    pieces: list[str]
    comments: list[ast.Comment]
    documents_are_odd: bool

    def span(self, start: int, end: int) -> Span:
        return Span(self.source, start, end)


def scan(source: Source, problems: Problems) -> Scan:
    """The normalised text and the comments of a source."""
    text = source.text
    scanner = _Scanner(source, problems, [], [], text.count('"""') % 2 == 1)
    done = 0
    while found := _POINTS.search(text, done):
        scanner.pieces.append(text[done : found.start()])
        done = _read(scanner, found)
    scanner.pieces.append(text[done:])
    return Scan(source, "".join(scanner.pieces), tuple(scanner.comments))


def _read(scanner: _Scanner, found: re.Match[str]) -> int:
    """Read what begins here, append its normal form, and return where it ends."""
    start, end = found.span()
    match found.lastgroup:
        case "doc":
            return _documentation(scanner, start)
        case "quote":
            return _string(scanner, start)
        case "comment":
            return _comment(scanner, start)
        case "odd":
            _odd(scanner, start, end)
        case "crlf":
            scanner.pieces.append(" \n")
        case _:
            scanner.pieces.append(_SILENT[found.group()])
    return end


def _documentation(scanner: _Scanner, start: int) -> int:
    text = scanner.source.text
    end = text.find('"""', start + 3)
    head = _HEAD.search(text, start) if scanner.documents_are_odd else None
    if end >= 0 and not (head and head.start() < end):
        scanner.pieces.append('"""' + "." * (end - start - 3) + '"""')
        return end + 3
    scanner.problems.error(
        "ION004",
        'this documentation has no closing `"""`',
        scanner.span(start, start + 3),
        "opened here",
        help='close it with `"""`',
    )
    scanner.documents_are_odd = False
    head = _HEAD_OR_LIBRARY.search(text, start)
    rest = text[start + 3 : head.start() if head else len(text)].rstrip()
    scanner.pieces.append('"""' + "." * len(rest))
    return start + 3 + len(rest)


def _string(scanner: _Scanner, start: int) -> int:
    text, opening = scanner.source.text, scanner.source.text[start]
    closing = '"' if opening == '"' else _QUOTES
    end = next((i for i in range(start + 1, len(text)) if text[i] in closing or text[i] in "\r\n"), len(text))
    if end == len(text) or text[end] in "\r\n":
        behind = _BRACES_BEHIND.search(text, start, end)
        end = behind.start() if behind else end
        scanner.problems.error(
            "ION003",
            f"this text has no closing `{opening if opening == '＂' else chr(34)}` on its line",
            scanner.span(start, end),
            "opened here",
            help='close it with `"` before the line ends',
        )
        scanner.pieces.append('"' + "." * (end - start - 1))
        return end
    if opening != '"':
        _look_alike(scanner, start, end + 1, f"{opening}…{text[end]}", '"…"')
    scanner.pieces.append('"' + "." * (end - start - 1) + '"')
    return end + 1


def _comment(scanner: _Scanner, start: int) -> int:
    text = scanner.source.text
    end = next((i for i in range(start, len(text)) if text[i] in "\r\n"), len(text))
    said = text[start + 1 : end].rstrip()
    scanner.comments.append(ast.Comment(said.removeprefix(" "), scanner.span(start, start + 1 + len(said))))
    scanner.pieces.append(" " * (end - start))
    return end


def _odd(scanner: _Scanner, start: int, end: int) -> None:
    written = scanner.source.text[start:end]
    ascii_form = "".join(_WRITTEN_LONGER.get(c) or _ASCII[c] for c in written)
    _look_alike(scanner, start, end, written, ascii_form)
    scanner.pieces.append("".join(_ASCII.get(c, c) for c in written))


def _look_alike(scanner: _Scanner, start: int, end: int, written: str, ascii_form: str) -> None:
    scanner.problems.error(
        "ION001",
        f"`{written}` looks like the ASCII `{ascii_form}`, but is not",
        scanner.span(start, end),
        f"write `{ascii_form}`",
        notes=("characters of other alphabets may stand in comments, documentation and quoted text only",),
    )
