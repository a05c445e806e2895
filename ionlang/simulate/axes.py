"""The axes of a study in numbers, and the points that they span."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from ionlang.model import study as plan
from ionlang.model.evaluate import evaluate
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.study import Axis
from ionlang.units import display_unit


@dataclass(frozen=True, slots=True)
class Point:
    """The values of the axes: in their units, and by path in cell units."""

    values: tuple[float, ...]
    given: dict[str, float]


def values_of(axis: plan.Axis, values: Mapping[str, float]) -> FloatArray:
    """The values of an axis (m,) in cell units; even steps without the last digits of rounding."""
    ends = [evaluate(value, values) for value in axis.values]
    if axis.steps is None:
        return np.array(ends)
    return _rounded(np.linspace(ends[0], ends[1], axis.steps + 1))


def _rounded(values: FloatArray) -> FloatArray:
    return np.array([float(f"{x:.15g}") for x in values.tolist()])


def shown_axis(axis: plan.Axis, numbers: FloatArray) -> Axis:
    unit = display_unit(axis.dimension)
    values = _rounded(numbers / float(unit.scale))
    values.flags.writeable = False
    return Axis(axis.path, axis.name, axis.dimension, unit.text or "1", values)


def points_of(
    axes: tuple[Axis, ...], numbers: Sequence[FloatArray], given: Mapping[str, float]
) -> Iterator[Point]:
    """The product of the axes, the last one fastest."""
    shown = product(*(axis.values.tolist() for axis in axes))
    for values, cell_values in zip(shown, product(*(n.tolist() for n in numbers)), strict=True):
        swept = {axis.path: v for axis, v in zip(axes, cell_values, strict=True)}
        yield Point(values, {**given, **swept})
