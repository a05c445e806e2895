"""The answer of a cell to events: how far V moves, and what kind of answer that is."""

from __future__ import annotations

import numpy as np

from ionlang.model.cell import FromZeroCurrent
from ionlang.model.expression import Probed
from ionlang.simulate import locate
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.probing.bench import Bench, Stimulus, potential, whole_answer
from ionlang.simulate.probing.linear import rate_of_return
from ionlang.simulate.probing.lines import own_conductance, row_of_potential
from ionlang.simulate.probing.threshold import MARK, Found
from ionlang.simulate.trajectory import Trajectory

PATIENCE = 200.0
"""So long [ms] V is watched after the events."""

_STILL, _LEAKIER = 0.5, 1.05


def psp(bench: Bench, probed: Probed, within: float | None) -> Found:
    """The largest deflection of V [mV] from rest after the events, with its sign."""
    length = PATIENCE if within is None else within
    course = whole_answer(bench, Stimulus(probed, events=probed.events), length)
    V, rest = potential(bench, probed, course), bench.value(f"{probed.membrane}.V")
    up = locate.maximum(course.trajectory, V).value - rest
    down = locate.minimum(course.trajectory, V).value - rest
    size = up if up >= -down else down
    if rest < MARK < rest + size:
        return Found(size, "it makes the cell fire: this is the height of the action potential")
    return Found(size, _class(size, _opening(bench, probed, course.trajectory)))


def _class(size: float, opening: float) -> str:
    """Depolarising, hyperpolarising, or shunting: V hardly moves, yet what else comes is shorted out."""
    grown = f"the membrane conducts up to {opening:.3g} times as much" if opening > _LEAKIER else ""
    if abs(size) < _STILL:
        return f"shunting: V hardly moves, but {grown}" if grown else "no answer to speak of"
    kind = "depolarising" if size > 0 else "hyperpolarising"
    return f"{kind}, {grown}" if grown else kind


def _opening(bench: Bench, probed: Probed, trajectory: Trajectory) -> float:
    """The largest slope conductance in the course, of that at rest; 1 where V has no inertia."""
    if isinstance(bench.membrane(probed.membrane).potential, FromZeroCurrent):
        return 1.0
    if bench.machine.has_lines:
        return _opening_in_line(bench, probed, trajectory)
    row, found = row_of_potential(bench, probed.membrane), 1.0
    for piece in trajectory.pieces:
        parameters = piece.phase.parameters_many(piece.times)
        slopes: FloatArray = np.asarray(bench.machine.vector.jacobian(piece.times, piece.values, parameters))
        found = max(found, float(np.max(-slopes[row, row])) / rate_of_return(bench, probed))
    return found


def _opening_in_line(bench: Bench, probed: Probed, trajectory: Trajectory) -> float:
    """Of the membrane of the tested copy itself, without what flows along the line."""
    rest = own_conductance(bench, probed, bench.start, bench.parameters)
    course = [
        own_conductance(bench, probed, y, piece.phase.parameters)
        for piece in trajectory.pieces
        for y in piece.values.T
    ]
    return max(1.0, *(each / rest for each in course))
