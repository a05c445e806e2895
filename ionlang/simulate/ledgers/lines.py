"""What one cycle of each process moves, burns and turns, sorted by what pays for it. What passes along a line of
copies has a table of its own (`between.py`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ionlang.model.books.losses import couplings_of
from ionlang.model.cell import Cell, Channel, Conversion, Flux, Movement, Reaction, Transporter
from ionlang.model.expression import Expr
from ionlang.simulate.ledgers.books import Books

Owner = Channel | Transporter | Flux | Reaction
Leg = tuple[str | None, str, float]
"""A place (None: nothing), a species, how much of it one cycle brings there."""


@dataclass(frozen=True, slots=True)
class Line:
    """A process by its place in the books. `moved` are the legs of its matter, `fuel` what it uses up, `turned` its
    chemistry with the `constant`, if that is known. `charge_out` leaves the first side of `membrane`. Without `named`
    it carries charge that no ion is named for."""

    process: int
    moved: tuple[Leg, ...]
    fuel: tuple[Leg, ...] = ()
    turned: tuple[Leg, ...] = ()
    constant: Expr | None = None
    charge_out: float = 0.0
    membrane: str | None = None
    named: bool = True
    injected: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether both ends of everything are known, so that it has an energy."""
        legs = (*self.moved, *self.turned)
        known = self.constant is not None or not self.turned
        return (
            self.named
            and known
            and not self.fuel
            and not self.injected
            and all(p is not None for p, _, _ in legs)
        )


def lines_of(books: Books) -> tuple[Line, ...]:
    """The line of each process but water and what passes along lines, in the order of the books."""
    return tuple(_lines(books, _owners(books.machine.cell)))


def _lines(books: Books, owners: dict[str, tuple[Owner, str | None]]) -> Iterator[Line]:
    along = [c.path for line in books.machine.cell.lines for c in couplings_of(line)]
    for i, (process, name) in enumerate(zip(books.listed, books.owners, strict=True)):
        if process.kind == "water" or name in along:
            continue
        owner, membrane = owners.get(name, (None, None))
        match owner:
            case Channel():
                species = process.path.rpartition("(")[2].removesuffix(")")
                yield _of_channel(books.machine.cell, i, owner, membrane, species)
            case Transporter():
                yield _of_transporter(i, owner, membrane)
            case Flux():
                yield Line(i, _moved(owner.movements))
            case Reaction():
                yield Line(i, (), turned=_turned(owner.conversion), constant=owner.equilibrium_constant)
            case _:
                yield _of_injection(books, i)


def _owners(cell: Cell) -> dict[str, tuple[Owner, str | None]]:
    """What belongs to each path, and the membrane that it is in."""
    found: dict[str, tuple[Owner, str | None]] = {}
    for membrane in cell.membranes:
        found |= {carrier.path: (carrier, membrane.name) for carrier in membrane.carriers}
    found |= {flux.path: (flux, None) for flux in cell.fluxes}
    return found | {reaction.path: (reaction, None) for reaction in cell.reactions}


def _of_channel(cell: Cell, i: int, channel: Channel, membrane: str | None, species: str) -> Line:
    share = next((s for s in channel.shares if s.species == species), None)
    if share is None:
        return Line(i, (), charge_out=1.0, membrane=membrane, named=False)
    legs = ((share.inside, species, -1.0), (share.outside, species, 1.0))
    return Line(i, legs, charge_out=float(cell.valence(species)), membrane=membrane)


def _of_transporter(i: int, carrier: Transporter, membrane: str | None) -> Line:
    fuel = tuple((u.place, u.species, float(-u.count)) for u in carrier.uses)
    turned = () if carrier.conversion is None else _turned(carrier.conversion)
    charge = float(carrier.charge_out)
    return Line(i, _moved(carrier.movements), fuel, turned, carrier.equilibrium_constant, charge, membrane)


def _moved(movements: tuple[Movement, ...]) -> tuple[Leg, ...]:
    legs: list[Leg] = []
    for m in movements:
        legs += [(m.origin, m.species, float(-m.count)), (m.target, m.species, float(m.count))]
    return tuple(legs)


def _turned(line: Conversion) -> tuple[Leg, ...]:
    used = tuple((p.place, p.species, float(-p.count)) for p in line.origins)
    return (*used, *((p.place, p.species, float(p.count)) for p in line.targets))


def _of_injection(books: Books, i: int) -> Line:
    """What it brings into a pool comes from outside the model."""
    changes = books.listed[i].changes
    legs = tuple((pool.place, pool.species, float(n)) for pool, n in changes if pool.species is not None)
    return Line(i, legs, injected=True)
