"""A cell and values → its budget of energy: every row from its own flux and its own potentials, sums from the rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ionlang.analyse.energy.budget import Balance, Budget, Course, Row, Swing
from ionlang.analyse.energy.causes import Rates, bills
from ionlang.analyse.energy.ways import Way, lifted, ways_of
from ionlang.constants import FARADAY, GAS_CONSTANT
from ionlang.model.books.ledger import injections, processes
from ionlang.model.cell import Cell
from ionlang.simulate.machine import Machine

Values = Mapping[str, float]
Look = Callable[[Sequence[str]], Values]
"""The values of paths at a moment, or their integrals over a stretch."""

_MOVING = ("channel", "transporter", "pump", "flux")
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
    rows = _stilled(tuple(_row(way, values, temperature) for way in ways))
    rates: Rates = {path: values[path] for path in values}
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
    return [path for path in dict.fromkeys(wanted) if path in machine.symbols]


def _is_per_area(cell: Cell) -> bool:
    return bool(cell.membranes) and all(_without_area(cell).values())


def _without_area(cell: Cell) -> dict[str, bool]:
    """Of each membrane whether it says no area, so that its totals are those of 1 cm²."""
    stated = {p.path: p.text for p in cell.parameters}
    return {m.name: stated.get(f"{m.name}.area", "").endswith("(not stated)") for m in cell.membranes}


def _notes(cell: Cell) -> Iterator[str]:
    found = _without_area(cell)
    if not _is_per_area(cell):
        yield from (
            f"{name} says no area: its totals are those of 1 cm2" for name, lacks in found.items() if lacks
        )


def _row(way: Way, values: Values, temperature: float) -> Row:
    rate = values[way.rate]
    energy, lost = _known(values, way.energy), _known(values, way.lost)
    work, fuel = _known(values, f"{way.path}.work"), _known(values, f"{way.path}.fuel_power")
    gained, spent = (work, fuel) if way.driven else _exchanged(way, rate, values)
    course = _course(way, rate, energy, lost, temperature)
    ion = way.ion if way.kind == "channel" else None
    return Row(way.path, way.kind, ion, rate, energy, lost, gained, spent, course)


def _stilled(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Water that loses next to nothing is at equilibrium: it has no ΔG of its own to tell."""
    least = _EQUILIBRIUM * sum(abs(row.lost) for row in rows if row.lost is not None)
    return tuple(
        replace(row, course="at equilibrium")
        if row.kind == "water" and row.lost is not None and abs(row.lost) <= least
        else row
        for row in rows
    )


def _known(values: Values, path: str) -> float | None:
    value = values.get(path, math.nan)
    return value if math.isfinite(value) else None


def _exchanged(way: Way, rate: float, values: Values) -> tuple[float | None, float | None]:
    """What a cotransporter puts on what goes uphill, and what it has from what goes downhill."""
    parts = [values[path] * rate for path in way.parts if path in values]
    if way.kind != "transporter" or len(parts) < 2:
        return None, None
    return sum(max(p, 0.0) for p in parts), sum(max(-p, 0.0) for p in parts)


def _course(way: Way, rate: float, energy: float | None, lost: float | None, temperature: float) -> Course:
    if way.driven:
        return "driven"
    if lost is None:
        return "not known"
    if energy is not None and abs(energy) < _EQUILIBRIUM * GAS_CONSTANT.in_cell_units * temperature:
        return "at equilibrium"
    if rate == 0:
        return "closed"
    return "downhill" if lost >= 0 else "uphill"


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
    drawn = _drawn(cell, ways, values, temperature) if momentary else ()
    return Balance(passive, work, drawn, lost, lost / temperature)


def _drawn(
    cell: Cell, ways: Sequence[Way], values: Values, temperature: float
) -> tuple[tuple[str, float], ...]:
    """What all that moves draws from the concentrations of each species, net between two places each, and from the
    charge of each membrane."""
    flows: dict[tuple[str, str, str], float] = {}
    electric = 0.0
    for way in ways:
        for move, membrane in way.moves:
            species, count, origin, target = move
            first, last = sorted((origin, target))
            amount = count * values[way.rate] * (1 if first == origin else -1)
            flows[species, first, last] = flows.get((species, first, last), 0.0) + amount
            if membrane is not None:
                charge = float(lifted(cell, move, membrane)) * values[way.rate]
                electric -= charge * FARADAY.in_cell_units * values.get(f"{membrane.name}.V", 0.0)
    drawn: dict[str, float] = {}
    for (species, first, last), amount in flows.items():
        a, b = values[f"{first}.{species}"], values[f"{last}.{species}"]
        if a > 0 and b > 0:
            power = amount * GAS_CONSTANT.in_cell_units * temperature * math.log(a / b)
            drawn[f"gradients of {species}"] = drawn.get(f"gradients of {species}", 0.0) + power
    return (*drawn.items(), ("charge of the membranes", electric))


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
