"""A quantity along the parts of many runs that lie in their windows, at instants that bracket what happens."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.locating.quantity import Along
from ionlang.simulate.sheaf import Indices, Sheaf

_DIVISIONS = 4
"""Of each interval between samples where quantities may vary faster than the states do."""


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """What counts of each piece (k,): whether anything does, from when and until when."""

    counts: NDArray[np.bool_]
    begin: FloatArray
    end: FloatArray


@dataclass(frozen=True, eq=False)
class Scan:
    """Instants (j,) in order, the piece of each, the sample at or before it, and what the quantity is there."""

    pieces: Indices
    columns: Indices
    times: FloatArray
    values: FloatArray

    @cached_property
    def begins(self) -> NDArray[np.bool_]:
        """Whether a piece begins with an instant (j,)."""
        return np.append(True, self.pieces[1:] != self.pieces[:-1])

    @cached_property
    def ends(self) -> NDArray[np.bool_]:
        """Whether a piece ends with an instant (j,)."""
        return np.append(self.pieces[1:] != self.pieces[:-1], True)

    def turns(self, sign: float) -> Indices:
        """Where ±q has a local maximum, the ends of pieces included."""
        rise = sign * np.diff(self.values)
        before, after = np.append(np.inf, rise), np.append(rise, -np.inf)
        before[self.begins] = np.inf
        after[self.ends] = -np.inf
        return np.flatnonzero((before > 0.0) & (after <= 0.0))

    def beside(self, places: Indices) -> tuple[Indices, Indices]:
        """The instants before and after, or themselves where a piece begins or ends."""
        return places - ~self.begins[places], places + ~self.ends[places]


def window_of(sheaf: Sheaf, after: FloatArray, until: FloatArray) -> Window:
    """Of runs (m,), closed: at an edge what begins there holds."""
    after, until = after[sheaf.runs], until[sheaf.runs]
    begun = (after < sheaf.ends) | (sheaf.last_of_run & (after == sheaf.ends))
    counts = begun & (until >= sheaf.starts) & (after <= until)
    return Window(counts, np.maximum(after, sheaf.starts), np.minimum(until, sheaf.ends))


def scan_of(along: Along, window: Window) -> Scan:
    """All that lies in the window."""
    sheaf = along.sheaf
    whole = window.counts & (window.begin == sheaf.starts) & (window.end == sheaf.ends)
    if whole.all() and not sheaf.moves:
        return Scan(sheaf.owners, np.arange(sheaf.times.size), sheaf.times, along.everywhere())
    pieces, columns, times = _instants(sheaf, window)
    if sheaf.moves:
        pieces, columns, times = _divided(pieces, columns, times)
    values = np.broadcast_to(along(pieces, columns, times), times.shape)
    return Scan(pieces, columns, times, values)


def _instants(sheaf: Sheaf, window: Window) -> tuple[Indices, Indices, FloatArray]:
    """The samples within the window, and its ends."""
    owners, chosen = sheaf.owners, np.flatnonzero(window.counts)
    inner = np.flatnonzero(
        window.counts[owners] & (sheaf.times > window.begin[owners]) & (sheaf.times < window.end[owners])
    )
    begin, end = window.begin[chosen], window.end[chosen]
    pieces = np.concatenate([chosen, owners[inner], chosen])
    columns = np.concatenate([sheaf.column_at(chosen, begin), inner, sheaf.column_at(chosen, end)])
    times = np.concatenate([begin, sheaf.times[inner], end])
    rank = np.repeat(np.arange(3), [chosen.size, inner.size, chosen.size])
    order = np.lexsort((times, rank, pieces))
    return pieces[order], columns[order], times[order]


def _divided(pieces: Indices, columns: Indices, times: FloatArray) -> tuple[Indices, Indices, FloatArray]:
    """Each interval in `_DIVISIONS` parts."""
    last = np.append(pieces[1:] != pieces[:-1], True)
    length = np.where(last, 0.0, np.diff(times, append=0.0))
    every = times[:, None] + length[:, None] * np.arange(_DIVISIONS) / _DIVISIONS
    kept = np.ones(every.shape, dtype=bool)
    kept[last, 1:] = False
    shape = (times.size, _DIVISIONS)
    wide = (np.broadcast_to(x[:, None], shape)[kept] for x in (pieces, columns))
    return (*wide, every[kept])  # type: ignore[return-value]
