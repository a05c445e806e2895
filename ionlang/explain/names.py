"""What species and quantities are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ionlang.explain.explanation import Name
from ionlang.model.cell import Cell, Channel, Membrane, Transporter

Label = tuple[Name, str]
Labels = Iterator[tuple[str, Label]]


@cache
def _species_names() -> dict[str, str]:
    text = files("ionlang.data").joinpath("species_names.txt").read_text(encoding="utf-8")
    rows = [line.split(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]
    return {symbol: words.strip() for symbol, words in rows}


def species_name(symbol: str) -> str:
    """What a species is called in a sentence."""
    return _species_names().get(symbol, symbol)


def joined(names: Sequence[str]) -> str:
    """`a, b and c`."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def own_name(path: str) -> Name:
    """The name that the file gives, its part behind the first underscore as a subscript."""
    last = path.rpartition(".")[2]
    base, underscore, sub = last.partition("_")
    return Name(base, sub) if underscore and base and sub else Name(last)


@dataclass(frozen=True, slots=True)
class Namer:
    """`alone`: the cell has one membrane, so V, E(X), in and out need not say whose."""

    cell: Cell
    alone: bool
    carriers: Counter[str]
    gates: Counter[str]

    def carrier(self, carrier: Channel | Transporter) -> str:
        return carrier.name if self.carriers[carrier.name] == 1 else carrier.path

    def of(self, membrane: Membrane, sub: str = "") -> str:
        if self.alone:
            return sub
        return f"{sub},{membrane.name}" if sub else membrane.name

    def concentration(self, place: str, species: str) -> Name:
        sides = self.cell.membranes[0] if self.alone else None
        if sides is not None and self.cell.holder(sides.inside, species) == place:
            return Name(species, "in", bracketed=True)
        if sides is not None and self.cell.holder(sides.outside, species) == place:
            return Name(species, "out", bracketed=True)
        return Name(species, place, bracketed=True)
