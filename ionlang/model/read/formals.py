"""Arguments of templates: each must be of the kind that the template asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ionlang.diagnostics import Label
from ionlang.model.expression import Expr
from ionlang.model.names.entities import Entity
from ionlang.model.read.wording import a_quantity, unit_help
from ionlang.syntax import ast
from ionlang.units import Dimension, UnitError, parse_unit

if TYPE_CHECKING:
    from ionlang.model.read.resolve import Resolver


def fitting(resolver: Resolver, scope: Entity, node: ast.Parameter, value: Expr | None) -> Expr | None:
    """The value of an argument, if it has the dimension of the template's unit or default; else both are shown.
    `scope` is the block that is made from the template."""
    assert node.formal is not None
    wanted = _wanted(resolver, scope, node.formal)
    if value is None or wanted is None or value.dimension == wanted:
        return value
    said = node.formal.unit.text if node.formal.unit is not None else "its default"
    resolver.problems.error(
        "ION204", f"`{node.name.text}` of {scope.describe()} must be {a_quantity(wanted)}", node.value.span,
        f"this is {a_quantity(value.dimension)}", secondary=(Label(node.formal.span, f"the template says {said}"),),
        help=unit_help(node.value, value.dimension, (wanted,)),
    )  # fmt: skip
    return None


def _wanted(resolver: Resolver, scope: Entity, formal: ast.Formal) -> Dimension | None:
    from ionlang.model.read.resolve import Where

    if formal.unit is not None:
        try:
            return parse_unit(formal.unit.text).dimension
        except UnitError:  # reported at the template
            return None
    default = resolver.expression(formal.default, Where(scope)) if formal.default is not None else None
    return default.dimension if default is not None else None
