"""Equilibria of a cell with lines: the one that it comes to from the state as written, and those that a search from
uniform states meets."""

from __future__ import annotations

import numpy as np

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.resting.account import Argument, Equilibria, Statistics
from ionlang.simulate.resting.lines.newton import Task, newton
from ionlang.simulate.resting.lines.relaxing import relaxed
from ionlang.simulate.resting.lines.spectrum import Modes, spectrum_at
from ionlang.simulate.resting.lines.uniform import uniform_states
from ionlang.simulate.resting.stability import Equilibrium

SAME = 1e-6
"""Of typical sizes: two that are nearer are one."""


def find_settled_line(task: Task) -> Equilibria:
    """The stable equilibrium that the line comes to from the state as written, and no other."""
    home = relaxed(task, task.written)
    return _reported(task, [] if home is None else [home], [1], home, 1)


def find_line_equilibria(task: Task) -> Equilibria:
    """The equilibrium that the line comes to from the state as written, and those next to uniform states."""
    home = relaxed(task, task.written)
    starts = [task.written, *uniform_states(task)]
    ends = [end for start in starts if (end := newton(task, start)) is not None]
    found: list[FloatArray] = []
    hits: list[int] = []
    for end in [*([] if home is None else [home]), *ends]:
        same = [k for k, known in enumerate(found) if np.abs((end - known) / task.unit).max() < SAME]
        if same:
            hits[same[0]] += 1
        elif _inside(task, end):
            found.append(end)
            hits.append(1)
    return _reported(task, found, hits, home, 1 + len(starts))


def _inside(task: Task, y: FloatArray) -> bool:
    return bool((y[task.positive] >= -SAME * task.unit[task.positive]).all())


def _reported(
    task: Task, found: list[FloatArray], hits: list[int], home: FloatArray | None, starts: int
) -> Equilibria:
    """By the first state of the first copy."""
    order = sorted(range(len(found)), key=lambda k: tuple(found[k].tolist()))
    place = None if home is None else order.index(0)
    modes = [spectrum_at(task, found[k]) for k in order]
    equilibria = tuple(_equilibrium(task, found[k], m, hits[k]) for k, m in zip(order, modes, strict=True))
    notes = _notes(equilibria, modes, home)
    converged = sum(hits[k] for k in order)
    failed = (("no root", starts - converged),) if starts > converged else ()
    return Equilibria(equilibria, Statistics(starts, converged, failed, place, None), notes, Argument("line"))


def _equilibrium(task: Task, y: FloatArray, modes: Modes, hits: int) -> Equilibrium:
    slowest = float(np.abs(modes.values.real).min()) if modes.values.size else 0.0
    time = 1 / slowest if slowest > 0 else (float("inf") if modes.values.size else 0.0)
    rank = y.size - task.totals.pivots.size
    return Equilibrium(y, task.residual(y), modes.values, modes.stable, time, 0, rank, hits)


def _notes(found: tuple[Equilibrium, ...], modes: list[Modes], home: FloatArray | None) -> tuple[str, ...]:
    notes = []
    if home is None:
        notes.append("from the state as written the line was not seen to come to rest")
    if any(not m.whole for m in modes) and found:
        notes.append(
            "the line is long: its eigenvalues were sought near 0 and on the side of growth, and not all were computed"
        )
    return tuple(notes)
