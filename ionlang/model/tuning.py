"""The noun of `tune`: what is solved for before anything else, and what must come out."""

from __future__ import annotations

from dataclasses import field

from ionlang.model.expression import Apply, Expr, Observed
from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.units import Dimension


@dataclass(frozen=True, slots=True)
class Unknown:
    """A parameter, or the start of a state (`path` is that of its parameter); `name` is how the file calls it."""

    path: str
    name: str
    dimension: Dimension
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Goal:
    """`value = target`, both of quantities at rest and of numbers that do not change."""

    text: str
    value: Expr
    target: Expr
    span: Span = field(compare=False, repr=False)

    @property
    def value_at_rest(self) -> Expr:
        """The left side, in the state of rest."""
        return _at_rest(self.value)

    @property
    def gap(self) -> Expr:
        """value − target in the state of rest: zero where the goal is met."""
        value, target = _at_rest(self.value), _at_rest(self.target)
        return Apply("subtract", (value, target), self.value.dimension, self.span)


@dataclass(frozen=True, slots=True)
class Tuning:
    """All that the file tunes, solved for together. `starts_at_rest` is where it says `start is rest`."""

    unknowns: tuple[Unknown, ...]
    goals: tuple[Goal, ...]
    starts_at_rest: Span | None
    span: Span = field(compare=False, repr=False)


def _at_rest(expression: Expr) -> Expr:
    """Without `at rest`: what it is to be in a state that is a rest."""
    match expression:
        case Observed(subject=subject):
            return subject
        case Apply():
            arguments = tuple(_at_rest(a) for a in expression.arguments)
            return Apply(expression.operator, arguments, expression.dimension, expression.span)
        case _:
            return expression
