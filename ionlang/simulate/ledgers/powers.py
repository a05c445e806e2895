"""The power of every process, sorted into what is dissipated and what is supplied.

One cycle gains Σ ν μ + z F ΔV. What a carrier without fuel loses on the way is dissipated; a pump, an injected current,
a bath supply what the books of the cell gain by them. Chemistry of known worth brings RT ln K, and the affinity of the
whole cycle is dissipated.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np

from ionlang.model.cell import Cell, Water
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.ledgers.books import Books
from ionlang.simulate.ledgers.copies import stands_in, value_of
from ionlang.simulate.ledgers.energies import MOLAR, F, Moment
from ionlang.simulate.ledgers.lines import Leg, Line

Row = tuple[Literal["dissipated", "supplied"], str]
"""On which side, and by what."""
Power = tuple[Row, FloatArray]
"""A row with its power [aJ/ms], in each copy of what stands in a line."""


def powers(
    books: Books, lines: tuple[Line, ...], moment: Moment, rates: Sequence[FloatArray]
) -> Iterator[Power]:
    """Of all but what passes from copy to copy, in the same order at every moment; `rates` of each process."""
    for line in lines:
        yield from _of_line(books, line, moment, rates[line.process])
    for i, process in enumerate(books.listed):
        if process.kind == "water":
            yield from _of_water(books, i, moment, rates[i])


def _of_line(books: Books, line: Line, moment: Moment, rate: FloatArray) -> Iterator[Power]:
    by, cell = books.names[line.process], moment.machine.cell
    charging = electric(books, line.process, moment)
    own = charging if line.membrane is None else -F * line.charge_out * moment.values[f"{line.membrane}.V"]
    if line.membrane is not None and not _counts_alone(books, line):
        yield ("supplied", f"what keeps V of {line.membrane}"), rate * (charging - own)
    yield from out_of_open(moment, (*line.moved, *line.turned), rate)
    gain = worth(line.moved, moment) + own
    if line.is_whole:
        standard = _standard(line, moment)
        yield ("dissipated", by), rate * (standard - gain - worth(line.turned, moment))
        if line.turned:
            yield ("supplied", f"chemistry of {by}"), rate * standard
        return
    if line.moved or line.membrane is not None or line.injected:
        yield ("supplied", by if line.named else f"{by}, which names no ion"), rate * gain
    burnt = (*(leg for leg in line.fuel if not is_open(moment, leg)), *line.turned)
    if burnt:
        word = "chemistry" if any(r.path == by for r in cell.reactions) else "fuel"
        yield ("supplied", f"{word} of {by}"), rate * worth(burnt, moment)


def electric(books: Books, process: int, moment: Moment) -> FloatArray:
    """What one cycle adds to the energy of the charge on membranes [aJ/fmol]."""
    changes = books.listed[process].changes
    charges = (
        float(n) * moment.potential(pool)
        for pool, n in changes
        if pool.kind == "charge" and stands_in(moment.copies, pool.place)
    )
    return _total(charges, moment)


def _counts_alone(books: Books, line: Line) -> bool:
    """Whether its charge leaves the membrane that it crosses, and nothing else."""
    changes = [
        (pool.place, float(n)) for pool, n in books.listed[line.process].changes if pool.kind == "charge"
    ]
    return changes == ([(line.membrane, -line.charge_out)] if line.charge_out else [])


def _standard(line: Line, moment: Moment) -> FloatArray:
    """RT ln K of one cycle, K in powers of 1 M."""
    if line.constant is None:
        return np.zeros(moment.t.size)
    constant = value_of(moment.machine, line.constant, moment.t, moment.y, moment.p, moment.copies)
    order = sum(n for _, _, n in line.turned)
    standard: FloatArray = moment.heat * (np.log(constant) - order * np.log(MOLAR))
    return standard


def worth(legs: tuple[Leg, ...], moment: Moment) -> FloatArray:
    """Σ ν RT ln(c/1 M) of the legs that have a place [aJ/fmol]."""
    return _total((n * moment.heat * moment.logarithm(place, s) for place, s, n in legs if place), moment)


def _total(parts: Iterator[FloatArray], moment: Moment) -> FloatArray:
    return sum(parts, np.zeros(moment.t.size))


def out_of_open(moment: Moment, legs: tuple[Leg, ...], rate: FloatArray) -> Iterator[Power]:
    """What places give that keep their concentration."""
    for leg in legs:
        if is_open(moment, leg):
            yield ("supplied", source(moment.machine.cell, leg)), -rate * worth((leg,), moment)


def is_open(moment: Moment, leg: Leg) -> bool:
    """Whether its place keeps the concentration, whatever comes or goes; or is not counted."""
    if leg[0] is None:
        return False
    if not stands_in(moment.copies, leg[0]):
        return True
    place = moment.machine.cell.place(leg[0])
    content = place.content(leg[1])
    return place.kind == "bath" or content is None or content.held


def source(cell: Cell, leg: Leg) -> str:
    place, species, _ = leg
    found = cell.place(place or "")
    if found.kind == "bath":
        return f"bath {place}"
    content = found.content(species)
    return f"{place}.{species} held" if content is None or content.held else found.name


def _of_water(books: Books, i: int, moment: Moment, rate: FloatArray) -> Iterator[Power]:
    """Water out of the first side: −RT c dv on both, and what a pressure does."""
    by, cell = books.names[i], moment.machine.cell
    water = next(w for m in cell.membranes for w in m.waters if w.path == by)
    gain = np.zeros(moment.t.size)
    for place, n in ((water.inside, -1.0), (water.outside, 1.0)):
        held, free = moment.heat * moment.held(place), moment.heat * moment.free(place)
        gain = gain - n * (held + free)
        if cell.place(place).motion == "water" and stands_in(moment.copies, place):
            yield ("supplied", f"what is held in {place}"), n * rate * held
        else:
            kind = "bath" if cell.place(place).kind == "bath" else "volume of"
            yield ("supplied", f"{kind} {place}"), n * rate * (held + free)
    pushed = _pushed(water, moment)
    yield ("dissipated", by), rate * (pushed - gain)
    if water.pressure is not None:
        yield ("supplied", f"pressure on {by}"), rate * pushed


def _pushed(water: Water, moment: Moment) -> FloatArray:
    """The work of a pressure on one pL [aJ]."""
    if water.pressure is None:
        return np.zeros(moment.t.size)
    return value_of(moment.machine, water.pressure, moment.t, moment.y, moment.p, moment.copies)
