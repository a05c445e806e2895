"""Arguments of templates: each must be of the kind that the template asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ionlang.diagnostics import Label
from ionlang.model.expression import Expr
from ionlang.model.names.copies import Copy
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
    said = f"in {node.formal.unit.text}" if node.formal.unit is not None else "as its default"
    resolver.problems.error(
        "ION204", f"`{node.name.text}` of {scope.describe()} must be {a_quantity(wanted)}", node.value.span,
        f"this is {a_quantity(value.dimension)}", secondary=(Label(node.formal.span, f"{said}, says the template"),),
        help=unit_help(node.value, value.dimension, (wanted,)),
    )  # fmt: skip
    return None


def check_one_meaning(resolver: Resolver, entity: Entity, name: ast.Name) -> None:
    """A template's text may call a thing by a name that has a meaning outside; another text, which sees both, may
    not use that name: it would mean two things a few lines apart."""
    template = entity.declared_by
    text = name.span.source
    if template is None or entity.outer is None or entity.outer.outer is None:
        return
    if isinstance(text, Copy) and text.instance == template.instance:
        return
    other = entity.outer.outer.visible(name.text)
    if other is not None:
        resolver.problems.error(
            "ION103", f"`{name.text}` means two things here", name.span, "which one?",
            secondary=(
                Label(entity.span, f"{entity.describe()}, by the template of {entity.outer.describe()}"),
                Label(other.span, f"{other.describe()} is visible here too"),
            ),
            help=f"give {other.describe()} another name, for instance `{name.text}_1`",
        )  # fmt: skip


def _wanted(resolver: Resolver, scope: Entity, formal: ast.Formal) -> Dimension | None:
    from ionlang.model.read.resolve import Where

    if formal.unit is not None:
        try:
            return parse_unit(formal.unit.text).dimension
        except UnitError:  # reported at the template
            return None
    default = resolver.expression(formal.default, Where(scope)) if formal.default is not None else None
    return default.dimension if default is not None else None
