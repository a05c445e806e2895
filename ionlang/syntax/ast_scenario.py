"""Syntax of the sentences of a scenario: see `ast.py`."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.syntax.ast_expression import Broken, Expr, Name, Path
from ionlang.syntax.ast_text import Comment, String


@dataclass(frozen=True, slots=True)
class Begin:
    """`begin at rest`."""

    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Run:
    """`run 120 s`."""

    duration: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Set:
    """`set p = expr`."""

    target: Path
    value: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Inject:
    """`inject 10 pA into soma carried by K` (`carrier` may be `charge`)."""

    current: Expr
    membrane: Path
    carrier: Name
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class BlockCarrier:
    """`block NaK by 60 %`; without `by`: wholly."""

    carrier: Path
    by: Expr | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Hold:
    """`hold outside.K`."""

    target: Path
    span: Span = field(compare=False, repr=False)


Doing = Set | Inject | BlockCarrier | Hold | Broken


@dataclass(frozen=True, slots=True)
class When:
    """`at T:` (only `at`), `from T:` (only `start`), `from T for D:` (`start` and `duration`)."""

    at: Expr | None
    start: Expr | None
    duration: Expr | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Action:
    """`from 20 s for 9 s: block NaK`, `at 3 s { …; … }`; without a `when`: from the start to the end."""

    when: When | None
    doings: tuple[Doing | Comment, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Measure:
    """`measure name = expr`."""

    name: Name
    value: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Expect:
    """`expect q = v +- tol`, `expect q < v`, `expect q between a and b` (`upper` holds b)."""

    value: Expr
    relation: Literal["=", "<", "<=", ">", ">=", "between"]
    target: Expr
    tolerance: Expr | None
    upper: Expr | None
    source: String | None
    span: Span = field(compare=False, repr=False)
