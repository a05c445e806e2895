"""Nouns of carriers: see `cell.py`."""

from __future__ import annotations

from dataclasses import field
from fractions import Fraction
from typing import Literal

from ionlang.model.cell_chemistry import Conversion
from ionlang.model.expression import Expr
from ionlang.records import dataclass
from ionlang.source import Span

Basis = Literal["total", "per area", "per capacitance"]


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
class SynapticGate:
    """x' = −x/rise, s' = x/rise − s/decay; each event adds to x what brings s to a peak of 1 (several events add).
    Without `rise` the event adds 1 to s itself."""

    rise: Expr | None
    decay: Expr
    event: str


@dataclass(frozen=True, slots=True)
class Gate:
    """A gating variable between 0 and 1. `factor` is its temperature factor, `start` its start value
    (the steady state at the starting V if None)."""

    name: str
    path: str
    kinetics: RateGate | RelaxGate | SynapticGate
    instantaneous: bool
    factor: Expr | None
    start: Expr | None
    span: Span = field(compare=False, repr=False)

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of what has a rate of its own, first what others read."""
        if self.instantaneous:
            return ()
        if isinstance(self.kinetics, SynapticGate) and self.kinetics.rise is not None:
            return (self.path, f"{self.path}.drive")
        return (self.path,)


@dataclass(frozen=True, slots=True)
class Transition:
    """The rate per time at which one state of a scheme turns into another."""

    origin: str
    target: str
    rate: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Scheme:
    """A Markov scheme: d X/dt = factor (sum of rate × origin, into X, − X × sum of rates, out of X).

    `states` are in order of appearance. The first has what is left of 1, the others are states of the system.
    `start` is the state in which all are at the start; None: the steady state at the starting V.
    """

    name: str
    path: str
    states: tuple[str, ...]
    transitions: tuple[Transition, ...]
    factor: Expr | None
    start: str | None
    span: Span = field(compare=False, repr=False)

    def occupancy(self, state: str) -> str:
        """The path of the occupancy of a state."""
        return f"{self.path}.{state}"

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of what has a rate of its own: all occupancies but the first."""
        return tuple(self.occupancy(state) for state in self.states[1:])


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
    """An ion of a channel with its ratio, between a place on the first side and one on the second; `species` None is
    charge that the paper does not name."""

    species: str | None
    ratio: Expr | None
    inside: str
    outside: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Channel:
    """A passive path through a membrane. The current of an `excluded` one moves its ions and does not count in V."""

    name: str
    path: str
    shares: tuple[Share, ...]
    law: Ohmic | ConstantField | WrittenCurrent
    gates: tuple[Gate, ...]
    excluded: bool
    span: Span = field(compare=False, repr=False)
    schemes: tuple[Scheme, ...] = ()

    @property
    def openings(self) -> tuple[Gate | Scheme, ...]:
        return (*self.gates, *self.schemes)


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
    leaves the first side in each cycle, `conversion` what it `turns` into what."""

    name: str
    path: str
    kind: Literal["pump", "transporter"]
    movements: tuple[Movement, ...]
    uses: tuple[Use, ...]
    charge_out: Fraction
    law: CycleRate | CycleCurrent
    gates: tuple[Gate, ...]
    excluded: bool
    span: Span = field(compare=False, repr=False)
    conversion: Conversion | None = None
    equilibrium_constant: Expr | None = None
    schemes: tuple[Scheme, ...] = ()

    @property
    def openings(self) -> tuple[Gate | Scheme, ...]:
        return (*self.gates, *self.schemes)


@dataclass(frozen=True, slots=True)
class Flux:
    """The same line outside a membrane: uptake, diffusion to a bath, washing out."""

    name: str
    path: str
    movements: tuple[Movement, ...]
    rate: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Water:
    """The osmotic path of a membrane: volume out of `inside` per time = permeability × area × molar volume ×
    (osmolarity of `outside` − of `inside` + pressure/RT); `pressure` is that of `inside` over `outside`."""

    name: str
    path: str
    inside: str
    outside: str
    permeability: Expr
    basis: Basis
    molar_volume: Expr
    pressure: Expr | None
    span: Span = field(compare=False, repr=False)
