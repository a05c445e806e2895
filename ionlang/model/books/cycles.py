"""What one cycle of a carrier or reaction takes and gives: all that its affinity depends on.

affinity = ln(K Π c_taken / Π c_given) + charge_out F V/(RT); K is 1 where nothing is turned into something else.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ionlang.model.cell import Cell, Membrane, Part, Reaction, Transporter
from ionlang.model.expression import Expr
from ionlang.records import dataclass


@dataclass(frozen=True, slots=True)
class Cycle:
    """`takes` and `gives` pair the path of a concentration with a count; `charge_out` leaves the first side of
    `membrane` in each cycle."""

    path: str
    takes: tuple[tuple[str, int], ...]
    gives: tuple[tuple[str, int], ...]
    constant: Expr | None
    charge_out: Fraction
    membrane: str | None

    @property
    def readings(self) -> tuple[str, ...]:
        return tuple(f"{self.path}.{word}" for word in ("affinity", "mass_forward", "mass_backward"))

    @property
    def needs(self) -> tuple[str, ...]:
        """The paths of what changes in its affinity."""
        potential = (f"{self.membrane}.V",) if self.charge_out else ()
        return (*(path for path, _ in (*self.takes, *self.gives)), *potential)


def cycles(cell: Cell) -> Iterator[Cycle]:
    """Every cycle whose affinity is known, in source order."""
    for membrane in cell.membranes:
        yield from (c for t in membrane.transporters if (c := cycle_of(t, membrane)) is not None)
    yield from (c for r in cell.reactions if (c := cycle_of(r)) is not None)


def cycle_of(owner: Transporter | Reaction, membrane: Membrane | None = None) -> Cycle | None:
    """None where the energy of a cycle is not known: it uses fuel, or turns matter with no equilibrium constant."""
    if owner.conversion is not None and owner.equilibrium_constant is None:
        return None
    takes = _parts(owner.conversion.origins) if owner.conversion is not None else ()
    gives = _parts(owner.conversion.targets) if owner.conversion is not None else ()
    if isinstance(owner, Reaction) or membrane is None:
        return Cycle(owner.path, takes, gives, owner.equilibrium_constant, Fraction(0), None)
    if owner.uses:
        return None
    moved = owner.movements
    return Cycle(
        owner.path,
        (*((f"{m.origin}.{m.species}", m.count) for m in moved if m.origin is not None), *takes),
        (*((f"{m.target}.{m.species}", m.count) for m in moved if m.target is not None), *gives),
        owner.equilibrium_constant,
        owner.charge_out,
        membrane.name,
    )


def _parts(parts: tuple[Part, ...]) -> tuple[tuple[str, int], ...]:
    return tuple((f"{p.place}.{p.species}", p.count) for p in parts)
