"""Equations of pumps, transporters and plain fluxes: one rate, and what each cycle moves."""

from __future__ import annotations

from fractions import Fraction

import sympy

from ionlang.equations.affinity import affinity_recipes
from ionlang.equations.channels import open_recipe, opened, working_share
from ionlang.equations.energy import movement_energy
from ionlang.equations.express import number
from ionlang.equations.notebook import Notebook
from ionlang.equations.wording import origin_of
from ionlang.model.books.cycles import cycle_of
from ionlang.model.cell import Cell, CycleCurrent, CycleRate, Flux, Membrane, Transporter
from ionlang.model.check.defined import is_warm, moved_by
from ionlang.model.expression import Expr


def transporter_recipes(cell: Cell, book: Notebook, membrane: Membrane, carrier: Transporter) -> None:
    """`rate`, `current`, `current(X)`, `flux(X)`, `free_energy` of one cycle."""
    path = carrier.path
    origin = origin_of(f"{carrier.kind} {carrier.name}", carrier.span)
    open_recipe(book, membrane, path, carrier.law.basis, origin)
    match carrier.law:
        case CycleRate(rate=rate):
            book.recipe(f"{path}.rate", "fmol/ms", origin, _opened, path, rate)
            book.recipe(f"{path}.current", "pA", origin, _times_charge, f"{path}.rate", carrier.charge_out)
        case CycleCurrent(current=current):
            book.recipe(f"{path}.current", "pA", origin, _opened, path, current)
            book.recipe(
                f"{path}.rate", "fmol/ms", origin, _over_charge, f"{path}.current", carrier.charge_out
            )
    for name in moved_by(carrier):
        count, valence = _net_out(membrane, carrier, name), cell.valence(name)
        book.recipe(f"{path}.flux({name})", "fmol/ms", origin, _times, f"{path}.rate", count)
        if valence:
            book.recipe(f"{path}.current({name})", "pA", origin, _ion_current, carrier, count * valence)
    affinity_recipes(cell, book, cycle_of(carrier, membrane), origin)
    if is_warm(cell):
        moves = tuple((m.species, m.count, m.origin, m.target) for m in carrier.movements)
        book.recipe(f"{path}.free_energy", "mJ/mol", origin, movement_energy, cell, membrane, moves)


def _opened(book: Notebook, path: str, written: Expr) -> sympy.Expr:
    return book.look(opened(path)) * book.value(written)


def _times(book: Notebook, path: str, count: Fraction) -> sympy.Expr:
    return number(count) * book.look(path)


def _times_charge(book: Notebook, path: str, charges: Fraction) -> sympy.Expr:
    return number(charges) * book.look("faraday") * book.look(path)


def _over_charge(book: Notebook, path: str, charges: Fraction) -> sympy.Expr:
    return book.look(path) / (number(charges) * book.look("faraday"))


def _ion_current(book: Notebook, carrier: Transporter, charges: Fraction) -> sympy.Expr:
    """F × charges moved by this ion × rate; from a written net current without the detour."""
    if isinstance(carrier.law, CycleCurrent):
        return _times(book, f"{carrier.path}.current", charges / carrier.charge_out)
    return _times_charge(book, f"{carrier.path}.rate", charges)


def _net_out(membrane: Membrane, carrier: Transporter, species: str) -> Fraction:
    """How many leave the first side in one cycle."""
    mine = [m for m in carrier.movements if m.species == species]
    return Fraction(
        sum(m.count * ((m.origin in membrane.inside) - (m.target in membrane.inside)) for m in mine)
    )


def flux_recipes(book: Notebook, flux: Flux) -> None:
    """`rate` and `flux(X)` of a plain flux, positive in the written direction."""
    origin = origin_of(f"flux {flux.name}", flux.span)
    book.recipe(f"{flux.path}.rate", "fmol/ms", origin, _unblocked, flux)
    for movement in flux.movements:
        path = f"{flux.path}.flux({movement.species})"
        book.recipe(path, "fmol/ms", origin, _times, f"{flux.path}.rate", Fraction(movement.count))


def _unblocked(book: Notebook, flux: Flux) -> sympy.Expr:
    return working_share(book, flux.path) * book.value(flux.rate)
