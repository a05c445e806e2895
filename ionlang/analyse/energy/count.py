"""A cell and values → its budget of energy: every row from its own flux and its own potentials, sums from the rows.

What stands in a line of copies has a value in each of them; a row is their sum."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np

from ionlang.analyse.energy.budget import Along, Balance, Budget, Course, Row, Swing
from ionlang.analyse.energy.causes import Rates, bills
from ionlang.analyse.energy.drawn import drawn_from, paths_along
from ionlang.analyse.energy.ways import Way, ways_of
from ionlang.constants import FARADAY, GAS_CONSTANT
from ionlang.model.books.ledger import injections, processes
from ionlang.model.books.losses import Loss
from ionlang.model.cell import Cell
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine

Values = Mapping[str, FloatArray]
"""By path; of what stands in a line one for each copy or face, where that is known."""
Look = Callable[[Sequence[str]], Values]
"""The values of paths at a moment, or their integrals over a stretch, over all copies."""

_MOVING = ("channel", "transporter", "pump", "flux", *get_args(Along))
_EQUILIBRIUM = 1e-9  # of RT


@dataclass(frozen=True, slots=True)
class Terms:
    """What a budget takes for granted: how much fuel the oxygen of one O2 makes, and, where a file has no pump, how
    many ions one molecule of fuel brings back."""

    atp_per_oxygen: float = 5.0
    ions_per_atp: float = 3.0


@dataclass(frozen=True, slots=True)
class When:
    """`words` for people; `stretch` the first and last instant [ms] of a budget over time."""

    words: str
    stretch: tuple[float, float] | None = None


def budget_of(
    machine: Machine, when: When, look: Look, temperature: float, terms: Terms, swings: tuple[Swing, ...] = ()
) -> Budget:
    """The budget from what `look` finds."""
    cell, ways = machine.cell, ways_of(machine.cell)
    values = look(_needed(machine, ways, momentary=when.stretch is None))
    rows = _stilled(tuple(_row(cell, way, values, temperature) for way in ways))
    rates: Rates = {path: float(np.sum(values[path])) for path in values}
    return Budget(
        cell.name, when.words, when.stretch, rows, bills(cell, ways, rates, terms.atp_per_oxygen),
        _balance(cell, ways, rows, values, temperature, momentary=when.stretch is None), swings,
        tuple(_left_out(ways, rows)), temperature, _is_per_area(cell), terms.atp_per_oxygen,
        tuple(_notes(cell)),
    )  # fmt: skip


def _needed(machine: Machine, ways: Sequence[Way], *, momentary: bool) -> list[str]:
    """Paths of rates and powers; at a moment also of energies, concentrations and potentials."""
    wanted = [p.path for p in (*processes(machine.cell), *injections(machine.cell))]
    for way in ways:
        wanted += [way.rate, way.lost, f"{way.path}.work", f"{way.path}.fuel_power"]
        if momentary:
            wanted += [way.energy, *way.parts]
    if momentary:
        wanted += [c.path for p in machine.cell.places for c in p.contents]
        wanted += [f"{m.name}.V" for m in machine.cell.membranes]
        wanted += [path for way in ways if way.loss is not None for path in paths_along(way.loss)]
    return [path for path in dict.fromkeys(wanted) if path in machine.symbols]


def _is_per_area(cell: Cell) -> bool:
    return bool(cell.membranes) and not cell.lines and all(_without_area(cell).values())


def _without_area(cell: Cell) -> dict[str, bool]:
    """Of each membrane whether it says no area, so that its totals are those of 1 cm²."""
    stated = {p.path: p.text for p in cell.parameters}
    return {m.name: stated.get(f"{m.name}.area", "").endswith("(not stated)") for m in cell.membranes}


def _notes(cell: Cell) -> Iterator[str]:
    found = _without_area(cell)
    if not _is_per_area(cell):
        yield from (
            f"{name} says no area: its totals are those of 1 cm2{_in_each(cell, name)}"
            for name, lacks in found.items()
            if lacks
        )


def _in_each(cell: Cell, path: str) -> str:
    return " in each copy" if cell.line_of(path) is not None else ""


def _row(cell: Cell, way: Way, values: Values, temperature: float) -> Row:
    rate, lost = values[way.rate], _known(values, way.lost)
    work, fuel = _known(values, f"{way.path}.work"), _known(values, f"{way.path}.fuel_power")
    gained, spent = (work, fuel) if way.driven else _exchanged(way, rate, values)
    course = _course(way, rate, _each(values, way.energy), _each(values, way.lost), temperature)
    ion = way.ion if way.kind == "channel" or way.loss is not None else None
    passed = float(rate.sum()) if way.loss is None else _handed_on(cell, way.loss, rate)
    return Row(way.path, way.kind, ion, passed, _mean(values, way), lost, gained, spent, course)


def _handed_on(cell: Cell, loss: Loss, at_faces: FloatArray) -> float:
    """The mean over the faces: an amount per time, or a current of no named ion."""
    line = cell.line_of(loss.coupling.path)
    assert line is not None
    mean = float(at_faces.sum()) / (line.count - 1)
    if loss.kind == "rate" or loss.species is None:
        return mean
    return mean / (float(cell.valence(loss.species)) * FARADAY.in_cell_units)


def _mean(values: Values, way: Way) -> float | None:
    """ΔG of a cycle; in a line the mean over what runs, if all copies run one way."""
    energy, rate = _each(values, way.energy), values[way.rate]
    if energy is None or not energy.ndim:
        return None if energy is None else float(energy)
    alike = bool(np.ptp(energy) <= _EQUILIBRIUM * np.abs(energy).max())
    if not alike and (rate.min() < 0 < rate.max() or not rate.any()):
        return None
    return float(energy.mean() if alike else (rate * energy).sum() / rate.sum())


def _stilled(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Water that loses next to nothing is at equilibrium: it has no ΔG of its own to tell."""
    least = _EQUILIBRIUM * sum(abs(row.lost) for row in rows if row.lost is not None)
    return tuple(
        replace(row, course="at equilibrium")
        if row.kind == "water" and row.lost is not None and abs(row.lost) <= least
        else row
        for row in rows
    )


