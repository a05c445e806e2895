"""How ions look: a fixed colour and line for each known symbol, and its label with its charge."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from importlib.resources import files

from ionlang.model.cell import Cell

Dashes = tuple[float, ...]
INK = "#1a1a1a"
QUIET = "#8a8a8a"
LINES: tuple[Dashes, ...] = ((), (5.0, 2.0), (1.2, 1.4), (6.0, 2.0, 1.2, 2.0), (10.0, 2.5))

_RAISED = str.maketrans("0123456789+-−.", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻·")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True, slots=True)
class Style:
    """A line: `dashes` are on and off lengths in line widths (empty: solid), `width` is in points."""

    colour: str
    dashes: Dashes = ()
    width: float = 1.4


RUNS = tuple(
    Style(colour, dashes, 1.5)
    for dashes in ((), (5.0, 2.0), (1.2, 1.4))
    for colour in ("#1a1a1a", "#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
)
"""Runs laid over each other: a colour for each, told apart by the colour-blind too, then other dashes."""


@dataclass(frozen=True, slots=True)
class StyleSheet:
    """Styles by symbol, and those that all other species take in turn."""

    species: dict[str, Style]
    others: tuple[Style, ...]


@cache
def style_sheet() -> StyleSheet:
    content = json.loads(files("ionlang.data").joinpath("ion_styles.json").read_text(encoding="utf-8"))
    known = {symbol: _style(entry) for symbol, entry in content["species"].items()}
    return StyleSheet(known, tuple(_style(entry) for entry in content["others"]))


def _style(entry: dict[str, str | list[float]]) -> Style:
    return Style(str(entry["colour"]), tuple(float(length) for length in entry["dashes"]))


def run_styles(count: int) -> list[Style]:
    """A colour for each run, and other dashes where there are more runs than colours."""
    return [RUNS[i % len(RUNS)] for i in range(count)]


def species_styles(cell: Cell) -> dict[str, Style]:
    """The style of every species of a cell; those not known by symbol take the free ones in source order."""
    sheet = style_sheet()
    unknown = [s.name for s in cell.species if s.name not in sheet.species]
    found = {name: sheet.others[i % len(sheet.others)] for i, name in enumerate(unknown)}
    return {s.name: sheet.species.get(s.name) or found[s.name] for s in cell.species}


def variants(style: Style, count: int) -> list[Style]:
    """The style, and others of its colour: several lines of one ion or one carrier."""
    dashes = [style.dashes, *(line for line in LINES if line != style.dashes)]
    return [replace(style, dashes=dashes[i % len(dashes)]) for i in range(count)]


def label(symbol: str, valence: Fraction) -> str:
    """`K⁺`, `Ca²⁺`, `HCO₃⁻`. Digits go down only in symbols that are formulas, not in names such as `X1`."""
    formula = symbol.translate(_LOWERED) if symbol in style_sheet().species else symbol
    if not valence:
        return formula
    size = "" if abs(valence) == 1 else f"{float(abs(valence)):g}"
    return formula + raised(f"{size}{'+' if valence > 0 else '-'}")


def raised(text: str) -> str:
    """Digits and signs as superscripts."""
    return text.translate(_RAISED)
