"""Nouns of lines: see `cell.py`. A cell holds one copy of what stands in a line; the line says how many there are."""

from __future__ import annotations

import re
from dataclasses import field
from typing import Literal

from ionlang.model.expression import Expr
from ionlang.records import dataclass
from ionlang.source import Span

Ends = Literal["closed", "open"]
COPY = "copy"
"""`tissue.copy`: the number of each copy, from 1."""

_WHICH = re.compile(r"\[(\d+(?:\.\.\d+)?|\*)\]")


@dataclass(frozen=True, slots=True)
class Copies:
    """Some neighbours in a line: the copies from `first` to `last`, both of them."""

    line: str
    first: int
    last: int

    def has(self, number: int) -> bool:
        return self.first <= number <= self.last


@dataclass(frozen=True, slots=True)
class Diffusing:
    """A species with its coefficient of free diffusion."""

    species: str
    coefficient: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Diffusion:
    """Species that diffuse from copy to copy in a place: an amount per time of D A/(λ² spacing) (c − c of the next),
    where A is the cross-section, the volume over the spacing. `tortuosity` λ is None where it is 1.

    `first` and `last` are places that the line ends in: half a spacing from the middle of the outermost copy."""

    place: str
    path: str
    species: tuple[Diffusing, ...]
    tortuosity: Expr | None
    cross_section: Expr | None
    first: str | None
    last: str | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Axial:
    """Current along a place from copy to copy: the difference of the potentials of `membrane`, which has the place on
    its first side, over resistivity × spacing/A. `carrier` is the ion that carries it; None where the file names
    none."""

    place: str
    path: str
    membrane: str
    resistivity: Expr
    cross_section: Expr | None
    carrier: str | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Line:
    """`count` copies in a row, `spacing` from one to the next. The first is called 1; the middle of copy i is at
    (i − 1/2) spacing. Beyond `open` ends a place goes on as it is at the start."""

    name: str
    count: int
    spacing: Expr
    ends: Ends
    diffusions: tuple[Diffusion, ...]
    axials: tuple[Axial, ...]
    span: Span = field(compare=False, repr=False)

    def holds(self, path: str) -> bool:
        """Whether something of that path stands in it."""
        return path.removeprefix("amount(").startswith(f"{self.name}.")


def of_any_copy(path: str) -> str:
    """`tissue[3].outside.K` without its number: the path by which the cell knows it."""
    return _WHICH.sub("", path, count=1)


def which_copy(path: str) -> str:
    """The number of the copy that a path names, `3..7` for some of them; `*` for all, empty for none."""
    found = _WHICH.search(path)
    return found[1] if found else ""


def in_copy(path: str, line: str, copy: str) -> str:
    """The path of one copy: `tissue.outside.K`, `tissue`, `3` → `tissue[3].outside.K`."""
    return re.sub(rf"(?<![\w.]){re.escape(line)}\.", f"{line}[{copy}].", path, count=1)
