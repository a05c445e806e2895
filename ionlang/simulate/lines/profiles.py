"""Quantities along a line over time: what a kymograph shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from ionlang.model.cell_lines import Line, of_any_copy
from ionlang.simulate.functions import FloatArray, Phase
from ionlang.simulate.lines.along import positions_of
from ionlang.simulate.lines.recorder import every_of
from ionlang.simulate.machine import Machine
from ionlang.simulate.table import columns_of, unit_of
from ionlang.units import LENGTH, display_unit

if TYPE_CHECKING:
    from ionlang.simulate.solution import Solution

_TOGETHER = 64
"""Profiles that are worked out in one call, to bound memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Profiles:
    """`values` (copies, times) in `unit`, at `times` [s] and `positions` [um]: where the middle of each copy is."""

    path: str
    unit: str
    times: FloatArray
    positions: FloatArray
    values: FloatArray

    def at(self, time: float) -> FloatArray:
        """The profile (copies,) that is kept nearest to a time [s]."""
        nearest: FloatArray = self.values[:, self.nearest(time)]
        return nearest

    def nearest(self, time: float) -> int:
        """The number of the profile that is kept nearest to a time [s]."""
        return int(np.abs(self.times - time).argmin())

    def between(self, start: float, end: float) -> Profiles:
        """Those from one time [s] to another."""
        inside = (self.times >= start) & (self.times <= end)
        return replace(self, times=self.times[inside], values=self.values[:, inside])


def profiles_of(solution: Solution, path: str) -> Profiles:
    """The profiles of a quantity that stands in a line, `tissue.outside.K`. Raises KeyError for any other path."""
    return profiles_of_each(solution, [path])[0]


def profiles_of_each(solution: Solution, paths: Sequence[str]) -> tuple[Profiles, ...]:
    """The profiles of quantities of one line. Raises KeyError for a path that stands in none, or in another."""
    line = line_of_paths(solution, paths)
    machine = solution.machine
    whole = solution.machine.all_copies
    kept = _recorded(solution) if solution.recorder is not None else _sampled(solution)
    times, blocks = list[FloatArray](), list[list[FloatArray]]()
    for phase, t, y in kept:
        rows = whole.arrays(paths)(t, y, phase.parameters_many(t))
        times.append(t)
        blocks.append(rows)
    where = positions_along(solution, line)
    every = (np.concatenate(of_path, axis=1) for of_path in zip(*blocks, strict=True))
    units = [unit_of(machine, path) for path in paths]
    return tuple(
        Profiles(path, unit.text or "1", np.concatenate(times) / 1e3, where, values / float(unit.scale))
        for path, unit, values in zip(paths, units, every, strict=True)
    )


def line_of_paths(solution: Solution, paths: Sequence[str]) -> Line:
    """The line that quantities stand in. Raises KeyError where there is none, or more than one."""
    machine, lines = solution.machine, dict[str, Line]()
    for path in paths:
        line = machine.cell.line_of(path)
        if line is None or path not in machine.symbols or solution.trajectory is None:
            raise KeyError(f"{path} does not stand in a line that has been run")
        lines[line.name] = line
    if len(lines) > 1:
        raise KeyError(f"{' and '.join(paths)} stand in several lines: {', '.join(lines)}")
    return next(iter(lines.values()))


def positions_along(solution: Solution, line: Line) -> FloatArray:
    """Where the middles of the copies are (copies,) [um]."""
    assert solution.trajectory is not None
    parameters = solution.trajectory.pieces[0].phase.parameters
    return positions_of(solution.machine.all_copies, line.name, parameters) / float(
        display_unit(LENGTH).scale
    )


_Kept = Iterator[tuple[Phase, FloatArray, FloatArray]]
"""A phase, instants in it (m,) [ms] and whole states (n, m)."""


def _recorded(solution: Solution) -> _Kept:
    recorder = solution.recorder
    assert recorder is not None
    every = zip(recorder.phases, recorder.times, recorder.profiles, strict=True)
    for _, of_phase in groupby(every, key=lambda each: id(each[0])):
        listed = list(of_phase)
        for begin in range(0, len(listed), _TOGETHER):
            some = listed[begin : begin + _TOGETHER]
            yield some[0][0], np.array([t for _, t, _ in some]), np.array([y for _, _, y in some]).T


def _sampled(solution: Solution) -> _Kept:
    trajectory = solution.trajectory
    assert trajectory is not None
    every = every_of(max(trajectory.end - trajectory.start, np.finfo(float).tiny))
    times = np.append(np.arange(trajectory.start, trajectory.end - 1e-6 * every, every), trajectory.end)
    index = trajectory.piece_indices(times)
    for k in np.unique(index).tolist():
        piece, t = trajectory.pieces[k], times[index == k]
        yield piece.phase, t, piece.at(t)


def quantities_of(machine: Machine, line: Line) -> tuple[str, ...]:
    """What a table shows of a line, without the copies: potentials, concentrations that move, volumes, gates, …"""
    return tuple(dict.fromkeys(of_any_copy(p) for p in columns_of(machine) if line.holds(of_any_copy(p))))
