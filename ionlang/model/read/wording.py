"""How quantities are named in messages, and how a unit that does not fit is mended."""

from __future__ import annotations

from ionlang.model.names.suggest import listing
from ionlang.syntax import ast
from ionlang.units import (
    CHARGE,
    CONCENTRATION,
    PURE,
    TEMPERATURE,
    TIME,
    VOLUME,
    Dimension,
    describe,
    display_unit,
)


def a_quantity(dimension: Dimension | None) -> str:
    """`a voltage (mV)`, `a pure number`, `a quantity in ms2`, `a condition`."""
    if dimension is None:
        return "a condition"
    words = describe(dimension)
    if words.startswith("per "):
        return f"a quantity {words}"
    if "(" not in words and dimension != PURE:
        return f"a quantity in {words}"
    return f"an {words}" if words[0] in "aeiou" else f"a {words}"


def unit_help(node: ast.Expr, found: Dimension | None, wanted: tuple[Dimension, ...]) -> str:
    """How to mend a value of the wrong kind, where that can be said."""
    if found is None or not wanted:
        return ""
    if found == PURE:
        unit = "degC" if wanted[0] == TEMPERATURE else display_unit(wanted[0]).text
        number = written_number(node)
        return f"write its unit after the number, for instance `{number or '…'} {unit}`"
    if found == CHARGE and TEMPERATURE in wanted:
        return "`C` is coulomb; degrees Celsius are written `degC`, as in `37 degC`"
    if found == TIME and PURE / TIME in wanted:
        return "`ms` is a time; per millisecond is written `/ms`, as in `4 /ms`"
    if found == PURE / TIME and TIME in wanted:
        return "`/ms` is per millisecond; a time is written `ms`, as in `4 ms`"
    if found * VOLUME in wanted and CONCENTRATION in (found, found * TIME):
        return "multiply it by the volume that is meant, as in `inside.volume`"
    units = list(dict.fromkeys(display_unit(dimension).text for dimension in wanted))
    return "" if PURE in wanted else f"a value in {listing(units, 'or')} is expected"


def written_number(node: ast.Expr) -> str:
    """The text of a plain number, its sign included; empty if it is anything else."""
    match node:
        case ast.Number():
            return node.text
        case ast.Unary(operator="-", operand=ast.Number(text=text)):
            return f"-{text}"
        case _:
            return ""
