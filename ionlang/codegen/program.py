"""The noun of this stage: a closed list of operations, straight-line functions, and the program they are made
from.

What can no longer occur: a SymPy object, a path of the file used as a name (names are Python identifiers, see
`names.py`), a definition out of order. Everything is frozen and compares by content.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ionlang.codegen.operations import (
    Add,
    And,
    Call,
    CallName,
    Compare,
    Condition,
    Divide,
    Expression,
    Multiply,
    Negate,
    Not,
    Number,
    Or,
    Power,
    Relation,
    Select,
    Symbol,
    Truth,
)

__all__ = [
    "Add",
    "And",
    "Appended",
    "Argument",
    "Assign",
    "Band",
    "Call",
    "CallName",
    "Compare",
    "Condition",
    "Divide",
    "Entry",
    "Expression",
    "Function",
    "Line",
    "Listed",
    "Matrix",
    "Multiply",
    "Negate",
    "Not",
    "Number",
    "Or",
    "Output",
    "ParameterEntry",
    "Power",
    "Program",
    "Quantity",
    "Relation",
    "Rows",
    "Select",
    "Solve",
    "Sought",
    "StateRow",
    "Symbol",
    "Table",
    "Truth",
    "Vector",
]

# ── functions ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of the state vector: `count` of them from `first` on, `step` apart; `line` is the line they stand in, empty
    for the one row of a state that stands in none. That of a place which a line ends in stands next to its outermost
    copy: `beside` is that line, `end` which end."""

    first: int
    step: int
    count: int
    line: str
    beside: str = ""
    end: End = ""

    @property
    def places(self) -> slice:
        """These rows."""
        return slice(self.first, self.first + self.step * self.count, self.step)

    @property
    def text(self) -> str:
        return (
            f"{self.first}:{self.first + self.step * self.count}:{self.step}"
            if self.line
            else f"{self.first}"
        )


End = Literal["", "first", "last"]
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


@dataclass(frozen=True, slots=True)
class Entry:
    """d rate/d state for two states, of one copy and its neighbour: `offset` is 0 within a copy, 1 by the state of the
    next, -1 by that of the one before. An array over the copies, or one number outside of lines."""

    row: int
    column: int
    offset: int
    value: Expression


@dataclass(frozen=True, slots=True)
class Band:
    """A matrix whose entries lie near its diagonal, `lower` rows below it and `upper` above."""

    entries: tuple[Entry, ...]
    lower: int
    upper: int


@dataclass(frozen=True, slots=True)
class Listed:
    """Values one after the other, each with axes of its own."""

    values: tuple[Expression, ...]


Output = Vector | Matrix | Table | Appended | Band | Listed


@dataclass(frozen=True, slots=True)
class Function:
    """Straight-line code. `states` are the names of the rows of `y` in order, `entries` those of `p`. Where there are
    lines, `rows` says which rows of `y` each state has, and `spread` which entries are arrays over copies."""

    name: str
    description: str
    arguments: tuple[Argument, ...]
    states: tuple[str, ...]
    entries: tuple[str, ...]
    body: tuple[Line, ...]
    output: Output
    rows: tuple[Rows, ...] = ()
    spread: tuple[str, ...] = ()


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
    `rows` and `spread` are as in `Function`.
    Where something is sought, `beginning` are the starts with all that they need, in evaluation order."""

    name: str
    states: tuple[StateRow, ...]
    parameters: tuple[ParameterEntry, ...]
    constants: tuple[Quantity, ...]
    definitions: tuple[Quantity | Sought, ...]
    rates: tuple[Expression, ...]
    starts: tuple[Assign, ...]
    beginning: tuple[Line, ...] = ()
    rows: tuple[Rows, ...] = ()
    spread: tuple[str, ...] = ()

    @property
    def entries(self) -> tuple[str, ...]:
        """Names of the entries of the whole parameter vector: the parameters, then the derived constants."""
        return (*(p.name for p in self.parameters), *(c.name for c in self.constants))
