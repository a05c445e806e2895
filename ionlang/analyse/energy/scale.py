"""Powers, rates and amounts in the unit that suits the largest of them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from ionlang.analyse.display import plain

_PREFIXES = {-18: "a", -15: "f", -12: "p", -9: "n", -6: "u", -3: "m", 0: ""}


@dataclass(frozen=True, slots=True)
class Scale:
    """A cell value × `factor` is a number of `unit`."""

    factor: float
    unit: str

    def shown(self, value: float | None, digits: int = 4) -> str:
        return "" if value is None else plain(value * self.factor, digits)


def scale_for(values: Iterable[float | None], exponent: int, unit: str, behind: str = "") -> Scale:
    """The unit with the prefix in which the largest value has one to three digits before the point; `exponent` is that
    of the cell unit in terms of the plain one, `behind` what is divided by."""
    largest = max((abs(v) for v in values if v is not None and math.isfinite(v)), default=0.0)
    wanted = exponent if not largest else 3 * math.floor((math.log10(largest) + exponent) / 3)
    power = min(max(wanted, min(_PREFIXES)), max(_PREFIXES))
    return Scale(10.0 ** (exponent - power), f"{_PREFIXES[power]}{unit}{behind}")
