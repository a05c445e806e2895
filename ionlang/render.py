"""Diagnostics → text for people, with colour or without, and → JSON for programs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from html import escape
from typing import TextIO

from ionlang.diagnostics import Diagnostic, Label
from ionlang.records import dataclass
from ionlang.source import Source, Span, display_width

_TAB = "    "


@dataclass(frozen=True, slots=True)
class Colour:
    """What is written before each part of a message, and `reset` behind it."""

    error: str = ""
    warning: str = ""
    strong: str = ""
    frame: str = ""
    help: str = ""
    reset: str = ""

    def paint(self, start: str, text: str) -> str:
        return f"{start}{text}{self.reset}" if text else ""


PLAIN = Colour()
ANSI = Colour("\x1b[1;31m", "\x1b[1;33m", "\x1b[1m", "\x1b[1;34m", "\x1b[1;32m", "\x1b[0m")


def colour_for(stream: TextIO) -> Colour:
    """Colour where a person looks on: never with `NO_COLOR`, always with `FORCE_COLOR`, else on a terminal."""
    if os.environ.get("NO_COLOR"):
        return PLAIN
    if os.environ.get("FORCE_COLOR"):
        return ANSI
    return ANSI if stream.isatty() and os.environ.get("TERM") != "dumb" else PLAIN


def render_text(diagnostics: Iterable[Diagnostic], colour: Colour = PLAIN) -> str:
    """All diagnostics one after another, each with the lines that it speaks of; ends with a line end if not
    empty.
    """
    return "\n".join("\n".join(_message(diagnostic, colour)) + "\n" for diagnostic in diagnostics)


def render_html(diagnostics: Iterable[Diagnostic]) -> str:
    """The same as HTML, each in a frame of its colour; whatever comes from a file is escaped."""
    return f'<div class="ionlang">{"".join(_framed(diagnostic) for diagnostic in diagnostics)}</div>'


def _framed(diagnostic: Diagnostic) -> str:
    head, *lines = (escape(line) for line in _message(diagnostic, PLAIN))
    colour = "#c62828" if diagnostic.severity == "error" else "#ef6c00"
    text = "\n".join((f"<b>{head}</b>", *lines))
    return f'<pre style="border-left:3px solid {colour};padding-left:0.6em">{text}</pre>'


def render_json(diagnostics: Iterable[Diagnostic]) -> str:
    """A JSON list of objects; lines and columns count from 1, the end column is the one behind the last
    character.
    """
    return json.dumps([_object(diagnostic) for diagnostic in diagnostics], ensure_ascii=False, indent=2)


# ── JSON ──────────────────────────────────────────────────────────────────────────────────────────


def _object(diagnostic: Diagnostic) -> dict[str, object]:
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        **_place(diagnostic.primary),
        "secondary": [_place(label) for label in diagnostic.secondary],
        "notes": list(diagnostic.notes),
        "help": diagnostic.help,
    }


def _place(label: Label) -> dict[str, object]:
    span = label.span
    return {
        "file": span.source.name,
        "line": span.line,
        "column": span.column,
        "end_line": span.source.line_of(span.end),
        "end_column": span.source.column_of(span.end),
        "label": label.text,
    }


# ── text ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The part of a label that lies on one line: columns from 0 in characters, `text` only on its last line."""

    line: int
    start: int
    end: int
    text: str
    mark: str
    paint: str


def _message(diagnostic: Diagnostic, colour: Colour) -> list[str]:
    tone = colour.error if diagnostic.severity == "error" else colour.warning
    head = f"{diagnostic.severity}[{diagnostic.code}]"
    lines = [colour.paint(tone, head) + colour.paint(colour.strong, f": {diagnostic.message}")]
    labels = (diagnostic.primary, *diagnostic.secondary)
    margin = max(len(str(label.span.source.line_of(_last(label.span)))) for label in labels)
    for source in _sources(labels):
        lines += _excerpt(source, diagnostic, tone, margin, colour)
    bar = " " * margin + colour.paint(colour.frame, " = ")
    lines += [f"{bar}note: {_indented(note, margin + 9)}" for note in diagnostic.notes]
    if diagnostic.help:
        lines.append(bar + colour.paint(colour.help, "help") + f": {_indented(diagnostic.help, margin + 9)}")
    return lines


def _indented(text: str, width: int) -> str:
    return text.replace("\n", "\n" + " " * width)


def _last(span: Span) -> int:
    """The offset of the last character of a span (of its place, if it is empty)."""
    return max(span.start, span.end - 1)


def _sources(labels: Sequence[Label]) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(label.span.source for label in labels))


def _excerpt(source: Source, diagnostic: Diagnostic, tone: str, margin: int, colour: Colour) -> list[str]:
    """The lines of one source with their underlines."""
    stretches = [
        stretch
        for label in (diagnostic.primary, *diagnostic.secondary)
        if label.span.source is source
        for stretch in _stretches(
            label, *(("^", tone) if label is diagnostic.primary else ("-", colour.frame))
        )
    ]
    first = next(
        label.span for label in (diagnostic.primary, *diagnostic.secondary) if label.span.source is source
    )
    arrow = "-->" if source is diagnostic.primary.span.source else ":::"
    place = f"{source.name}:{first.line}:{first.column}"
    lines = [" " * margin + colour.paint(colour.frame, arrow) + f" {place}", _gutter(margin, colour)]
    previous = 0
    for number in sorted({stretch.line for stretch in stretches}):
        if previous and number > previous + 1:
            lines.append(colour.paint(colour.frame, "..."))
        lines += _line(source, number, [s for s in stretches if s.line == number], margin, colour)
        previous = number
    return lines


def _stretches(label: Label, mark: str, paint: str) -> list[_Stretch]:
    """One stretch for each line of a label; of a long one only the first and the last."""
    span, source = label.span, label.span.source
    first, last = span.line, source.line_of(_last(span))
    lines = range(first, last + 1) if last - first < 4 else (first, last)
    found = []
    for number in lines:
        text = source.line_text(number)
        start = span.column - 1 if number == first else len(text) - len(text.lstrip())
        end = source.column_of(_last(span)) if number == last else len(text)
        if number in (first, last) or text.strip():
            said = label.text if number == last else ""
            found.append(_Stretch(number, start, max(end, start + 1), said, mark, paint))
    return found


def _line(source: Source, number: int, stretches: list[_Stretch], margin: int, colour: Colour) -> list[str]:
    """The line and below it one row for each label, the rightmost first, so that none runs through another."""
    text = source.line_text(number)
    shown = f"{colour.paint(colour.frame, f'{number:>{margin}} |')} {text.replace(chr(9), _TAB)}".rstrip()
    rows = [shown]
    for stretch in sorted(stretches, key=lambda each: -each.start):
        before = " " * _width(text[: stretch.start])
        under = stretch.mark * max(1, _width(text[stretch.start : stretch.end]))
        said = f"{under} {stretch.text}".rstrip()
        rows.append(f"{_gutter(margin, colour)} {before}{colour.paint(stretch.paint, said)}")
    return rows


def _width(text: str) -> int:
    return display_width(text.replace("\t", _TAB))


def _gutter(margin: int, colour: Colour) -> str:
    return " " * margin + colour.paint(colour.frame, " |")
