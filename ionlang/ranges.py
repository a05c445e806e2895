"""A range of one parameter as it is asked for from outside: two quantities, and the unit in which answers are given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ionlang.diagnostics import Problems
from ionlang.model.cell import Cell, Parameter
from ionlang.model.numbers import parameter_values
from ionlang.model.read.operators import operands
from ionlang.settings import settings_of
from ionlang.source import Source
from ionlang.syntax import ast
from ionlang.syntax.parse import parse_expression
from ionlang.units import AREA, CURRENT, PURE_NUMBER, Unit, UnitError, parse_unit

if TYPE_CHECKING:
    from ionlang.simulate.continuation.diagram import Over

Texts = Mapping[str, str | float]
_SQUARE_CENTIMETRE = 1e6  # cell units of area


def over_of(cell: Cell, name: str, low: str | float, high: str | float, given: Texts) -> Over:
    """The parameter that `name` means, from `low` to `high`, while others are as `given`.

    A current that is injected may be given per area of its membrane. Raises ModelError as `settings_of`, ValueError for
    a range without length and a parameter that is also given.
    """
    from ionlang.simulate.continuation.diagram import Over

    unit = _unit_of(low) or _unit_of(high) or PURE_NUMBER
    scale = float(unit.scale)
    factor = ""
    parameter = _injected(cell, name)
    if parameter is not None and unit.dimension == CURRENT / AREA:
        area = _area(cell, parameter, given)
        factor, scale = f" * {area / _SQUARE_CENTIMETRE!r} cm2", scale * area
    path, first = _value(cell, name, f"{low}{factor}", given)
    _, last = _value(cell, name, f"{high}{factor}", given)
    if not first < last:
        raise ValueError(f"{low}..{high} is no range: the lower end comes first")
    return Over(name, path, first, last, "" if unit is PURE_NUMBER else unit.text, scale, float(unit.offset))


def _value(cell: Cell, name: str, text: str, given: Texts) -> tuple[str, float]:
    """The path of the parameter, and the value [cell units]."""
    ((path, value),) = settings_of(cell, {name: text}).items()
    if path in settings_of(cell, given):
        raise ValueError(f"{name} is varied, so it cannot be set too")
    return path, settings_of(cell, {**given, name: text})[path] if given else value


def _unit_of(text: str | float) -> Unit | None:
    """The unit of the first quantity in a text; None if there is none."""
    problems = Problems()
    node = parse_expression(Source("--over", str(text)), problems)
    for word in _units_in(node):
        try:
            return parse_unit(word)
        except UnitError:
            return None
    return None


def _units_in(node: ast.Expr) -> Iterator[str]:
    match node:
        case ast.Quantity():
            yield node.unit
        case ast.Unary() | ast.Binary():
            for part in operands(node):
                yield from _units_in(part)
        case _:
            return


def _injected(cell: Cell, name: str) -> Parameter | None:
    return next((p for p in cell.parameters if p.path == name and p.what == "injected current"), None)


def _area(cell: Cell, parameter: Parameter, given: Texts) -> float:
    """The area [cell units] of the membrane that a current is injected into."""
    membrane = parameter.path.partition(".inject(")[0]
    return parameter_values(cell, settings_of(cell, given))[f"{membrane}.area"]
