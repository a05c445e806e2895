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

VARIATES = {"normal": 0.0, "uniform": 0.5}
"""`tissue.normal(3)`, `tissue.uniform(3)`: numbers drawn at random in each copy, with the seed 3; and what stands for
all of them before anything runs."""

_VARIATE = re.compile(r"(.+)\.(normal|uniform)\((\d+)\)")
_WHICH = re.compile(r"\[(\d+(?:\.\.\d+)?|\*|next|previous)\]")


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
class Spreading:
    """Species that spread from copy to copy in a place, through the cross-section: what is given, or the volume over
    the spacing. `tortuosity` λ is None where it is 1. `first` and `last` are places that the line ends in: half a
    spacing from the middle of the outermost copy."""

    place: str
    path: str
    species: tuple[Diffusing, ...]
    tortuosity: Expr | None
    cross_section: Expr | None
    first: str | None
    last: str | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Diffusion(Spreading):
    """An amount per time of D A/(λ² spacing) (c − c of the next)."""


@dataclass(frozen=True, slots=True)
class Electrodiffusion(Spreading):
    """Species that drift as well, in the field that keeps the charge where it is: an amount per time of
    D A/(λ² spacing) (c − c of the next + z c̄ F/RT (φ − φ of the next))."""


@dataclass(frozen=True, slots=True)
class Passing:
    """What passes a gap junction, with its ratio among others; None is charge of no named ion."""

    species: str | None
    ratio: Expr | None


@dataclass(frozen=True, slots=True)
class GapJunction:
    """What joins a place of a copy to that of the next: `number` (None: one) times a conductance or a permeability,
    exactly one of which is given. `shares` pass through it as they do through a channel."""

    place: str
    path: str
    shares: tuple[Passing, ...]
    conductance: Expr | None
    permeability: Expr | None
    number: Expr | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Axial:
    """Current along a place from copy to copy: the difference of its potential over resistivity × spacing/A. The
    potential is the sum of those of the `membranes` that enclose the place, the innermost first. `carrier` is the ion
    that carries it; None where the file names none."""

    place: str
    path: str
    membranes: tuple[str, ...]
    resistivity: Expr
    cross_section: Expr | None
    carrier: str | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Repeat:
    """So many of a member of a pattern, named by its number from 0; or of a stretch of others."""

    count: int
    of: int | tuple[Repeat, ...]

    def members(self) -> tuple[int, ...]:
        """Which member each copy is."""
        once = (self.of,) if isinstance(self.of, int) else tuple(m for r in self.of for m in r.members())
        return once * self.count


@dataclass(frozen=True, slots=True)
class Line:
    """`count` copies in a row, each `spacing` long. The first is called 1; the middle of copy i is half its own spacing
    beyond the end of the copy before. Beyond `open` ends a place goes on as it is at the start.

    `pattern` says which member of several arrangements each copy is; empty where all copies are alike. Where
    the file says how long the line is, that is its `length`, and `spacing` a copy's share of it."""

    name: str
    count: int
    spacing: Expr
    ends: Ends
    diffusions: tuple[Diffusion, ...]
    axials: tuple[Axial, ...]
    span: Span = field(compare=False, repr=False)
    electrodiffusions: tuple[Electrodiffusion, ...] = ()
    gap_junctions: tuple[GapJunction, ...] = ()
    pattern: tuple[Repeat, ...] = ()
    length: Expr | None = None

    def members(self) -> tuple[int, ...]:
        """Which member of the pattern each copy is (count,)."""
        return tuple(m for r in self.pattern for m in r.members()) if self.pattern else (0,) * self.count

    def holds(self, path: str) -> bool:
        """Whether something of that path stands in it."""
        return path.removeprefix("amount(").startswith(f"{self.name}.")


def member_path(line: str) -> str:
    """Reads which member of its pattern each copy of a line is, from 0."""
    return f"{line}.member()"


@dataclass(frozen=True, slots=True)
class Variate:
    """Numbers drawn at random, one in each copy of a line: of the normal distribution with mean 0 and deviation 1, or
    evenly between 0 and 1."""

    line: str
    kind: str
    seed: int

    @property
    def path(self) -> str:
        return f"{self.line}.{self.kind}({self.seed})"


def variate_of(path: str) -> Variate | None:
    """What is drawn at random, if the path is that of such a thing."""
    found = _VARIATE.fullmatch(path)
    return None if found is None else Variate(found[1], found[2], int(found[3]))


def of_any_copy(path: str) -> str:
    """`tissue[3].outside.K` without its number: the path by which the cell knows it."""
    return _WHICH.sub("", path, count=1)


def which_copy(path: str) -> str:
    """The number of the copy that a path names, `3..7` for some of them, `next` or `previous` in an explanation; `*`
    for all, empty for none."""
    found = _WHICH.search(path)
    return found[1] if found else ""


def in_copy(path: str, line: str, copy: str) -> str:
    """The path of one copy: `tissue.outside.K`, `tissue`, `3` → `tissue[3].outside.K`."""
    return re.sub(rf"(?<![\w.]){re.escape(line)}\.", f"{line}[{copy}].", path, count=1)


def in_copies(path: str, copies: Copies | None) -> str:
    """The path of one copy or of several neighbours; of all where none are named."""
    if copies is None:
        return path
    which = str(copies.first) if copies.first == copies.last else f"{copies.first}..{copies.last}"
    return in_copy(path, copies.line, which)


def copies_of(path: str) -> Copies | None:
    """The copies that a path names; None where it names none."""
    first, _, last = which_copy(path).partition("..")
    return Copies(path.partition("[")[0], int(first), int(last or first)) if first.isdigit() else None
