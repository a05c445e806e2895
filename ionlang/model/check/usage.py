"""Declared but never used: a warning, and only where nothing else is wrong (an unresolved name may be the use)."""

from __future__ import annotations

from ionlang.diagnostics import Problems
from ionlang.model.names.entities import Entity

_WATCHED = ("param", "let", "function", "species", "place", "gate", "scheme")


def check_usage(root: Entity, problems: Problems) -> None:
    if problems.errors:
        return
    for entity in root.all():
        if entity.kind in _WATCHED and not entity.used:
            problems.warning(
                "ION109", f"{entity.describe()} is declared but never used", entity.span, "nothing reads it",
                help="use it, or take it out",
            )  # fmt: skip
