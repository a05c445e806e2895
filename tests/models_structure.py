"""Models as small Python structures: what the generated ones are made of before they become text.

A formula is a row of pieces, so that it can be written down with other units and with the sides of a membrane
exchanged; what is plain text in it means the same either way.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number in one of the units of `models_text.SPELLINGS` (`""` for pure numbers)."""

    number: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Potential:
    """V of a membrane, first side − second side as the structure has them."""

    membrane: str


@dataclass(frozen=True, slots=True)
class Content:
    """A concentration; in its membrane as `in.K` or `out.K` unless `by_name`."""

    place: str
    species: str
    by_name: bool = True


@dataclass(frozen=True, slots=True)
class Odd:
    """A reading of a membrane that changes sign with its sides: `E(K)`, `ghk(K)`, `c0.current(K)`, `c0.flux(K)`."""

    membrane: str
    text: str


@dataclass(frozen=True, slots=True)
class GateValue:
    membrane: str
    carrier: str
    gate: str


Piece = str | Quantity | Potential | Content | Odd | GateValue
Formula = tuple[Piece, ...]
Property = tuple[str, Formula]


@dataclass(frozen=True, slots=True)
class Species:
    name: str
    kind: Literal["ion", "solute", "impermeant"]
    valence: Decimal


@dataclass(frozen=True, slots=True)
class Holding:
    """What a place has of a species; no `start` where it balances the charge."""

    species: str
    start: Quantity | None
    held: bool


@dataclass(frozen=True, slots=True)
class Place:
    name: str
    kind: Literal["compartment", "bath"]
    volume: Formula
    contents: tuple[Holding, ...]

    def holding(self, species: str) -> Holding | None:
        return next((h for h in self.contents if h.species == species), None)

    def changes(self, species: str) -> bool:
        """Whether what is moved here counts in a state."""
        found = self.holding(species)
        return self.kind == "compartment" and found is not None and not found.held


@dataclass(frozen=True, slots=True)
class Gate:
    name: str
    properties: tuple[Property, ...]
    instantaneous: bool


@dataclass(frozen=True, slots=True)
class Movement:
    """`origin` and `target` are places; None is nothing. Written `out` and `in` unless `by_name`."""

    count: int
    species: str
    origin: str | None
    target: str | None
    by_name: bool


@dataclass(frozen=True, slots=True)
class Use:
    count: int
    species: str
    place: str
    says_where: bool


@dataclass(frozen=True, slots=True)
class Carrier:
    """A channel has `shares` (species, ratio), a pump or transporter `movements` and `uses`."""

    name: str
    kind: Literal["channel", "pump", "transporter"]
    shares: tuple[tuple[str, Formula | None], ...]
    movements: tuple[Movement, ...]
    uses: tuple[Use, ...]
    declared: tuple[tuple[str, Formula], ...]
    properties: tuple[Property, ...]
    gates: tuple[Gate, ...]


@dataclass(frozen=True, slots=True)
class Membrane:
    name: str
    first: str
    second: str
    area: Formula
    capacitance: Quantity
    start: Quantity
    carriers: tuple[Carrier, ...]


@dataclass(frozen=True, slots=True)
class Flux:
    name: str
    movements: tuple[Movement, ...]
    rate: Formula


@dataclass(frozen=True, slots=True)
class Injection:
    """A current into the first side; `carrier` is an ion or `charge`."""

    membrane: str
    carrier: str
    current: Quantity


@dataclass(frozen=True, slots=True, repr=False)
class Model:
    """`declared` are sentences such as `param g = …` as (head, formula). `seed` decides on the layout of the text."""

    warmth: tuple[str, Quantity]
    species: tuple[Species, ...]
    declared: tuple[tuple[str, Formula], ...]
    places: tuple[Place, ...]
    membranes: tuple[Membrane, ...]
    fluxes: tuple[Flux, ...]
    injections: tuple[Injection, ...]
    seed: int

    def __repr__(self) -> str:
        return "Model(…)"  # its text says it better

    def place(self, name: str) -> Place:
        return next(p for p in self.places if p.name == name)

    def membrane(self, name: str) -> Membrane:
        return next(m for m in self.membranes if m.name == name)

    def valence(self, species: str) -> int:
        """The charge number of what can move."""
        return int(next(s.valence for s in self.species if s.name == species))
