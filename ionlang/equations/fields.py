"""The potential along a line, from face to face.

Through each face flows, along a place, the current i + σ (φ − φ of the next): i is what diffusion alone would make of
it, σ a conductance. In one dimension with ends that no net current passes the currents along all places that hang
together add up to nothing at every face. The potentials of these places differ by those of membranes, which are known
from their charge; so the outermost one falls by −Σ (i + σ ΔV)/Σ σ, and no equation is left to solve. Where the
outermost place is earthed it falls by nothing.
"""

from __future__ import annotations

import sympy

from ionlang.equations.express import number
from ionlang.equations.neighbours import Before, Left, Right, Summed
from ionlang.equations.notebook import Notebook
from ionlang.equations.spread import is_spread
from ionlang.equations.wording import origin_of
from ionlang.model.books.along import Conducting, Way, conducting, has_field, together, way_out
from ionlang.model.cell import Cell, Line
from ionlang.model.cell_lines import Axial, Electrodiffusion

SMALLEST = number(1e-300)
"""What is divided by is at least this."""


def free_path(coupling: Conducting) -> str:
    """The current at each face if the potential did not fall [pA]."""
    return f"{coupling.path}.free()"


def conducts_path(coupling: Conducting) -> str:
    """The conductance at each face [nS]."""
    return f"{coupling.path}.conducts()"


def fall_path(place: str) -> str:
    """By how much the potential of a place falls at each face [mV]."""
    return f"{place}.fall()"


def field_recipes(cell: Cell, book: Notebook, line: Line) -> None:
    """`P.fall()` at the faces and `P.potential` in the copies, of every place along which current flows and of those
    around it."""
    for coupling in conducting(cell, line):
        way = way_out(cell, coupling.place)
        if not isinstance(way, Way):
            continue
        for place in (coupling.place, *_around(cell, line, way)):
            origin = origin_of(f"potential along {place}", coupling.span)
            book.recipe(fall_path(place), "mV", origin, _fall, cell, line, place)
            book.recipe(f"{place}.potential", "mV", origin, _potential, cell, line, place)
        if isinstance(coupling, Axial):
            _axial_recipes(book, line, coupling)
        if has_field(cell, line, coupling.place):
            outermost = _outermost(way)
            origin = origin_of(f"field along {way.outermost[0]}", coupling.span)
            book.recipe(outermost, "mV", origin, _outermost_fall, cell, line, coupling.place)


def _axial_recipes(book: Notebook, line: Line, axial: Axial) -> None:
    """How an axial current counts among those of a face."""
    origin = origin_of(f"axial current in {axial.place}", axial.span)
    book.recipe(free_path(axial), "pA", origin, Notebook.total)
    book.recipe(conducts_path(axial), "nS", origin, _conducts, line, axial)


def _conducts(book: Notebook, line: Line, axial: Axial) -> sympy.Expr:
    return in_series(book, line, book.look(f"{axial.path}.half"))


def current_in_field(book: Notebook, line: Line, axial: Axial) -> sympy.Expr:
    """An axial current driven by the whole fall of its potential."""
    return book.look(conducts_path(axial)) * book.look(fall_path(axial.place))


def _around(cell: Cell, line: Line, way: Way) -> tuple[str, ...]:
    """The outermost places, as far as they are of the line."""
    return tuple(place for place in way.outermost if line.holds(f"{place}."))


def _outermost(way: Way) -> str:
    return f"{way.outermost[0]}.outermost_fall()"


def _fall(book: Notebook, cell: Cell, line: Line, place: str) -> sympy.Expr:
    across = _across(book, cell, line, place)
    way = way_out(cell, place)
    assert isinstance(way, Way)
    return across + book.look(_outermost(way)) if has_field(cell, line, place) else across


def _across(book: Notebook, cell: Cell, line: Line, place: str) -> sympy.Expr:
    """The difference from copy to copy of the V between a place and the outermost one."""
    way = way_out(cell, place)
    assert isinstance(way, Way)
    terms = (difference(book, line, book.look(f"{name}.V")) for name in way.membranes)
    return sum(terms, sympy.Integer(0))


def _outermost_fall(book: Notebook, cell: Cell, line: Line, place: str) -> sympy.Expr:
    """−Σ (i + σ ΔV)/Σ σ."""
    current, conductance = sympy.Integer(0), sympy.Integer(0)
    for coupling in together(cell, line, place):
        sigma = book.look(conducts_path(coupling))
        current += book.look(free_path(coupling)) + sigma * _across(book, cell, line, coupling.place)
        conductance += sigma
    if not any(isinstance(c, Electrodiffusion) for c in together(cell, line, place)):
        conductance = sympy.Max(conductance, SMALLEST)
    return -current / conductance


def _potential(book: Notebook, cell: Cell, line: Line, place: str) -> sympy.Expr:
    """Against the outermost place of the first copy."""
    way = way_out(cell, place)
    assert isinstance(way, Way)
    across = book.total(*(f"{name}.V" for name in way.membranes))
    if not has_field(cell, line, place):
        return across
    return across - Summed(book.look(_outermost(way)), line.count)


def difference(book: Notebook, line: Line, value: sympy.Expr) -> sympy.Expr:
    """At each face the value in the copy before it less that in the one behind it."""
    left, right = both_sides(book, line, value)
    return left - right


def both_sides(book: Notebook, line: Line, value: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """At each face the value in the copy before it and in the one behind it."""
    return (Left(value), Right(value)) if is_spread(book, value, line) else (value, value)


def in_series(book: Notebook, line: Line, half: sympy.Expr) -> sympy.Expr:
    """At each face the two halves, from the middle of a copy to its end, in series."""
    if not is_spread(book, half, line):
        return half / 2
    left, right = Left(half), Right(half)
    return left * right / sympy.Max(left + right, SMALLEST)


def towards_end(book: Notebook, face: str, line: Line) -> sympy.Expr:
    """In each copy what passes on to the next, nothing in the last."""
    return Before(book.look(face), line.count)
