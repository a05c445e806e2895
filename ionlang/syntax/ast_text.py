"""Syntax of what is said in words: comments and quoted text."""

from __future__ import annotations

from dataclasses import field

from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.syntax.ast_expression import Name


@dataclass(frozen=True, slots=True)
class Comment:
    """`# …` to the line end, without the `#` and the blank after it."""

    text: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class String:
    """`"…"` or a `\"\"\"…\"\"\"` documentation, without its quotes."""

    text: str
    span: Span = field(compare=False, repr=False)


Said = String | Name
"""What follows `source`: a text, or the name of a `cite`."""
