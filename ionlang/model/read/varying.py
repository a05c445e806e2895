"""What a `variable` starts at, which says its dimension wherever it is read."""

from __future__ import annotations

from ionlang.model.expression import Expr
from ionlang.model.names.entities import Entity
from ionlang.model.read.resolve import Resolver, Where
from ionlang.syntax import ast


def start_of(resolver: Resolver, entity: Entity) -> Expr | None:
    """The value of its `start`, else of its `inf`; a circle of such values is reported once."""
    path = f"{entity.path}.start"
    if path in resolver.lets:
        return resolver.lets[path]
    given = {s.name.text: s.value for s in entity.block.body if isinstance(s, ast.Property)}
    written = given.get("start", given.get("inf"))
    if written is None or resolver.in_circle(entity):
        return None
    resolver.open_lets.append(entity)
    resolver.lets[path] = resolver.expression(written, Where(entity))
    resolver.open_lets.pop()
    return resolver.lets[path]
