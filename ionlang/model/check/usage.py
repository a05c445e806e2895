"""Declared but never used: a warning, and only where nothing else is wrong (an unresolved name may be the use)."""

from __future__ import annotations

from ionlang.diagnostics import Problems
from ionlang.model.names.entities import Entity
from ionlang.syntax import ast

_WATCHED = ("param", "let", "function", "species", "place", "gate")


def check_usage(root: Entity, problems: Problems) -> None:
    if problems.errors:
        return
    for entity in root.all():
        if entity.kind in _WATCHED and not entity.used and not _is_default(entity):
            problems.warning(
                "ION109", f"{entity.describe()} is declared but never used", entity.span, "nothing reads it",
                help="use it, or take it out",
            )  # fmt: skip


def _is_default(entity: Entity) -> bool:
    """A parameter of a template that this instance neither gives nor needs."""
    node = entity.node
    return isinstance(node, ast.Parameter) and node.formal is not None and not node.is_argument
