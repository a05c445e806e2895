"""Nernst–Planck along a line.

Across the face between two neighbours an ion of valence z flows by k (c − c' + z c̄ (φ − φ')/(RT/F)), an amount per
time, with k = D A/(λ² spacing) in two halves. c̄ is the logarithmic mean (c − c')/ln(c/c'), so the flux is k c̄ times
the fall of the electrochemical potential over RT: nothing flows at equilibrium, all that flows dissipates, and out of
what is empty nothing can drift. It is linear in the potential, so that the field follows at once (`fields.py`).

Through an end no net current flows: what lies beyond takes the potential at which the ions that pass cancel.
"""

from __future__ import annotations

import sympy

from ionlang.equations.express import number
from ionlang.equations.fields import (
    both_sides,
    conducts_path,
    difference,
    fall_path,
    free_path,
    in_series,
    towards_end,
)
from ionlang.equations.lines import beyond_end, end_recipe, gain, half, look_beyond, section_recipe
from ionlang.equations.neighbours import LogMean
from ionlang.equations.notebook import Notebook
from ionlang.equations.system import Origin
from ionlang.equations.wording import origin_of
from ionlang.model.books.lengthwise import ENDS, End
from ionlang.model.cell import Cell, Line
from ionlang.model.cell_lines import Diffusing, Electrodiffusion


def electrodiffusion_recipes(cell: Cell, book: Notebook, line: Line, field: Electrodiffusion) -> None:
    """`P.electrodiffusion.gain(S)` [fmol/ms]: what a copy gets from its neighbours; `flux(S)` and `current` [pA]: what
    passes on to the next; `first(S)` and `last(S)`: what comes through the ends."""
    origin, path = origin_of(f"electrodiffusion in {field.place}", field.span), field.path
    section_recipe(cell, book, line, field, origin)
    for each in field.species:
        named = f"({each.species})"
        book.recipe(f"{path}.half{named}", "pL/ms", origin, half, line, field, each.coefficient)
        book.recipe(f"{path}.pass{named}", "pL/ms", origin, _pass, line, field, each.species)
        book.recipe(f"{path}.mean{named}", "mM", origin, _mean, line, field, each.species)
        book.recipe(f"{path}.face{named}", "fmol/ms", origin, _face, cell, line, field, each.species)
        book.recipe(f"{path}.gain{named}", "fmol/ms", origin, gain, f"{path}.face{named}", line)
        book.recipe(f"{path}.flux{named}", "fmol/ms", origin, towards_end, f"{path}.face{named}", line)
    book.recipe(free_path(field), "pA", origin, _free, cell, line, field)
    book.recipe(conducts_path(field), "nS", origin, _conducts, cell, field)
    book.recipe(f"{path}.face()", "pA", origin, _face_current, cell, field)
    book.recipe(f"{path}.current", "pA", origin, towards_end, f"{path}.face()", line)
    for end in ENDS:
        _end_recipes(cell, book, line, field, end, origin)


def _ions(cell: Cell, field: Electrodiffusion) -> list[tuple[Diffusing, sympy.Expr]]:
    """What carries charge, with its valence."""
    found = ((each, cell.valence(each.species)) for each in field.species)
    return [(each, number(z)) for each, z in found if z]


def _pass(book: Notebook, line: Line, field: Electrodiffusion, species: str) -> sympy.Expr:
    """k: both halves in series."""
    return in_series(book, line, book.look(f"{field.path}.half({species})"))


def _mean(book: Notebook, line: Line, field: Electrodiffusion, species: str) -> sympy.Expr:
    """The logarithmic mean of two neighbours."""
    return LogMean(*both_sides(book, line, book.look(f"{field.place}.{species}")))


def _fallen(book: Notebook, line: Line, field: Electrodiffusion, species: str) -> sympy.Expr:
    return difference(book, line, book.look(f"{field.place}.{species}"))


