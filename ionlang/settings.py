"""`--set NAME=VALUE`: numbers given from outside the file, checked as the file's own are."""

from __future__ import annotations

from collections.abc import Mapping

from ionlang.diagnostics import Problems
from ionlang.model.building import CONSTANT_OF
from ionlang.model.cell import Cell, Parameter
from ionlang.model.evaluate import evaluate
from ionlang.model.expression import Expr, Literal
from ionlang.model.operators import Typed, operands, typed
from ionlang.model.suggest import closest
from ionlang.source import Source, Span
from ionlang.syntax import ast
from ionlang.syntax.parse import parse_expression
from ionlang.units import PURE, PURE_NUMBER, UnitError, cell_value, describe, display_unit, parse_unit


def settings_of(cell: Cell, given: Mapping[str, str | float]) -> dict[str, float]:
    """Values in cell units by the canonical path of the parameter. Raises ModelError for a name that is no
    parameter, a value that cannot be read, or a value of the wrong dimension."""
    problems = Problems()
    found: dict[str, float] = {}
    for name, value in given.items():
        parameter = _parameter(cell, name, problems)
        number = None if parameter is None else _value(name, str(value), parameter, problems)
        if parameter is not None and number is not None:
            found[parameter.path] = number
    problems.stop()
    return found


def _parameter(cell: Cell, name: str, problems: Problems) -> Parameter | None:
    by_path = {p.path: p for p in cell.parameters}
    head, _, word = name.rpartition(".")
    exact = [f"{head}.{CONSTANT_OF[word]}"] if word in CONSTANT_OF else []
    for candidate in (name, f"{name}.start", *exact):
        if candidate in by_path:
            return by_path[candidate]
    ends = [p for path, p in by_path.items() if path.endswith(f".{name}")]
    if len(ends) == 1:
        return ends[0]
    source = Source("--set", name)
    guess = closest(name, by_path)
    message = f"several parameters are called `{name}`" if ends else f"no parameter `{name}`"
    problems.error(
        "ION110", message, Span(source, 0, len(name)), "cannot be set",
        help=f"write one of {', '.join(f'`{p.path}`' for p in ends)}" if ends else f"did you mean `{guess}`?" if guess else "",
    )  # fmt: skip
    return None


def _value(name: str, text: str, parameter: Parameter, problems: Problems) -> float | None:
    source = Source("--set", text)
    span = Span(source, 0, len(text))
    before = len(problems.errors)
    value = _constant(parse_expression(source, problems), problems)
    if value is None:
        if len(problems.errors) == before:
            problems.error(
                "ION110", f"the value of `{name}` must be a number with its unit", span, "not a number"
            )
        return None
    number = evaluate(value, {})
    if value.dimension != parameter.dimension and not (value.dimension == PURE and number == 0):
        assert value.dimension is not None
        problems.error(
            "ION204", f"`{name}` is {describe(parameter.dimension)}", span, f"this is {describe(value.dimension)}",
            help=f"for instance `{name}={parameter.text}`" if parameter.text else f"write its unit, `{display_unit(parameter.dimension).text}`",
        )  # fmt: skip
        return None
    return number


def _constant(node: ast.Expr, problems: Problems) -> Expr | None:
    """Numbers with units, signs, sums, products and quotients of them."""

    match node:
        case ast.Number():
            return Literal(cell_value(node.text, PURE_NUMBER), node.text, PURE, node.span)
        case ast.Quantity():
            try:
                unit = parse_unit(node.unit)
            except UnitError as error:
                problems.error("ION201", str(error), node.unit_span, "not a unit that is known")
                return None
            return Literal(
                cell_value(node.number, unit), f"{node.number} {node.unit}", unit.dimension, node.span
            )
        case ast.Unary() | ast.Binary():
            parts = operands(node)
            values = [_constant(p, problems) for p in parts]
            known = tuple(Typed(p, v) for p, v in zip(parts, values, strict=True) if v is not None)
            return typed(node, known, problems) if len(known) == len(parts) else None
        case _:
            return None
