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
StateKind = Literal["potential", "charge", "gate", "concentration", "amount", "volume", "variable"]
End = Literal["", "first", "last"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an equation comes from: `what` as the file calls it (`channel K_leak`), `place` as `cell.ion:12`."""

    what: str
    place: str

    def __str__(self) -> str:
        return f"{self.what}, {self.place}" if self.place else self.what


@dataclass(frozen=True, slots=True)
class State:
    """A quantity with a rate. `path` is its name in the file (`soma.V`, `inside.K`). Of what stands in a `line`
    there are `extent` copies, an array; in the state vector the states of the first copy come first, then those of the
    second, and so on; what stands in no line (`extent` 1) comes behind all lines. Only a place that a line ends in
    stands next to its outermost copy: `beside` is that line, `end` which end."""

    path: str
    symbol: sympy.Symbol
    kind: StateKind
    unit: str
    origin: Origin
    extent: int = 1
    line: str = ""
    beside: str = ""
    end: End = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that may be set. `value` is a number or an expression of earlier parameters; `literal` is the
    text in the file, for people. One that depends on the position in a line is an array of `extent` values."""

    path: str
    symbol: sympy.Symbol
    value: sympy.Expr
    unit: str
    literal: str
    origin: Origin
    extent: int = 1


@dataclass(frozen=True, slots=True)
class Definition:
    """`symbol = expression` of time, states, parameters and earlier definitions; `path` is the name in the file
    (`soma.E(K)`, `soma.K_leak.current`, a `let`)."""

    path: str
    symbol: sympy.Symbol
    expression: sympy.Expr
    unit: str
    origin: Origin

    @property
    def reads(self) -> frozenset[sympy.Symbol]:
        """The symbols that it is made of; for membership only, never for order."""
        return frozenset(self.expression.free_symbols)


@dataclass(frozen=True, slots=True)
class Root:
    """`symbol` is where `residual` is zero: the potential at which the currents add up to nothing, the free
    concentration that goes with a total.

    `residual` is an expression of the symbol itself, of whatever stands earlier, and of the definitions that depend on
    the symbol and stand later; it may read earlier roots, never a later one. Between `lower` and `upper` (expressions
    of what stands earlier) it changes its sign exactly once. `unit` is that of the symbol.
    """

    path: str
    symbol: sympy.Symbol
    residual: sympy.Expr
    lower: sympy.Expr
    upper: sympy.Expr
    unit: str
    origin: Origin

    @property
    def reads(self) -> frozenset[sympy.Symbol]:
        """The symbols that it is made of, itself among them; for membership only, never for order."""
        return frozenset(self.residual.free_symbols | self.lower.free_symbols | self.upper.free_symbols)


@dataclass(frozen=True, slots=True)
class Start:
    """The start value of a state: an expression of parameters and of states that are started earlier. A root that it
    reads, directly or not, is the root at the start values of all states, those included that depend on it."""

    symbol: sympy.Symbol
    value: sympy.Expr


@dataclass(frozen=True, slots=True)
class Invariant:
    """A linear conservation law: the sum of coefficient × state does not change.

    `terms` pairs the index of a state with its coefficient, an expression of parameters. One that is not `exact` holds
    as far as the capacitance of a membrane stays what it is at the start: it serves the search for rest alone.
    Of a law of one `line` there are as many totals as copies, since nothing of it passes from one to the next; any
    other has one total, over all copies.
    """

    name: str
    terms: tuple[tuple[int, sympy.Expr], ...]
    unit: str
    exact: bool = True
    line: str = ""


@dataclass(frozen=True, slots=True)
class System:
    """d state/dt = rate, for all states in order. `definitions` are in evaluation order, a root before every definition
    that depends on it; `rates[i]` belongs to `states[i]` and is in the state's unit per ms."""

    name: str
    time: sympy.Symbol
    states: tuple[State, ...]
    parameters: tuple[Parameter, ...]
    definitions: tuple[Definition | Root, ...]
    rates: tuple[sympy.Expr, ...]
    starts: tuple[Start, ...]
    invariants: tuple[Invariant, ...]
