"""Where a sentence stops making sense: the words of it, which one is wrong, and what could have stood there."""

from __future__ import annotations

import re
from typing import cast

from lark import TextSlice
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.syntax.grammar import parser
from ionlang.syntax.reader import Reader
from ionlang.syntax.words import KEYWORDS

_MARK = re.compile(
    r'(?P<documentation>"""\.*(?:""")?)|(?P<text>"\.*"?)'
    r"|(?P<number>(?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<sign>\*\*|==|!=|<>|=>|=<|&&|\|\||//|->|:=|\+=|-=|\*=|/=|\+-|<=|>=|\.\.|[^\s])"
)
_WORD_TERMINALS = {word.upper(): word for word in KEYWORDS}
_SIGNS = {
    "EQUAL": "=",
    "COLON": ":",
    "COMMA": ",",
    "DOT": ".",
    "LPAR": "(",
    "RPAR": ")",
    "LBRACE": "{",
    "RBRACE": "}",
    "VBAR": "|",
    "PLUS_MINUS": "+-",
    "_UP_TO": "..",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A word, number, sign or quoted text; `kind` says which."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def is_keyword(self) -> bool:
        return self.kind == "word" and self.text in KEYWORDS

    @property
    def begins_value(self) -> bool:
        return self.kind in ("number", "word") or self.text == "("


@dataclass(frozen=True, slots=True)
class Stop:
    """`marks[:index]` could be read, `marks[index]` could not (`index == len(marks)`: the sentence ends
    there).

    `accepts` are the terminals of the grammar that could stand there, `closer` is what ends the text (`{` of
    a first line, `}` of a body, or nothing).
    """

    reader: Reader
    marks: tuple[Mark, ...]
    index: int
    accepts: tuple[str, ...]
    closer: str

    @property
    def found(self) -> Mark | None:
        return self.marks[self.index] if self.index < len(self.marks) else None

    @property
    def before(self) -> Mark | None:
        return self.marks[self.index - 1] if self.index else None

    @property
    def first(self) -> Mark:
        return self.marks[0]

    @property
    def place(self) -> Span:
        """The offending mark, or the last character where the sentence ends too early."""
        if self.found:
            return self.reader.span(self.found.start, self.found.end)
        last = self.marks[-1].end if self.marks else 1
        return self.reader.span(last - 1, last)

    @property
    def wants_value(self) -> bool:
        return "NUMBER" in self.accepts and "NAME" in self.accepts and "LPAR" in self.accepts

    @property
    def may_end(self) -> bool:
        return "$END" in self.accepts

    @property
    def wanted_words(self) -> tuple[str, ...]:
        """Keywords and signs that could stand here, as they are written."""
        plain = [name.removeprefix("_") for name in self.accepts]
        return tuple(
            _WORD_TERMINALS.get(name) or _SIGNS[name] for name in plain if name in _WORD_TERMINALS | _SIGNS
        )


def stop_of(reader: Reader, start: int, end: int, rule: str, closer: str) -> Stop:
    """Find where reading stops; the text between the offsets must be unreadable."""
    marks = tuple(
        Mark(found.lastgroup or "", found.group(), found.start(), found.end())
        for found in _MARK.finditer(reader.text, start, end)
    )
    at, accepts = _failure(reader, start, end, rule)
    index = next((i for i, mark in enumerate(marks) if mark.end > at), len(marks))
    return Stop(reader, marks, index, accepts, closer)


def _failure(reader: Reader, start: int, end: int, rule: str) -> tuple[int, tuple[str, ...]]:
    reading = parser().parse_interactive(TextSlice(reader.text, start, end), start=rule)
    at = end
    try:
        reading.exhaust_lexer()
        reading.feed_eof()  # type: ignore[no-untyped-call]
    except UnexpectedToken as failure:
        token = failure.token
        at = end if token.type == "$END" or token.start_pos is None else token.start_pos
    except UnexpectedCharacters as failure:
        at = cast(int, failure.pos_in_stream)
    except UnexpectedInput:
        pass
    return at, tuple(sorted(reading.accepts()))  # type: ignore[no-untyped-call]
