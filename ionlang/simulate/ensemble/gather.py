"""The steps that many members took, put in order: the dense output of each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ionlang.simulate.ensemble.integrate_many import Batch, Taken, Way
from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.sheaf import Indices, Sheaf
from ionlang.simulate.trajectory import INTERVALS


def gathered(batches: Sequence[Batch], ways: Sequence[Way]) -> Sheaf:
    """What members did in phases that follow one another: one run of each, with one piece for each phase. A phase in
    which a member took no step has a step of no length (where it failed at once), or one in which nothing happens."""
    count, phases = batches[0].start.size, len(batches)
    taken = [_with_still(batch, way) for batch, way in zip(batches, ways, strict=True)]
    every = [(phase, each) for phase, of_phase in enumerate(taken) for each in of_phase]
    piece = np.concatenate([each.number * phases + phase for phase, each in every])
    place = np.empty(piece.size, dtype=np.intp)
    place[np.argsort(piece, kind="stable")] = np.arange(piece.size)
    columns = INTERVALS * place + piece  # each piece has one sample more than five for each step
    steps = np.bincount(piece, minlength=count * phases)
    first = np.concatenate([[0], np.cumsum(INTERVALS * steps + 1)])
    times, values = _filled([each for _, each in every], columns, int(first[-1]))
    begins = first[:-1].reshape(count, phases)
    for phase, batch in enumerate(batches):
        times[begins[:, phase]], values[:, begins[:, phase]] = batch.start, batch.values
    return Sheaf(count, np.repeat(np.arange(count), phases), first, times, values, _alternating(batches))


def _with_still(batch: Batch, way: Way) -> tuple[Taken, ...]:
    """The steps of a phase, with one for each member that took none."""
    moved = np.zeros(batch.start.size, dtype=bool)
    for each in way.taken:
        moved[each.number] = True
    if moved.all():
        return way.taken
    still = np.flatnonzero(~moved)
    failed = np.array([int(k) in way.failed for k in still], dtype=bool)
    end = np.where(failed, batch.start[still], batch.end[still])
    samples = np.repeat(batch.values[None][:, :, still], INTERVALS, axis=0)
    return (Taken(still, batch.start[still], end, samples), *way.taken)


def _filled(taken: Sequence[Taken], columns: Indices, size: int) -> tuple[FloatArray, FloatArray]:
    """Times (size,) and values (n, size); a step's samples stand behind the column of its start."""
    times, values = np.empty(size), np.empty((taken[0].samples.shape[1], size))
    begin = 0
    for each in taken:
        place = columns[begin : begin + each.number.size]
        begin += each.number.size
        length = each.end - each.start
        for i in range(1, INTERVALS + 1):
            times[place + i] = each.start + length * (i / INTERVALS) if i < INTERVALS else each.end
            values[:, place + i] = each.samples[i - 1]
    return times, values


def _alternating(batches: Sequence[Batch]) -> ParametersMany:
    """The parameters of pieces that go from phase to phase, member by member."""
    found: list[float | FloatArray] = []
    for of_phases in zip(*(batch.parameters for batch in batches), strict=True):
        first = of_phases[0]
        if not isinstance(first, np.ndarray) and all(
            not isinstance(p, np.ndarray) and p == first for p in of_phases
        ):
            found.append(first)
        else:
            wide = [np.broadcast_to(p, batches[0].start.shape) for p in of_phases]
            found.append(np.stack(wide, axis=1).ravel())
    return found
