"""Which membrane a test is of, and which events it fires: in a line those of one copy, or of some."""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.cell_lines import in_copies, in_copy
from ionlang.model.expression import Probe
from ionlang.model.names.entities import Entity
from ionlang.model.names.suggest import closest, listing
from ionlang.model.read.copies import copy_named, not_in_copies
from ionlang.model.read.ranges import copies_named
from ionlang.model.read.resolve import Resolver, Where
from ionlang.source import Span
from ionlang.syntax import ast


def tested_membrane(
    resolver: Resolver, name: Probe, example: str, node: ast.Call, argument: ast.Argument, where: Where
) -> Entity | None:
    """The membrane that is tested; a quantity of it in its place is a usual slip."""
    found = _entity(resolver, argument.value, where)
    if found is not None and found.kind == "membrane":
        return found
    if found is None and _names_nothing(resolver, argument.value, where):
        return None
    text, written = " ".join(node.span.text.split()), argument.span.text
    meant = _membrane_within(argument.value, where)
    guess = text.replace(written, meant, 1) if meant is not None else None
    resolver.problems.error(
        "ION440", f"`{name}` tests a membrane", argument.span,
        f"this is {found.describe()}" if found is not None else "not a membrane",
        secondary=() if found is None else (Label(found.span, "declared here"),),
        help=f"write `{guess}`" if guess else f"for instance `{example}`",
    )  # fmt: skip
    return None


def _membrane_within(value: ast.Expr, where: Where) -> str | None:
    """The membrane that a path begins with, as it would be written."""
    entity = _first(value, where)
    if entity is None or not isinstance(value, ast.Path):
        return None
    named = [entity]
    for part in value.parts[1:]:
        found = named[-1].members.get(part.text)
        if found is None:
            break
        named.append(found)
    index = "" if value.index is None or value.upto is not None else f"[{value.index.span.text}]"
    words = [f"{value.parts[0].text}{index}", *(part.text for part in value.parts[1:])]
    until = next((k for k, each in enumerate(named, 1) if each.kind == "membrane"), None)
    return None if until is None else ".".join(words[:until])


def in_one_copy(
    resolver: Resolver, name: Probe, node: ast.Call, value: ast.Expr, membrane: Entity, where: Where
) -> str | None:
    """The path of the membrane that is tested: of a line the one in the copy that is named; none or several are
    reported."""
    line = membrane.enclosing("line")
    assert isinstance(value, ast.Path)
    if line is None and value.index is None:
        return membrane.path
    if line is None:
        not_in_copies(resolver, value, membrane)
        return None
    if value.index is not None and value.upto is None:
        number = copy_named(resolver, value.index, line, where)
        return None if number is None else in_copy(membrane.path, line.path, str(number))
    rest = "".join(f".{part.text}" for part in value.parts[1:])
    first, there = (
        " ".join(node.span.text.split()).replace(value.span.text, f"{line.name}[{copy}]{rest}", 1)
        for copy in ("1", "100 um")
    )
    resolver.problems.error(
        "ION484", f"`{name}` tests the membrane of one copy, and line {line.name} has many", value.span,
        "in which copy?", secondary=(Label(line.span, "the line"),),
        notes=("one copy gets the current, or the step of V, and the whole line answers",),
        help=f"write `{first}` for the first, or `{there}` for the one at that place",
    )  # fmt: skip
    return None


def _first(value: ast.Expr, where: Where) -> Entity | None:
    return where.scope.visible(value.parts[0].text) if isinstance(value, ast.Path) else None


def _entity(resolver: Resolver, value: ast.Expr, where: Where) -> Entity | None:
    """What a path names; None if it is no name of a thing."""
    entity = _first(value, where)
    assert entity is None or isinstance(value, ast.Path)
    for part in value.parts[1:] if isinstance(value, ast.Path) else ():
        if entity is None:
            return None
        entity.used = True
        entity = entity.members.get(part.text)
    if entity is not None:
        entity.used = True
    return entity


def _names_nothing(resolver: Resolver, value: ast.Expr, where: Where) -> bool:
    """Whether it is a word that nobody declared; then that is reported."""
    if isinstance(value, ast.Broken):
        return True
    if not isinstance(value, ast.Path) or _first(value, where) is not None:
        return False
    word = value.parts[0]
    known = [e.name for e in resolver.root.all() if e.kind == "membrane"]
    guess = closest(word.text, known)
    resolver.not_declared(
        where.scope, word.span, f"no membrane `{word.text}` is declared",
        notes=(f"there are {listing(known)}",) if known else (), help=f"did you mean `{guess}`?" if guess else "",
    )  # fmt: skip
    return True


def tested_events(
    resolver: Resolver, name: Probe, node: ast.Call, named: list[ast.Expr], where: Where
) -> tuple[str, ...] | None:
    """The paths of the events that the test fires; None if one of them is none."""
    if name == "psp" and not named:
        _no_event(resolver, name, node.span, None)
        return None
    found = [_event(resolver, name, value, where) for value in named]
    return None if any(e is None for e in found) else tuple(e for e in found if e is not None)


def _event(resolver: Resolver, name: Probe, value: ast.Expr, where: Where) -> str | None:
    """The path of an event, of one in a line with the copies that are named."""
    found = _entity(resolver, value, where)
    if found is not None and found.kind == "event":
        assert isinstance(value, ast.Path)
        line = found.enclosing("line")
        if value.index is None:
            return found.path
        if line is None:
            not_in_copies(resolver, value, found)
            return None
        copies = copies_named(resolver, value, line, where)
        return None if copies is None else in_copies(found.path, copies)
    if not isinstance(value, ast.Broken):
        _no_event(resolver, name, value.span, found)
    return None


def _no_event(resolver: Resolver, name: Probe, span: Span, found: Entity | None) -> None:
    known = [e.path for e in resolver.root.all() if e.kind == "event"]
    guess = closest(span.text, known)
    there = (
        f"the file has {listing(known)}"
        if known
        else "declare it: `event release`, and a gate that `opens at release`"
    )
    resolver.problems.error(
        "ION442", f"`{name}` fires an event", span,
        "no event is named" if found is None and span.text.startswith(name) else "not an event",
        secondary=() if found is None else (Label(found.span, "declared here"),),
        help=f"did you mean `{guess}`?" if guess else there,
    )  # fmt: skip
