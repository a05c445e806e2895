"""What several copies of a line come to: expressions that make one number of a quantity or a condition in many copies.

Such an expression is an `Apply` of an operator named `…_over`, whose arguments are what is asked of each copy, the
first and the last copy (from 1), and for a width the spacing. Within the first argument `tissue[3..7].outside.K` is
read, in each copy its own. `each_over` makes no number of them: fronts and extremes are sought in each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ionlang.model.cell_lines import Copies, which_copy
from ionlang.model.expression import Apply, Expr, Literal, Observed, Operator, Probed, Read
from ionlang.source import Span
from ionlang.units import PURE, Dimension

REDUCTIONS: Mapping[str, Operator] = {
    "sum": "sum_over", "mean": "mean_over", "max": "max_over", "min": "min_over", "width": "width_over",
}  # fmt: skip
"""What one number is made of many, by the word that says so."""
_OPERATORS = (*REDUCTIONS.values(), "each_over")


def is_over_copies(expression: Expr) -> bool:
    return isinstance(expression, Apply) and expression.operator in _OPERATORS


def applied(
    operator: Operator, subject: Expr, along: Copies, dimension: Dimension | None, span: Span, *more: Expr
) -> Apply:
    """What the copies of a range come to."""
    ends = tuple(Literal(float(n), str(n), PURE, span) for n in (along.first, along.last))
    return Apply(operator, (subject, *ends, *more), dimension, span)


def several(expression: Expr) -> Iterator[Read]:
    """What is read in several copies and has not been made one number, in text order."""
    match expression:
        case Read(path=path):
            if ".." in which_copy(path):
                yield expression
        case Apply(arguments=arguments):
            if not is_over_copies(expression):
                for argument in arguments:
                    yield from several(argument)
        case _:
            return


def looking_over(expression: Expr) -> Iterator[Apply]:
    """Every expression over copies that stands in another one."""
    match expression:
        case Apply(arguments=arguments):
            if is_over_copies(expression):
                yield expression
                return
            for argument in arguments:
                yield from looking_over(argument)
        case Observed(subject=subject):
            yield from looking_over(subject)
        case Probed(firing=firing):
            if firing is not None:
                yield from looking_over(firing)
        case _:
            return


def copies_read(read: Read) -> Copies:
    """The copies in which a path is read: `tissue[3..7].outside.K`."""
    first, _, last = which_copy(read.path).partition("..")
    return Copies(read.path.removeprefix("amount(").partition("[")[0], int(first), int(last))


def copies_of(expression: Apply) -> Copies:
    """The copies that an expression looks over."""
    return copies_read(next(several(expression.arguments[0])))
