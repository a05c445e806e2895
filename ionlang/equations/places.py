"""Equations of places: what carriers bring, charge and osmolarity."""

from __future__ import annotations

import sympy

from ionlang.equations.chemistry import brought_by_chemistry
from ionlang.equations.express import number
from ionlang.equations.notebook import Notebook
from ionlang.equations.wording import origin_of
from ionlang.model.cell import Cell, Membrane, Place
from ionlang.model.check.defined import moved_by


def place_recipes(cell: Cell, book: Notebook, place: Place) -> None:
    """`osmolarity`, `charge`, `amount(P.S)`."""
    origin = origin_of(f"{place.kind} {place.name}", place.span)
    paths = [c.path for c in place.contents]
    book.recipe(f"{place.name}.osmolarity", "mM", origin, Notebook.total, *paths)
    if place.volume is None:
        return
    for path in paths:
        book.recipe(f"amount({path})", "fmol", origin, _amount, place, path)
    book.recipe(f"{place.name}.charge", "fC", origin, _charge, cell, place)


def _volume(book: Notebook, place: Place) -> sympy.Expr:
    assert place.volume is not None
    return book.value(place.volume)


def _amount(book: Notebook, place: Place, path: str) -> sympy.Expr:
    return book.look(path) * _volume(book, place)


def _charge(book: Notebook, cell: Cell, place: Place) -> sympy.Expr:
    charged = [c for c in place.contents if cell.valence(c.species)]
    terms = [number(cell.valence(c.species)) * book.look(c.path) for c in charged]
    return book.look("faraday") * _volume(book, place) * sum(terms, sympy.Integer(0))


def concentration_start(book: Notebook, cell: Cell, path: str) -> sympy.Expr:
    """The written concentration, or the one that balances the charge."""
    place, _, species = path.partition(".")
    content = cell.place(place).content(species)
    assert content is not None and content.start is not None
    return book.value(content.start)


def concentration_rate(book: Notebook, cell: Cell, path: str) -> sympy.Expr:
    """d[S]/dt = (Σ fluxes into the place)/volume: through membranes, plain fluxes, injected currents, fuel used up."""
    name, _, species = path.partition(".")
    terms: list[sympy.Expr] = []
    for m in cell.membranes:
        terms += _through(book, cell, m, name, species)
    for flux in cell.fluxes:
        for movement in (v for v in flux.movements if v.species == species):
            sign = (movement.target == name) - (movement.origin == name)
            if sign:
                terms.append(sympy.Integer(sign * movement.count) * book.look(f"{flux.path}.rate"))
    terms += brought_by_chemistry(book, cell, name, species)
    return sum(terms, sympy.Integer(0)) / _volume(book, cell.place(name))


def _through(book: Notebook, cell: Cell, m: Membrane, place: str, species: str) -> list[sympy.Expr]:
    """What a membrane brings to a place [fmol/ms]: its flux, what its pumps use up there, what is injected."""
    terms: list[sympy.Expr] = []
    if place in (m.inside, m.outside) and any(species in moved_by(c) for c in m.carriers):
        flux = book.look(f"{m.name}.flux({species})")
        terms.append(-flux if place == m.inside else flux)
    for carrier in m.transporters:
        used = sum(use.count for use in carrier.uses if (use.place, use.species) == (place, species))
        if used:
            terms.append(-sympy.Integer(used) * book.look(f"{carrier.path}.rate"))
    injected = f"{m.name}.inject({species})"
    if m.inside == place and injected in book.symbols:
        terms.append(book.look(injected) / (number(cell.valence(species)) * book.look("faraday")))
    return terms
