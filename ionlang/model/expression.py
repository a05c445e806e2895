"""Expressions whose names are known, whose numbers are in cell units and whose units have been checked.

What can no longer occur: a name that is not declared, a number with a unit of its own, a sum of unlike quantities,
a call of a function that the file defines (it has been written out).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from typing import Literal as OneOf

from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.units import VOLTAGE, Dimension

Operator = OneOf[
    "add", "subtract", "multiply", "divide", "power", "negate",
    "exp", "log", "sqrt", "abs", "min", "max", "sin", "cos", "tanh", "linoid", "log_mean",
    "less", "less_equal", "greater", "greater_equal", "and", "or", "not", "select",
    "sum_over", "mean_over", "max_over", "min_over", "width_over", "each_over",
]  # fmt: skip
Functional = OneOf[
    "max", "min", "mean", "integral", "half_width", "time", "count", "rate", "duration", "start", "end", "rest", "at",
    "front_speed", "front_reach", "reached",
]  # fmt: skip
Probe = OneOf["input_resistance", "time_constant", "threshold_current", "threshold_depolarisation", "psp"]


@dataclass(frozen=True, slots=True)
class Literal:
    """A number in cell units; `text` is what the file says."""

    value: float
    text: str
    dimension: Dimension
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Read:
    """The value of a declared quantity by its canonical path: `rho`, `soma.V`, `inside.K`, `soma.E(K)`, `time`."""

    path: str
    dimension: Dimension
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator or function. `dimension` is None for a truth value. Those named `…_over` look over copies of a line:
    see `over_copies.py`."""

    operator: Operator
    arguments: tuple[Expr, ...]
    dimension: Dimension | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Observed:
    """What a run says of a quantity or a condition: its largest value, the time it first became true, …

    `moment` belongs to `at`, `last` to `rate`; `after` and `until` bound the time that counts.
    """

    functional: Functional
    subject: Expr
    dimension: Dimension
    moment: Expr | None
    after: Expr | None
    until: Expr | None
    last: int
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Probed:
    """What a small test of a membrane tells: how far V moves with a current, the least current that makes it fire, …

    `lasting` is the length of a current, `after` when the answer to it is read, `within` how long is waited for one
    (each None where it is not said). `firing` is the condition that counts as an answer (None: V above 0 mV), `events`
    are fired as the test begins. `per_area`: the file gives no area, and currents are per area. In a line the
    `membrane` is that of one copy, `tissue[3].soma`; on a finer grid the one in the middle of the `parts` of a copy,
    which all have their share of what is done to it.
    """

    probe: Probe
    membrane: str
    events: tuple[str, ...]
    firing: Expr | None
    lasting: Expr | None
    within: Expr | None
    after: Expr | None
    per_area: bool
    dimension: Dimension
    span: Span = field(compare=False, repr=False)
    parts: int = 1

    @property
    def times(self) -> tuple[Expr, ...]:
        """The times that the file gives."""
        return tuple(t for t in (self.lasting, self.within, self.after) if t is not None)


Expr = Literal | Read | Apply | Observed | Probed


def reads(expression: Expr) -> Iterator[Read]:
    """Every name that the expression reads, in text order (repeated names come again)."""
    match expression:
        case Read():
            yield expression
        case Apply(arguments=arguments):
            for argument in arguments:
                yield from reads(argument)
        case Observed():
            for part in (expression.subject, expression.moment, expression.after, expression.until):
                if part is not None:
                    yield from reads(part)
        case Probed():
            yield Read(f"{expression.membrane}.V", VOLTAGE, expression.span)
            for part in (*(() if expression.firing is None else (expression.firing,)), *expression.times):
                yield from reads(part)
        case Literal():
            return
