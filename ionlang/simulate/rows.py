"""What functions of arrays give, in the shapes that are promised: rows over instants, and over copies of lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike

from ionlang.simulate.functions import FloatArray

ManyQuantities = Callable[[FloatArray, FloatArray, Sequence[ArrayLike]], FloatArray]
"""t (m,), y (n, m), p → (k, m)."""
Arrays = Callable[[FloatArray, FloatArray, Sequence[ArrayLike]], list[FloatArray]]
"""t (m,), y (n, m), p → of what stands in a line (copies, m), of all else (m,)."""


def at_all_instants(function: Callable[..., FloatArray], count: int) -> ManyQuantities:
    """Of so many outputs: what depends on nothing that varies is stretched to all instants."""

    def shaped(t: FloatArray, y: FloatArray, p: Sequence[ArrayLike]) -> FloatArray:
        if not count:
            return np.empty((0, np.size(t)))
        values = np.asarray(function(t, y, p), dtype=float)
        return np.broadcast_to(values.reshape(count, -1), (count, np.size(t)))

    return shaped


def in_all_copies(
    function: Callable[..., list[FloatArray]], copies: Sequence[int], varies: Sequence[bool]
) -> Arrays:
    """Each output stretched to all instants and all copies of its line (0: it stands in none); one that `varies` has
    an axis for its copies, or for its faces, already, unless it is one number."""

    def shaped(t: FloatArray, y: FloatArray, p: Sequence[ArrayLike]) -> list[FloatArray]:
        found, instants = function(t, y, p), np.shape(t)
        every = zip(found, copies, varies, strict=True)
        return [_stretched(each, instants, count, own) for each, count, own in every]

    return shaped


def _stretched(value: ArrayLike, instants: tuple[int, ...], copies: int, varies: bool) -> FloatArray:
    values = np.asarray(value, dtype=float)
    if not copies:
        return np.broadcast_to(values, instants)
    if not varies or not values.ndim:
        return np.broadcast_to(values, (copies, *instants))
    own = len(values)
    return np.broadcast_to(values.reshape(own, *(-1 for _ in instants)), (own, *instants))


def signed(both: FloatArray) -> FloatArray:
    """A margin's size with the sign of the truth: so `>` and `>=` differ where the two sides are equal."""
    size = np.maximum(np.abs(both[:1]), np.finfo(float).tiny)
    found: FloatArray = np.where(both[1:] > 0.5, size, -size)
    return found


def single(rows: FloatArray) -> FloatArray:
    """The only row."""
    row: FloatArray = rows[0]
    return row
