"""What passes between the copies of a line, each with the path that reads how much free energy it loses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from ionlang.model.books.along import Way, way_out
from ionlang.model.cell import Cell, Line
from ionlang.model.cell_lines import Axial, Diffusion, Electrodiffusion, GapJunction, Spreading
from ionlang.records import dataclass

Coupling = Diffusion | Electrodiffusion | Axial | GapJunction


@dataclass(frozen=True, slots=True)
class Loss:
    """One species (None: charge of no named ion) in one coupling. `path` reads what it loses, `gain` what a copy gets
    of it from its neighbours and `face` what passes each face: an amount per time, or a current."""

    path: str
    coupling: Coupling
    species: str | None
    gain: str
    face: str
    kind: Literal["rate", "current"]
    what: str

    @property
    def onward(self) -> str:
        """Reads what it loses on the way to the next copy alone, without the ends."""
        return self.path.replace(".dissipation(", ".onward_loss(")

    @property
    def is_electric(self) -> bool:
        """Whether it feels the potential along the place."""
        return not isinstance(self.coupling, Diffusion)

    @property
    def spreading(self) -> Spreading | None:
        """The coupling, if it may pass the ends."""
        return self.coupling if isinstance(self.coupling, Spreading) else None


def couplings_of(line: Line) -> tuple[Coupling, ...]:
    """All couplings of a line."""
    return (*line.diffusions, *line.electrodiffusions, *line.axials, *line.gap_junctions)


def losses(cell: Cell, line: Line) -> Iterator[Loss]:
    """Of all couplings of a line in source order. Nothing of what is driven by a potential that is not decided."""
    for diffusion in line.diffusions:
        for each in diffusion.species:
            yield _carried(diffusion, each.species, "diffusion")
    for field in line.electrodiffusions:
        for each in field.species:
            yield _carried(field, each.species, "electrodiffusion")
    for axial in line.axials:
        if isinstance(way_out(cell, axial.place), Way):
            path, what = axial.path, f"axial current in {axial.place}"
            named = f"{path}.current", f"{path}.face"
            own = f"{path}.dissipation({axial.carrier or 'charge'})"
            yield Loss(own, axial, axial.carrier, *named, "current", what)
    for junction in line.gap_junctions:
        decided = isinstance(way_out(cell, junction.place), Way)
        for share in junction.shares:
            if decided or (share.species is not None and not cell.valence(share.species)):
                yield _carried(junction, share.species, "gap junctions")


def _carried(coupling: Coupling, species: str | None, word: str) -> Loss:
    path, named = coupling.path, f"({species or 'charge'})"
    return Loss(
        f"{path}.dissipation{named}", coupling, species, f"{path}.gain{named}", f"{path}.face{named}",
        "current" if species is None else "rate", f"{word} in {coupling.place}",
    )  # fmt: skip


def dissipations_along(cell: Cell) -> tuple[str, ...]:
    """What can be read of couplings if a temperature is given."""
    found: list[str] = []
    for line in cell.lines:
        for loss in losses(cell, line):
            found += [loss.path, f"{loss.coupling.path}.dissipation"]
    return tuple(dict.fromkeys(found))
