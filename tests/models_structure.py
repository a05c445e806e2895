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
class Buffer:
    name: str
    species: str
    total: Quantity
    dissociation: Quantity


@dataclass(frozen=True, slots=True)
class Place:
    """Its volume moves if water crosses to it (`has_water`), or as what another leaves of a whole (`follows`)."""

    name: str
    kind: Literal["compartment", "bath"]
    volume: Formula
    contents: tuple[Holding, ...]
    has_water: bool = False
    follows: str | None = None
    buffers: tuple[Buffer, ...] = ()

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
    inner: str | None = None
    """The place of a first side that has several."""


@dataclass(frozen=True, slots=True)
class Water:
    name: str
    permeability: Quantity
    molar_volume: Quantity


@dataclass(frozen=True, slots=True)
class Membrane:
    """`annex` is a second place of the first side. With `potential` V is that at all times: of a gap junction."""

    name: str
    first: str
    second: str
    area: Formula
    capacitance: Quantity
    start: Quantity
    carriers: tuple[Carrier, ...]
    way: Literal["currents", "charge", "defined"] = "currents"
    potential: Formula = ()
    waters: tuple[Water, ...] = ()
    annex: str | None = None

    @property
    def inside(self) -> tuple[str, ...]:
        return (self.first,) if self.annex is None else (self.first, self.annex)

    @property
    def places(self) -> tuple[str, ...]:
        return (*self.inside, self.second)


@dataclass(frozen=True, slots=True)
class Flux:
    name: str
    movements: tuple[Movement, ...]
    rate: Formula


@dataclass(frozen=True, slots=True)
class Reaction:
    name: str
    place: str
    origins: tuple[tuple[int, str], ...]
    targets: tuple[tuple[int, str], ...]
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class Variable:
    name: str
    properties: tuple[Property, ...]


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
    reactions: tuple[Reaction, ...] = ()
    variables: tuple[Variable, ...] = ()

    def __repr__(self) -> str:
        return "Model(…)"  # its text says it better

    def place(self, name: str) -> Place:
        return next(p for p in self.places if p.name == name)

    def membrane(self, name: str) -> Membrane:
        return next(m for m in self.membranes if m.name == name)

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The compartments, those of one side together."""
        joined = {m.first: m.inside for m in self.membranes if m.annex is not None}
        second = {m.annex for m in self.membranes}
        places = [p.name for p in self.places if p.kind == "compartment" and p.name not in second]
        return tuple(joined.get(name, (name,)) for name in places)

    def turnable(self) -> list[str]:
        """Membranes that may be written from their other side: not where that changes what a charge belongs to."""
        charged = [place for m in self.membranes if m.way == "charge" for place in m.inside]
        free = [m for m in self.membranes if m.way != "charge"]
        return [m.name for m in free if m.way == "defined" or m.second not in charged]

    def charge(self, species: str) -> float:
        return float(next(s.valence for s in self.species if s.name == species))

    def valence(self, species: str) -> int:
        """The charge number of what can move."""
        return int(next(s.valence for s in self.species if s.name == species))
