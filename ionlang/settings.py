"""`--set NAME=VALUE`: numbers given from outside the file, checked as the file's own are."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ionlang.diagnostics import Label, Problems
from ionlang.model.blocks.building import CONSTANT_OF
from ionlang.model.cell import Cell, Parameter
from ionlang.model.check.limits import check_values
from ionlang.model.evaluate import evaluate
from ionlang.model.expression import Expr, Literal
from ionlang.model.names.suggest import closest, listing
from ionlang.model.numbers import parameter_values
from ionlang.model.read.operators import Typed, operands, typed
from ionlang.model.read.wording import a_quantity, unit_help
from ionlang.source import Source, Span
from ionlang.syntax import ast
from ionlang.syntax.parse import parse_expression
from ionlang.units import PURE, PURE_NUMBER, NumberOutOfRange, UnitError, cell_value, parse_unit


def settings_of(cell: Cell, given: Mapping[str, str | float]) -> dict[str, float]:
    """Values in cell units by the canonical path of the parameter. Raises ModelError with all mistakes: a name that
    is no parameter, a value that cannot be read, has the wrong dimension or lies out of bounds."""
    problems = Problems()
    found: dict[str, float] = {}
    places: dict[str, Span] = {}
    for name, value in given.items():
        parameter = _untuned(cell, name, _parameter(cell, name, problems), problems)
        source = Source(f"--set {name}", str(value))
        number = None if parameter is None else _value(name, source, parameter, problems)
        if parameter is not None and number is not None:
            found[parameter.path] = number
            places[parameter.path] = Span(source, 0, len(source.text))
    _check_together(cell, found, places, problems)
    problems.stop()
    return found


def _check_together(
    cell: Cell, found: dict[str, float], places: Mapping[str, Span], problems: Problems
) -> None:
    """The values themselves; if they are right, also what follows from them in the file."""
    whole = Problems()
    check_values(whole, cell, parameter_values(cell, found), places)
    given = [d for d in whole.found if any(d.primary.span is span for span in places.values())]
    for diagnostic in given if given or problems.errors else whole.found:
        problems.add(diagnostic)


def _parameter(cell: Cell, name: str, problems: Problems) -> Parameter | None:
    by_path = {p.path: p for p in cell.parameters}
    head, _, word = name.rpartition(".")
    exact = [f"{head}.{CONSTANT_OF[word]}"] if word in CONSTANT_OF else []
    for candidate in (name, f"{name}.start", *exact):
        if candidate in by_path:
            return by_path[candidate]
    ends = [p.path for path, p in by_path.items() if path.endswith(f".{name}")]
    if len(ends) == 1:
        return by_path[ends[0]]
    several = f"several parameters are called `{name}`"
    problems.error(
        "ION110", several if ends else f"no parameter `{name}`", Span(Source("--set", name), 0, len(name)),
        "cannot be set", help=f"write one of {listing(ends)}" if ends else _settable(cell, name),
    )  # fmt: skip
    return None


def _untuned(cell: Cell, name: str, parameter: Parameter | None, problems: Problems) -> Parameter | None:
    """The parameter, unless the file solves for it."""
    unknowns = cell.tuning.unknowns if cell.tuning is not None else ()
    tuned = next((u for u in unknowns if parameter is not None and u.path == parameter.path), None)
    if tuned is None:
        return parameter
    problems.error(
        "ION110", f"`{name}` is tuned in the file, and cannot be set", Span(Source("--set", name), 0, len(name)),
        "solved for", secondary=(Label(tuned.span, "here"),),
        help="set what the goals ask for, or take it out of `tune`; a scenario may change it from what was found",
    )  # fmt: skip
    return None


def _settable(cell: Cell, name: str) -> str:
    """What was meant, or what there is."""
    guess = closest(name, (p.path for p in cell.parameters))
    if guess is not None:
        return f"did you mean `{guess}`?"
    own = [p.path for p in cell.parameters if p.what == "param"]
    return f"the file's own parameters are {listing(own)}" if own else ""


def _value(name: str, source: Source, parameter: Parameter, problems: Problems) -> float | None:
    span = Span(source, 0, len(source.text))
    before = len(problems.errors)
    node = parse_expression(source, problems)
    value = _constant(node, problems)
    number = math.nan if value is None else evaluate(value, {})
    if value is None or value.dimension is None or math.isnan(number):
        if len(problems.errors) == before:
            problems.error(
                "ION110", f"the value of `{name}` must be a number with its unit", span, "not a number",
                help=f"for instance `{name}={parameter.text}`",
            )  # fmt: skip
        return None
    if value.dimension == parameter.dimension or (value.dimension == PURE and number == 0):
        return number
    problems.error(
        "ION204", f"`{name}` must be {a_quantity(parameter.dimension)}", span, f"this is {a_quantity(value.dimension)}",
        help=unit_help(node, value.dimension, (parameter.dimension,)) or f"for instance `{name}={parameter.text}`",
    )  # fmt: skip
    return None


def _constant(node: ast.Expr, problems: Problems) -> Expr | None:
    """Numbers with units, signs, sums, products and quotients of them."""
    match node:
        case ast.Number():
            return _literal(node.text, "", node.span, problems)
        case ast.Quantity():
            return _literal(node.number, node.unit, node.span, problems)
        case ast.Unary() | ast.Binary():
            parts = operands(node)
            values = [_constant(p, problems) for p in parts]
            known = tuple(Typed(p, v) for p, v in zip(parts, values, strict=True) if v is not None)
            return typed(node, known, problems) if len(known) == len(parts) else None
        case _:
            return None


def _literal(number: str, word: str, span: Span, problems: Problems) -> Expr | None:
    try:
        unit = parse_unit(word) if word else PURE_NUMBER
        return Literal(cell_value(number, unit), f"{number} {word}".strip(), unit.dimension, span)
    except UnitError as error:
        meant = f"did you mean {listing(error.suggestions, 'or')}?" if error.suggestions else ""
        problems.error("ION201", str(error), span, "not a unit that is known", help=meant)
    except NumberOutOfRange as error:
        problems.error(
            "ION206", str(error), span, "no cell has such a number", help="check the exponent and the unit"
        )
    return None
