"""What may be said of a run: its extremes, when a condition first holds, a value at a moment."""

from __future__ import annotations

from dataclasses import replace

from ionlang.model.expression import Expr, Functional, Observed
from ionlang.model.names.suggest import listing
from ionlang.model.read.resolve import Resolver, Where
from ionlang.model.read.wording import a_quantity
from ionlang.syntax import ast
from ionlang.units import FREQUENCY, PURE, TIME, Dimension

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
FUNCTIONALS = (*_OF_QUANTITY, *_OF_CONDITION)
_EXAMPLES = {"max": "max(outside.K)", "time": "time(soma.V > -40 mV)"}


def is_functional_name(name: str) -> bool:
    return name in FUNCTIONALS


def is_functional(node: ast.Call) -> bool:
    """`max` and `min` of one quantity look over the run; of two they are ordinary functions."""
    name = node.function.text
    plain = sum(argument.keyword is None for argument in node.arguments)
    return name in _OF_CONDITION or name in _OVER_A_RUN or (name in _OF_QUANTITY and plain == 1)


def functional(resolver: Resolver, node: ast.Call, where: Where) -> Expr | None:
    """`max(q, after = T)`, `time(condition)` and their like."""
    name = node.function.text
    inner = replace(where, moment="action")
    plain = [a for a in node.arguments if a.keyword is None and a.ratio is None]
    if len(plain) != 1:
        resolver.problems.error(
            "ION115", f"`{name}` takes one {'condition' if name in _OF_CONDITION else 'quantity'}", node.span,
            f"{len(plain)} given", help=f"for instance `{_EXAMPLES.get(name, f'{name}(soma.V)')}`",
        )  # fmt: skip
        return None
    subject = resolver.expression(plain[0].value, inner)
    window = _keywords(resolver, node, inner)
    if subject is None or window is None:
        return None
    after, until, last = window
    if name in _OF_CONDITION:
        if subject.dimension is not None:
            resolver.problems.error(
                "ION208", f"`{name}` takes a condition", plain[0].span, f"this is {a_quantity(subject.dimension)}",
                help=f"compare it with something, for instance `{name}({plain[0].span.text} > …)`",
            )  # fmt: skip
            return None
        dimensions: dict[str, Dimension] = {"time": TIME, "duration": TIME, "count": PURE, "rate": FREQUENCY}
        return Observed(_OF_CONDITION[name], subject, dimensions[name], None, after, until, last, node.span)
    if subject.dimension is None:
        resolver.problems.error(
            "ION208", f"`{name}` takes a quantity", plain[0].span, "this is a condition",
            help="for conditions there are `time`, `count`, `rate` and `duration`",
        )  # fmt: skip
        return None
    timed: dict[str, Dimension] = {"integral": subject.dimension * TIME, "half_width": TIME}
    dimension = timed.get(name, subject.dimension)
    return Observed(_OF_QUANTITY[name], subject, dimension, None, after, until, last, node.span)


def _keywords(
    resolver: Resolver, node: ast.Call, where: Where
) -> tuple[Expr | None, Expr | None, int] | None:
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
    subject = resolver.expression(node.value, replace(where, moment="action"))
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
