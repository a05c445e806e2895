"""How fast parameters move by themselves. They are known before anything is integrated, so they are looked at first:
an integrator that chooses its steps by the states alone would step over a short pulse, or sample a fast wave too
coarsely."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np

from ionlang.simulate.functions import FloatArray

BLOCKS = 64  # that a phase is looked at in
SAMPLES = 64  # in each block
BEND = 1e-3  # of the range of a drive: so far from a straight line may it be within half a step
CHILDREN = 8  # that a block is divided into where its drive is too fast
DEPTH = 4  # how often: what is then still too fast is a jump

Stretch = tuple[float, float, float]  # start, end, longest step [ms]


def stretches(drive: Callable[[float], list[float]], start: float, end: float) -> tuple[Stretch, ...]:
    """The phase [start, end] in parts, each with the longest step [ms] that still follows the drive; inf where it is
    straight."""
    edges = np.linspace(start, end, BLOCKS + 1)
    coarse = np.array([drive(t) for t in np.linspace(start, end, BLOCKS * SAMPLES + 1).tolist()])
    span = np.ptp(coarse, axis=0)
    parts: list[Stretch] = []
    for k in range(BLOCKS):
        values = coarse[k * SAMPLES : (k + 1) * SAMPLES + 1]
        parts += _parts(drive, float(edges[k]), float(edges[k + 1]), values, span, DEPTH)
    return tuple(_merged(parts))


def _parts(
    drive: Callable[[float], list[float]],
    start: float,
    end: float,
    values: FloatArray,
    span: FloatArray,
    depth: int,
) -> Iterator[Stretch]:
    stride = _straight(values, span)
    if stride > 1 or depth == 0:
        whole = stride >= SAMPLES
        yield start, end, math.inf if whole else (end - start) * stride / SAMPLES
        return
    edges = np.linspace(start, end, CHILDREN + 1).tolist()
    for a, b in pairwise(edges):
        inner = np.array([drive(t) for t in np.linspace(a, b, SAMPLES + 1).tolist()])
        yield from _parts(drive, a, b, inner, np.maximum(span, np.ptp(inner, axis=0)), depth - 1)


def _straight(values: FloatArray, span: FloatArray) -> int:
    """The largest power of two of samples over which the drive is a straight line, within what may be; 1 if none."""
    allowed = np.maximum(BEND * span, 1e-12 * np.abs(values).max(axis=0))
    stride = SAMPLES
    while stride > 1:
        knots = np.arange(0, SAMPLES + 1, stride)
        line = np.stack([np.interp(np.arange(SAMPLES + 1), knots, row[knots]) for row in values.T], axis=1)
        if (np.abs(values - line) <= allowed).all():
            return stride
        stride //= 2
    return 1


def _merged(parts: list[Stretch]) -> Iterator[Stretch]:
    """Neighbours of one pace are one stretch."""
    start, end, longest = parts[0]
    for a, b, step in parts[1:]:
        if step == longest:
            end = b
        else:
            yield start, end, longest
            start, end, longest = a, b, step
    yield start, end, longest
