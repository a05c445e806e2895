"""What generated vector code may call to look along a line.

What stands in a line of n copies has shape (n, …), what lies at its faces (n − 1, …); what is the same in all copies
has no axis of its own.
"""

from __future__ import annotations

from typing import Any

from numpy import arange, asarray, empty, zeros
from numpy.typing import ArrayLike


def at_left(q: ArrayLike) -> Any:
    """At each face the value in the copy before it."""
    q = asarray(q, dtype=float)
    return q[:-1] if q.ndim else q


def at_right(q: ArrayLike) -> Any:
    """At each face the value in the copy behind it."""
    q = asarray(q, dtype=float)
    return q[1:] if q.ndim else q


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


def in_copy(q: ArrayLike, place: int) -> Any:
    """The value in one copy, counted from 0."""
    return asarray(q, dtype=float)[place]


def over_line(q: ArrayLike, count: int) -> Any:
    """The sum over all copies."""
    q = asarray(q, dtype=float)
    return q.sum(axis=0) if q.ndim else count * q


def positions_of_copies(spacing: float, count: int) -> Any:
    """Where the middle of each copy is, from the first end."""
    return (arange(count) + 0.5) * spacing


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
