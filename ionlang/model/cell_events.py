"""Nouns of events: see `cell.py`."""

from __future__ import annotations

from dataclasses import field

from ionlang.model.expression import Expr
from ionlang.records import dataclass
from ionlang.source import Span


@dataclass(frozen=True, slots=True)
class Event:
    """A moment. It is fired by a scenario and, each time `condition` (a truth value) becomes true, by itself."""

    name: str
    path: str
    condition: Expr | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Kick:
    """What firing an event does: `amount` is added to the state `target`. All kicks of one event read the state in
    which it is fired. `event` and `target` are paths."""

    event: str
    target: str
    amount: Expr
    span: Span = field(compare=False, repr=False)
