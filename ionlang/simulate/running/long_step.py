"""What the states of a long line were while a few copies took many steps in one of all others. Times in ms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.lines.part import Part
from ionlang.simulate.multistep.bdf import Bdf
from ionlang.simulate.multistep.steps import NODES, instants, sampled
from ionlang.simulate.running.watches import cut
from ionlang.simulate.trajectory import INTERVALS, Piece


@dataclass(frozen=True, slots=True, eq=False)
class Few:
    """What the states of some parts were between two instants, each in its own steps and its own phase."""

    parts: tuple[Part, ...]
    pieces: tuple[Piece, ...]

    @property
    def start(self) -> float:
        return self.pieces[0].start

    @property
    def end(self) -> float:
        return self.pieces[0].end

    @property
    def steps(self) -> int:
        """How many they took, on average."""
        return sum(piece.times.size for piece in self.pieces) // (INTERVALS * len(self.pieces))

    @property
    def first(self) -> FloatArray:
        """All their states, where they begin."""
        return np.concatenate([piece.values[:, 0] for piece in self.pieces])

    @property
    def last(self) -> FloatArray:
        """Where they end."""
        return np.concatenate([piece.values[:, -1] for piece in self.pieces])

    def at(self, time: float) -> FloatArray:
        """At an instant between."""
        return np.concatenate([piece.at(np.array([time]))[:, 0] for piece in self.pieces])

    def bent(self) -> FloatArray:
        """By how much at most each deviates from a straight line."""
        return np.concatenate([_bent(piece) for piece in self.pieces])

    def until(self, end: float) -> Few:
        """As far as this instant."""
        return Few(self.parts, tuple(cut(p, end) if end < p.end else p for p in self.pieces))


def _bent(piece: Piece) -> FloatArray:
    first, last = piece.values[:, 0], piece.values[:, -1]
    share = (piece.times - piece.start) / (piece.end - piece.start)
    bent: FloatArray = np.abs(piece.values - first[:, None] - np.outer(last - first, share)).max(axis=1)
    return bent


@dataclass(frozen=True, slots=True, eq=False)
class LongStep:
    """A long step: the `few` in their own, all others on the polynomial of the last step of `outer`."""

    outer: Bdf
    few: Few

    def of_few(self, rows: NDArray[np.intp]) -> list[tuple[NDArray[np.bool_], Piece]]:
        """Of each part that has some of these rows, which they are, and these in all its steps."""
        return [
            (mine, Piece(piece.phase, piece.times, piece.values[rows[mine] - part.rows.start]))
            for part, piece in zip(self.few.parts, self.few.pieces, strict=True)
            if (mine := _within(part, rows)).any()
        ]

    def at(self, rows: NDArray[np.intp], times: FloatArray) -> FloatArray:
        """These states (k, m) at instants (m,) within it."""
        found = sampled(self.outer, times, rows)
        for mine, piece in self.of_few(rows):
            found[mine] = piece.at(times)
        return found


def _within(part: Part, rows: NDArray[np.intp]) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (rows >= part.rows.start) & (rows < part.rows.stop)
    return found


def together(pieces: Sequence[Piece]) -> FloatArray:
    """Times (5s + 1,) of steps that end where any of some pieces has an end of its own."""
    if len(pieces) == 1:
        return pieces[0].times
    edges = np.unique(np.concatenate([piece.times[::INTERVALS] for piece in pieces]))
    return np.append(edges[0], instants(edges, NODES))
