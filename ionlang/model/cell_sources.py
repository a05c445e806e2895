"""Where numbers come from: what a file cites, and what it says to have from there. See `cell.py`."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from ionlang.records import dataclass
from ionlang.source import Span


@dataclass(frozen=True, slots=True)
class Citation:
    """A `cite`: at least one of `doi` and `text` is not empty."""

    name: str
    doi: str
    text: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Stated:
    """Something that the file states. `source` is the name of a `Citation` if `is_cited`, else a text; it is None for
    a number without one.

    `path` names a number or an expression; of an expectation it is the scenario's name. `text` is its value as
    written, of an expectation the sentence.
    """

    what: Literal["parameter", "property", "expression", "expectation"]
    path: str
    text: str
    source: str | None
    is_cited: bool
    span: Span = field(compare=False, repr=False)
