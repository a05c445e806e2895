"""Syntax of expressions: see `ast.py`."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from ionlang.records import dataclass
from ionlang.source import Span


@dataclass(frozen=True, slots=True)
class Name:
    """One word."""

    text: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Number:
    """A pure number as written: `1e-3`."""

    text: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit word as written: `120 mS/cm2` (`µ` is stored as `u`, `°C` as `degC`)."""

    number: str
    unit: str
    span: Span = field(compare=False, repr=False)
    unit_span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Path:
    """A name, or names joined by points: `V`, `in.K`, `soma.NaV.m`; of one copy of a line `tissue[3].outside.K` (its
    number, or where it is: `index` belongs to the first name); of some, `tissue[3 .. 7].outside.K`, up to `upto`."""

    parts: tuple[Name, ...]
    span: Span = field(compare=False, repr=False)
    index: Expr | None = None
    upto: Expr | None = None

    @property
    def in_all_copies(self) -> str:
        """Without the copies that it names."""
        return ".".join(part.text for part in self.parts)

    @property
    def text(self) -> str:
        first, *others = (part.text for part in self.parts)
        ends = (" ".join(end.span.text.split()) for end in (self.index, self.upto) if end is not None)
        which = "" if self.index is None else f"[{' .. '.join(ends)}]"
        return ".".join((f"{first}{which}", *others))


@dataclass(frozen=True, slots=True)
class Argument:
    """`expr`, `K : 0.03` (an ion and its permeability ratio) or `after = 20 s`."""

    value: Expr
    ratio: Expr | None
    keyword: Name | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """`exp(x)`, `soma.E(K)`, `NaK.current(K)`, `max(outside.K, after = 20 s)`."""

    function: Path
    arguments: tuple[Argument, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Unary:
    operator: Literal["-", "+", "not"]
    operand: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """`^` binds tightest and to the right; `-x^2` is `-(x^2)`."""

    operator: Literal["+", "-", "*", "/", "^"]
    left: Expr
    right: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Compare:
    operator: Literal["<", "<=", ">", ">="]
    left: Expr
    right: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Logic:
    """Chains of one operator only; `and` mixed with `or` needs brackets."""

    operator: Literal["and", "or"]
    left: Expr
    right: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Conditional:
    """`if condition then a else b`."""

    condition: Expr
    then: Expr
    otherwise: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class At:
    """`q at 3 s`, `soma.V at end`, `at start`, `at rest`; only after `measure` and `expect`."""

    value: Expr
    moment: Expr | Literal["start", "end", "rest"]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Broken:
    """Text that could not be read; its mistake has been reported, later passes skip it in silence."""

    span: Span = field(compare=False, repr=False)


Expr = (
    Number | Quantity | Path | Call | Unary | Binary | Compare | Logic | Conditional | At | Broken
)  # bracketed expressions leave no node
