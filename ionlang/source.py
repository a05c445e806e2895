"""Where text comes from: a source, and a span in it.

Spans are offsets in characters, never in bytes; line, column and display width are computed when somebody asks.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import field
from pathlib import PurePath
from unicodedata import east_asian_width

from ionlang.records import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A text with a name to show (a path as the user gave it, or `<input>`)."""

    name: str
    text: str
    line_starts: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        starts = (0, *(i + 1 for i, c in enumerate(self.text) if c == "\n"))
        object.__setattr__(self, "line_starts", starts)

    def line_of(self, offset: int) -> int:
        """Line number of a character offset, counted from 1."""
        return bisect_right(self.line_starts, offset)

    def column_of(self, offset: int) -> int:
        """Column of a character offset in its line, counted from 1, in characters."""
        return offset - self.line_starts[self.line_of(offset) - 1] + 1

    def line_text(self, number: int) -> str:
        """The text of a line (counted from 1) without its line end."""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] - 1 if number < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch `start <= offset < end` of a source."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        return self.source.line_of(self.start)

    @property
    def column(self) -> int:
        return self.source.column_of(self.start)

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    def to(self, other: Span) -> Span:
        """The stretch from the start of this span to the end of the other."""
        return Span(self.source, self.start, other.end)

    def holds(self, other: Span) -> bool:
        """Whether the other stretch begins in this one."""
        return self.source is other.source and self.start <= other.start < self.end

    def place(self) -> str:
        """`cell.ion:12`, the form used for origins in generated code: the same wherever the file lies."""
        return f"{PurePath(self.source.name).name}:{self.line}"


NOWHERE = Span(Source("<built in>", ""), 0, 0)


def display_width(text: str) -> int:
    """Columns that the text takes on a terminal: wide East Asian characters take two."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)
