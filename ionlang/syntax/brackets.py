"""Brackets: finds those without a partner, and mends the text so that the rest of it can still be read.

Round brackets belong to one sentence: what is open when the next sentence begins was never closed. Braces
belong to the file: they are counted from one top-level kind word in column 1 to the next, and only where
they do not match does the indentation say which of them is meant (`braces.py`).
"""

from __future__ import annotations

import re
from dataclasses import field

from ionlang.diagnostics import Label, Problems
from ionlang.records import dataclass
from ionlang.source import Source, Span
from ionlang.syntax.words import KINDS, OPENERS

_POINTS = re.compile(r"[()\[\]{};]|\n")
_OPENERS = "|".join(
    word for word in OPENERS if word not in ("at", "from")
)  # those two may stand in an expression
NEW_SENTENCE = re.compile(
    rf"\s*(?:(?:{_OPENERS}|{'|'.join(KINDS)})[ \t]+[\w\"]|[A-Za-z_]\w*[ \t]*=|[A-Za-z_]\w*[ \t]+(?:balances|from)\b)"
)
_CLOSING = {"(": ")", "[": "]"}


@dataclass(slots=True)
class Brackets:
    """`void`: offsets of round and square brackets that do not count; `broken`: offsets whose sentence is
    lost.
    """

    source: Source
    problems: Problems
    void: set[int] = field(default_factory=set)
    broken: list[int] = field(default_factory=list)


def match_round(text: str, source: Source, problems: Problems) -> Brackets:
    """Report every `(`, `[`, `)`, `]` without its partner."""
    found = Brackets(source, problems)
    stack: list[int] = []
    for point in _POINTS.finditer(text):
        at, sign = point.start(), point.group()
        if sign in "([":
            stack.append(at)
        elif sign in ")]":
            _close(found, text, stack, at)
        elif stack and (sign != "\n" or _sentence_begins(text, at)):
            _unclosed(found, text, stack, at)
    if stack:
        _unclosed(found, text, stack, len(text))
    return found


def _sentence_begins(text: str, line_end: int) -> bool:
    if not (next_line := NEW_SENTENCE.match(text, line_end)):
        return False
    goes_on = text[:line_end].rstrip()[-1:] in ("(", "[", ",")
    return not (goes_on and next_line.group().endswith("="))  # `max(q,⏎ after = 20 s)`


def _close(found: Brackets, text: str, stack: list[int], at: int) -> None:
    here = Span(found.source, at, at + 1)
    if not stack:
        found.void.add(at)
        found.broken.append(at)
        found.problems.error(
            "ION006",
            f"this `{text[at]}` closes nothing",
            here,
            "no bracket is open here",
            help="remove it, or open a bracket before it",
        )
        return
    opened = stack.pop()
    if _CLOSING[text[opened]] != text[at]:
        found.broken.append(at)
        found.problems.error(
            "ION006",
            f"`{text[opened]}` is closed by `{text[at]}`",
            here,
            f"expected `{_CLOSING[text[opened]]}`",
            secondary=(Label(Span(found.source, opened, opened + 1), "opened here"),),
        )


def _unclosed(found: Brackets, text: str, stack: list[int], until: int) -> None:
    """Report what is open: one message for each line, at the first bracket of it."""
    told: list[int] = []
    for opened in stack:
        found.void.add(opened)
        line = found.source.line_of(opened)
        if line not in told:
            _report_unclosed(found, text, opened, until)
        told.append(line)
    stack.clear()


def _report_unclosed(found: Brackets, text: str, opened: int, until: int) -> None:
    found.broken.append(opened)
    line_end = text.find("\n", opened, until)
    stops = len(text[: line_end if line_end >= 0 else until].rstrip())
    closing = _CLOSING[text[opened]]
    found.problems.error(
        "ION005",
        f"this `{text[opened]}` has no closing `{closing}`",
        Span(found.source, opened, opened + 1),
        "opened here",
        secondary=(Label(Span(found.source, stops - 1, stops), f"the line ends here without `{closing}`"),),
        help=f"write `{closing}` where the bracket should end",
    )
