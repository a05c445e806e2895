"""Nouns of carriers: see `cell.py`."""

from __future__ import annotations

from dataclasses import field
from fractions import Fraction
from typing import Literal

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
    excluded: bool
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
