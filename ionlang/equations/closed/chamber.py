"""A compartment behind one membrane: what passes, what stays, and whether its rest can be written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from ionlang.equations.closed.steady import Flow, Steady, touched
from ionlang.model.books.ledger import Pool, Process, couplings
from ionlang.model.cell import Cell, Content, DefinedPotential, Membrane, Place, Transporter

Touched = dict[Process, list[tuple[Pool, Fraction]]]


class NotClosed(Exception):
    """There is no closed form; the message says why."""


@dataclass(frozen=True, slots=True)
class Ion:
    """A species that passes: its place outside, its valence, the channels that let it through, and how many of it leave
    in each cycle of the transporters that move it."""

    species: str
    outside: str
    valence: Fraction
    flows: tuple[Flow, ...]
    carried: tuple[tuple[Transporter, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Chamber:
    """`ions` pass; `stuck` stay inside as an amount, `kept` are held at a concentration. `conserved`: outside is a
    compartment of fixed volume that nothing else touches, so the total of each ion is what it was."""

    cell: Cell
    membrane: Membrane
    place: Place
    ions: tuple[Ion, ...]
    stuck: tuple[Content, ...]
    kept: tuple[Content, ...]
    carriers: tuple[Transporter, ...]
    conserved: bool

    @property
    def swells(self) -> bool:
        return self.place.motion == "water"


def chambers(cell: Cell) -> list[tuple[Membrane, Place]]:
    """Compartments that stand alone on the first side of a membrane, and hold something charged that cannot pass."""
    found = []
    for membrane in cell.membranes:
        if isinstance(membrane.potential, DefinedPotential) or len(membrane.inside) != 1:
            continue
        place = cell.place(membrane.inside[0])
        if place.kind == "compartment" and place.contents:
            found.append((membrane, place))
    return found


def chamber_of(
    cell: Cell, membrane: Membrane, place: Place, known: Steady, absent: Callable[[str], bool]
) -> Chamber:
    """`absent`: whether there is nothing of what this path counts. Raises NotClosed."""
    active = (*(f.process for f in known.flows), *known.others)
    mine = touched(cell, place.name, active)
    _check_ways(cell, membrane, place, mine)
    carriers = tuple(t for t in membrane.transporters if any(p.path == f"{t.path}.rate" for p in mine))
    moved = dict.fromkeys(pool.species or "" for pools in mine.values() for pool, _ in pools)
    ions = tuple(_ion(cell, membrane, place, species, known, mine, carriers) for species in moved)
    others = [c for c in place.contents if c.species not in moved and not absent(c.path)]
    passing = [c.species for c in others if c.held and _is_passed(membrane, c.species, known, carriers)]
    if passing:
        raise NotClosed(f"{place.name}.{passing[0]} is held, so what leaks of it need not come back")
    kept = tuple(c for c in others if c.held)
    stuck = tuple(c for c in others if not c.held)
    conserved = _is_conserved(cell, membrane, place, ions, mine, active)
    return Chamber(cell, membrane, place, ions, stuck, kept, carriers, conserved)


def _is_passed(membrane: Membrane, species: str, known: Steady, carriers: tuple[Transporter, ...]) -> bool:
    through = any(f.membrane is membrane and f.share.species == species for f in known.flows)
    return through or any(m.species == species for t in carriers for m in t.movements)


def _check_ways(cell: Cell, membrane: Membrane, place: Place, mine: Touched) -> None:
    elsewhere = [p for p in mine if not p.path.startswith(f"{membrane.name}.")]
    if elsewhere:
        raise NotClosed(f"{elsewhere[0].what} changes {place.name} too, beside what crosses {membrane.name}")
    if any(b.place == place.name for b in cell.buffers):
        raise NotClosed(f"{place.name} has buffers")
    if place.motion == "defined":
        raise NotClosed(f"the volume of {place.name} is prescribed")
    if not mine:
        raise NotClosed(f"nothing that {place.name} holds can leave it")


def _ion(
    cell: Cell,
    membrane: Membrane,
    place: Place,
    species: str,
    known: Steady,
    mine: Touched,
    carriers: tuple[Transporter, ...],
) -> Ion:
    flows = tuple(f for f in known.flows if f.process in mine and f.share.species == species)
    carried = tuple((t, out) for t in carriers if (out := leaving(membrane, t, species)))
    accounted = {*(f.process.path for f in flows), *(f"{t.path}.rate" for t, _ in carried)}
    odd = [
        p
        for p, pools in mine.items()
        if p.path not in accounted and any(q.species == species for q, _ in pools)
    ]
    if odd:
        raise NotClosed(f"{odd[0].what} has a written current or turns {species} into something else")
    written = next((f for f in flows if not f.is_thermodynamic), None)
    if written is not None:
        raise NotClosed(f"{written.channel.name} has a reversal potential of its own, which no ion decides")
    z = cell.valence(species)
    if not z:
        raise NotClosed(f"{species} passes and has no charge, so V does not decide where it comes to rest")
    holders = dict.fromkeys(
        [*(f.share.outside for f in flows), *(p for t, _ in carried if (p := _beyond(membrane, t, species)))]
    )
    if len(holders) != 1:
        raise NotClosed(f"{species} is moved between more than two places, or out of nothing")
    return Ion(species, next(iter(holders)), z, flows, carried)


def leaving(membrane: Membrane, carrier: Transporter, species: str) -> Fraction:
    """How many leave the first side in one cycle."""
    return Fraction(
        sum(
            m.count * ((m.origin in membrane.inside) - (m.target in membrane.inside))
            for m in carrier.movements
            if m.species == species
        )
    )


def _beyond(membrane: Membrane, carrier: Transporter, species: str) -> str | None:
    ends = [p for m in carrier.movements if m.species == species for p in (m.origin, m.target)]
    return next((p for p in ends if p in membrane.outside), None)


def _is_conserved(
    cell: Cell,
    membrane: Membrane,
    place: Place,
    ions: tuple[Ion, ...],
    mine: Touched,
    active: tuple[Process, ...],
) -> bool:
    """Whether outside is one compartment of fixed volume, which only the same processes change."""
    names = dict.fromkeys(ion.outside for ion in ions)
    if len(names) != 1 or place.moves:
        return False
    outside = cell.place(next(iter(names)))
    contents = [outside.content(ion.species) for ion in ions]
    closed = (
        outside.kind == "compartment"
        and outside.motion == "fixed"
        and not any(c and c.held for c in contents)
    )
    if _is_of_several(cell, place, outside):
        return False
    there = touched(cell, outside.name, active)
    return closed and all(p in mine for p in there) and not any(b.place == outside.name for b in cell.buffers)


def _is_of_several(cell: Cell, place: Place, outside: Place) -> bool:
    """Whether neighbours in a line have to do with what is outside: it is of all copies, or joined to that of the
    next."""
    line = cell.line_of(f"{place.name}.")
    if line is None or line.count < 2:
        return False
    joined = any(pool.place == outside.name for p in couplings(cell) for pool, _ in p.changes)
    return joined or not line.holds(f"{outside.name}.")
