"""What may be said of a run: its extremes, when a condition first holds, a value at a moment."""

from __future__ import annotations

from dataclasses import replace

from ionlang.model.expression import Expr, Functional, Observed
from ionlang.model.names.suggest import listing
from ionlang.model.read.along import (
    FRONT_DIMENSIONS,
    FRONTS,
    in_each,
    is_along,
    not_one_number,
    reduced,
)
from ionlang.model.read.resolve import Resolver, Where
from ionlang.model.read.wording import a_quantity
from ionlang.syntax import ast
from ionlang.units import FREQUENCY, PURE, TIME, Dimension

_Window = tuple[Expr | None, Expr | None, int]
_OF_QUANTITY: dict[str, Functional] = {
    "max": "max",
    "min": "min",
    "mean": "mean",
    "integral": "integral",
    "half_width": "half_width",
}
_OVER_A_RUN = ("mean", "integral", "half_width")
_OF_CONDITION: dict[str, Functional] = {
    "time": "time",
    "count": "count",
    "rate": "rate",
    "duration": "duration",
}
_OVER_COPIES = ("max", "min", "mean")
FUNCTIONALS = (*_OF_QUANTITY, *_OF_CONDITION, *FRONTS)
_EXAMPLES = {
    "max": "max(outside.K)",
    "time": "time(soma.V > -40 mV)",
    **{name: f"{name}(tissue.outside.K > 15 mM)" for name in FRONTS},
}


def is_functional_name(name: str) -> bool:
    return name in FUNCTIONALS


def is_functional(node: ast.Call) -> bool:
    """`max` and `min` of one quantity look over the run; of two they are ordinary functions."""
    name = node.function.text
    plain = sum(argument.keyword is None for argument in node.arguments)
    of_condition = name in _OF_CONDITION or name in FRONTS
    return of_condition or name in _OVER_A_RUN or (name in _OF_QUANTITY and plain == 1)


def functional(resolver: Resolver, node: ast.Call, where: Where) -> Expr | None:
    """`max(q, after = T)`, `time(condition)` and their like."""
    name = node.function.text
    takes_condition = name in _OF_CONDITION or name in FRONTS
    plain = [a for a in node.arguments if a.keyword is None and a.ratio is None]
    if len(plain) != 1:
        resolver.problems.error(
            "ION115", f"`{name}` takes one {'condition' if takes_condition else 'quantity'}", node.span,
            f"{len(plain)} given", help=f"for instance `{_EXAMPLES.get(name, f'{name}(soma.V)')}`",
        )  # fmt: skip
        return None
    subject = resolver.expression(plain[0].value, replace(where, moment="action", copies="each"))
    window = _keywords(resolver, node, replace(where, moment="action"))
    if subject is None or window is None:
        return None
    if takes_condition:
        if subject.dimension is not None:
            resolver.problems.error(
                "ION208", f"`{name}` takes a condition", plain[0].span, f"this is {a_quantity(subject.dimension)}",
                help=f"compare it with something, for instance `{name}({plain[0].span.text} > …)`",
            )  # fmt: skip
            return None
        return _of_condition(resolver, node, subject, window)
    if subject.dimension is None:
        resolver.problems.error(
            "ION208", f"`{name}` takes a quantity", plain[0].span, "this is a condition",
            help="for conditions there are `time`, `count`, `rate` and `duration`",
        )  # fmt: skip
        return None
    return _of_quantity(resolver, node, subject, subject.dimension, window)


def _of_condition(resolver: Resolver, node: ast.Call, subject: Expr, window: _Window) -> Expr | None:
    name, (after, until, last) = node.function.text, window
    if name in FRONTS:
        each = in_each(resolver, name, subject, node)
        if each is None:
            return None
        return Observed(FRONTS[name], each, FRONT_DIMENSIONS[name], None, after, until, last, node.span)
    if not_one_number(resolver, name, subject, node):
        return None
    dimensions: dict[str, Dimension] = {"time": TIME, "duration": TIME, "count": PURE, "rate": FREQUENCY}
    return Observed(_OF_CONDITION[name], subject, dimensions[name], None, after, until, last, node.span)


def _of_quantity(
    resolver: Resolver, node: ast.Call, subject: Expr, dimension: Dimension, window: _Window
) -> Expr | None:
    """`max`, `min` and `mean` of a quantity in several copies are those over time and copies."""
    name, (after, until, last) = node.function.text, window
    if name in _OVER_COPIES and is_along(subject):
        make = reduced if name == "mean" else in_each
        whole = make(resolver, name, subject, node)
        if whole is None:
            return None
        return Observed(_OF_QUANTITY[name], whole, dimension, None, after, until, last, node.span)
    if not_one_number(resolver, name, subject, node):
        return None
    timed: dict[str, Dimension] = {"integral": dimension * TIME, "half_width": TIME}
    return Observed(
        _OF_QUANTITY[name], subject, timed.get(name, dimension), None, after, until, last, node.span
    )


def _keywords(resolver: Resolver, node: ast.Call, where: Where) -> _Window | None:
    times: dict[str, Expr | None] = {"after": None, "until": None}
    last, fine = 1, True
    for argument in node.arguments:
        if argument.keyword is None:
            continue
        word = argument.keyword.text
        if word in times:
            times[word] = resolver.of_dimension(argument.value, where, (TIME,), f"`{word}`")
            fine &= times[word] is not None
        elif word == "last" and node.function.text == "rate" and isinstance(argument.value, ast.Number):
            last = max(1, int(float(argument.value.text)))
        else:
            fine = False
            resolver.problems.error(
                "ION115", f"`{node.function.text}` has no argument `{word}`", argument.span, "not known here",
                help=f"it may have {listing([*times, *(['last'] if node.function.text == 'rate' else [])])}",
            )  # fmt: skip
    return (times["after"], times["until"], last) if fine else None


def at_moment(resolver: Resolver, node: ast.At, where: Where) -> Expr | None:
    """`q at 3 s`, `q at start`, `q at end`, `q at rest`."""
    if where.moment != "observation":
        resolver.problems.error(
            "ION107", "`at` picks a moment of a run: it stands only after `measure` and `expect`", node.span,
            "not here", help="in the model every quantity has its present value",
        )  # fmt: skip
        return None
    subject = resolver.expression(node.value, replace(where, moment="action", copies="reduced"))
    if subject is None:
        return None
    if subject.dimension is None:
        resolver.problems.error("ION208", "`at` takes a quantity", node.value.span, "this is a condition")
        return None
    if isinstance(node.moment, str):
        return Observed(node.moment, subject, subject.dimension, None, None, None, 1, node.span)
    moment = resolver.of_dimension(node.moment, replace(where, moment="action"), (TIME,), "a moment")
    if moment is None:
        return None
    return Observed("at", subject, subject.dimension, moment, None, None, 1, node.span)
