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

from ionlang.model.expression import Expr
from ionlang.model.scenario import Scenario
from ionlang.records import dataclass
from ionlang.source import Source, Span
from ionlang.units import Dimension

Basis = Literal["total", "per area", "per capacitance"]
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


@dataclass(frozen=True, slots=True)
class RateGate:
    """dx/dt = factor (alpha (1 − x) − beta x)."""

    alpha: Expr
    beta: Expr


@dataclass(frozen=True, slots=True)
class RelaxGate:
    """dx/dt = factor (inf − x)/tau; without `tau` the gate is instantaneous."""

    inf: Expr
    tau: Expr | None


@dataclass(frozen=True, slots=True)
class Gate:
    """A gating variable between 0 and 1. `factor` is its temperature factor, `start` its start value
    (the steady state at the starting V if None)."""

    name: str
    path: str
    kinetics: RateGate | RelaxGate
    instantaneous: bool
    factor: Expr | None
    start: Expr | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Ohmic:
    """current = conductance (V − E); E is the Nernst potential of each ion, or `reversal`."""

    conductance: Expr
    basis: Basis
    reversal: Expr | None


@dataclass(frozen=True, slots=True)
class ConstantField:
    """The Goldman–Hodgkin–Katz current of each ion with permeability × ratio."""

    permeability: Expr
    basis: Basis


@dataclass(frozen=True, slots=True)
class WrittenCurrent:
    """A current written out; several ions share it by their ratios."""

    current: Expr
    basis: Basis


@dataclass(frozen=True, slots=True)
class Share:
    """An ion of a channel with its ratio; `species` None is charge that the paper does not name."""

    species: str | None
    ratio: Expr | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Channel:
    """A passive path through a membrane."""

    name: str
    path: str
    shares: tuple[Share, ...]
    law: Ohmic | ConstantField | WrittenCurrent
    gates: tuple[Gate, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Movement:
    """`count` of a species from one place to another in each cycle; None is nothing (the ledger lists it)."""

    species: str
    count: int
    origin: str | None
    target: str | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Use:
    """`count` of a species used up in each cycle, taken from the place that holds it."""

    species: str
    count: int
    place: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class CycleRate:
    """Cycles per time, as amount of substance."""

    rate: Expr
    basis: Basis


@dataclass(frozen=True, slots=True)
class CycleCurrent:
    """The net current of the line; rate = current/(F × charge out per cycle)."""

    current: Expr
    basis: Basis


@dataclass(frozen=True, slots=True)
class Transporter:
    """A pump or transporter: one stoichiometric line with a rate law. `charge_out` is the charge number that
    leaves the first side in each cycle."""

    name: str
    path: str
    kind: Literal["pump", "transporter"]
    movements: tuple[Movement, ...]
    uses: tuple[Use, ...]
    charge_out: Fraction
    law: CycleRate | CycleCurrent
    gates: tuple[Gate, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Flux:
    """The same line outside a membrane: uptake, diffusion to a bath, washing out."""

    name: str
    path: str
    movements: tuple[Movement, ...]
    rate: Expr
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

    def valence(self, species: str) -> Fraction:
        return next(s.valence for s in self.species if s.name == species)

    def place(self, name: str) -> Place:
        return next(p for p in self.places if p.name == name)
