"""How deep an expression may be: no cell needs more, and every later stage walks down it."""

from __future__ import annotations

from ionlang.diagnostics import Problems
from ionlang.source import Span

DEEPEST = 120
"""Levels of operators and brackets."""


def report_too_deep(problems: Problems, span: Span) -> None:
    problems.error(
        "ION034",
        "this is nested too deeply",
        span,
        f"more than {DEEPEST} levels",
        help="name parts of it: `let part = …`",
    )
