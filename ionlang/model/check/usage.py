"""Declared but never used: a warning, and only where nothing else is wrong (an unresolved name may be the use)."""

from __future__ import annotations

from ionlang.diagnostics import Problems
from ionlang.model.names.entities import Entity
from ionlang.syntax import ast

_WATCHED = ("param", "let", "function", "species", "place", "gate", "scheme", "modifier", "cite")
_DO = {"modifier": "applied"}
_NOTHING = {"modifier": "nothing happens by it", "cite": "no `source` names it"}


def check_usage(root: Entity, problems: Problems) -> None:
    if problems.errors:
        return
    for entity in root.all():
        if entity.kind in _WATCHED and not entity.used and not _is_default(entity):
            problems.warning(
                "ION109", f"{entity.describe()} is declared but never {_DO.get(entity.kind, 'used')}", entity.span,
                _NOTHING.get(entity.kind, "nothing reads it"), help=_help(entity),
            )  # fmt: skip


def _help(entity: Entity) -> str:
    if entity.kind == "modifier":
        return f"apply it in a scenario: `apply {entity.name}`"
    if entity.kind == "cite":
        return f"name it behind a number: `source {entity.name}`; or take it out"
    return "use it, or take it out"


def _is_default(entity: Entity) -> bool:
    """A parameter of a template that this instance neither gives nor needs."""
    node = entity.node
    return isinstance(node, ast.Parameter) and node.formal is not None and not node.is_argument
