"""Nouns of chemistry, and of quantities with a rate that are neither matter nor charge: see `cell.py`."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from ionlang.model.expression import Expr
from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.units import Dimension


@dataclass(frozen=True, slots=True)
class Part:
    """`count` of a species in a place, on one side of a `turns` line."""

    species: str
    count: int
    place: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Conversion:
    """What one cycle uses up and what it makes; each place keeps its charge. A side may be empty (`nothing`)."""

    origins: tuple[Part, ...]
    targets: tuple[Part, ...]
    span: Span = field(compare=False, repr=False)

    def change(self, place: str, species: str) -> int:
        """How many of a species in a place one cycle makes (less those that it uses up)."""
        made = sum(p.count for p in self.targets if (p.place, p.species) == (place, species))
        return made - sum(p.count for p in self.origins if (p.place, p.species) == (place, species))


@dataclass(frozen=True, slots=True)
class WrittenRate:
    """Cycles per time as written: an amount, or a concentration of the place."""

    rate: Expr
    basis: Literal["total", "per volume"]


@dataclass(frozen=True, slots=True)
class MassAction:
    """forward × Π c^n of what is used up − backward × Π c^n of what is made, per volume; None does not happen."""

    forward: Expr | None
    backward: Expr | None


@dataclass(frozen=True, slots=True)
class Reaction:
    """Chemistry in one compartment. Its rate counts cycles as amount of substance, positive as written."""

    name: str
    path: str
    place: str
    conversion: Conversion
    law: WrittenRate | MassAction
    equilibrium_constant: Expr | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ChangesBy:
    """dq/dt = rate."""

    rate: Expr


@dataclass(frozen=True, slots=True)
class RelaxesTo:
    """dq/dt = (inf − q)/tau."""

    inf: Expr
    tau: Expr


@dataclass(frozen=True, slots=True)
class Varying:
    """A `variable`: a slow or abstract quantity. Without `start` it begins at its `inf`."""

    name: str
    path: str
    kinetics: ChangesBy | RelaxesTo
    start: Expr | None
    dimension: Dimension
    span: Span = field(compare=False, repr=False)
