"""Numbers drawn at random in each copy of a line: `normal(1, 0.1, seed = 3)`, `lognormal(…)`, `uniform(…)`."""

from __future__ import annotations

from ionlang.model.cell_lines import Variate
from ionlang.model.expression import Apply, Expr, Operator, Read
from ionlang.model.read.operators import Typed, are_numbers, pure, same_units
from ionlang.model.read.resolve import Resolver, Where
from ionlang.source import Span
from ionlang.syntax import ast
from ionlang.units import PURE

SPREADS = {
    "normal": "`normal(mean, deviation, seed = 3)`",
    "lognormal": "`lognormal(median, deviation of the logarithm, seed = 3)`",
    "uniform": "`uniform(least, greatest, seed = 3)`",
}


def spread(resolver: Resolver, node: ast.Call, where: Where) -> Expr | None:
    """What a copy gets; what is missing, or stands in no line, is reported."""
    name = node.function.text
    seed = _seed(resolver, node)
    plain = [a.value for a in node.arguments if a.keyword is None and a.ratio is None]
    if len(plain) != 2 or len(node.arguments) > 3:
        resolver.problems.error(
            "ION115", f"`{name}` takes two numbers and a seed", node.span, f"{len(plain)} given",
            help=f"write {SPREADS[name]}",
        )  # fmt: skip
        return None
    values = [resolver.expression(a, where) for a in plain]
    line = where.around
    if line is None:
        resolver.problems.error(
            "ION492", f"`{name}` draws a number for each copy of a line, and here is no line", node.span, "one number",
            help="it stands in the arrangement that a `line` is made of; elsewhere write the number itself",
        )  # fmt: skip
        return None
    parts = tuple(Typed(a, v) for a, v in zip(plain, values, strict=True) if v is not None)
    if len(parts) < 2 or not are_numbers(parts, resolver.problems) or seed is None:
        return None
    kind = "uniform" if name == "uniform" else "normal"
    drawn = Read(Variate(line.path, kind, seed).path, PURE, node.span)
    return _stretched(resolver, node, parts, drawn)


def _stretched(resolver: Resolver, node: ast.Call, parts: tuple[Typed, ...], drawn: Read) -> Expr | None:
    """mean + deviation z; median exp(deviation z); least + (greatest − least) u."""
    name, span = node.function.text, node.span
    first, second = parts[0].value, parts[1].value
    dimension = first.dimension
    if name == "lognormal":
        if not pure(parts[1], name, resolver.problems):
            return None
        return _of("multiply", first, Apply("exp", (_of("multiply", second, drawn, span),), PURE, span), span)
    if not same_units(parts[0], parts[1], span, f"the two numbers of `{name}`", resolver.problems):
        return None
    size = second if name == "normal" else _of("subtract", second, first, span)
    return Apply("add", (first, _of("multiply", size, drawn, span)), dimension, span)


def _of(operator: Operator, left: Expr, right: Expr, span: Span) -> Expr:
    """A product or difference, in the unit of what is not a pure number."""
    return Apply(
        operator, (left, right), left.dimension if right.dimension == PURE else right.dimension, span
    )


def _seed(resolver: Resolver, node: ast.Call) -> int | None:
    """The seed that is written: a whole number."""
    given = [a for a in node.arguments if a.keyword is not None]
    seeds = [a for a in given if a.keyword is not None and a.keyword.text == "seed"]
    value = seeds[0].value if len(seeds) == 1 and len(given) == 1 else None
    if isinstance(value, ast.Number) and value.text.isdigit():
        return int(value.text)
    if isinstance(value, ast.Broken):
        return None
    wanted = "a whole number is needed" if given else "without a seed no two runs would be alike"
    resolver.problems.error(
        "ION492", f"`{node.function.text}` does not say from which seed it draws",
        given[0].span if given else node.span, wanted,
        help=f"write {SPREADS[node.function.text]}; another number is another draw",
    )  # fmt: skip
    return None
