"""Refusals of first lines of blocks that the grammar reads: their parts in a wrong order, or of another kind."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.syntax.reader import Reader

_ORDER = ("formals", "sides", "place", "instance", "on", "title")
_CALLED = {
    "formals": "the parameters `(p = …)`",
    "sides": "the sides `(a | b)`",
    "place": "`in …`",
    "instance": "`is …`",
    "on": "`on …`",
    "title": 'the title `"…"`',
}


def check_order(reader: Reader, parts: Sequence[tuple[str, Span]]) -> bool:
    """Whether each part of a first line stands once and in its place."""
    for (earlier, _), (later, span) in pairwise(parts):
        if _ORDER.index(later) <= _ORDER.index(earlier):
            _disorder(reader, earlier, later, span)
            return False
    return True


def _disorder(reader: Reader, earlier: str, later: str, span: Span) -> None:
    called, twice = _CALLED[later], earlier == later
    reader.problems.error(
        "ION024",
        f"{called} given twice" if twice else f"{called} must stand before {_CALLED[earlier]}",
        span,
        "here again" if twice else "too late",
        notes=('the order is `kind name (p = …) (a | b) in PLACE is TEMPLATE on PATH "title"`',),
    )


def positional_argument(reader: Reader, called: ast.Path, argument: ast.Argument) -> None:
    """`is leak(3 nS)`: which of its parameters?"""
    written = argument.span.text
    reader.problems.error(
        "ION026",
        f"it is not said which parameter of `{called.text}` is `{written}`",
        argument.span,
        "expected `name = value`",
        help=f"write `{called.text}(p = {written})` with the name of the parameter for `p`",
    )
