"""Where a cell would come to without its pumps, and how far from there it rests: the part of the card about it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ionlang.analyse.stored import EnergyTerms, energy_terms, stored_energy
from ionlang.constants import FARADAY
from ionlang.model.cell import Cell, Membrane
from ionlang.simulate.resting.rest import Rest
from ionlang.simulate.resting.unpumped import Outcome, Unpumped, without_pumps

IN_EQUILIBRIUM = 1e-6
"""An ion this near to its equilibrium potential [mV] is in equilibrium."""

Values = dict[str, float]


@dataclass(frozen=True, slots=True)
class IonDistance:
    """An ion at a membrane. `force`: E − V at rest [mV]; `work`: what it costs to let one mole out [kJ/mol],
    z F (E − V). `left`: E − V without the pumps [mV]; 0 in equilibrium."""

    membrane: str
    ion: str
    force: float
    work: float
    left: float


@dataclass(frozen=True, slots=True)
class VolumeChange:
    """A compartment whose volume moves [pL]."""

    place: str
    at_rest: float
    without_pumps: float


@dataclass(frozen=True, slots=True)
class UnpumpedCard:
    """`pumps` are the names of what was blocked. Unless `outcome` is `rests` there is nothing but them and the ions,
    whose `left` is nan. `V` and `V_at_rest` are by membrane [mV], `excess` is how much more osmolarity a compartment of
    fixed volume has than what is across [mM]. `stored` is the free energy at rest above that without pumps [aJ]; None
    where it is not defined by what the cell holds."""

    pumps: tuple[str, ...]
    outcome: Outcome
    V: dict[str, float]
    V_at_rest: dict[str, float]
    ions: tuple[IonDistance, ...]
    volumes: tuple[VolumeChange, ...]
    excess: dict[str, float]
    stored: float | None

    @property
    def is_donnan(self) -> bool:
        """Whether each ion came to its equilibrium."""
        return self.outcome == "rests" and all(abs(ion.left) < IN_EQUILIBRIUM for ion in self.ions)


def unpumped_card(rest: Rest) -> UnpumpedCard | None:
    """None where `without_pumps` gives none, and of lines."""
    found = None if rest.machine.has_lines else without_pumps(rest)
    if found is None:
        return None
    cell, terms = found.machine.cell, energy_terms(found.machine.cell)
    before, after = _values(rest, found, terms)
    rests = found.outcome == "rests"
    return UnpumpedCard(
        _names(cell, found.pumps),
        found.outcome,
        {m.name: after[f"{m.name}.V"] for m in cell.membranes} if rests else {},
        {m.name: before[f"{m.name}.V"] for m in cell.membranes},
        tuple(_distance(cell, m, ion, before, after, rests=rests) for m, ion in _free_ions(cell)),
        tuple(_volume(p.name, before, after) for p in cell.places if p.motion == "water") if rests else (),
        _excess(cell, after) if rests else {},
        stored_energy(terms, before) - stored_energy(terms, after) if rests and terms is not None else None,
    )


def _names(cell: Cell, paths: tuple[str, ...]) -> tuple[str, ...]:
    """By name alone where that is enough."""
    last = [path.rpartition(".")[2] for path in paths]
    return tuple(name if last.count(name) == 1 else path for name, path in zip(last, paths, strict=True))


def _values(rest: Rest, found: Unpumped, terms: EnergyTerms | None) -> tuple[Values, Values]:
    """All that is read, at rest and without pumps."""
    machine, cell = found.machine, found.machine.cell
    wanted = [f"{m.name}.V" for m in cell.membranes]
    wanted += [f"{m.name}.E({ion})" for m, ion in _free_ions(cell)]
    wanted += [f"{p.name}.{word}" for p in cell.places for word in ("osmolarity", "volume")]
    wanted += list(terms.paths) if terms is not None else []
    paths = [path for path in dict.fromkeys(wanted) if path in machine.symbols]
    both = np.column_stack([found.at_rest, found.state])
    with np.errstate(all="ignore"):
        values = machine.paths(paths)(np.zeros(2), both, list(found.parameters))
    before, after = (dict(zip(paths, (float(x) for x in column), strict=True)) for column in values.T)
    instantaneous = [p for p in paths if p.endswith(".V")]
    now = machine.paths(instantaneous)(np.zeros(1), found.at_rest[:, None], list(rest.parameters))[:, 0]
    return before | dict(zip(instantaneous, (float(x) for x in now), strict=True)), after


def _free_ions(cell: Cell) -> list[tuple[Membrane, str]]:
    """The ions that are on both sides of a membrane and pass it, and not held on both."""
    found = []
    for membrane in cell.membranes:
        passing = [s.species for c in membrane.channels for s in c.shares]
        passing += [m.species for t in membrane.transporters for m in t.movements]
        for species in cell.species:
            sides = [cell.holder(side, species.name) for side in (membrane.inside, membrane.outside)]
            free = any(side is not None and _is_free(cell, side, species.name) for side in sides)
            if species.name in passing and species.valence and None not in sides and free:
                found.append((membrane, species.name))
    return found


def _is_free(cell: Cell, place: str, species: str) -> bool:
    content = cell.place(place).content(species)
    return cell.place(place).kind == "compartment" and content is not None and not content.held


def _distance(
    cell: Cell, membrane: Membrane, ion: str, before: Values, after: Values, *, rests: bool
) -> IonDistance:
    name, path = membrane.name, f"{membrane.name}.E({ion})"
    force = before.get(path, math.nan) - before[f"{name}.V"]
    work = float(cell.valence(ion)) * force * FARADAY.in_cell_units * 1e-6
    left = after.get(path, math.nan) - after[f"{name}.V"] if rests else math.nan
    return IonDistance(name, ion, force, work, left)


def _volume(place: str, before: Values, after: Values) -> VolumeChange:
    return VolumeChange(place, before[f"{place}.volume"], after[f"{place}.volume"])


def _excess(cell: Cell, after: Values) -> dict[str, float]:
    """Of compartments of fixed volume that hold more particles than what is across their membrane."""
    found = {}
    for membrane in cell.membranes:
        inside, outside = (side[0] for side in (membrane.inside, membrane.outside))
        fixed = all(cell.place(p).motion == "fixed" and cell.place(p).contents for p in (inside, outside))
        if fixed and cell.place(inside).kind == "compartment":
            found[inside] = after[f"{inside}.osmolarity"] - after[f"{outside}.osmolarity"]
    return found
