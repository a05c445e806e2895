"""Declared but never used: a warning, and only where nothing else is wrong (an unresolved name may be the use)."""

from __future__ import annotations

from ionlang.diagnostics import Problems
from ionlang.model.names.entities import Entity
from ionlang.syntax import ast

_WATCHED = ("param", "let", "function", "species", "place", "gate", "scheme", "modifier")


def check_usage(root: Entity, problems: Problems) -> None:
    if problems.errors:
        return
    for entity in root.all():
        if entity.kind in _WATCHED and not entity.used and not _is_default(entity):
            applied = entity.kind == "modifier"
            problems.warning(
                "ION109", f"{entity.describe()} is declared but never {'applied' if applied else 'used'}", entity.span,
                "nothing happens by it" if applied else "nothing reads it",
                help=f"apply it in a scenario: `apply {entity.name}`" if applied else "use it, or take it out",
            )  # fmt: skip


def _is_default(entity: Entity) -> bool:
    """A parameter of a template that this instance neither gives nor needs."""
    node = entity.node
    return isinstance(node, ast.Parameter) and node.formal is not None and not node.is_argument
