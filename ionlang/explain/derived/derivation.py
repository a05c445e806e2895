"""The noun of this room: closed forms with their numbers, each beside the rest that was found without them."""

from __future__ import annotations

from dataclasses import dataclass

from ionlang.equations.closed.form import ClosedForm
from ionlang.explain.explanation import Entry, Equation
from ionlang.units import Dimension


@dataclass(frozen=True, slots=True)
class Compared:
    """A quantity by its path: what the form says, what was found, and the form with what it neglects put back (the same
    for an exact one). In cell units."""

    path: str
    words: str
    formula: float
    found: float
    complete: float
    dimension: Dimension

    @property
    def difference(self) -> float:
        return self.formula - self.found


@dataclass(frozen=True, slots=True)
class Finite:
    """The rates [per area] of a pump between which the volume is finite, `least` where it is least, with the volume
    [pL] there. `lower` is None where it is finite without the pump too; `upper` None where no rate is too high;
    `least` None where the volume only grows with the rate. `charge` leaves in each cycle."""

    carrier: str
    lower: float | None
    least: float | None
    upper: float | None
    least_volume: float | None
    charge: float


@dataclass(frozen=True, slots=True)
class Derived:
    """A closed form with what its symbols mean, its numbers, and the rest that was found."""

    form: ClosedForm
    equations: tuple[Equation, ...]
    legend: tuple[Entry, ...]
    compared: tuple[Compared, ...]
    neglected: float = 0.0
    finite: Finite | None = None

    @property
    def exact(self) -> bool:
        """Whether nothing is neglected; or there is nothing of what is, as where no capacitance holds charge."""
        return self.form.exact or self.neglected == 0


@dataclass(frozen=True, slots=True)
class NotThere:
    """Why there is no closed form of a kind for a subject (a membrane, a place, or an ion at a membrane)."""

    kind: str
    subject: str
    why: str


@dataclass(frozen=True, slots=True)
class Derivation:
    """`settled`: there is a stable rest that the cell comes to; without one nothing is derived. `copies` say
    which copy of each line it is about."""

    title: str
    settled: bool
    derived: tuple[Derived, ...]
    missing: tuple[NotThere, ...]
    copies: tuple[str, ...] = ()

    def text(self, width: int = 100) -> str:
        """For a terminal, in lines of about `width` characters."""
        from ionlang.explain.derived.text import derivation_text

        return derivation_text(self, width)

    def as_object(self) -> dict[str, object]:
        """For other programs, ready for JSON."""
        from ionlang.explain.derived.objects import derivation_object

        return derivation_object(self)

    def __repr__(self) -> str:
        return f"<{len(self.derived)} closed forms of {self.title}>"
