"""What a figure shows of a line: which quantities, in which copies their courses, and which fronts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ionlang.analyse.display import shown_measure
from ionlang.model.cell_lines import Line
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.lines.arrivals import Arrivals, fronts_asked
from ionlang.simulate.lines.excerpt import looked_at
from ionlang.simulate.lines.profiles import Profiles, profiles_of_each
from ionlang.simulate.machine import Machine
from ionlang.simulate.solution import Solution
from ionlang.simulate.table import moving_concentrations

_MOST = 3
"""Quantities of a line that are drawn unasked."""
_COURSES = 6
"""Copies whose courses are drawn."""
_NOTICED = 1.02
"""By this ratio something changes that is drawn unasked."""
_LEAST = 1e-2
"""Of its largest value: below that it counts as nothing where changes are compared."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A quantity of a line as it is drawn: its profiles, the numbers of the copies whose courses stand beside, and the
    fronts that were measured along the line, with their words."""

    line: Line
    profiles: Profiles
    copies: tuple[int, ...]
    fronts: tuple[tuple[str, Arrivals], ...]

    @property
    def name(self) -> str:
        """`outside K`: without the line."""
        return self.profiles.path.replace(f"{self.line.name}.", "", 1)

    @property
    def label(self) -> str:
        unit = self.profiles.unit
        return self.name if unit == "1" else f"{self.name} ({unit})"


def seen_along(
    solution: Solution, between: tuple[float, float], quantities: Sequence[str] | None
) -> list[Seen]:
    """What is drawn of the lines of a run between two times [s]. Raises KeyError for a quantity that stands in none."""
    machine = solution.machine
    if quantities is not None:
        return [
            _seen(solution, _line(machine, path), each)
            for path in quantities
            for each in _between(solution, (path,), between)
        ]
    found = []
    for line in machine.cell.lines:
        candidates = _between(solution, tuple(_candidates(solution, line)), between)
        found += [_seen(solution, line, each) for each in _telling(solution, line, candidates)]
    return found


def _line(machine: Machine, path: str) -> Line:
    line = machine.cell.line_of(path)
    if line is None or path not in machine.symbols:
        raise KeyError(f"{path} does not stand in a line")
    return line


def _between(
    solution: Solution, paths: tuple[str, ...], between: tuple[float, float]
) -> tuple[Profiles, ...]:
    found = profiles_of_each(solution, paths) if paths else ()
    return tuple(each.between(*between) for each in found)


def _candidates(solution: Solution, line: Line) -> Iterator[str]:
    """What fronts are made of, potentials, then all that moves."""
    machine = solution.machine
    paths = [path for each in fronts_asked(solution) for path in each.paths]
    paths += [f"{m.name}.V" for m in machine.cell.membranes]
    paths += [p for place in machine.cell.places for p in moving_concentrations(machine, place)]
    paths += [v.path for v in machine.cell.varying]
    yield from (p for p in dict.fromkeys(paths) if line.holds(p) and p in machine.symbols)


def _telling(solution: Solution, line: Line, candidates: Sequence[Profiles]) -> list[Profiles]:
    """What fronts are made of and the first potential that changes; then what changes by the largest ratio."""
    asked = [path for each in fronts_asked(solution) for path in each.paths]
    first = [each for each in candidates if each.path in asked]
    potentials = [each for each in candidates if each.path.endswith(".V") and each not in first]
    others = [each for each in candidates if each not in first and each not in potentials]
    others.sort(key=_change, reverse=True)
    found = [*first, *potentials[:1], *(each for each in others if _change(each) > _NOTICED)]
    return (found or others[:1])[:_MOST]


def _change(profiles: Profiles) -> float:
    """By what ratio a quantity changes somewhere in time, at most."""
    size = np.abs(profiles.values)
    least = _LEAST * float(size.max(initial=0.0)) or 1.0
    ratio: FloatArray = (size.max(axis=1) + least) / (size.min(axis=1) + least)
    return float(ratio.max())


def _seen(solution: Solution, line: Line, profiles: Profiles) -> Seen:
    numbers = looked_at(solution.machine.cell)[line.name]
    chosen = np.unique(np.linspace(0, len(numbers) - 1, min(_COURSES, len(numbers))).round().astype(int))
    fronts = tuple(
        (_words(solution, each), each)
        for each in fronts_asked(solution)
        if any(line.holds(path) for path in each.paths)
    )
    return Seen(line, profiles, tuple(numbers[k] for k in chosen.tolist()), fronts)


def _words(solution: Solution, arrivals: Arrivals) -> str:
    """`tissue.outside.K > 15 mM (speed = 1.36 mm/min)`."""
    asked = {m.name: m.value for m in solution.scenario.measures}[arrivals.measure]
    value = dict(solution.measures)[arrivals.measure]
    return f"{arrivals.text} ({arrivals.measure} = {shown_measure(value, asked, 4)})"


def too_coarse(profiles: Profiles, solution: Solution) -> float:
    """The time [s] between two profiles if much happens in it where the quantity changes; else 0. What an action of the
    scenario changes at once does not count."""
    if profiles.times.size < 3:
        return 0.0
    extent = np.ptp(profiles.values, axis=1)
    moving = extent > 0.2 * float(extent.max(initial=0.0))
    if not moving.any() or not extent.max() > 0:
        return 0.0
    step = np.abs(np.diff(profiles.values, axis=1))
    every = float(np.median(np.diff(profiles.times)))
    for opening, closing, _ in solution.windows:
        for edge in (opening / 1e3, closing / 1e3):
            step[:, (profiles.times[1:] >= edge) & (profiles.times[:-1] <= edge + 3 * every)] = 0.0
    step = step.max(axis=1)
    sudden = float(np.median(step[moving] / extent[moving])) > 0.5
    return every if sudden else 0.0


def borders_of(positions: FloatArray) -> FloatArray:
    """The borders (N + 1,) of copies from their middles (N,), from 0 on; copies may have several lengths."""
    borders = [0.0]
    for middle in positions.tolist():
        borders.append(2 * middle - borders[-1])
    return np.array(borders)


def length_scale(positions: FloatArray) -> tuple[float, str]:
    """How many um one of the unit has in which positions are shown, and that unit."""
    return (1e3, "mm") if positions.size and float(positions[-1]) > 3e3 else (1.0, "µm")