def _face(book: Notebook, cell: Cell, line: Line, field: Electrodiffusion, species: str) -> sympy.Expr:
    """k (c − c' + z c̄ Δφ/(RT/F))."""
    force, valence = _fallen(book, line, field, species), number(cell.valence(species))
    if valence:
        drift = valence * book.look(fall_path(field.place)) / book.look("thermal_voltage")
        force += book.look(f"{field.path}.mean({species})") * drift
    return book.look(f"{field.path}.pass({species})") * force


def _free(book: Notebook, cell: Cell, line: Line, field: Electrodiffusion) -> sympy.Expr:
    """F Σ z k (c − c')."""
    terms = (
        z * book.look(f"{field.path}.pass({each.species})") * _fallen(book, line, field, each.species)
        for each, z in _ions(cell, field)
    )
    return book.look("faraday") * sum(terms, sympy.Integer(0))


def _conducts(book: Notebook, cell: Cell, field: Electrodiffusion) -> sympy.Expr:
    """F Σ z² k c̄/(RT/F)."""
    terms = (
        z**2
        * book.look(f"{field.path}.pass({each.species})")
        * book.look(f"{field.path}.mean({each.species})")
        for each, z in _ions(cell, field)
    )
    return book.look("faraday") / book.look("thermal_voltage") * sum(terms, sympy.Integer(0))


def _face_current(book: Notebook, cell: Cell, field: Electrodiffusion) -> sympy.Expr:
    terms = (z * book.look(f"{field.path}.face({each.species})") for each, z in _ions(cell, field))
    return book.look("faraday") * sum(terms, sympy.Integer(0))


def _end_recipes(
    cell: Cell, book: Notebook, line: Line, field: Electrodiffusion, end: End, origin: Origin
) -> None:
    """What comes into the outermost copy, over half a spacing."""
    passing = [
        (each, beyond)
        for each in field.species
        if (beyond := beyond_end(cell, line, field, end, each.species)) is not None
    ]
    if not passing:
        return
    end_recipe(book, line, end)
    path = field.path
    for each, beyond in passing:
        named = f"({each.species})"
        inside = f"{field.place}.{each.species}"
        book.recipe(f"{path}.{end}.beyond{named}", "mM", origin, look_beyond, beyond)
        book.recipe(
            f"{path}.{end}.mean{named}", "mM", origin, _mean_at_end, f"{path}.{end}.beyond{named}", inside
        )
        book.recipe(f"{path}.{end}{named}", "fmol/ms", origin, _through_end, cell, line, field, end, each)
    ions = tuple(each for each, _ in passing if cell.valence(each.species))
    book.recipe(f"{path}.{end}.rise()", "1", origin, _rise, cell, field, end, ions)


def _mean_at_end(book: Notebook, beyond: str, inside: str) -> sympy.Expr:
    return LogMean(book.look(beyond), book.look(inside))


def _offered(book: Notebook, field: Electrodiffusion, end: End, species: str) -> sympy.Expr:
    """c beyond the end less c inside."""
    return book.look(f"{field.path}.{end}.beyond({species})") - book.look(f"{field.place}.{species}")


def _rise(
    book: Notebook, cell: Cell, field: Electrodiffusion, end: End, ions: tuple[Diffusing, ...]
) -> sympy.Expr:
    """By how much what is beyond stands higher, over RT/F: −Σ z k (c − c')/Σ z² k c̄."""
    if not ions:
        return sympy.Integer(0)
    free, conducts = sympy.Integer(0), sympy.Integer(0)
    for each in ions:
        z, k = number(cell.valence(each.species)), book.look(f"{field.path}.half({each.species})")
        free += z * k * _offered(book, field, end, each.species)
        conducts += z**2 * k * book.look(f"{field.path}.{end}.mean({each.species})")
    return -free / conducts


def _through_end(
    book: Notebook, cell: Cell, line: Line, field: Electrodiffusion, end: End, each: Diffusing
) -> sympy.Expr:
    force, valence = _offered(book, field, end, each.species), number(cell.valence(each.species))
    if valence:
        mean = book.look(f"{field.path}.{end}.mean({each.species})")
        force += valence * mean * book.look(f"{field.path}.{end}.rise()")
    only = book.look(f"{line.name}.{end}()")
    return only * book.look(f"{field.path}.half({each.species})") * force
