"""Sums of pieces, without what rounding leaves of nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ionlang.explain.explanation import Piece

CANCELLED = 1e-9
"""A sum this small against its largest term is nothing."""


def summed(pieces: Sequence[Piece]) -> float:
    """What the pieces come to."""
    return cancelled(math.fsum(p.amount for p in pieces), [p.amount for p in pieces])


def cancelled(value: float, terms: Sequence[float]) -> float:
    """A value that the terms add up to, or one of them; 0 where it is rounding."""
    return 0.0 if abs(value) < CANCELLED * max(map(abs, terms), default=0.0) else value
