"""The noun of this stage: a cell. Species, places, membranes, carriers, scenarios – what a file means.

What can no longer occur: an unresolved name, a textual number, an unchecked unit, a carrier whose species is missing
on a side, two owners of one quantity. Everything is in source order.

Signs: V = first side − second side; a current is positive when positive charge leaves the first side; a rate is
positive in the written direction; a flux is positive out of the first side.
"""

from __future__ import annotations

from dataclasses import field
from fractions import Fraction
from typing import Literal

from ionlang.model.cell_carriers import (
    Basis,
    Channel,
    ConstantField,
    CycleCurrent,
    CycleRate,
    Flux,
    Gate,
    Movement,
    Ohmic,
    RateGate,
    RelaxGate,
    Share,
    Transporter,
    Use,
    WrittenCurrent,
)
from ionlang.model.cell_events import Event, Kick
from ionlang.model.cell_places import Content, Place
from ionlang.model.expression import Expr
from ionlang.model.scenario import Scenario
from ionlang.model.study import Study, Variant, with_variant
from ionlang.records import dataclass
from ionlang.source import Source, Span
from ionlang.units import Dimension

__all__ = [
    "Basis",
    "Cell",
    "Channel",
    "ConstantField",
    "Content",
    "CycleCurrent",
    "CycleRate",
    "Definition",
    "Event",
    "Flux",
    "Gate",
    "Kick",
    "Membrane",
    "Movement",
    "Ohmic",
    "Parameter",
    "Place",
    "RateGate",
    "RelaxGate",
    "Share",
    "Species",
    "SpeciesKind",
    "Transporter",
    "Use",
    "WrittenCurrent",
]

SpeciesKind = Literal["ion", "solute", "impermeant"]


@dataclass(frozen=True, slots=True)
class Species:
    """Matter. A solute has valence 0."""

    name: str
    kind: SpeciesKind
    valence: Fraction
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that may be set: a `param`, or a property of a block (`inside.volume`, `outside.K` of a bath).

    `text` is the value as the file writes it.
    """

    path: str
    value: Expr
    dimension: Dimension
    text: str
    what: str
    source: str | None
    bounds: tuple[Expr, Expr] | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Definition:
    """A `let` without arguments (those with arguments are written out where they are called)."""

    path: str
    value: Expr
    dimension: Dimension
    what: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Membrane:
    """What parts two places. `area` is None where everything is per area and nothing needs it.
    V from currents: C dV/dt = −(sum of all currents) + injected current."""

    name: str
    inside: str
    outside: str
    area: Expr | None
    capacitance: Expr
    capacitance_basis: Basis
    start: Expr | None
    channels: tuple[Channel, ...]
    transporters: tuple[Transporter, ...]
    span: Span = field(compare=False, repr=False)

    @property
    def carriers(self) -> tuple[Channel | Transporter, ...]:
        return tuple(sorted((*self.channels, *self.transporters), key=lambda carrier: carrier.span.start))


@dataclass(frozen=True, slots=True)
class Cell:
    """The whole file. `temperature` or `thermal_voltage` (RT/F) is given; the other follows from it."""

    name: str
    documentation: str
    temperature: Expr | None
    thermal_voltage: Expr | None
    species: tuple[Species, ...]
    parameters: tuple[Parameter, ...]
    definitions: tuple[Definition, ...]
    places: tuple[Place, ...]
    membranes: tuple[Membrane, ...]
    fluxes: tuple[Flux, ...]
    scenarios: tuple[Scenario, ...]
    source: Source = field(compare=False, repr=False)
    events: tuple[Event, ...] = ()
    kicks: tuple[Kick, ...] = ()
    variants: tuple[Variant, ...] = ()
    studies: tuple[Study, ...] = ()

    @property
    def acting(self) -> tuple[Scenario | Variant, ...]:
        """All that changes the cell from outside."""
        return (*self.scenarios, *self.variants)

    @property
    def compared(self) -> tuple[Scenario, ...]:
        """The scenarios that are compared, as they are in each of their variants."""
        known = {v.name: v for v in self.variants}
        return tuple(
            with_variant(scenario, known[name])
            for scenario in self.scenarios
            if (study := self.study(scenario.name)) is not None
            for name in study.variants
        )

    def study(self, scenario: str) -> Study | None:
        """How often a scenario is run, if more than once."""
        return next((s for s in self.studies if s.scenario == scenario), None)

    def valence(self, species: str) -> Fraction:
        return next(s.valence for s in self.species if s.name == species)

    def place(self, name: str) -> Place:
        return next(p for p in self.places if p.name == name)
