"""The noun of this stage: a closed list of operations, straight-line functions, and the program they are made
from.

What can no longer occur: a SymPy object, a path of the file used as a name (names are Python identifiers, see
`names.py`), a definition out of order. Everything is frozen and compares by content.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

# ── expressions ─────────────────────────────────────────────────────────────────────────────────────────────

CallName = Literal[
    "exp", "log", "sqrt", "abs", "min", "max", "sin", "cos", "tanh", "linoid", "linoid_slope", "pow"
]
Relation = Literal["<", "<=", ">", ">=", "==", "!="]


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number, or a float where the model has one. A rational of denominator 1 is an `int`."""

    value: int | Fraction | float


@dataclass(frozen=True, slots=True)
class Symbol:
    """A local name of the generated function."""

    name: str


@dataclass(frozen=True, slots=True)
class Add:
    """A sum; a term that is subtracted is a `Negate` or a negative `Number`."""

    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Multiply:
    """A product; at most one `Number`, and then it stands first."""

    factors: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Divide:
    numerator: Expression
    denominator: Expression


@dataclass(frozen=True, slots=True)
class Negate:
    operand: Expression


@dataclass(frozen=True, slots=True)
class Power:
    """A whole power of two or more; any other power is `Call("pow", …)`, a division or a square root."""

    base: Expression
    exponent: int


@dataclass(frozen=True, slots=True)
class Call:
    function: CallName
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Compare:
    relation: Relation
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Truth:
    """A condition known beforehand."""

    value: bool


@dataclass(frozen=True, slots=True)
class And:
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    condition: Condition


@dataclass(frozen=True, slots=True)
class Select:
    """`then` where the condition holds, else `otherwise`. In the scalar form only one of them is
    evaluated."""

    condition: Condition
    then: Expression
    otherwise: Expression


Expression = Number | Symbol | Add | Multiply | Divide | Negate | Power | Call | Select
Condition = Compare | Truth | And | Or | Not

# ── functions ───────────────────────────────────────────────────────────────────────────────────────────────

Argument = Literal["t", "y", "p"]


@dataclass(frozen=True, slots=True)
class Assign:
    """`name = expression`; `origin` is a comment for people (`channel K_leak, cell.ion:12`)."""

    name: str
    expression: Expression
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Solve:
    """`name` is where `residual` is zero; between `lower` and `upper` it changes its sign once.

    For a trial value of `name` the lines of `trial` are computed, then `residual`; `function` is what that is called
    in the code. The names of `trial` mean nothing outside of it.
    """

    name: str
    function: str
    trial: tuple[Assign, ...]
    residual: Expression
    lower: Expression
    upper: Expression
    origin: str = ""


Line = Assign | Solve


@dataclass(frozen=True, slots=True)
class Vector:
    """Rows of numbers. `labels` are comments for people, one a row."""

    values: tuple[Expression, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows × columns; `Number(0)` is a structural zero."""

    rows: tuple[tuple[Expression, ...], ...]

    def structure(self) -> tuple[tuple[int, int], ...]:
        """(row, column) of every entry that is not a structural zero, row by row."""
        zero = Number(0)
        return tuple(
            (i, j) for i, row in enumerate(self.rows) for j, entry in enumerate(row) if entry != zero
        )


@dataclass(frozen=True, slots=True)
class Table:
    """Values by key: a path of the file, which reaches the code as an escaped string only."""

    keys: tuple[str, ...]
    values: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Appended:
    """The parameters themselves, then these values."""

    values: tuple[Expression, ...]


Output = Vector | Matrix | Table | Appended


@dataclass(frozen=True, slots=True)
class Function:
    """Straight-line code. `states` are the names of the rows of `y` in order, `entries` those of `p`."""

    name: str
    description: str
    arguments: tuple[Argument, ...]
    states: tuple[str, ...]
    entries: tuple[str, ...]
    body: tuple[Line, ...]
    output: Output


# ── the program ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class StateRow:
    """A row of the state vector: its name in the code, its path in the file, its start value."""

    name: str
    path: str
    unit: str
    origin: str


@dataclass(frozen=True, slots=True)
class ParameterEntry:
    """An entry of the parameter vector. `value` is an expression of earlier parameters; `literal` as
    written."""

    name: str
    path: str
    unit: str
    origin: str
    literal: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Quantity:
    """A definition of the file: `name = expression`."""

    name: str
    path: str
    unit: str
    origin: str
    expression: Expression


@dataclass(frozen=True, slots=True)
class Sought:
    """A definition of the file that is the root of an equation."""

    path: str
    unit: str
    solve: Solve

    @property
    def name(self) -> str:
        return self.solve.name


@dataclass(frozen=True, slots=True)
class Program:
    """`constants` are the definitions that depend on parameters alone; they stand behind the parameters in
    `p`. `definitions` are the others and all that is sought, in evaluation order. `rates[i]` belongs to
    `states[i]`. `starts` are in the order in which they must be evaluated; `name` of each is that of its state.
    Where something is sought, `beginning` are the starts with all that they need, in evaluation order."""

    name: str
    states: tuple[StateRow, ...]
    parameters: tuple[ParameterEntry, ...]
    constants: tuple[Quantity, ...]
    definitions: tuple[Quantity | Sought, ...]
    rates: tuple[Expression, ...]
    starts: tuple[Assign, ...]
    beginning: tuple[Line, ...] = ()

    @property
    def entries(self) -> tuple[str, ...]:
        """Names of the entries of the whole parameter vector: the parameters, then the derived constants."""
        return (*(p.name for p in self.parameters), *(c.name for c in self.constants))
