"""Syntax of blocks, of templates and of what is made from them: see `ast.py`."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.syntax.ast_expression import Argument, Expr, Name, Number, Path
from ionlang.syntax.ast_text import Said, String

if TYPE_CHECKING:
    from ionlang.syntax.ast import Sentence

Side = tuple[Path, ...]
"""The places of one side of a membrane; several share one potential: `(soma + terminal | ecs + cleft)`."""


@dataclass(frozen=True, slots=True)
class Formal:
    """`p = 5 mM source "…"` (a default) or `q in mM` (its unit where it must be given; `unit` holds the unit word)."""

    name: Name
    default: Expr | None
    unit: Name | None
    span: Span = field(compare=False, repr=False)
    source: Said | None = None


@dataclass(frozen=True, slots=True)
class Instance:
    """`is T(p = 3 mM)`: what a block is made from. The arguments are keywords."""

    template: Path
    arguments: tuple[Argument, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Group:
    """`10 internode`, or `20 (1 node, 10 internode)`: so many of an arrangement, or of a stretch of others."""

    count: Number
    of: Instance | tuple[Group, ...]
    span: Span = field(compare=False, repr=False)

    @property
    def members(self) -> tuple[Instance, ...]:
        """What it is made of, in the order of the text."""
        return (self.of,) if isinstance(self.of, Instance) else tuple(m for g in self.of for m in g.members)

    @property
    def counts(self) -> tuple[Number, ...]:
        """All numbers of copies in it."""
        inner = () if isinstance(self.of, Instance) else tuple(n for g in self.of for n in g.counts)
        return (self.count, *inner)


@dataclass(frozen=True, slots=True)
class Copies:
    """`of 200 patch(g = 3 mS/cm2)`, `of 20 (1 node, 10 internode), 1 node`: how many copies stand in a line, and of
    what. On a finer grid each copy of the text is `split` into so many of these, an odd number."""

    groups: tuple[Group, ...]
    span: Span = field(compare=False, repr=False)
    split: int = 1

    @property
    def members(self) -> tuple[Instance, ...]:
        """What they are made of, in the order of the text."""
        return tuple(member for group in self.groups for member in group.members)

    @property
    def counts(self) -> tuple[Number, ...]:
        """All numbers of copies, in the order of the text."""
        return tuple(number for group in self.groups for number in group.counts)


@dataclass(frozen=True, slots=True)
class Block:
    """`kind name … { body }`; a kind without a body (`solute ATP`, `event release`) has an empty one.

    Between name and body may stand, each where its kind allows it: the sides of a membrane, `in P` (`place`) of a
    reaction or buffer, the `formals` of a modifier, the `copies` of a line, `is T(…)` (`instance`), `on PATH` (`on`) of
    a modifier, a title.
    `head` is the span of all that: what a message about the block as a whole points at.
    `documentation` is the `\"\"\"…\"\"\"` that opens the body.
    """

    kind: Name
    name: Name
    sides: tuple[Side, Side] | None
    title: String | None
    documentation: String | None
    body: tuple[Sentence, ...]
    span: Span = field(compare=False, repr=False)
    head: Span = field(compare=False, repr=False)
    place: Path | None = None
    formals: tuple[Formal, ...] | None = None
    instance: Instance | None = None
    on: Path | None = None
    copies: Copies | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """`template channel leak(g in mS/cm2) { … }`: a block with parameters, from which others are made."""

    block: Block
    formals: tuple[Formal, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Extend:
    """`extend soma { … }`: further sentences of a block that is declared elsewhere."""

    target: Path
    body: tuple[Sentence, ...]
    span: Span = field(compare=False, repr=False)
    head: Span = field(compare=False, repr=False)
