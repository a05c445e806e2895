"""The free energy that gradients and charged membranes store, where what the cell holds defines it.

A = Σ RT n (ln c − 1) over what compartments hold, Σ ½ C V² over membranes; what is exchanged with a bath counts
−RT n ln c_bath, and a volume whose water comes from the bath RT osmolarity × volume. Without a pump dA/dt is minus what
channels and cotransporters dissipate, so A falls to its least, the Gibbs–Donnan equilibrium.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from ionlang.constants import FARADAY
from ionlang.model.books.ledger import moved_pools
from ionlang.model.cell import Cell, Place, Water


@dataclass(frozen=True, slots=True)
class EnergyTerms:
    """Paths: each content with its place's volume and what it is in the bath (None: not there); membranes' potentials
    with their capacitances; volumes that a bath fills, with the bath's osmolarity."""

    contents: tuple[tuple[str, str, str | None], ...]
    membranes: tuple[tuple[str, str], ...]
    water: tuple[tuple[str, str], ...]

    @property
    def paths(self) -> tuple[str, ...]:
        found = [p for row in (*self.contents, *self.membranes, *self.water) for p in row if p is not None]
        return (*found, "thermal_voltage")


def energy_terms(cell: Cell) -> EnergyTerms | None:
    """What the stored energy is the sum of; None where this does not define it: plain fluxes, chemistry, buffers,
    volumes that are prescribed or under pressure, an area that changes, contents held that pass, several baths."""
    if (
        cell.fluxes
        or cell.reactions
        or cell.buffers
        or (cell.temperature is None and cell.thermal_voltage is None)
    ):
        return None
    places = [p for p in cell.places if p.kind == "compartment"]
    baths = [p for p in cell.places if p.kind == "bath"]
    if len(baths) > 1 or any(p.motion == "defined" or p.volume is None for p in places):
        return None
    waters = [w for m in cell.membranes for w in m.waters]
    if any(w.pressure is not None for w in waters) or any(m.area_rule is not None for m in cell.membranes):
        return None
    if any(_is_held_and_passes(cell, p) for p in places):
        return None
    bath = baths[0] if baths else None
    contents = tuple(
        (c.path, f"{p.name}.volume", _in_bath(bath, c.species)) for p in places for c in p.contents
    )
    charged = tuple((f"{m.name}.V", f"{m.name}.total_capacitance") for m in cell.membranes if m.capacitance)
    return EnergyTerms(contents, charged, () if bath is None else _filled_from(bath.name, waters))


def _filled_from(bath: str, waters: list[Water]) -> tuple[tuple[str, str], ...]:
    """The volumes that exchange water with the bath."""
    ends = [(w.inside, w.outside) for w in waters if bath in (w.inside, w.outside)]
    filled = dict.fromkeys(name for pair in ends for name in pair if name != bath)
    return tuple((f"{name}.volume", f"{bath}.osmolarity") for name in filled)


def _in_bath(bath: Place | None, species: str) -> str | None:
    content = bath.content(species) if bath is not None else None
    return content.path if content is not None else None


def _is_held_and_passes(cell: Cell, place: Place) -> bool:
    """Whether something is held that moves, or would be diluted."""
    passing = {pool.species for pool in moved_pools(cell)}
    passing |= {s.species for m in cell.membranes for c in m.channels for s in c.shares}
    return any(c.held and (c.species in passing or place.moves) for c in place.contents)


def stored_energy(terms: EnergyTerms, values: Mapping[str, float]) -> float:
    """A [aJ] up to a constant: for differences between states with the same totals."""
    unit = FARADAY.in_cell_units * values["thermal_voltage"]
    parts = [
        _mixing(unit, values[c], values[v], None if b is None else values[b]) for c, v, b in terms.contents
    ]
    parts += [values[C] * values[V] ** 2 / 2 for V, C in terms.membranes]
    parts += [unit * values[volume] * values[osmolarity] for volume, osmolarity in terms.water]
    return math.fsum(parts)


def _mixing(unit: float, concentration: float, volume: float, bath: float | None) -> float:
    """RT n (ln(c/c_bath) − 1)."""
    if concentration <= 0:
        return 0.0
    reference = math.log(bath) if bath is not None and bath > 0 else 0.0
    return unit * concentration * volume * (math.log(concentration) - reference - 1)
