"""Declared but never used: a warning, and only where nothing else is wrong (an unresolved name may be the use)."""

from __future__ import annotations

from ionlang.diagnostics import Problems
from ionlang.model.names.entities import Entity

_WATCHED = ("param", "let", "function", "species", "place", "gate", "scheme", "modifier")


def check_usage(root: Entity, problems: Problems) -> None:
    if problems.errors:
        return
    for entity in root.all():
        if entity.kind in _WATCHED and not entity.used:
            applied = entity.kind == "modifier"
            problems.warning(
                "ION109", f"{entity.describe()} is declared but never {'applied' if applied else 'used'}", entity.span,
                "nothing happens by it" if applied else "nothing reads it",
                help=f"apply it in a scenario: `apply {entity.name}`" if applied else "use it, or take it out",
            )  # fmt: skip
