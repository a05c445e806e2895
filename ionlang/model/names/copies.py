"""Copies of syntax trees: a template's text as it stands in one of its instances.

A copied node keeps its place in the template's text, so that messages and origins point there; its source knows in
which instance it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from operator import is_
from typing import TypeVar, cast

from ionlang.records import dataclass
from ionlang.source import Source, Span

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Copy(Source):
    """The text of a template (`original`), read for the instance whose path is `instance`."""

    instance: str
    original: Source


def copied(node: T, instance: str) -> T:
    """The node with all its places in copies of their sources; what is a copy already stays one."""
    copies: dict[Source, Copy] = {}

    def moved(value: object) -> object:
        if not isinstance(value, Span) or isinstance(value.source, Copy):
            return value
        source = value.source
        if source not in copies:
            copies[source] = Copy(source.name, source.text, instance, source)
        return Span(copies[source], value.start, value.end)

    return rewritten(node, moved)


def original(span: Span) -> Span:
    """The place in the file itself."""
    source = span.source
    return Span(source.original, span.start, span.end) if isinstance(source, Copy) else span


def rewritten(node: T, change: Callable[[object], object]) -> T:
    """The tree with every part replaced by what `change` makes of it, parts before wholes. `change` must give back
    something of the same kind."""
    return cast(T, _rewritten(node, change))


def _rewritten(node: object, change: Callable[[object], object]) -> object:
    if isinstance(node, tuple):
        return tuple([_rewritten(part, change) for part in node])
    if isinstance(node, str) or node is None:
        return node
    if isinstance(node, Span) or not is_dataclass(node) or isinstance(node, type):
        return change(node)
    parts = [getattr(node, name) for name in _names(type(node))]
    new = [_rewritten(part, change) for part in parts]
    if all(map(is_, new, parts)):
        return change(node)
    return change(type(node)(*new))


@cache
def _names(kind: type) -> tuple[str, ...]:
    """The fields of a node, in the order in which it takes them."""
    return tuple(f.name for f in fields(kind))


def parts_of(node: object) -> tuple[object, ...]:
    """The node and all nodes in it."""
    found: list[object] = []
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, tuple):
            waiting += reversed(part)
        elif is_dataclass(part) and not isinstance(part, (Span, type)):
            found.append(part)
            waiting += [getattr(part, name) for name in reversed(_names(type(part)))]
    return tuple(found)
