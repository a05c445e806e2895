"""A quantity that somebody asks for from outside the file: read as an `expect` would read it."""

from __future__ import annotations

from dataclasses import replace

from ionlang.diagnostics import Problems
from ionlang.model.cell import Cell
from ionlang.model.expression import Expr
from ionlang.model.grid import grids_of
from ionlang.model.names.declare import declare
from ionlang.model.names.entities import Entity
from ionlang.model.numbers import parameter_values
from ionlang.model.read import calls, observe, readings
from ionlang.model.read.readings import carrier_by_short_name
from ionlang.model.read.resolve import Resolver, Where
from ionlang.syntax import ast

_MEANT = {"membrane": "V", "channel": "current", "pump": "rate", "transporter": "rate", "flux": "rate",
          "reaction": "rate", "water": "rate"}  # fmt: skip
"""What is meant by the name of a thing alone."""


def read_asked(
    model: ast.Model, cell: Cell, node: ast.Expr, scenario: str | None, problems: Problems
) -> Expr | None:
    """The expression that a text means in a model that has been checked; inside a scenario its measures are known.
    What is wrong with it is reported."""
    root = declare(model, Problems())
    resolver = Resolver(root, problems, readings.read_path, calls.read_call, observe.at_moment)
    resolver.numbers, resolver.grids = parameter_values(cell), grids_of(cell)
    resolver.lets |= {f"{s.name}.{m.name}": m.value for s in cell.scenarios for m in s.measures}
    scope = root.members.get(scenario, root) if scenario is not None else root
    return resolver.expression(_named_in_full(root, node), Where(scope, "observation"))


def _named_in_full(root: Entity, node: ast.Expr) -> ast.Expr:
    """With the path of a carrier that is named alone, and the quantity that is meant by the name of a thing."""
    match node:
        case ast.Path():
            path = _in_full(root, node)
            entity = root.visible_at(path)
            meant = None if entity is None else _MEANT.get(entity.kind)
            return path if meant is None else _with_parts(path, (*path.parts, ast.Name(meant, node.span)))
        case ast.Call() if len(node.function.parts) > 1:
            return replace(node, function=_in_full(root, node.function))
        case _:
            return node


def _in_full(root: Entity, path: ast.Path) -> ast.Path:
    first = path.parts[0]
    carrier = None if root.visible(first.text) is not None else carrier_by_short_name(root, first.text)
    if carrier is None:
        return path
    words = tuple(ast.Name(word, first.span) for word in carrier.path.split("."))
    return _with_parts(path, (*words, *path.parts[1:]))


def _with_parts(path: ast.Path, parts: tuple[ast.Name, ...]) -> ast.Path:
    return replace(path, parts=parts)
