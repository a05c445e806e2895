"""Nouns of places: see `cell.py`."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from ionlang.model.expression import Expr
from ionlang.records import dataclass
from ionlang.source import Span


@dataclass(frozen=True, slots=True)
class Content:
    """A species in a place. `start` reads the parameter that says how much (None only while the cell is being put
    together); `held` keeps it."""

    species: str
    path: str
    start: Expr | None
    held: bool
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Place:
    """A compartment (finite: contents are start values) or a bath (unlimited: contents are held)."""

    name: str
    kind: Literal["compartment", "bath"]
    volume: Expr | None
    contents: tuple[Content, ...]
    balancer: str | None
    span: Span = field(compare=False, repr=False)

    def content(self, species: str) -> Content | None:
        return next((c for c in self.contents if c.species == species), None)
