"""Equations of places: what carriers bring, charge and osmolarity, the start of what balances charge."""

from __future__ import annotations

import sympy

from ionlang.equations.express import number
from ionlang.equations.membranes import moved_by
from ionlang.equations.notebook import Notebook
from ionlang.equations.wording import origin_of
from ionlang.model.cell import Cell, Membrane, Place


def place_recipes(cell: Cell, book: Notebook, place: Place) -> None:
    """`osmolarity`, `charge`, `amount(P.S)`, and the concentration that balances the charge."""
    origin = origin_of(f"{place.kind} {place.name}", place.span)
    paths = [c.path for c in place.contents]
    if place.balancer is not None and f"{place.name}.{place.balancer}" not in book.symbols:
        book.recipe(f"{place.name}.{place.balancer}", "mM", origin, balance, cell, place)
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


def balance(book: Notebook, cell: Cell, place: Place) -> sympy.Expr:
    """The start of the species that balances the charge: so much that the place holds the charge of its membranes'
    capacitances at the starting potentials (Σ C V; a bath holds none)."""
    assert place.balancer is not None
    others: sympy.Expr = sympy.Integer(0)
    for content in place.contents:
        z = cell.valence(content.species)
        if content.start is not None and z:
            others += number(z) * book.value(content.start)
    charge: sympy.Expr = sympy.Integer(0)
    for m in (m for m in cell.membranes if place.volume is not None and place.name in (m.inside, m.outside)):
        held = book.look(f"{m.name}.total_capacitance") * book.look(f"{m.name}.V.start")
        charge += held if m.inside == place.name else -held
    if charge != 0:
        charge = charge / (book.look("faraday") * _volume(book, place))
    return (charge - others) / number(cell.valence(place.balancer))


def concentration_start(book: Notebook, cell: Cell, path: str) -> sympy.Expr:
    """The written concentration, or the one that balances the charge."""
    place = cell.place(path.partition(".")[0])
    content = next(c for c in place.contents if c.path == path)
    return balance(book, cell, place) if content.start is None else book.value(content.start)


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
