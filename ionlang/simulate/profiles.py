"""A quantity along a line over time: what a kymograph shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.recorder import PROFILES
from ionlang.simulate.table import unit_of
from ionlang.units import LENGTH, display_unit

if TYPE_CHECKING:
    from ionlang.simulate.solution import Solution


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
        nearest: FloatArray = self.values[:, int(np.abs(self.times - time).argmin())]
        return nearest


def profiles_of(solution: Solution, path: str) -> Profiles:
    """The profiles of a quantity that stands in a line, `tissue.outside.K`. Raises KeyError for any other path."""
    machine = solution.machine
    line = machine.cell.line_of(path)
    if line is None or path not in machine.symbols or solution.trajectory is None:
        raise KeyError(f"{path} does not stand in a line that has been run")
    times, rows = _recorded(solution, path) if solution.recorder is not None else _sampled(solution, path)
    unit, length = unit_of(machine, path), display_unit(LENGTH)
    first = solution.trajectory.pieces[0]
    whole = solution.recorder.excerpt.whole if solution.recorder is not None else machine
    assert whole is not None
    where = _arrays(whole, f"{line.name}.x", 0.0, np.zeros(whole.layout.states.size), first.phase.parameters)
    return Profiles(
        path, unit.text or "1", times / 1e3, where / float(length.scale),
        np.array([np.broadcast_to(row, (line.count,)) for row in rows]).T / float(unit.scale),
    )  # fmt: skip


def _recorded(solution: Solution, path: str) -> tuple[FloatArray, list[FloatArray]]:
    recorder = solution.recorder
    assert recorder is not None and recorder.excerpt.whole is not None
    whole = recorder.excerpt.whole
    taken = zip(recorder.times, recorder.profiles, recorder.phases, strict=True)
    rows = [
        _arrays(whole, path, t, y, p.parameters if p.parameters_at is None else p.parameters_at(t))
        for t, y, p in taken
    ]
    return np.array(recorder.times), rows


def _sampled(solution: Solution, path: str) -> tuple[FloatArray, list[FloatArray]]:
    trajectory = solution.trajectory
    assert trajectory is not None
    times = np.linspace(trajectory.start, trajectory.end, PROFILES + 1)
    rows = []
    for t, k in zip(times.tolist(), trajectory.piece_indices(times).tolist(), strict=True):
        piece = trajectory.pieces[k]
        phase = piece.phase
        p = phase.parameters if phase.parameters_at is None else phase.parameters_at(t)
        rows.append(_arrays(solution.machine, path, t, piece.at(np.array([t]))[:, 0], p))
    return times, rows


def _arrays(machine: Machine, path: str, t: float, y: FloatArray, p: object) -> FloatArray:
    values: FloatArray = machine.arrays([path])(np.array(t), y, p)[0]
    return values
