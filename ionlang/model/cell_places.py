"""Nouns of places: see `cell.py`."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from ionlang.model.expression import Expr
from ionlang.records import dataclass
from ionlang.source import Span

Motion = Literal["fixed", "water", "defined"]


@dataclass(frozen=True, slots=True)
class Content:
    """A species in a place. `start` reads the parameter that says how much (None only while the cell is being put
    together); `held` keeps it, at that value at all times if it changes with something (an open boundary)."""

    species: str
    path: str
    start: Expr | None
    held: bool
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Place:
    """A compartment (finite: contents are start values) or a bath (unlimited: contents are held).

    `volume` reads the path `P.volume`, whose value is fixed, moves with water, or is a definition at all times
    (`volume_rule`). `volume_start` reads the volume at the start, which amounts are counted with.
    """

    name: str
    kind: Literal["compartment", "bath"]
    volume: Expr | None
    contents: tuple[Content, ...]
    balancer: str | None
    osmotic_balancer: str | None
    motion: Motion
    volume_start: Expr | None
    volume_rule: Expr | None
    span: Span = field(compare=False, repr=False)

    @property
    def moves(self) -> bool:
        """Whether its volume changes, so that what it holds is counted in amounts."""
        return self.motion != "fixed"

    def content(self, species: str) -> Content | None:
        return next((c for c in self.contents if c.species == species), None)


@dataclass(frozen=True, slots=True)
class Buffer:
    """Fast binding: free + bound = free + sites × free/(K_d + free); `sites` reads their concentration at the start
    (an amount where the volume moves)."""

    name: str
    path: str
    place: str
    species: str
    total: Expr
    dissociation: Expr
    span: Span = field(compare=False, repr=False)
