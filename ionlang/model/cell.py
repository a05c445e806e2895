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
    Scheme,
    Share,
    SynapticGate,
    Transition,
    Transporter,
    Use,
    Water,
    WrittenCurrent,
)
from ionlang.model.cell_chemistry import (
    ChangesBy,
    Conversion,
    MassAction,
    Part,
    Reaction,
    RelaxesTo,
    Varying,
    WrittenRate,
)
from ionlang.model.cell_events import Event, Kick
from ionlang.model.cell_lines import Line
from ionlang.model.cell_places import Buffer, Content, Motion, Place
from ionlang.model.cell_sources import Citation, Stated
from ionlang.model.expression import Expr
from ionlang.model.scenario import Scenario
from ionlang.model.study import Study, Variant, with_variant
from ionlang.model.tuning import Tuning
from ionlang.records import dataclass
from ionlang.source import Source, Span
from ionlang.units import Dimension

__all__ = [
    "Basis",
    "Buffer",
    "Cell",
    "ChangesBy",
    "Channel",
    "Citation",
    "ConstantField",
    "Content",
    "Conversion",
    "CycleCurrent",
    "CycleRate",
    "DefinedPotential",
    "Definition",
    "Event",
    "Flux",
    "FromCharge",
    "FromCurrents",
    "FromZeroCurrent",
    "Gate",
    "Kick",
    "Line",
    "MassAction",
    "Membrane",
    "Motion",
    "Movement",
    "Ohmic",
    "Parameter",
    "Part",
    "Place",
    "Potential",
    "RateGate",
    "Reaction",
    "RelaxGate",
    "RelaxesTo",
    "Scheme",
    "Share",
    "Stated",
    "Species",
    "SpeciesKind",
    "SynapticGate",
    "Transition",
    "Transporter",
    "Use",
    "Varying",
    "Water",
    "WrittenCurrent",
    "WrittenRate",
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
class FromCurrents:
    """C dV/dt = −(sum of all currents) + injected current."""

    start: Expr | None


@dataclass(frozen=True, slots=True)
class FromCharge:
    """V = (charge of the first side)/C; without a start from what the first side holds then."""

    start: Expr | None


@dataclass(frozen=True, slots=True)
class FromZeroCurrent:
    """V is where all currents cancel, at every instant."""


@dataclass(frozen=True, slots=True)
class DefinedPotential:
    """V is an expression: of a gap junction, the difference of two potentials."""

    value: Expr


Potential = FromCurrents | FromCharge | FromZeroCurrent | DefinedPotential


@dataclass(frozen=True, slots=True)
class Membrane:
    """What parts places: those of a side have one potential. `area` reads the path `M.area` (None where everything is
    per area and nothing needs it); `area_rule` is its definition if it changes. `capacitance` is None where V is
    defined or instantaneous."""

    name: str
    inside: tuple[str, ...]
    outside: tuple[str, ...]
    area: Expr | None
    area_rule: Expr | None
    capacitance: Expr | None
    capacitance_basis: Basis
    potential: Potential
    channels: tuple[Channel, ...]
    transporters: tuple[Transporter, ...]
    waters: tuple[Water, ...]
    span: Span = field(compare=False, repr=False)

    @property
    def carriers(self) -> tuple[Channel | Transporter, ...]:
        return tuple(sorted((*self.channels, *self.transporters), key=lambda carrier: carrier.span.start))

    @property
    def places(self) -> tuple[str, ...]:
        return (*self.inside, *self.outside)

    @property
    def start(self) -> Expr | None:
        """The potential at the start, where it is written."""
        match self.potential:
            case FromCurrents(start=start) | FromCharge(start=start):
                return start
            case _:
                return None


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
    buffers: tuple[Buffer, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    varying: tuple[Varying, ...] = ()
    events: tuple[Event, ...] = ()
    kicks: tuple[Kick, ...] = ()
    variants: tuple[Variant, ...] = ()
    studies: tuple[Study, ...] = ()
    citations: tuple[Citation, ...] = ()
    stated: tuple[Stated, ...] = ()
    tuning: Tuning | None = None
    lines: tuple[Line, ...] = ()

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

    def line_of(self, path: str) -> Line | None:
        """The line in whose copies something of this path stands."""
        return next((line for line in self.lines if line.holds(path)), None)

    def holder(self, side: tuple[str, ...], species: str) -> str | None:
        """The one place of a side that holds the species; None if none or several do."""
        holding = [name for name in side if self.place(name).content(species) is not None]
        return holding[0] if len(holding) == 1 else None

    def buffers_of(self, place: str, species: str) -> tuple[Buffer, ...]:
        return tuple(b for b in self.buffers if (b.place, b.species) == (place, species))
