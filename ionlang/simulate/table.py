"""A run as columns: quantities by path, in the units that readers expect (mV, mM, s, pA)."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from ionlang.equations.system import Definition, Parameter, Root, State
from ionlang.model.cell import Cell, Membrane, Place, Transporter
from ionlang.model.cell import Definition as Named
from ionlang.model.cell import Parameter as Given
from ionlang.model.cell_lines import in_copy, of_any_copy
from ionlang.model.names.suggest import closest
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.units import PURE, Dimension, Unit, display_unit, parse_unit
from ionlang.units import TIME as DURATION

TIME = "time"


def columns_of(machine: Machine) -> tuple[str, ...]:
    """The paths of a table in order: time, potentials, concentrations that move, volumes that change, gates, Nernst
    potentials, currents of carriers, rates of pumps, transporters and fluxes."""
    cell, known = machine.cell, machine.symbols
    wanted = [TIME, *(f"{m.name}.V" for m in cell.membranes)]
    wanted += _contents(machine)
    wanted += [s.path for s in machine.system.states if s.kind == "variable"]
    for listed in (_gates, _nernst_potentials, _currents, _rates):
        wanted += listed(cell)
    columns = tuple(path for path in dict.fromkeys(wanted) if path in known)
    return tuple(each for path in columns for each in shown_copies(cell, path))


def shown_copies(cell: Cell, path: str) -> tuple[str, ...]:
    """The path itself; of what stands in a line, that of the first copy, of the one in the middle and of the last."""
    line = cell.line_of(path)
    if line is None:
        return (path,)
    numbers = dict.fromkeys((1, (line.count + 1) // 2, line.count))
    return tuple(in_copy(path, line.name, str(number)) for number in numbers)


def moving_concentrations(machine: Machine, place: Place) -> tuple[str, ...]:
    """The concentrations of a place that something moves, whether they or the amounts are the states."""
    states = {s.path for s in machine.system.states}
    paths = (c.path for c in place.contents)
    return tuple(path for path in paths if path in states or f"amount({path})" in states)


def _contents(machine: Machine) -> Iterator[str]:
    """Concentrations that something moves, and volumes that change."""
    for place in machine.cell.places:
        yield from moving_concentrations(machine, place)
        if place.moves:
            yield f"{place.name}.volume"


def _gates(cell: Cell) -> Iterator[str]:
    return (
        path
        for m in cell.membranes
        for carrier in m.carriers
        for path in (
            *(g.path for g in carrier.gates),
            *(s.occupancy(x) for s in carrier.schemes for x in s.states),
        )
    )


def _nernst_potentials(cell: Cell) -> Iterator[str]:
    return (f"{m.name}.E({name})" for m in cell.membranes for name in ions_on_both_sides(cell, m))


def ions_on_both_sides(cell: Cell, membrane: Membrane) -> tuple[str, ...]:
    """The ions that have a Nernst potential across this membrane, in the order of the file."""
    sides = (membrane.inside, membrane.outside)
    ions = (s.name for s in cell.species if s.kind == "ion")
    return tuple(name for name in ions if all(cell.holder(side, name) is not None for side in sides))


def _currents(cell: Cell) -> Iterator[str]:
    carriers = (c for m in cell.membranes for c in m.carriers)
    return (f"{c.path}.current" for c in carriers if not isinstance(c, Transporter) or c.charge_out)


def _rates(cell: Cell) -> Iterator[str]:
    transporters = [c.path for m in cell.membranes for c in m.carriers if isinstance(c, Transporter)]
    others = (*(flux.path for flux in cell.fluxes), *(reaction.path for reaction in cell.reactions))
    return (f"{path}.rate" for path in (*transporters, *others))


def unit_of(machine: Machine, path: str) -> Unit:
    """The unit in which a quantity is shown. Raises KeyError for a path that the model does not have."""
    if of_any_copy(path) not in machine.symbols:
        guess = closest(path, machine.symbols)
        raise KeyError(f"no quantity {path!r}" + (f"; did you mean {guess!r}?" if guess else ""))
    return display_unit(_dimension(machine, of_any_copy(path)))


def _dimension(machine: Machine, path: str) -> Dimension:
    if path == TIME:
        return DURATION
    named: tuple[Given | Named, ...] = (*machine.cell.parameters, *machine.cell.definitions)
    for owned in named:
        if owned.path == path:
            return owned.dimension
    system = machine.system
    owners: tuple[State | Definition | Root | Parameter, ...] = (
        *system.states,
        *system.definitions,
        *system.parameters,
    )
    word = next(q.unit for q in owners if q.path == path).split()[-1]  # areas are in `100 um2`
    return PURE if word == "1" else parse_unit(word).dimension


def shown(machine: Machine, path: str, values: FloatArray) -> FloatArray:
    """Values in cell units → values in the unit of `unit_of`; read-only."""
    unit = unit_of(machine, path)
    result = np.ascontiguousarray(values) / float(unit.scale)
    result.flags.writeable = False
    return result


def heading(path: str, unit: Unit) -> str:
    """`soma.V [mV]`; a pure number is `[1]`."""
    return f"{path} [{unit.text or '1'}]"


def write_csv(path: Path, headings: Sequence[str], columns: Mapping[str, FloatArray]) -> None:
    """RFC 4180: commas, CRLF, quotes where needed. Numbers are written so that reading them gives the same floats."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(headings)
        rows.writerows(zip(*(column.tolist() for column in columns.values()), strict=True))
