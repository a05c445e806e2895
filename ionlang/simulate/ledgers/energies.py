"""Free energy that places and membranes store, and what matter adds to it.

G = Σ RT (n ln(c/1 M) − n) over the matter of compartments + Σ C V²/2, so dG = Σ μ dn − RT c dv + V dQ with
μ = RT ln(c/1 M). What is bound to fast buffers is at equilibrium with what is free: sites ln(1 + c/K) less for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ionlang.constants import FARADAY
from ionlang.model.books.ledger import Pool
from ionlang.model.books.losses import losses
from ionlang.model.cell import Cell, FromCharge, FromCurrents
from ionlang.model.cell_lines import Copies
from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.ledgers.copies import added, in_copies, stands_in, together
from ionlang.simulate.machine import Machine

F = FARADAY.in_cell_units
MOLAR = 1000.0  # mM
TINY = 1e-300  # mM: the logarithm of what is not there


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """A cell at m instants t (m,) [ms] with its states y (n, m) and parameters; `values` by path, each (m,), of what
    stands in a line (copies, m): of some `copies` alone, if only these are counted."""

    machine: Machine
    t: FloatArray
    y: FloatArray
    p: ParametersMany
    values: Mapping[str, FloatArray]
    copies: Copies | None = None

    @property
    def heat(self) -> FloatArray:
        """RT [aJ/fmol]."""
        heat: FloatArray = F * self.values["thermal_voltage"]
        return heat

    def logarithm(self, place: str, species: str) -> FloatArray:
        """ln(c/1 M)."""
        found: FloatArray = np.log(np.maximum(self.values[f"{place}.{species}"], TINY) / MOLAR)
        return found

    def held(self, place: str) -> FloatArray:
        """What a place holds at given concentrations, together [mM]."""
        return _sum(self, place, [c.path for c in self.machine.cell.place(place).contents if c.held])

    def free(self, place: str) -> FloatArray:
        """All else that is in a place, together [mM]."""
        return _sum(self, place, [c.path for c in self.machine.cell.place(place).contents if not c.held])

    def potential(self, pool: Pool) -> FloatArray:
        """What one fmol of a pool (of charge: F fC, of water: one pL) adds to G [aJ]."""
        match pool.kind:
            case "charge":
                return F * self.values[f"{pool.place}.V"]
            case "water":
                return -self.heat * self.free(pool.place)
            case _:
                return self.heat * self.logarithm(pool.place, pool.species or "")


def _sum(moment: Moment, place: str, paths: list[str]) -> FloatArray:
    return added([moment.values[path] for path in paths], moment.t.size)


def moment_of(
    machine: Machine, t: FloatArray, y: FloatArray, p: ParametersMany, copies: Copies | None = None
) -> Moment:
    paths = _paths(machine)
    with np.errstate(all="ignore"):
        return Moment(
            machine,
            t,
            y,
            p,
            dict(zip(paths, in_copies(machine, paths, copies)(t, y, p), strict=True)),
            copies,
        )


def _paths(machine: Machine) -> tuple[str, ...]:
    """Everything that stored energy and powers are worked out from."""
    cell = machine.cell
    found = ["thermal_voltage", *(c.path for p in cell.places for c in p.contents)]
    for place in (p for p in cell.places if p.volume is not None):
        found += [f"{place.name}.volume", *(f"amount({c.path})" for c in place.contents)]
    found += [path for b in cell.buffers for path in (f"{b.path}.sites", f"{b.path}.bound")]
    found += [f"{m.name}.V" for m in cell.membranes]
    found += [path for line in cell.lines for loss in losses(cell, line) for path in (loss.path, loss.onward)]
    found += [f"{m.name}.total_capacitance" for m in cell.membranes if m.capacitance is not None]
    return tuple(path for path in dict.fromkeys(found) if path in machine.symbols)


def stored(moment: Moment) -> FloatArray:
    """G (m,) [aJ]."""
    cell, total = moment.machine.cell, np.zeros(moment.t.size)
    for place in (each for each in cell.places if stands_in(moment.copies, each.name)):
        if place.kind == "compartment" and place.volume is not None:
            for content in (c for c in place.contents if not c.held):
                total += together(moment.heat * _of_content(moment, place.name, content.species))
    for name in (each for each in charged(cell) if stands_in(moment.copies, each)):
        held = moment.values[f"{name}.total_capacitance"] * moment.values[f"{name}.V"] ** 2
        total += 0.5 * together(held)
    return total


def _of_content(moment: Moment, place: str, species: str) -> FloatArray:
    """n ln(c/1 M) − v c + Σ sites ln(1 − bound/sites) [fmol]."""
    values, path = moment.values, f"{place}.{species}"
    volume = values[f"{place}.volume"]
    amount: FloatArray = values[f"amount({path})"] * moment.logarithm(place, species) - volume * values[path]
    for buffer in moment.machine.cell.buffers_of(place, species):
        sites, bound = values[f"{buffer.path}.sites"], values[f"{buffer.path}.bound"]
        amount = amount + volume * sites * np.log1p(-bound / np.where(sites > 0, sites, 1.0))
    return amount


def charged(cell: Cell) -> tuple[str, ...]:
    """The membranes that hold charge."""
    return tuple(m.name for m in cell.membranes if isinstance(m.potential, FromCurrents | FromCharge))
