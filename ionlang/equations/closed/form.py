"""The noun of this room: a closed form, its steps from what is known to what is sought, and when it holds.

What can no longer occur: a SymPy object, a symbol whose meaning is not said. A step reads quantities of the cell, and
what earlier steps have made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ionlang.model.expression import Expr, Read

Kind = Literal[
    "Nernst",
    "Goldman-Hodgkin-Katz",
    "Mullins-Noda",
    "chord conductance",
    "Gibbs-Donnan",
    "pump and leak",
    "cable",
]
How = Literal["given", "implicit", "root"]


@dataclass(frozen=True, slots=True)
class Step:
    """`left = right`. `symbol` is how the left side is written, base and subscript, where it is no quantity of the
    cell; `words` name the equation, `meaning` what is on the left.

    `how`: what is on the right is known before (`given`); it reads what only later steps make of the left
    (`implicit`); or it is 0 at the left, which lies above 0, and there it rises through 0 (`root`)."""

    left: Read
    right: Expr
    words: str
    symbol: tuple[str, str] = ("", "")
    meaning: str = ""
    how: How = "given"


@dataclass(frozen=True, slots=True)
class Result:
    """What a closed form says of a quantity of the cell: `step` is its symbol in the form, `path` the quantity."""

    step: str
    path: str


@dataclass(frozen=True, slots=True)
class Extreme:
    """Something that happens to the volume at the rates of the pump at which `condition` is 0; it is below 0 at
    rates that are lower."""

    words: str
    condition: Expr


@dataclass(frozen=True, slots=True)
class ClosedForm:
    """A formula for what `results` name, at rest. `subject` is the membrane or the place that it is about, `species`
    the ion of a Nernst equation.

    `steps` are what is printed. `conditions` say why it holds. Of an approximate one `neglected` names what it leaves
    out, whose amount is the path `correction` [mM]: the same steps with it are `complete`, and those are exact.
    """

    kind: Kind
    subject: str
    steps: tuple[Step, ...]
    results: tuple[Result, ...]
    conditions: tuple[str, ...]
    species: str = ""
    neglected: str = ""
    correction: str = ""
    complete: tuple[Step, ...] = ()
    rate: str = ""
    extremes: tuple[Extreme, ...] = ()

    @property
    def exact(self) -> bool:
        return not self.neglected


@dataclass(frozen=True, slots=True)
class Missing:
    """Why there is no closed form of some kind for a subject."""

    kind: Kind
    subject: str
    why: str
    species: str = ""


@dataclass(frozen=True, slots=True)
class ClosedForms:
    """All that hold, and why others do not."""

    forms: tuple[ClosedForm, ...]
    missing: tuple[Missing, ...]
