"""Small parts of the messages about sentences that cannot be read."""

from __future__ import annotations

from ionlang.diagnostics import Diagnostic, Label
from ionlang.source import Span
from ionlang.syntax.marks import Mark, Stop


def mistake(
    stop: Stop, code: str, message: str, label: str = "", *, help: str = "", notes: tuple[str, ...] = ()
) -> Diagnostic:
    """A diagnostic at the place where the reading stops."""
    return Diagnostic(code, message, Label(stop.place, label), (), notes, help)


def written(stop: Stop, mark: Mark) -> str:
    """The mark as it stands in the source."""
    return stop.reader.span(mark.start, mark.end).text


def quoted(mark: Mark | None) -> str:
    """How a mark is named in a sentence."""
    if mark is None:
        return "the end of the sentence"
    if mark.kind in ("text", "documentation"):
        return "this quoted text"
    return f"`{mark.text}`"


def quoted_list(words: tuple[str, ...]) -> str:
    """`` `a`, `b` or `c` ``."""
    marked = [f"`{word}`" for word in words]
    return marked[0] if len(marked) == 1 else f"{', '.join(marked[:-1])} or {marked[-1]}"


def text_between(stop: Stop, start: int, end: int) -> str:
    """The source between two offsets of the reader's text, with single blanks."""
    return " ".join(stop.reader.span(start, end).text.split())


def comma_in_number(whole: str, comma: Span, rest: str) -> Diagnostic:
    """`0,5 mM`: what is said of the comma."""
    label = Label(comma, "a decimal point is written `.`")
    return Diagnostic(
        "ION029", "a comma does not stand in a number", label, (), (), f"write `{whole}.{rest}`"
    )
