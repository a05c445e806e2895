"""The noun of a modifier: what a drug or a mutation changes."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from ionlang.model.expression import Expr
from ionlang.records import dataclass
from ionlang.source import Span


@dataclass(frozen=True, slots=True)
class Effect:
    """One change of a parameter (its path), composed as the same words of a scenario are. `value` reads parameters
    alone, the modifier's own arguments among them."""

    way: Literal["set", "scale", "shift", "block"]
    target: str
    value: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Modifier:
    """Its effects, in source order. `needed` are the arguments without a value of their own."""

    name: str
    path: str
    needed: tuple[str, ...]
    effects: tuple[Effect, ...]
