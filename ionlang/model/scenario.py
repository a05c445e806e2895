"""The noun of a scenario: what happens when, what is measured, what must come out."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from ionlang.model.cell_lines import Copies
from ionlang.model.expression import Expr
from ionlang.model.scenario_when import At, Every, When, Whenever
from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.units import Dimension


@dataclass(frozen=True, slots=True)
class Override:
    """`target` (a parameter's path) is changed by `value` while `when` says so.

    Way of composing (see `composition`): a `base` holds from its moment until a later one; a `set` replaces it while
    its window is open; `ramp` and `relax` lead from the base to `value` over a length or with a time constant
    (`over`), and are a base or a `set` as their `when` says; `scale` multiplies and `shift` adds to what that comes
    to; `block` multiplies what is left open by 1 − value; `inject` adds. `value` may read `time` and `elapsed`. Of
    what stands in a line it is so in some `copies` (None: in all).
    """

    way: Literal["base", "set", "ramp", "relax", "scale", "shift", "block", "inject"]
    target: str
    value: Expr
    when: When
    span: Span = field(compare=False, repr=False)
    over: Expr | None = None
    copies: Copies | None = None


@dataclass(frozen=True, slots=True)
class Jump:
    """A state takes a value, or is given some more (`add`), at single moments; in a line in some `copies` (None: in
    all)."""

    way: Literal["set", "add"]
    target: str
    value: Expr
    when: At | Every | Whenever
    span: Span = field(compare=False, repr=False)
    copies: Copies | None = None


@dataclass(frozen=True, slots=True)
class Firing:
    """An event (its path) is fired at single moments; one of a line in some `copies` (None: in all)."""

    event: str
    when: At | Every | Whenever
    span: Span = field(compare=False, repr=False)
    copies: Copies | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """While the window is open a state keeps the value it has when that opens (`value` None), or follows `value`, in a
    line in some `copies` (None: in all); the ledger shows what that supplied."""

    target: str
    value: Expr | None
    when: When
    span: Span = field(compare=False, repr=False)
    copies: Copies | None = None


Acting = Override | Jump | Holding | Firing


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
class Search:
    """A parameter whose value is sought: between the two `bounds` the condition on what a run found changes. `name` is
    how the file calls it; the value is found `within` so much."""

    path: str
    name: str
    dimension: Dimension
    bounds: tuple[Expr, Expr]
    condition: Expr
    within: Expr | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens, what is measured, what must come out. `duration` None: only rest is asked; `until` ends the run
    when it first holds, `duration` is then the limit. `after` names the scenario whose end is this one's start. With a
    `search` the scenario is run until the value is found."""

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
    firings: tuple[Firing, ...] = ()
    until: Expr | None = None
    after: str | None = None
    search: Search | None = None

    @property
    def acting(self) -> tuple[Acting, ...]:
        """Everything that happens in it."""
        return (*self.overrides, *self.jumps, *self.holdings, *self.firings)
