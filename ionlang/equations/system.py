"""The noun of this stage: states, parameters, definitions in order, rates, starts, conservation laws.

What can no longer occur: an ion, a channel, a unit to convert, a scenario, a name to look up. Only symbols and
equations in evaluation order, every number in cell units (mV, ms, pA, fmol, mM, pL, 10 µm, K), each with its origin.

Own SymPy functions stand where a formula has a removable singularity, so that value and derivative are right at the
pole itself; see `functions.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import sympy

Symbol = sympy.Symbol
Expression = sympy.Expr
StateKind = Literal["potential", "gate", "concentration", "variable"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an equation comes from: `what` as the file calls it (`channel K_leak`), `place` as `cell.ion:12`."""

    what: str
    place: str

    def __str__(self) -> str:
        return f"{self.what}, {self.place}" if self.place else self.what


@dataclass(frozen=True, slots=True)
class State:
    """A quantity with a rate. `path` is its name in the file (`soma.V`, `inside.K`); `extent` copies of it stand in
    consecutive rows of the state vector (1 for everything without extent in space)."""

    path: str
    symbol: sympy.Symbol
    kind: StateKind
    unit: str
    origin: Origin
    extent: int = 1


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that may be set. `value` is a number or an expression of earlier parameters; `literal` is the
    text in the file, for people."""

    path: str
    symbol: sympy.Symbol
    value: sympy.Expr
    unit: str
    literal: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Definition:
    """`symbol = expression` of time, states, parameters and earlier definitions; `path` is the name in the file
    (`soma.E(K)`, `soma.K_leak.current`, a `let`)."""

    path: str
    symbol: sympy.Symbol
    expression: sympy.Expr
    unit: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Start:
    """The start value of a state: an expression of parameters and of states that are started earlier."""

    symbol: sympy.Symbol
    value: sympy.Expr


@dataclass(frozen=True, slots=True)
class Invariant:
    """A linear conservation law: the sum of coefficient × state does not change.

    `terms` pairs the index of a state with its coefficient, an expression of parameters.
    """

    name: str
    terms: tuple[tuple[int, sympy.Expr], ...]
    unit: str


@dataclass(frozen=True, slots=True)
class System:
    """d state/dt = rate, for all states in order. `definitions` are in evaluation order; `rates[i]` belongs to
    `states[i]` and is in the state's unit per ms."""

    name: str
    time: sympy.Symbol
    states: tuple[State, ...]
    parameters: tuple[Parameter, ...]
    definitions: tuple[Definition, ...]
    rates: tuple[sympy.Expr, ...]
    starts: tuple[Start, ...]
    invariants: tuple[Invariant, ...]
