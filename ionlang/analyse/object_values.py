"""What objects for JSON are made of."""

from __future__ import annotations

import math

Object = dict[str, "Value"]
Value = str | float | bool | None | list["Value"] | Object


def number(value: float | None) -> float | None:
    """JSON has no nan and no infinity."""
    return None if value is None or not math.isfinite(value) else float(value)
