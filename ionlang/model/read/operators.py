"""Units of operators: what may be added, compared, raised to a power – and what comes out."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from ionlang.diagnostics import Label, Problems
from ionlang.model.expression import Apply, Expr, Literal, Operator
from ionlang.model.read.wording import a_quantity, written_number
from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.units import PURE, display_unit

Operation = ast.Unary | ast.Binary | ast.Compare | ast.Logic | ast.Conditional

_BINARY: dict[str, Operator] = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "^": "power"}
_COMPARE: dict[str, Operator] = {"<": "less", "<=": "less_equal", ">": "greater", ">=": "greater_equal"}


@dataclass(frozen=True, slots=True)
class Typed:
    """An operand: as written and as resolved."""

    node: ast.Expr
    value: Expr

    @property
    def span(self) -> Span:
        return self.node.span

    def describe(self) -> str:
        return a_quantity(self.value.dimension)


def operands(node: Operation) -> tuple[ast.Expr, ...]:
    match node:
        case ast.Unary():
            return (node.operand,)
        case ast.Conditional():
            return (node.condition, node.then, node.otherwise)
        case _:
            return (node.left, node.right)


def typed(node: Operation, parts: tuple[Typed, ...], problems: Problems) -> Expr | None:
    """The operation on resolved operands, or None after reporting why its units do not fit."""
    match node:
        case ast.Unary(operator="not") | ast.Logic():
            if not all(_is_condition(p, problems) for p in parts):
                return None
            operator: Operator = "not" if isinstance(node, ast.Unary) else node.operator
            return Apply(operator, _values(parts), None, node.span)
        case ast.Conditional():
            fine = _is_condition(parts[0], problems) & are_numbers(parts[1:], problems)
            if not fine or not same_units(parts[1], parts[2], node.span, "the two values of `if`", problems):
                return None
            return Apply("select", _values(parts), parts[1].value.dimension, node.span)
        case _:
            return _of_numbers(node, parts, problems) if are_numbers(parts, problems) else None


def _of_numbers(
    node: ast.Unary | ast.Binary | ast.Compare, parts: tuple[Typed, ...], problems: Problems
) -> Expr | None:
    match node:
        case ast.Unary(operator="+"):
            return parts[0].value
        case ast.Unary():
            return Apply("negate", _values(parts), parts[0].value.dimension, node.span)
        case ast.Compare():
            if not same_units(parts[0], parts[1], node.span, "the two sides of a comparison", problems):
                return None
            return Apply(_COMPARE[node.operator], _values(parts), None, node.span)
        case ast.Binary(operator="^"):
            return _power(node, parts[0], parts[1], problems)
        case ast.Binary():
            return _arithmetic(node, parts[0], parts[1], problems)


def _arithmetic(node: ast.Binary, left: Typed, right: Typed, problems: Problems) -> Expr | None:
    a, b = left.value.dimension, right.value.dimension
    assert a is not None and b is not None
    match node.operator:
        case "*":
            dimension = a * b
        case "/":
            dimension = a / b
        case _:
            what = "the terms of a sum" if node.operator == "+" else "the two sides of a difference"
            if not same_units(left, right, node.span, what, problems):
                return None
            dimension = a
    return Apply(_BINARY[node.operator], (left.value, right.value), dimension, node.span)


def _power(node: ast.Binary, base: Typed, exponent: Typed, problems: Problems) -> Expr | None:
    if exponent.value.dimension != PURE:
        problems.error(
            "ION203", "an exponent is a pure number", exponent.span, f"this is {exponent.describe()}",
            help="divide it by a quantity of the same kind first",
        )  # fmt: skip
        return None
    assert base.value.dimension is not None
    if base.value.dimension == PURE:
        return Apply("power", (base.value, exponent.value), PURE, node.span)
    power = exact(exponent.value)
    if power is None:
        problems.error(
            "ION205", f"a power of {base.describe()} needs a plain number as its exponent", exponent.span,
            "this is not a plain number", secondary=(Label(base.span, f"this is {base.describe()}"),),
            help="divide the base by a quantity of the same kind first, for instance `(x/(1 mM))^n`",
        )  # fmt: skip
        return None
    return Apply("power", (base.value, exponent.value), base.value.dimension**power, node.span)


def exact(value: Expr) -> Fraction | None:
    """The value of an expression of plain numbers, exactly; None if it holds anything else."""
    match value:
        case Literal(dimension=dimension) if dimension == PURE:
            return Fraction(value.text) if "%" not in value.text else Fraction(value.value)
        case Apply(operator=operator, arguments=arguments) if operator in _EXACT:
            parts = [exact(a) for a in arguments]
            known = [p for p in parts if p is not None]
            if len(known) < len(parts) or (operator == "divide" and known[1] == 0):
                return None
            return _EXACT[operator](*known)
        case _:
            return None


_EXACT: dict[str, Callable[..., Fraction]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "negate": lambda a: -a,
}


def same_units(left: Typed, right: Typed, span: Span, what: str, problems: Problems) -> bool:
    """Whether both have one dimension; if not, both sides are shown."""
    if left.value.dimension == right.value.dimension:
        return True
    problems.error(
        "ION202", f"{what} have different units: {left.describe()} and {right.describe()}", right.span,
        f"this is {right.describe()}", secondary=(Label(left.span, f"this is {left.describe()}"),),
        help=_give_unit(left, right) or _give_unit(right, left),
    )  # fmt: skip
    return False


def pure(part: Typed, function: str, problems: Problems) -> bool:
    """Whether it is a pure number, as `exp` and `log` need."""
    if part.value.dimension == PURE:
        return True
    assert part.value.dimension is not None
    unit = display_unit(part.value.dimension).text
    problems.error(
        "ION203", f"`{function}` takes a pure number", part.span, f"this is {part.describe()}",
        help=f"divide it by a quantity of the same kind, as in `{function}(…/(25 {unit}))`",
    )  # fmt: skip
    return False


def _give_unit(bare: Typed, other: Typed) -> str:
    number = written_number(bare.node)
    if not number or other.value.dimension is None:
        return ""
    return f"every number has its unit: `{number} {display_unit(other.value.dimension).text}`?"


def _values(parts: tuple[Typed, ...]) -> tuple[Expr, ...]:
    return tuple(p.value for p in parts)


def _is_condition(part: Typed, problems: Problems) -> bool:
    if part.value.dimension is None:
        return True
    problems.error(
        "ION208", "a condition is expected here", part.span, f"this is {part.describe()}",
        help="compare it with something, for instance `V > -40 mV`",
    )  # fmt: skip
    return False


def are_numbers(parts: tuple[Typed, ...], problems: Problems) -> bool:
    """Whether none of them is a condition; those that are, are reported."""
    fine = True
    for part in parts:
        if part.value.dimension is None:
            fine = False
            problems.error(
                "ION208", "a number is expected here", part.span, "this is a condition",
                help="to choose between two values write `if condition then a else b`",
            )  # fmt: skip
    return fine
