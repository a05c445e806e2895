"""Into which phases a ledger divides a run: at the edges of what the scenario does.

The windows of one sentence that opens again and again (a train of pulses, `every`, a condition that comes true often)
are one stretch, from the first opening to the last closing: fifty pulses are one phase, not a hundred. Moments that
come again and again are one stretch from the first on.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from ionlang.simulate.solution import Solution
from ionlang.simulate.trajectory import Piece

Shown = tuple[float, float, str]
TOGETHER = 1e-9
"""Of the run: edges so near to one another are one."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A phase of the ledger: its actions, and the trajectory's pieces in it, from number `first` up to `last`."""

    words: tuple[str, ...]
    start: float
    end: float
    first: int
    last: int


def stretches(solution: Solution) -> tuple[Stretch, ...]:
    """The phases of a run that lasted, in order."""
    assert solution.trajectory is not None
    pieces = solution.trajectory.pieces
    groups, fired = grouped(solution.windows), grouped([(t, t, event) for t, event in solution.fired])
    edges = [edge for start, end, _ in (*groups, *fired) for edge in (start, end)]
    cuts = sorted({cut for edge in edges if (cut := _piece_at(pieces, edge)) is not None} | {0})
    return tuple(
        _stretch(pieces, groups, first, last)
        for first, last in zip(cuts, (*cuts[1:], len(pieces)), strict=True)
    )


def grouped(windows: Sequence[Shown]) -> tuple[Shown, ...]:
    """Of each sentence one window, from the first opening to the last closing; how often it opened is said. Repeated
    moments have no end."""
    by_words: dict[str, list[tuple[float, float]]] = {}
    for start, end, words in windows:
        by_words.setdefault(words, []).append((start, end))
    return tuple(
        (
            min(a for a, _ in spans),
            max(b for _, b in spans) if len(spans) == 1 or any(a < b for a, b in spans) else math.inf,
            words if len(spans) == 1 else f"{words} ({len(spans)} times)",
        )
        for words, spans in by_words.items()
    )


def _piece_at(pieces: Sequence[Piece], edge: float) -> int | None:
    """The first piece that begins at an edge; None for the beginning, the end, and where the run has no edge."""
    starts = [piece.start for piece in pieces]
    near = TOGETHER * (pieces[-1].end - pieces[0].start)
    found = bisect_left(starts, edge - near)
    if edge <= pieces[0].start + near or found == len(starts) or abs(starts[found] - edge) > near:
        return None
    return found


def _stretch(pieces: Sequence[Piece], groups: Sequence[Shown], first: int, last: int) -> Stretch:
    start, end = pieces[first].start, pieces[last - 1].end
    near = TOGETHER * (pieces[-1].end - pieces[0].start)
    words = [
        said
        for a, b, said in groups
        if (a <= start + near and b >= end - near) or (a == b and abs(a - start) <= near)
    ]
    return Stretch(tuple(words), start, end, first, last)
