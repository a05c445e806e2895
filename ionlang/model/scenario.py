"""The noun of a scenario: what happens when, what is measured, what must come out."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from ionlang.model.expression import Expr
from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.units import Dimension


@dataclass(frozen=True, slots=True)
class Override:
    """`target` (a parameter's path) takes `value` between `start` and `end` (None: to the end).

    Way of composing (see `composition`): a `base` holds from its start until a later one; a `set` replaces it while its
    window is open; `block` multiplies what is left open by 1 − value; `inject` adds. `value` may read `time` and
    `elapsed`. `start` None: from the beginning, rest included.
    """

    way: Literal["base", "set", "block", "inject"]
    target: str
    value: Expr
    start: Expr | None
    end: Expr | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Jump:
    """A state takes a value at one moment."""

    target: str
    value: Expr
    at: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Holding:
    """A state keeps the value it has at `start` until `end`; the ledger shows what that supplied."""

    target: str
    start: Expr | None
    end: Expr | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Measure:
    name: str
    value: Expr
    dimension: Dimension
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Expectation:
    """`value relation target`, `+- tolerance` for `=`, `upper` for `between`. `text` is the sentence as written."""

    text: str
    value: Expr
    relation: Literal["=", "<", "<=", ">", ">=", "between"]
    target: Expr
    tolerance: Expr | None
    upper: Expr | None
    source: str | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens, what is measured, what must come out. `duration` None: only rest is asked."""

    name: str
    title: str
    at_rest: bool
    duration: Expr | None
    overrides: tuple[Override, ...]
    jumps: tuple[Jump, ...]
    holdings: tuple[Holding, ...]
    measures: tuple[Measure, ...]
    expectations: tuple[Expectation, ...]
    span: Span = field(compare=False, repr=False)
