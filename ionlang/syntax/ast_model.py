"""Syntax of the sentences of a model: see `ast.py`."""

from __future__ import annotations

from dataclasses import field
from typing import Literal

from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.syntax.ast_block import Formal
from ionlang.syntax.ast_expression import Expr, Name, Number, Path
from ionlang.syntax.ast_text import Said, String


@dataclass(frozen=True, slots=True)
class Property:
    """`volume = 2.16 pL`, `ATP = 3 mM held`."""

    name: Name
    value: Expr
    held: bool
    source: Said | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class TextProperty:
    """`doi = "…"`: a property in words."""

    name: Name
    value: String
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Parameter:
    """`param p = 5 mM between 1 mM and 9 mM source "…"`.

    `formal` is the parameter of the template that an instance has it from. Then a value that is not the formal's
    default is an argument: it means what it says where the instance stands, outside the block.
    `members` is what it is in each member of a pattern, if that differs.
    """

    name: Name
    value: Expr
    between: tuple[Expr, Expr] | None
    source: Said | None
    span: Span = field(compare=False, repr=False)
    formal: Formal | None = None
    members: tuple[Parameter, ...] = ()

    @property
    def is_argument(self) -> bool:
        return self.formal is not None and self.value is not self.formal.default


@dataclass(frozen=True, slots=True)
class Let:
    """`let q = expr`, `let f(v, k) = expr` (`arguments` is None without brackets)."""

    name: Name
    arguments: tuple[Name, ...] | None
    value: Expr
    source: Said | None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Share:
    """An ion of `carries K : 1, Na : 0.03`; no ratio is ratio 1. `between` names a place of each side where a side
    has several: `carries Ca between subspace and outside`."""

    species: Name
    ratio: Expr | None
    span: Span = field(compare=False, repr=False)
    between: tuple[Path, Path] | None = None


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
class Turns:
    """`turns ATP into ADP, Pi`: what one cycle uses up and makes; `nothing` on a side leaves it empty."""

    origins: tuple[Count, ...]
    targets: tuple[Count, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Binds:
    """`binds Ca`, of a buffer."""

    species: Name
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
class Excluded:
    """`excluded from V`: a carrier whose ions move and whose current does not count."""

    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Instantaneous:
    """A gate that follows its steady state without delay."""

    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Opens:
    """`opens at release`, of a gate with `rise` and `decay`: the event that opens it."""

    event: Path
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Transition:
    """`C1 to C2 at expr`, of a scheme: the rate from one state to another."""

    origin: Name
    target: Name
    rate: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Use:
    """`use "file.ion"`: that file's names as if written here; `use mammal, pumps`: shipped libraries."""

    file: String | None
    libraries: tuple[Name, ...]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Goal:
    """`soma.V at rest = -65 mV`."""

    value: Expr
    target: Expr
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class StartIsRest:
    """`start is rest`."""

    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Tune:
    """`tune a, b so that start is rest`: parameters and start values that are solved for."""

    unknowns: tuple[Path, ...]
    goals: tuple[Goal | StartIsRest, ...]
    span: Span = field(compare=False, repr=False)
