"""Syntax of the sentences of a scenario: see `ast.py`."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.syntax.ast_expression import Argument, Broken, Expr, Name, Number, Path
from ionlang.syntax.ast_text import Comment, Said


@dataclass(frozen=True, slots=True)
class Begin:
    """`begin at rest`; `begin at end of OTHER` follows on another scenario (`after`)."""

    after: Name | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Run:
    """`run 120 s`; `run until cond, at most 600 s` ends when the condition first holds."""

    duration: Expr
    until: Expr | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Set:
    """`set p = expr`."""

    target: Path
    value: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Scale:
    """`scale p by 0.5`."""

    target: Path
    by: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Shift:
    """`shift p by 10 mV`; of a gate: its curves along V."""

    target: Path
    by: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Ramp:
    """`ramp p to e over D`: a straight line from its value when the window opens."""

    target: Path
    to: Expr
    over: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Relax:
    """`relax p to e with tau T`: exponentially from its value when the window opens."""

    target: Path
    to: Expr
    tau: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Clamp:
    """`clamp soma.V to -20 mV`: a state is kept at a value, which may change with time."""

    target: Path
    to: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Hold:
    """`hold outside.K`: a state keeps the value it has."""

    target: Path
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Inject:
    """`inject 10 pA into soma carried by K` (`carrier` may be `charge`)."""

    current: Expr
    membrane: Path
    carrier: Name
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class BlockCarrier:
    """`block NaK by 60 %`; without `by`: wholly."""

    carrier: Path
    by: Expr | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Add:
    """`add 5 mM to outside.K`, at one moment."""

    amount: Expr
    target: Path
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Apply:
    """`apply ouabain(dose = 10 uM)`: a modifier, with its arguments as keywords; `on tissue[3 .. 7]` in some copies
    of a line."""

    modifier: Path
    arguments: tuple[Argument, ...]
    span: Span = field(compare=False, repr=False)
    on: Path | None = None


@dataclass(frozen=True, slots=True)
class Fire:
    """`fire release`: an event, at one moment."""

    event: Path
    span: Span = field(compare=False, repr=False)


Doing = (
    Set | Scale | Shift | Ramp | Relax | Clamp | Hold | Inject | BlockCarrier | Add | Apply | Fire | Broken
)


@dataclass(frozen=True, slots=True)
class When:
    """When an action holds. `at T:` (only `at`); `from T` (`start`), further bounded by `for D` (`duration`) or
    `until cond` (`until`); `from T for D every P for W` (a train: `every` and `width` too); `every P from T [for D]`
    (`start`, `every`, perhaps `duration`, no `width`: single moments); `when cond:` (only `condition`)."""

    at: Expr | None
    start: Expr | None
    duration: Expr | None
    span: Span = field(compare=False, repr=False)
    until: Expr | None = None
    every: Expr | None = None
    width: Expr | None = None
    condition: Expr | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """`from 20 s for 9 s: block NaK`, `at 3 s { …; … }`; without a `when`: from the start to the end."""

    when: When | None
    doings: tuple[Doing | Comment, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Sweep:
    """`sweep p over a, b, c` (`values`), or `sweep p from a to b in 10 steps` (`bounds` and `steps`)."""

    target: Path
    values: tuple[Expr, ...]
    bounds: tuple[Expr, Expr] | None
    steps: Number | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Find:
    """`find p from a to b so that cond within e`: where between a and b the condition changes."""

    target: Path
    bounds: tuple[Expr, Expr]
    condition: Expr
    within: Expr | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`compare healthy, mutant`: the scenario once for each variant."""

    variants: tuple[Name, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Measure:
    """`measure name = expr`."""

    name: Name
    value: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Expect:
    """`expect q = v +- tol`, `expect q < v`, `expect q between a and b` (`upper` holds b)."""

    value: Expr
    relation: Literal["=", "<", "<=", ">", ">=", "between"]
    target: Expr
    tolerance: Expr | None
    upper: Expr | None
    source: Said | None
    span: Span = field(compare=False, repr=False)