def _each(values: Values, path: str) -> FloatArray | None:
    """In every copy."""
    value = values.get(path)
    return value if value is not None and np.isfinite(value).all() else None


def _known(values: Values, path: str) -> float | None:
    value = _each(values, path)
    return None if value is None else float(value.sum())


def _exchanged(way: Way, rate: FloatArray, values: Values) -> tuple[float | None, float | None]:
    """What a cotransporter puts on what goes uphill, and what it has from what goes downhill."""
    parts = [values[path] * rate for path in way.parts if path in values]
    if way.kind != "transporter" or len(parts) < 2:
        return None, None
    up, down = (sum(float(np.maximum(sign * p, 0.0).sum()) for p in parts) for sign in (1, -1))
    return up, down


def _course(
    way: Way, rate: FloatArray, energy: FloatArray | None, lost: FloatArray | None, temperature: float
) -> Course:
    """In a line uphill if it is so in any copy, beyond rounding."""
    if way.driven:
        return "driven"
    if lost is None:
        return "not known"
    if energy is not None and np.all(
        np.abs(energy) < _EQUILIBRIUM * GAS_CONSTANT.in_cell_units * temperature
    ):
        return "at equilibrium"
    if not rate.any():
        return "closed"
    rounding = -_EQUILIBRIUM * float(np.abs(lost).max()) if lost.ndim else 0.0
    return "downhill" if lost.min() >= rounding else "uphill"


def _balance(
    cell: Cell,
    ways: Sequence[Way],
    rows: Sequence[Row],
    values: Values,
    temperature: float,
    *,
    momentary: bool,
) -> Balance:
    pairs = list(zip(ways, rows, strict=True))
    passive = sum(r.lost or 0.0 for w, r in pairs if not w.driven and w.kind in _MOVING)
    work = sum(r.gained or 0.0 for w, r in pairs if w.driven)
    lost = sum(r.lost or 0.0 for r in rows)
    drawn = drawn_from(cell, ways, values, temperature) if momentary else ()
    return Balance(passive, work, drawn, lost, lost / temperature)


def _left_out(ways: Sequence[Way], rows: Sequence[Row]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for way, row in zip(ways, rows, strict=True):
        if row.lost is None:
            found.append((way.path, _why(way)))
    return found


def _why(way: Way) -> str:
    if way.kind == "channel" and way.ion is None:
        return "names no ion for its charge"
    if way.driven:
        return "uses a fuel whose energy is not given: what it wastes itself is not known"
    if way.kind == "reaction":
        return "has no equilibrium constant"
    if not way.moves:
        return "moves matter from nothing, or to nothing"
    return "moves matter of which there is none on a side"
