"""How equations name their units and origins."""

from __future__ import annotations

from ionlang.equations.system import Origin
from ionlang.source import Span
from ionlang.units import Dimension, cell_unit, display_unit


def unit_text(dimension: Dimension) -> str:
    """The cell unit as text; areas and lengths have no word of scale 1 and say so in figures (`100 um2`)."""
    unit = cell_unit(dimension)
    if unit is not None:
        return unit.text or "1"
    shown = display_unit(dimension)
    return f"{float(1 / shown.scale):g} {shown.text}"


def origin_of(what: str, span: Span) -> Origin:
    return Origin(what, span.place())
