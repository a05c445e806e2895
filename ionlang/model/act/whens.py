"""The words before an action: ast.When → the noun of when it holds."""

from __future__ import annotations

from ionlang.diagnostics import Label
from ionlang.model.act.staging import Staging
from ionlang.model.cell_lines import in_copy
from ionlang.model.expression import Apply, Expr, Literal
from ionlang.model.names.entities import Entity
from ionlang.model.read.copies import copy_named, not_in_copies
from ionlang.model.read.readings import first_entity
from ionlang.model.read.wording import a_quantity
from ionlang.model.scenario_when import Always, At, Every, From, Train, When, Whenever
from ionlang.syntax import ast
from ionlang.units import TIME


def when_of(staging: Staging, when: ast.When | None) -> When | None:
    """When an action holds; None if that could not be read."""
    if when is None:
        return Always()
    staging.of_a_run.append(when.span)
    if when.at is not None:
        at = staging.time(when.at, "a moment")
        return None if at is None else At(at)
    if when.condition is not None:
        return _whenever(staging, when.condition)
    assert when.start is not None
    start = staging.time(when.start, "the start of a window")
    if when.every is not None:
        return _repeated(staging, when, when.every, start)
    if when.until is not None:
        until = condition(staging, when.until, "`until`")
        return None if start is None or until is None else From(start, None, until)
    if when.duration is None:
        return None if start is None else From(start, None, None)
    end = _after(staging, start, when.duration)
    return None if start is None or end is None else From(start, end, None)


def condition(staging: Staging, node: ast.Expr, what: str) -> Expr | None:
    """A truth value, which may read states."""
    value = staging.building.resolver.expression(node, staging.where)
    if value is not None and value.dimension is not None:
        staging.building.problems.error(
            "ION208", f"{what} takes a condition", node.span, f"this is {a_quantity(value.dimension)}",
            help=f"compare it with something, for instance `{node.span.text} > …`",
        )  # fmt: skip
        return None
    return value


def event_of(staging: Staging, path: ast.Path) -> Entity | None:
    """The event that a path names, if it names one."""
    entity = first_entity(staging.building.resolver, path.parts[0], staging.where)
    for name in path.parts[1:]:
        entity = None if entity is None else entity.members.get(name.text)
    if entity is None or entity.kind != "event":
        return None
    entity.used = True
    return entity


def _whenever(staging: Staging, node: ast.Expr) -> Whenever | None:
    event = event_of(staging, node) if isinstance(node, ast.Path) else None
    if event is not None:
        assert isinstance(node, ast.Path)
        path = _in_its_copy(staging, node, event)
        return None if path is None else Whenever(None, path)
    value = condition(staging, node, "`when`")
    return None if value is None else Whenever(value)


def _in_its_copy(staging: Staging, node: ast.Path, event: Entity) -> str | None:
    """The path of an event that is waited for: of a line in the copy that is named; none or several are reported."""
    resolver, line = staging.building.resolver, event.enclosing("line")
    if line is None and node.index is None:
        return event.path
    if line is None:
        not_in_copies(resolver, node, event)
        return None
    if node.index is None or node.upto is not None:
        rest = ".".join(part.text for part in node.parts[1:])
        resolver.problems.error(
            "ION484", f"`{node.text}` is another event in each copy of line {line.name}", node.span, "in which copy?",
            secondary=(Label(line.span, "the line"),), help=f"write `when {line.name}[1].{rest}:` for the first",
        )  # fmt: skip
        return None
    number = copy_named(resolver, node.index, line, staging.where)
    return None if number is None else in_copy(event.path, line.path, str(number))


def _repeated(staging: Staging, when: ast.When, every: ast.Expr, start: Expr | None) -> When | None:
    period = staging.time(every, "the time between two of them")
    if isinstance(period, Literal) and not period.value > 0:
        _not_positive(staging, every, "the time between two of them")
        return None
    end = None if when.duration is None else _after(staging, start, when.duration)
    if start is None or period is None or (when.duration is not None and end is None):
        return None
    if when.width is None:
        return Every(start, period, end)
    width = staging.time(when.width, "the length of a window")
    assert end is not None
    return None if width is None else Train(start, end, period, width)


def positive(staging: Staging, node: ast.Expr, what: str) -> Expr | None:
    """A time known before the run that is above 0."""
    value = staging.time(node, what)
    if isinstance(value, Literal) and not value.value > 0:
        _not_positive(staging, node, what)
        return None
    return value


def _not_positive(staging: Staging, node: ast.Expr, what: str) -> None:
    staging.building.problems.error(
        "ION407", f"{what} must be above 0", node.span, "not a duration", help="for instance `1 s`"
    )  # fmt: skip


def _after(staging: Staging, start: Expr | None, duration: ast.Expr) -> Expr | None:
    length = staging.time(duration, "the length of a window")
    if start is None or length is None:
        return None
    return Apply("add", (start, length), TIME, duration.span)
