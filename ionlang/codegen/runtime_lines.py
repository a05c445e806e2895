"""What generated vector code may call to look along a line.

What stands in a line of n copies has shape (n, …), what lies at its faces (n − 1, …); what is the same in all copies
has no axis of its own, or one of length 1.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from numpy import (
    absolute,
    arange,
    asarray,
    broadcast_to,
    concatenate,
    dot,
    empty,
    matmul,
    maximum,
    tile,
    where,
    zeros,
)
from numpy.random import PCG64, Generator
from numpy.typing import ArrayLike

ONE_THREAD = 1 << 17
"""Products of numbers in a product of matrices: for so few BLAS wakes no other thread, which takes longer than they
do."""


def at_left(q: ArrayLike) -> Any:
    """At each face the value in the copy before it."""
    q = asarray(q, dtype=float)
    return q[:-1] if q.ndim and len(q) > 1 else q


def at_right(q: ArrayLike) -> Any:
    """At each face the value in the copy behind it."""
    q = asarray(q, dtype=float)
    return q[1:] if q.ndim and len(q) > 1 else q


def from_face_before(q: ArrayLike, count: int) -> Any:
    """In each copy the value at the face before it, 0 in the first."""
    q = asarray(q, dtype=float)
    out = empty((count, *q.shape[1:]))
    out[0] = 0.0
    out[1:] = q
    return out


def from_face_behind(q: ArrayLike, count: int) -> Any:
    """In each copy the value at the face behind it, 0 in the last."""
    q = asarray(q, dtype=float)
    out = empty((count, *q.shape[1:]))
    out[-1] = 0.0
    out[:-1] = q
    return out


def gained_from_faces(q: ArrayLike, count: int) -> Any:
    """In each copy the value at the face before it less that at the face behind it."""
    q = asarray(q, dtype=float)
    out = empty((count, *q.shape[1:]))
    gain_from_faces(q, out)
    return out


def gain_from_faces(q: Any, out: Any) -> None:
    """As `gained_from_faces`, into an array that there is."""
    out[0] = 0.0
    out[1:] = q
    out[:-1] -= q


def over_faces_before(q: ArrayLike, count: int) -> Any:
    """In each copy the sum of the values at all faces before it, 0 in the first."""
    return from_face_before(asarray(q, dtype=float).cumsum(axis=0), count)


def in_copy(q: ArrayLike, place: int) -> Any:
    """The value in one copy, counted from 0."""
    q = asarray(q, dtype=float)
    return q[place] if q.ndim else q


def product(a: Any, b: Any, out: Any) -> None:
    """The product of two matrices of which one is long, in parts that one thread does."""
    rows, columns = out.shape
    if rows * columns * len(b) <= ONE_THREAD:
        dot(a, b, out)
    elif rows > columns:
        part = max(ONE_THREAD // (columns * len(b)), 1)
        for i in range(0, rows, part):
            matmul(a[i : i + part], b, out[i : i + part])
    else:
        part = max(ONE_THREAD // (rows * len(b)), 1)
        for i in range(0, columns, part):
            matmul(a, b[:, i : i + part], out[:, i : i + part])


def over_line(q: ArrayLike, count: int) -> Any:
    """The sum over all copies."""
    q = asarray(q, dtype=float)
    return q.sum(axis=0) if q.ndim else count * q


def positions_of_copies(spacing: ArrayLike, count: int) -> Any:
    """Where the middle of each copy is, from the first end; of copies of several lengths too."""
    spacing = asarray(spacing, dtype=float)
    return spacing.cumsum(axis=0) - spacing / 2 if spacing.ndim else (arange(count) + 0.5) * spacing


def repeated(count: int, q: ArrayLike) -> Any:
    """A number or row so many times over."""
    return tile(asarray(q, dtype=float), count)


def joined(*rows: ArrayLike) -> Any:
    """Rows one behind the other."""
    return concatenate(rows)


@lru_cache(maxsize=64)
def normal_in_copies(seed: int, count: int) -> Any:
    """The first numbers that NumPy's PCG64 with this seed draws from the normal distribution: those of the first copies
    are the same however many there are."""
    drawn = Generator(PCG64(seed)).standard_normal(count)
    drawn.flags.writeable = False
    return drawn


@lru_cache(maxsize=64)
def uniform_in_copies(seed: int, count: int) -> Any:
    """The same, evenly between 0 and 1."""
    drawn = Generator(PCG64(seed)).random(count)
    drawn.flags.writeable = False
    return drawn


def in_all_copies(q: ArrayLike, count: int) -> Any:
    """The same value in each copy: what is one number at all times stays one."""
    q = asarray(q, dtype=float)
    return broadcast_to(q, (count, *q.shape)) if q.ndim else q


def _chosen(q: ArrayLike, first: int, last: int) -> Any:
    q = asarray(q, dtype=float)
    return q[first - 1 : last] if q.ndim else broadcast_to(q, (last - first + 1,))


def sum_over(q: ArrayLike, first: int, last: int) -> Any:
    """The sum over the copies from the first to the last, counted from 1."""
    return _chosen(q, first, last).sum(axis=0)


def mean_over(q: ArrayLike, first: int, last: int) -> Any:
    """The mean over these copies."""
    return _chosen(q, first, last).mean(axis=0)


def max_over(q: ArrayLike, first: int, last: int) -> Any:
    """The largest value in these copies."""
    return _chosen(q, first, last).max(axis=0)


def min_over(q: ArrayLike, first: int, last: int) -> Any:
    """The smallest value in these copies."""
    return _chosen(q, first, last).min(axis=0)


def width_over(q: ArrayLike, first: int, last: int, spacing: ArrayLike) -> Any:
    """Over which length of these copies a quantity is above 0: straight from middle to middle, and as in the outermost
    copy up to the ends."""
    values, lengths = _chosen(q, first, last), _chosen(spacing, first, last)
    if lengths.ndim < values.ndim:
        lengths = lengths.reshape(lengths.shape + (1,) * (values.ndim - 1))
    above, size = maximum(values, 0.0), absolute(values)
    pairs = size[:-1] + size[1:]
    shares = (above[:-1] + above[1:]) / where(pairs > 0.0, pairs, 1.0)
    ends = lengths[0] * (values[0] > 0.0) + lengths[-1] * (values[-1] > 0.0)
    return (shares * (lengths[:-1] + lengths[1:])).sum(axis=0) / 2 + ends / 2


def first_copy(count: int) -> Any:
    """1 in the first copy, 0 in the others."""
    out = zeros(count)
    out[0] = 1.0
    return out


def last_copy(count: int) -> Any:
    """1 in the last copy, 0 in the others."""
    return first_copy(count)[::-1]


def over_copies(p: ArrayLike, y: Any) -> Any:
    """A parameter with a value for each copy, beside states with further axes; one for all copies stays as it is."""
    p = asarray(p, dtype=float)
    return p.reshape(p.shape + (1,) * (y.ndim - 1)) if p.ndim == 1 else p


def before_last(q: ArrayLike) -> Any:
    """Without the last copy, which has no next one."""
    return at_left(q)


def behind_first(q: ArrayLike) -> Any:
    """Without the first copy, which has none before it."""
    return at_right(q)
