"""The closed list of operations: see `program.py`."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

CallName = Literal[
    "exp", "log", "sqrt", "abs", "min", "max", "sin", "cos", "tanh", "linoid", "linoid_slope", "pow",
    "log_mean", "log_mean_slope",
    "left", "right", "after", "before", "gained", "summed", "element", "total", "positions", "repeated", "joined",
    "normals", "uniforms", "only_first", "only_last",
    "everywhere", "sum_over", "mean_over", "max_over", "min_over", "width_over",
]  # fmt: skip
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
