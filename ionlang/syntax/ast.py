"""What the text says: names and units are still text, every node knows its place.

A class here has the name of its rule in the grammar (`ChannelBlock` does not exist: every kind is a `Block`,
what may stand in which kind is checked later). Equality ignores places, so that two texts that say the same are equal.
What can no longer occur: a text that could not be read is a `Broken` node, and its diagnostic has been given.
"""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from ionlang.records import dataclass
from ionlang.source import Source, Span
from ionlang.syntax.ast_expression import (
    Argument,
    At,
    Binary,
    Broken,
    Call,
    Compare,
    Conditional,
    Expr,
    Logic,
    Name,
    Number,
    Path,
    Quantity,
    Unary,
)
from ionlang.syntax.ast_scenario import (
    Action,
    Begin,
    BlockCarrier,
    Doing,
    Expect,
    Hold,
    Inject,
    Measure,
    Run,
    Set,
    When,
)
from ionlang.syntax.ast_text import Comment, String

__all__ = [
    "Action",
    "Argument",
    "At",
    "Balances",
    "Begin",
    "Binary",
    "Block",
    "BlockCarrier",
    "Broken",
    "Call",
    "Carries",
    "Comment",
    "Compare",
    "Conditional",
    "Count",
    "Doing",
    "Expect",
    "Expr",
    "Hold",
    "Inject",
    "Instantaneous",
    "Let",
    "Logic",
    "Measure",
    "Model",
    "Movement",
    "Moves",
    "Name",
    "Number",
    "Parameter",
    "Path",
    "Potential",
    "Property",
    "Quantity",
    "Run",
    "Sentence",
    "Set",
    "Share",
    "String",
    "Unary",
    "Use",
    "When",
]


@dataclass(frozen=True, slots=True)
class Property:
    """`volume = 2.16 pL`, `ATP = 3 mM held`."""

    name: Name
    value: Expr
    held: bool
    source: String | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Parameter:
    """`param p = 5 mM between 1 mM and 9 mM source "…"`."""

    name: Name
    value: Expr
    between: tuple[Expr, Expr] | None
    source: String | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Let:
    """`let q = expr`, `let f(v, k) = expr` (`arguments` is None without brackets)."""

    name: Name
    arguments: tuple[Name, ...] | None
    value: Expr
    source: String | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Share:
    """An ion of `carries K : 1, Na : 0.03`; no ratio is ratio 1."""

    species: Name
    ratio: Expr | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Carries:
    """`carries K`, `carries K : 1, Na : 0.03`, `carries charge`."""

    shares: tuple[Share, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Count:
    """`1 ATP` in a stoichiometric sentence; a missing count is 1. The number is pure by grammar."""

    count: Number | None
    species: Path
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Movement:
    """`3 Na out`, `2 K in`, `2 K from outside to nothing` (`nothing` is a Path of that word)."""

    what: Count
    direction: Literal["out", "in"] | None
    origin: Path | None
    target: Path | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Moves:
    """`moves 3 Na out, 2 K in, uses 1 ATP`: one stoichiometric line (`uses` may come several times)."""

    movements: tuple[Movement, ...]
    uses: tuple[Count, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Balances:
    """`A balances charge`."""

    species: Name
    what: Literal["charge", "osmolarity"]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Potential:
    """`V from currents starting at -67 mV`; `way` is the word after `from` as written."""

    way: Name
    start: Expr | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Instantaneous:
    """A gate that follows its steady state without delay."""

    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Use:
    """`use "file.ion"`: that file's names as if written here."""

    file: String
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Block:
    """`kind name (a | b) "title" { body }`; a kind without a body (`solute ATP`) has an empty one.

    `head` is the span of kind, name and sides: what a message about the block as a whole points at.
    `documentation` is the `\"\"\"…\"\"\"` that opens the body.
    """

    kind: Name
    name: Name
    sides: tuple[Name, Name] | None
    title: String | None
    documentation: String | None
    body: tuple[Sentence, ...]
    span: Span = field(compare=False, repr=False)
    head: Span = field(compare=False, repr=False)


Sentence = (
    Block
    | Property
    | Parameter
    | Let
    | Carries
    | Moves
    | Balances
    | Potential
    | Instantaneous
    | Use
    | Begin
    | Run
    | Action
    | Measure
    | Expect
    | Comment
    | Broken
)


@dataclass(frozen=True, slots=True)
class Model:
    """A file: its documentation and its items in source order (blocks, settings, `param`, `let`, `use`, comments)."""

    documentation: String | None
    items: tuple[Sentence, ...]
    source: Source = field(compare=False, repr=False)
