"""What is lost between the copies of a line.

Across a face flows J, down the fall of the electrochemical potential RT ln(c/c') + z F (φ − φ'); their product is free
energy that is lost per time, a current of no named ion times the fall of φ. Plain diffusion knows no φ. What comes
through an end falls from what is beyond to the middle of the outermost copy.
"""

from __future__ import annotations

import sympy

from ionlang.equations.express import number
from ionlang.equations.fields import SMALLEST, both_sides, fall_path
from ionlang.equations.neighbours import Before
from ionlang.equations.notebook import Notebook
from ionlang.equations.wording import origin_of
from ionlang.model.books.lengthwise import ENDS, End, passes_end
from ionlang.model.books.losses import Loss, losses
from ionlang.model.cell import Cell, Line
from ionlang.model.cell_lines import Electrodiffusion


def energy_along_recipes(cell: Cell, book: Notebook, line: Line) -> None:
    """`P.diffusion.dissipation(S)` [fW]: what is lost on the way from each copy to the next, and through the ends;
    `P.diffusion.dissipation` of all that diffuses there. The same of the other couplings."""
    by_coupling: dict[str, list[str]] = {}
    for loss in losses(cell, line):
        origin = origin_of(loss.what, loss.coupling.span)
        book.recipe(loss.onward, "fW", origin, _lost_onward, cell, line, loss)
        book.recipe(loss.path, "fW", origin, _lost, cell, line, loss)
        by_coupling.setdefault(loss.coupling.path, []).append(loss.path)
    for loss in losses(cell, line):
        origin = origin_of(loss.what, loss.coupling.span)
        of_all = by_coupling[loss.coupling.path]
        book.recipe(f"{loss.coupling.path}.dissipation", "fW", origin, Notebook.total, *of_all)


def _lost(book: Notebook, cell: Cell, line: Line, loss: Loss) -> sympy.Expr:
    ends = (_lost_at_end(book, cell, line, loss, end) for end in ENDS)
    return book.look(loss.onward) + sum(ends, sympy.Integer(0))


def _lost_onward(book: Notebook, cell: Cell, line: Line, loss: Loss) -> sympy.Expr:
    return Before(_current(book, cell, loss) * _fall(book, cell, line, loss), line.count)


def _current(book: Notebook, cell: Cell, loss: Loss) -> sympy.Expr:
    """F times the flux at each face over its valence: over all that has a fall in mV [pA]."""
    face = book.look(loss.face)
    if loss.kind == "rate":
        return book.look("faraday") * face
    return face if loss.species is None else face / number(cell.valence(loss.species))


def _fall(book: Notebook, cell: Cell, line: Line, loss: Loss) -> sympy.Expr:
    """RT/F ln(c/c') + z (φ − φ') of an ion, φ − φ' of charge [mV]."""
    if loss.species is None:
        return book.look(fall_path(loss.coupling.place))
    left, right = both_sides(book, line, book.look(f"{loss.coupling.place}.{loss.species}"))
    fall = book.look("thermal_voltage") * (_logarithm(left) - _logarithm(right))
    if loss.is_electric and cell.valence(loss.species):
        fall += number(cell.valence(loss.species)) * book.look(fall_path(loss.coupling.place))
    return fall


def _logarithm(concentration: sympy.Expr) -> sympy.Expr:
    return sympy.log(sympy.Max(concentration, SMALLEST, evaluate=False))  # to evaluate it takes long


def _lost_at_end(book: Notebook, cell: Cell, line: Line, loss: Loss, end: End) -> sympy.Expr:
    """From what is beyond an end, over the half of a spacing."""
    if loss.spreading is None or loss.species is None:
        return sympy.Integer(0)
    if not passes_end(cell, line, loss.spreading, end, loss.species):
        return sympy.Integer(0)
    path, named = loss.coupling.path, f"({loss.species})"
    inside = book.look(f"{loss.coupling.place}.{loss.species}")
    fall = _logarithm(book.look(f"{path}.{end}.beyond{named}")) - _logarithm(inside)
    valence = number(cell.valence(loss.species))
    if isinstance(loss.coupling, Electrodiffusion) and valence:
        fall += valence * book.look(f"{path}.{end}.rise()")
    heat = book.look("faraday") * book.look("thermal_voltage")
    return heat * book.look(f"{path}.{end}{named}") * fall
