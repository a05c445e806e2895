"""Which ways a cell has for matter, and by which paths the energy of each is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from ionlang.analyse.energy.budget import Kind
from ionlang.model.books.energies import Move, has_fuel, separating, whole_moves
from ionlang.model.books.losses import Loss, losses
from ionlang.model.cell import Cell, Channel, Flux, Membrane, Reaction, Transporter
from ionlang.model.cell_lines import Axial, Diffusion, Electrodiffusion, GapJunction


@dataclass(frozen=True, slots=True)
class Way:
    """A way before anything is computed. `moves` are with the membrane whose V counts, None where no potential does.
    `fuel` is what a cycle uses first, with its count. What is handed on along a line has its `loss`, and its `rate` is
    read at the faces."""

    path: str
    kind: Kind
    ion: str | None
    rate: str
    moves: tuple[tuple[Move, Membrane | None], ...]
    driven: bool
    fuel: tuple[str, int] | None = None
    loss: Loss | None = None

    @property
    def energy(self) -> str:
        return f"{self.path}.free_energy" + (f"({self.ion})" if self.kind == "channel" else "")

    @property
    def lost(self) -> str:
        if self.loss is not None:
            return self.loss.path
        return f"{self.path}.dissipation" + (f"({self.ion})" if self.kind == "channel" else "")

    @property
    def parts(self) -> tuple[str, ...]:
        """Of a transporter the free energy of each species that a cycle moves."""
        names = dict.fromkeys(species for (species, *_), _ in self.moves)
        return tuple(f"{self.path}.free_energy({name})" for name in names)


def ways_of(cell: Cell) -> tuple[Way, ...]:
    """Every way whose flux has a name, in the order of the file."""
    return tuple(_ways(cell))


def _ways(cell: Cell) -> Iterator[Way]:
    for membrane in cell.membranes:
        for carrier in membrane.carriers:
            if isinstance(carrier, Channel):
                yield from _of_channel(membrane, carrier)
            else:
                yield _of_transporter(membrane, carrier)
        for water in membrane.waters:
            yield Way(water.path, "water", None, f"{water.path}.rate", (), driven=False)
    for flux in cell.fluxes:
        yield _of_flux(cell, flux)
    for reaction in cell.reactions:
        yield _of_reaction(reaction)
    for line in cell.lines:
        yield from (_of_loss(loss) for loss in losses(cell, line))


def _of_channel(membrane: Membrane, channel: Channel) -> Iterator[Way]:
    for share in channel.shares:
        if share.species is None:
            yield Way(channel.path, "channel", None, f"{channel.path}.current(charge)", (), driven=False)
        else:
            move = (share.species, 1, share.inside, share.outside)
            rate = f"{channel.path}.flux({share.species})"
            yield Way(channel.path, "channel", share.species, rate, ((move, membrane),), driven=False)


def _of_transporter(membrane: Membrane, carrier: Transporter) -> Way:
    moves = tuple((move, membrane) for move in whole_moves(carrier) or ())
    return Way(
        carrier.path, carrier.kind, None, f"{carrier.path}.rate", moves, has_fuel(carrier), _fuel(carrier)
    )


def _fuel(carrier: Transporter) -> tuple[str, int] | None:
    if carrier.uses:
        return carrier.uses[0].species, carrier.uses[0].count
    if carrier.conversion is not None and carrier.conversion.origins:
        return carrier.conversion.origins[0].species, carrier.conversion.origins[0].count
    return None


def _of_flux(cell: Cell, flux: Flux) -> Way:
    moves = tuple((move, separating(cell, move[2], move[3])) for move in whole_moves(flux) or ())
    return Way(flux.path, "flux", None, f"{flux.path}.rate", moves, driven=False)


def _of_reaction(reaction: Reaction) -> Way:
    return Way(reaction.path, "reaction", None, f"{reaction.path}.rate", (), driven=False)


def _of_loss(loss: Loss) -> Way:
    coupling = loss.coupling
    match coupling:
        case Diffusion():
            kind: Kind = "diffusion"
        case Electrodiffusion():
            kind = "electrodiffusion"
        case Axial():
            kind = "axial"
        case GapJunction():
            kind = "gap junction"
    return Way(coupling.path, kind, loss.species, loss.face, (), driven=False, loss=loss)


def lifted(cell: Cell, move: Move, membrane: Membrane | None) -> Fraction:
    """The charge that one cycle brings to the first side of the membrane."""
    species, count, origin, target = move
    if membrane is None:
        return Fraction(0)
    return cell.valence(species) * count * ((target in membrane.inside) - (origin in membrane.inside))
