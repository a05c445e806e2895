"""Equations of quantities with a rate of their own: dq/dt = rate, or (inf − q)/tau."""

from __future__ import annotations

import sympy

from ionlang.equations.notebook import Notebook
from ionlang.equations.wording import origin_of, unit_text
from ionlang.model.cell import Cell, ChangesBy, RelaxesTo, Varying


def varying_recipes(book: Notebook, varying: Varying) -> None:
    """`inf` and `tau`; a constant is a parameter of that path already."""
    if not isinstance(varying.kinetics, RelaxesTo):
        return
    origin = origin_of(f"variable {varying.name}", varying.span)
    parts = (("inf", unit_text(varying.dimension), varying.kinetics.inf), ("tau", "ms", varying.kinetics.tau))
    for word, unit, value in parts:
        if f"{varying.path}.{word}" not in book.symbols:
            book.recipe(f"{varying.path}.{word}", unit, origin, Notebook.value, value)


def varying_of(cell: Cell, path: str) -> Varying:
    return next(v for v in cell.varying if v.path == path)


def varying_rate(book: Notebook, varying: Varying) -> sympy.Expr:
    """dq/dt [its unit per ms]."""
    match varying.kinetics:
        case ChangesBy(rate=rate):
            return book.value(rate)
        case RelaxesTo():
            away = book.look(f"{varying.path}.inf") - book.look(varying.path)
            return away / book.look(f"{varying.path}.tau")


def varying_start(book: Notebook, varying: Varying) -> sympy.Expr:
    """The written start, or its `inf` there."""
    return book.value(varying.start) if varying.start is not None else book.look(f"{varying.path}.inf")
