"""Nouns of time: when an action of a scenario holds. Every expression in them but a condition is known before the
run, from parameters alone."""

from __future__ import annotations

from ionlang.model.expression import Expr
from ionlang.records import dataclass


@dataclass(frozen=True, slots=True)
class Always:
    """The whole scenario, rest included: no words before the action."""


@dataclass(frozen=True, slots=True)
class At:
    """`at T:` at that moment; what lasts, lasts from then to the end."""

    moment: Expr


@dataclass(frozen=True, slots=True)
class From:
    """`from T:`, `from T for D:` (`end` is T + D), `from T until cond:` (closed when `until` first holds)."""

    start: Expr
    end: Expr | None
    until: Expr | None


@dataclass(frozen=True, slots=True)
class Train:
    """`from T for D every P for W:` windows of length `width`, one begun every `every` from `start` on and before
    `end`."""

    start: Expr
    end: Expr
    every: Expr
    width: Expr


@dataclass(frozen=True, slots=True)
class Every:
    """`every P from T [for D]:` moments, the first at `start`, all before `end` (None: before the end of the run)."""

    start: Expr
    every: Expr
    end: Expr | None


@dataclass(frozen=True, slots=True)
class Whenever:
    """`when cond:` each time the condition becomes true. `event` is set in its place for `when EVENT:`."""

    condition: Expr | None
    event: str | None = None


When = Always | At | From | Train | Every | Whenever
