"""Gap junctions along a line: what passes from a copy to the next.

By a conductance an ion carries g (Δφ + RT/(zF) ln(c/c')), the fall of its electrochemical potential; charge of no named
ion g Δφ. By a permeability an ion passes as P (c L(u) − c' L(−u)) with u = z Δφ F/RT and L(x) = x/(1 − exp(−x)), the
constant field; a solute as P (c − c'). Where the conductances of two copies differ, the junctions between them count
as two halves in series.
"""

from __future__ import annotations

import sympy

from ionlang.equations.express import number
from ionlang.equations.fields import (
    both_sides,
    conducts_path,
    fall_path,
    free_path,
    in_series,
    towards_end,
)
from ionlang.equations.functions import Linoid
from ionlang.equations.lines import gain
from ionlang.equations.notebook import Notebook
from ionlang.equations.wording import origin_of
from ionlang.model.cell import Cell, Line
from ionlang.model.cell_lines import GapJunction, Passing
from ionlang.model.expression import Expr


def gap_junction_recipes(cell: Cell, book: Notebook, line: Line, junction: GapJunction) -> None:
    """`P.gap_junction.gain(S)` [fmol/ms]: what a copy gets from its neighbours; `flux(S)` and `current` [pA]: what
    passes on to the next; `total_conductance` or `total_permeability` of a pair."""
    origin, path = origin_of(f"gap junctions of {junction.place}", junction.span), junction.path
    size, unit, word = _size(junction)
    book.recipe(f"{path}.total_{word}", unit, origin, _total, junction, size)
    book.recipe(f"{path}.pass()", unit, origin, _pass, line, f"{path}.total_{word}")
    for share in junction.shares:
        named = f"({share.species or 'charge'})"
        if share.ratio is not None:
            book.recipe(f"{path}.ratio{named}", "1", origin, Notebook.value, share.ratio)
        unit = "fmol/ms" if share.species is not None else "pA"
        book.recipe(f"{path}.face{named}", unit, origin, _face, cell, line, junction, share)
        book.recipe(f"{path}.gain{named}", unit, origin, gain, f"{path}.face{named}", line)
        if share.species is not None:
            book.recipe(f"{path}.flux{named}", unit, origin, towards_end, f"{path}.face{named}", line)
    book.recipe(free_path(junction), "pA", origin, _free, cell, line, junction)
    book.recipe(conducts_path(junction), "nS", origin, Notebook.look, f"{path}.pass()")
    book.recipe(f"{path}.face()", "pA", origin, _current, cell, junction)
    book.recipe(f"{path}.current", "pA", origin, towards_end, f"{path}.face()", line)


def _size(junction: GapJunction) -> tuple[Expr, str, str]:
    if junction.conductance is not None:
        return junction.conductance, "nS", "conductance"
    assert junction.permeability is not None
    return junction.permeability, "pL/ms", "permeability"


def _total(book: Notebook, junction: GapJunction, size: Expr) -> sympy.Expr:
    each = book.value(size)
    return each if junction.number is None else book.value(junction.number) * each


def _pass(book: Notebook, line: Line, total: str) -> sympy.Expr:
    return in_series(book, line, 2 * book.look(total))


def _portion(book: Notebook, junction: GapJunction, share: Passing) -> sympy.Expr:
    """The share of an ion: of a conductance its ratio over the sum of ratios; with a permeability its ratio."""
    if junction.permeability is not None or len(junction.shares) > 1:
        ratios = [_ratio(book, junction, each) for each in junction.shares]
        own = ratios[junction.shares.index(share)]
        return own if junction.permeability is not None else own / sum(ratios, sympy.Integer(0))
    return sympy.Integer(1)


def _ratio(book: Notebook, junction: GapJunction, share: Passing) -> sympy.Expr:
    given = share.ratio is not None
    return book.look(f"{junction.path}.ratio({share.species or 'charge'})") if given else sympy.Integer(1)


def _face(book: Notebook, cell: Cell, line: Line, junction: GapJunction, share: Passing) -> sympy.Expr:
    """What passes a face: an amount per time, or a current of no named ion."""
    passes = _portion(book, junction, share) * book.look(f"{junction.path}.pass()")
    if share.species is None:
        return passes * book.look(fall_path(junction.place))
    if junction.permeability is not None:
        return passes * _field(book, cell, line, junction, share.species)
    fall = book.look(fall_path(junction.place)) + _nernst(book, cell, line, junction, share.species)
    return passes * fall / (number(cell.valence(share.species)) * book.look("faraday"))


def _nernst(book: Notebook, cell: Cell, line: Line, junction: GapJunction, species: str) -> sympy.Expr:
    """RT/(zF) ln(c/c'): what drives an ion without a field."""
    left, right = both_sides(book, line, book.look(f"{junction.place}.{species}"))
    return book.look("thermal_voltage") / number(cell.valence(species)) * sympy.log(left / right)


def _field(book: Notebook, cell: Cell, line: Line, junction: GapJunction, species: str) -> sympy.Expr:
    left, right = both_sides(book, line, book.look(f"{junction.place}.{species}"))
    valence = number(cell.valence(species))
    if not valence:
        return left - right
    u = valence * book.look(fall_path(junction.place)) / book.look("thermal_voltage")
    return left * Linoid(u) - right * Linoid(-u)


def _free(book: Notebook, cell: Cell, line: Line, junction: GapJunction) -> sympy.Expr:
    """What flows while the potential does not fall."""
    terms = sympy.Integer(0)
    for share in junction.shares:
        if share.species is not None and cell.valence(share.species):
            drive = _nernst(book, cell, line, junction, share.species)
            terms += _portion(book, junction, share) * book.look(f"{junction.path}.pass()") * drive
    return terms


def _current(book: Notebook, cell: Cell, junction: GapJunction) -> sympy.Expr:
    terms = sympy.Integer(0)
    for share in junction.shares:
        face = book.look(f"{junction.path}.face({share.species or 'charge'})")
        if share.species is None:
            terms += face
        else:
            terms += number(cell.valence(share.species)) * book.look("faraday") * face
    return terms
