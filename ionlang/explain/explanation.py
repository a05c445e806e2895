"""The noun of this stage: an explanation. Frozen data that a renderer turns into text, LaTeX or HTML.

What can no longer occur: a symbol without an entry in the legend of its part, a number without its unit, a value that
still has to be worked out. Numbers are in cell units, each with its dimension.
"""

from __future__ import annotations

from dataclasses import dataclass

from ionlang.model.expression import Expr, Read
from ionlang.units import Dimension


@dataclass(frozen=True, slots=True)
class Name:
    """How a quantity is written in an equation: `base` with a subscript. `bracketed`: a concentration, `[K]out`.
    `index` says in which copy of a line: `i`, `i+1`, `7`; `*` for the sum over all."""

    base: str
    sub: str = ""
    bracketed: bool = False
    index: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A symbol with what it means and its value at the moment that is explained."""

    path: str
    name: Name
    words: str
    value: float
    dimension: Dimension


@dataclass(frozen=True, slots=True)
class Equation:
    """`left = right`; both sides read only symbols of the legend. `words` name the law. `balance`: the right side adds
    up to nothing, and `left` is where it does."""

    words: str
    left: Read
    right: Expr
    balance: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of an account: who, and how much of the whole. `share` is a fraction of 1 where the pieces are shares."""

    words: str
    amount: float
    dimension: Dimension
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """Pieces that add up to `total`."""

    words: str
    pieces: tuple[Piece, ...]
    total: float
    dimension: Dimension


@dataclass(frozen=True, slots=True)
class Part:
    """One quantity: its value, the equation that it follows with those of its terms, what each symbol means, the
    accounts of its terms, and the cause in sentences. `moment` says when (`at rest`, `at 30 s of anoxia`)."""

    quantity: str
    moment: str
    value: float
    dimension: Dimension
    equations: tuple[Equation, ...]
    legend: tuple[Entry, ...]
    accounts: tuple[Account, ...]
    cause: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Parts in the order asked for: one for each quantity."""

    title: str
    parts: tuple[Part, ...]

    def text(self, width: int = 100) -> str:
        """For a terminal, in lines of about `width` characters."""
        from ionlang.explain.render.text import text_of

        return text_of(self, width)

    def latex(self) -> str:
        """For a paper: paragraphs and `align*`, to be put into a document that uses amsmath."""
        from ionlang.explain.render.latex import latex_of

        return latex_of(self)

    def html(self) -> str:
        """For a page: a `div` whose equations are presentation MathML."""
        from ionlang.explain.render.html import html_of

        return html_of(self)

    def as_object(self) -> dict[str, object]:
        """For other programs, ready for JSON."""
        from ionlang.explain.render.objects import object_of

        return object_of(self)

    def _repr_html_(self) -> str:
        return self.html()

    def __repr__(self) -> str:
        return f"<explanation of {', '.join(part.quantity for part in self.parts)}>"
