"""What is wrong in a template's text is said once, however many instances have it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ionlang.diagnostics import Diagnostic, Label, Problems
from ionlang.model.names.copies import Copy, original
from ionlang.model.names.suggest import listing
from ionlang.source import Span
from ionlang.syntax import ast

Known = tuple[str, Span, str]


def settle(problems: Problems, unused: tuple[ast.Template, ...]) -> None:
    """Join what several instances of a template say of one place in it, name them, and, where nothing is wrong,
    warn of templates that are never used."""
    instances: dict[Known, list[str]] = {}
    first: dict[Known, Diagnostic] = {}
    names = _names_at(problems.found)
    for found in problems.found:
        key = _key(found, names)
        first.setdefault(key, found)
        instances.setdefault(key, []).extend(_instances(found))
    problems.found[:] = [_settled(found, instances[key]) for key, found in first.items()]
    if problems.errors:
        return
    for template in unused:
        block = template.block
        problems.warning(
            "ION109", f"template {block.name.text} is declared but never used", block.name.span,
            "nothing is made from it", help="use it, or take it out",
        )  # fmt: skip


def _instances(found: Diagnostic) -> list[str]:
    """The instances in whose text this is; labels count if they show the same place in another instance."""
    here = original(found.primary.span)
    spans = [label.span for label in (found.primary, *found.secondary) if original(label.span) == here]
    return [span.source.instance for span in spans if isinstance(span.source, Copy)]


def _names_at(found: Sequence[Diagnostic]) -> dict[Span, dict[str, None]]:
    """The names of all instances in which something is said of one place of a template's text."""
    names: dict[Span, dict[str, None]] = {}
    for each in found:
        source = each.primary.span.source
        if isinstance(source, Copy):
            known = names.setdefault(original(each.primary.span), {})
            known |= dict.fromkeys((source.instance, *source.instance.split(".")))
    return names


def _key(found: Diagnostic, names: Mapping[Span, Mapping[str, None]]) -> Known:
    """Equal for what two instances say of one place: the names of all of them do not count (an instance `a` would
    else be seen in `must be a volume`)."""
    place, message = original(found.primary.span), repr(found)
    if isinstance(found.primary.span.source, Copy):
        words = sorted(names[place], key=len, reverse=True)
        message = re.sub(rf"\b(?:{'|'.join(map(re.escape, words))})\b", "…", found.message)
    return found.code, place, message


def _settled(found: Diagnostic, instances: list[str]) -> Diagnostic:
    names = tuple(dict.fromkeys(instances))
    where = (f"this is so in {_shown(names)}, made from this text",) if names else ()
    primary = _moved(found.primary)
    others = {label.span: label for label in map(_moved, reversed(found.secondary))}
    shown = tuple(label for span, label in reversed(others.items()) if span != primary.span)
    return replace(found, primary=primary, secondary=shown, notes=(*found.notes, *where))


def _moved(label: Label) -> Label:
    return replace(label, span=original(label.span))


def _shown(names: tuple[str, ...]) -> str:
    return listing(names) if len(names) < 4 else f"`{names[0]}` and {len(names) - 1} others"
