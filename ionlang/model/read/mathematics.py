"""Mathematical functions and their units: exp, log, linoid, q10, hill and their like."""

from __future__ import annotations

from fractions import Fraction

from ionlang.model.expression import Apply, Expr, Literal, Operator, Read
from ionlang.model.read.operators import Typed, pure, same_units
from ionlang.model.read.resolve import Resolver, Where
from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.units import PURE, TEMPERATURE

_PURE: dict[str, Operator] = {"exp": "exp", "log": "log", "sin": "sin", "cos": "cos", "tanh": "tanh"}
_EXTREMES: dict[str, Operator] = {"min": "min", "max": "max"}
ARITY = {
    **dict.fromkeys(_PURE, 1),
    "sqrt": 1,
    "abs": 1,
    "min": 2,
    "max": 2,
    "linoid": 2,
    "q10": 2,
    "hill": 3,
    "michaelis": 2,
}


def plain_arguments(resolver: Resolver, node: ast.Call, count: int) -> tuple[ast.Expr, ...] | None:
    plain = all(a.ratio is None and a.keyword is None for a in node.arguments)
    if plain and len(node.arguments) == count:
        return tuple(a.value for a in node.arguments)
    resolver.problems.error(
        "ION115", f"`{node.function.text}` takes {count} argument{'s' * (count != 1)}", node.span,
        f"{len(node.arguments)} given" if plain else "arguments here are plain values",
        help={
            "linoid": "`linoid(x, k)` is x/(1 - exp(-x/k))", "q10": "for instance `q10(3, 6.3 degC)`",
            "hill": "`hill(x, K, n)` is x^n/(x^n + K^n)", "michaelis": "`michaelis(x, K)` is x/(x + K)",
            "mass_action": "its rate constant: `mass_action(k)`",
        }.get(node.function.text, ""),
    )  # fmt: skip
    return None


def mathematics(resolver: Resolver, node: ast.Call, where: Where) -> Expr | None:
    name = node.function.text
    arguments = plain_arguments(resolver, node, ARITY[name])
    if arguments is None:
        return None
    values = [resolver.expression(a, where) for a in arguments]
    parts = tuple(Typed(a, v) for a, v in zip(arguments, values, strict=True) if v is not None)
    if len(parts) < len(arguments) or not _all_numbers(resolver, parts):
        return None
    first = parts[0].value.dimension
    assert first is not None
    if name in _PURE:
        fine = pure(parts[0], name, resolver.problems)
        return Apply(_PURE[name], (parts[0].value,), PURE, node.span) if fine else None
    if name == "sqrt":
        return Apply("sqrt", (parts[0].value,), first ** Fraction(1, 2), node.span)
    if name == "abs":
        return Apply("abs", (parts[0].value,), first, node.span)
    if name in _EXTREMES:
        fine = same_units(parts[0], parts[1], node.span, f"the two arguments of `{name}`", resolver.problems)
        return Apply(_EXTREMES[name], tuple(p.value for p in parts), first, node.span) if fine else None
    if name == "linoid":
        return _linoid(resolver, parts, node.span)
    if name == "michaelis":
        return _michaelis(resolver, parts, node.span)
    return _q10(resolver, parts, node.span) if name == "q10" else _hill(resolver, parts, node.span)


def _all_numbers(resolver: Resolver, parts: tuple[Typed, ...]) -> bool:
    for part in parts:
        if part.value.dimension is None:
            resolver.problems.error("ION208", "a number is expected here", part.span, "this is a condition")
    return all(part.value.dimension is not None for part in parts)


def _linoid(resolver: Resolver, parts: tuple[Typed, ...], span: Span) -> Expr | None:
    """x/(1 - exp(-x/k)) = k L(x/k)."""
    if not same_units(parts[0], parts[1], span, "the two arguments of `linoid`", resolver.problems):
        return None
    x, k = parts[0].value, parts[1].value
    ratio = Apply("divide", (x, k), PURE, span)
    return Apply("multiply", (k, Apply("linoid", (ratio,), PURE, span)), k.dimension, span)


def _q10(resolver: Resolver, parts: tuple[Typed, ...], span: Span) -> Expr | None:
    """Q^((T - T_reference)/(10 K))."""
    if not pure(parts[0], "q10", resolver.problems):
        return None
    if parts[1].value.dimension != TEMPERATURE:
        resolver.problems.error(
            "ION204", "the reference of `q10` is a temperature", parts[1].span, f"this is {parts[1].describe()}",
            help="for instance `q10(3, 6.3 degC)`",
        )  # fmt: skip
        return None
    above = Apply("subtract", (Read("temperature", TEMPERATURE, span), parts[1].value), TEMPERATURE, span)
    decades = Apply("divide", (above, Literal(10.0, "10 K", TEMPERATURE, span)), PURE, span)
    return Apply("power", (parts[0].value, decades), PURE, span)


def _michaelis(resolver: Resolver, parts: tuple[Typed, ...], span: Span) -> Expr | None:
    """x/(x + K)."""
    if not same_units(parts[0], parts[1], span, "the two arguments of `michaelis`", resolver.problems):
        return None
    x, half = parts[0].value, parts[1].value
    return Apply("divide", (x, Apply("add", (x, half), x.dimension, span)), PURE, span)


def _hill(resolver: Resolver, parts: tuple[Typed, ...], span: Span) -> Expr | None:
    """(x/K)^n/(1 + (x/K)^n)."""
    fine = same_units(parts[0], parts[1], span, "the first two arguments of `hill`", resolver.problems)
    if not (pure(parts[2], "hill", resolver.problems) and fine):
        return None
    ratio = Apply("divide", (parts[0].value, parts[1].value), PURE, span)
    raised = Apply("power", (ratio, parts[2].value), PURE, span)
    return Apply(
        "divide", (raised, Apply("add", (Literal(1.0, "1", PURE, span), raised), PURE, span)), PURE, span
    )
