"""Sentences of a model → text; each takes one line."""

from __future__ import annotations

from typing import assert_never

from ionlang.syntax import ast
from ionlang.syntax.print_expression import print_expression, print_sum

ModelSentence = (
    ast.Property
    | ast.TextProperty
    | ast.Parameter
    | ast.Let
    | ast.Carries
    | ast.Moves
    | ast.Turns
    | ast.Binds
    | ast.Balances
    | ast.Potential
    | ast.Excluded
    | ast.Instantaneous
    | ast.Opens
    | ast.Transition
    | ast.Use
    | ast.Tune
)


def print_model_sentence(part: ModelSentence) -> str:
    match part:
        case ast.Property() | ast.TextProperty() | ast.Parameter() | ast.Let():
            return _declared(part)
        case ast.Carries() | ast.Moves() | ast.Turns() | ast.Binds() | ast.Balances():
            return _stoichiometry(part)
        case ast.Potential():
            start = f" starting at {print_expression(part.start)}" if part.start is not None else ""
            return f"V from {part.way.text}{start}"
        case ast.Excluded():
            return "excluded from V"
        case ast.Instantaneous():
            return "instantaneous"
        case ast.Opens():
            return f"opens at {part.event.text}"
        case ast.Transition():
            return f"{part.origin.text} to {part.target.text} at {print_expression(part.rate)}"
        case ast.Use():
            return f'use "{part.file.text}"' if part.file else f"use {_names(part.libraries)}"
        case ast.Tune():
            unknowns = ", ".join(path.text for path in part.unknowns)
            return f"tune {unknowns} so that {' and '.join(map(_goal, part.goals))}"
        case _:
            assert_never(part)


def print_source(source: ast.Said | None) -> str:
    """`source "…"` or `source NAME`, with a blank before it."""
    if source is None:
        return ""
    return f' source "{source.text}"' if isinstance(source, ast.String) else f" source {source.text}"


def print_two(bounds: tuple[ast.Expr, ast.Expr]) -> str:
    return f"{print_sum(bounds[0])} and {print_sum(bounds[1])}"


def _declared(part: ast.Property | ast.TextProperty | ast.Parameter | ast.Let) -> str:
    name = part.name.text
    if isinstance(part, ast.TextProperty):
        return f'{name} = "{part.value.text}"'
    value, source = print_expression(part.value), print_source(part.source)
    match part:
        case ast.Property():
            return f"{name} = {value}{' held' if part.held else ''}{source}"
        case ast.Parameter():
            between = f" between {print_two(part.between)}" if part.between else ""
            return f"param {name} = {value}{between}{source}"
        case ast.Let():
            names = "" if part.arguments is None else f"({_names(part.arguments)})"
            return f"let {name}{names} = {value}{source}"
        case _:
            assert_never(part)


def _stoichiometry(part: ast.Carries | ast.Moves | ast.Turns | ast.Binds | ast.Balances) -> str:
    match part:
        case ast.Carries():
            return f"carries {', '.join(map(_share, part.shares))}"
        case ast.Moves():
            uses = (f"uses {_count(count)}" for count in part.uses)
            return f"moves {', '.join((*map(_movement, part.movements), *uses))}"
        case ast.Turns():
            return f"turns {_counts(part.origins)} into {_counts(part.targets)}"
        case ast.Binds():
            return f"binds {part.species.text}"
        case ast.Balances():
            return f"{part.species.text} balances {part.what}"
        case _:
            assert_never(part)


def _goal(goal: ast.Goal | ast.StartIsRest) -> str:
    if isinstance(goal, ast.StartIsRest):
        return "start is rest"
    return f"{print_sum(goal.value)} = {print_sum(goal.target)}"


def _names(names: tuple[ast.Name, ...]) -> str:
    return ", ".join(name.text for name in names)


def _share(share: ast.Share) -> str:
    ratio = f" : {print_expression(share.ratio)}" if share.ratio is not None else ""
    if share.between is None:
        return f"{share.species.text}{ratio}"
    first, second = share.between
    return f"{share.species.text}{ratio} between {first.text} and {second.text}"


def _count(count: ast.Count) -> str:
    return f"{count.count.text} {count.species.text}" if count.count else count.species.text


def _counts(counts: tuple[ast.Count, ...]) -> str:
    return ", ".join(map(_count, counts)) or "nothing"


def _movement(movement: ast.Movement) -> str:
    if movement.direction:
        return f"{_count(movement.what)} {movement.direction}"
    assert movement.origin and movement.target
    return f"{_count(movement.what)} from {movement.origin.text} to {movement.target.text}"
