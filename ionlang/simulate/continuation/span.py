"""The range of the parameter that is varied, and how a place measures it: evenly, or by ratio where it is so wide."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ionlang.simulate.functions import FloatArray

LENGTH = 10.0
"""The whole range is as long as so many typical sizes."""

BY_RATIO = 30.0
"""From this ratio of its ends on a range is measured, and drawn, by ratio."""


@dataclass(frozen=True, slots=True)
class Span:
    """From `low` to `high` [cell units], low < high."""

    low: float
    high: float

    @property
    def is_by_ratio(self) -> bool:
        """Whether equal ratios of the parameter are equally long, as over several decades they should be."""
        return self.low > 0 and self.high > BY_RATIO * self.low

    def value(self, place: FloatArray) -> float:
        """The parameter at a place; exactly `low` and `high` at the ends."""
        share = float(place[-1]) / LENGTH
        if share in (0.0, 1.0):
            return self.high if share else self.low
        if self.is_by_ratio:
            return self.low * math.exp(share * math.log(self.high / self.low))
        return self.low + share * (self.high - self.low)

    def along(self, value: float) -> float:
        """The last entry of a place with this value of the parameter."""
        if value in (self.low, self.high):
            return LENGTH if value == self.high else 0.0
        if self.is_by_ratio:
            return LENGTH * math.log(value / self.low) / math.log(self.high / self.low)
        return LENGTH * (value - self.low) / (self.high - self.low)

    def pace(self, value: float) -> float:
        """The parameter's change with the last entry of a place."""
        whole = value * math.log(self.high / self.low) if self.is_by_ratio else self.high - self.low
        return whole / LENGTH


def span(low: float, high: float) -> Span:
    """Raises ValueError if the range is empty."""
    if not low < high:
        raise ValueError("the range must have a lower and a higher end")
    return Span(low, high)
