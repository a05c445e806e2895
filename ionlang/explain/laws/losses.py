"""Laws of the free energy that is lost between the copies of a line: what passes times the fall that drives it."""

from __future__ import annotations

from collections.abc import Iterator

from ionlang.explain.laws.between import beyond_end, fall_of, is_last, neighbour
from ionlang.explain.laws.faces import is_at_end
from ionlang.explain.laws.paths import FARADAY, concentration, energy, thermal, valence
from ionlang.explain.laws.spots import Spots
from ionlang.model.algebra import NOTHING, log, over, plus, read, times
from ionlang.model.books.lengthwise import ENDS, End, passes_end
from ionlang.model.books.losses import Loss, losses
from ionlang.model.cell import Cell, Line
from ionlang.model.cell_lines import Electrodiffusion
from ionlang.model.expression import Expr
from ionlang.units import CURRENT, POWER, PURE, RATE

Laws = Iterator[tuple[str, Expr]]


def loss_laws(cell: Cell, spots: Spots, line: Line) -> Laws:
    """J (RT ln(c/c') + z F (φ − φ')), or I (φ − φ') of charge of no named ion; of a coupling the sum."""
    if cell.temperature is None and cell.thermal_voltage is None:
        return
    whole: dict[str, list[Expr]] = {}
    for loss in losses(cell, line):
        onward = NOTHING if is_last(spots, loss.path) else _onward(cell, spots, loss)
        yield loss.onward, onward
        yield loss.path, plus(onward, *_at_ends(cell, spots, line, loss))
        whole.setdefault(loss.coupling.path, []).append(read(loss.path, POWER))
    for path, parts in whole.items():
        yield f"{path}.dissipation", plus(*parts)


def _onward(cell: Cell, spots: Spots, loss: Loss) -> Expr:
    if loss.species is None:
        return times(read(loss.face, CURRENT), fall_of(loss.coupling.place))
    held = concentration(loss.coupling.place, loss.species)
    logarithm = log(over(held, neighbour(spots, held)))
    drifts = loss.is_electric and cell.valence(loss.species)
    if loss.kind == "current":
        drive = plus(times(thermal(cell, loss.species), logarithm), fall_of(loss.coupling.place))
        return times(read(loss.face, CURRENT), drive)
    drive = times(energy(cell), logarithm)
    if drifts:
        drive = plus(drive, times(valence(loss.species), FARADAY, fall_of(loss.coupling.place)))
    return times(read(loss.face, RATE), drive)


def _at_ends(cell: Cell, spots: Spots, line: Line, loss: Loss) -> Iterator[Expr]:
    """What is lost on the way in through an end: in the outermost copies alone."""
    coupling, species = loss.spreading, loss.species
    if coupling is None or species is None:
        return
    for end in ENDS:
        if passes_end(cell, line, coupling, end, species) and is_at_end(spots, f"{coupling.path}.{end}("):
            yield times(
                read(f"{coupling.path}.{end}({species})", RATE), energy(cell), _fall_in(cell, loss, end)
            )


def _fall_in(cell: Cell, loss: Loss, end: End) -> Expr:
    """From what is beyond an end, over RT."""
    coupling, species = loss.spreading, loss.species
    assert coupling is not None and species is not None
    drive = log(over(beyond_end(cell, coupling, end, species), concentration(coupling.place, species)))
    if isinstance(coupling, Electrodiffusion) and cell.valence(species):
        rise = read(f"{coupling.path}.{end}.rise()", PURE)
        return plus(drive, times(valence(species), rise))
    return drive
