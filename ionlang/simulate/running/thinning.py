"""A stretch of a trajectory in fewer steps.

What is kept of a long line are few copies, and the steps of the integrator are those of the copy that changes fastest,
mostly another one. So steps are put together as long as one polynomial through six even samples tells all that they
tell. A wave of depolarisation is over in a copy within seconds: of minutes hardly a hundredth has to be kept.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ionlang.codegen.runtime_lines import product
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.trajectory import INTERVALS, Piece, lagrange

SHARE = 0.1
"""Of what the integrator may be wrong by in a step: by so much a polynomial may miss the samples it replaces."""
OFTEN, FEW = 2, 8
"""Every other sample is looked at, and before these a few of them, which mostly tell that one misses."""
LEAST = 8
"""Steps: to look whether fewer go together takes longer than it saves."""


def thinned(piece: Piece, rtol: float, atol: FloatArray) -> Piece:
    """The piece in steps of which each replaces several, as far as the tolerances allow: relative to the least size of
    each row, and absolute, `atol` (k,) of the first rows. What stands in further rows is no state, and has a thousandth
    of the relative one, of its largest size."""
    sizes = np.abs(piece.values)
    floor = 1e-3 * rtol * sizes.max(axis=1)
    floor[: atol.size] = atol
    slack = SHARE * (rtol * sizes.min(axis=1) + floor)
    parts = list(_parts(piece, slack))
    return Piece(
        piece.phase,
        np.concatenate([piece.times[:1], *(times for times, _ in parts)]),
        np.hstack([piece.values[:, :1], *(values for _, values in parts)]),
    )


def _parts(piece: Piece, slack: FloatArray) -> Iterator[tuple[FloatArray, FloatArray]]:
    """The samples of steps that go together, without the one they begin with."""
    steps = piece.times.size // INTERVALS
    first, count = 0, steps
    while first < steps:
        count = min(count, steps - first)
        own = slice(INTERVALS * first, INTERVALS * (first + count) + 1)
        part = Piece(piece.phase, piece.times[own], piece.values[:, own])
        found = part if count <= LEAST else _as_one(part, slack)
        if found is None:
            count //= 2
            continue
        yield found.times[1:], found.values[:, 1:]
        first, count = first + count, 2 * count


def _as_one(part: Piece, slack: FloatArray) -> Piece | None:
    """One step that comes as near as it must to what several say."""
    nodes = np.linspace(part.start, part.end, INTERVALS + 1)
    samples = part.at(nodes)
    times, values = part.times[1::OFTEN], part.values[:, 1::OFTEN]
    weights = np.array(lagrange(INTERVALS * (times - part.start) / (part.end - part.start)))
    for every in (max(times.size // FEW, 1), 1):
        missed = np.empty((slack.size, weights[:, ::every].shape[1]))
        product(samples, weights[:, ::every], missed)
        missed -= values[:, ::every]
        if not (np.abs(missed, missed).max(axis=1) <= slack).all():
            return None
    return Piece(part.phase, nodes, samples)
