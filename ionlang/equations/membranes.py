"""Equations of a membrane: Nernst potentials, constant-field factors, sums over carriers, C dV/dt.

Signs: V = first side − second side, a current is positive when positive charge leaves the first side.
"""

from __future__ import annotations

from fractions import Fraction

import sympy

from ionlang.equations.express import number
from ionlang.equations.functions import Linoid
from ionlang.equations.notebook import Notebook
from ionlang.equations.wording import origin_of
from ionlang.model.books.balance import total_capacitance
from ionlang.model.cell import Cell, Channel, Membrane, Ohmic, Species
from ionlang.model.check.defined import is_on_both_sides, is_warm, moved_by


def membrane_recipes(cell: Cell, book: Notebook, membrane: Membrane) -> None:
    """`E(X)`, `ghk(X)`, `current`, `current(X)`, `flux(X)`, `total_capacitance`, `total_conductance`."""
    name, origin = membrane.name, origin_of(f"membrane {membrane.name}", membrane.span)
    book.recipe(f"{name}.total_capacitance", "pF", origin, Notebook.value, total_capacitance(membrane))
    for species in cell.species:
        if species.kind == "ion" and is_warm(cell) and is_on_both_sides(cell, membrane, species):
            book.recipe(f"{name}.E({species.name})", "mV", origin, nernst, membrane, species)
            book.recipe(f"{name}.ghk({species.name})", "fC/pL", origin, ghk, membrane, species)
        carriers = [c for c in membrane.carriers if species.name in moved_by(c)]
        if carriers and species.valence:
            currents = [f"{c.path}.current({species.name})" for c in carriers]
            book.recipe(f"{name}.current({species.name})", "pA", origin, Notebook.total, *currents)
        if carriers:
            book.recipe(f"{name}.flux({species.name})", "fmol/ms", origin, _flux, membrane, species)
    electric = [c for c in membrane.carriers if isinstance(c, Channel) or c.charge_out]
    book.recipe(f"{name}.current", "pA", origin, Notebook.total, *(f"{c.path}.current" for c in electric))
    ohmic = [f"{c.path}.total_conductance" for c in membrane.channels if isinstance(c.law, Ohmic)]
    book.recipe(f"{name}.total_conductance", "nS", origin, Notebook.total, *ohmic)


def _sides(book: Notebook, membrane: Membrane, species: str) -> tuple[sympy.Symbol, sympy.Symbol]:
    return book.look(f"{membrane.inside}.{species}"), book.look(f"{membrane.outside}.{species}")


def nernst(book: Notebook, membrane: Membrane, ion: Species) -> sympy.Expr:
    """E = RT/(zF) ln(out/in)."""
    inside, outside = _sides(book, membrane, ion.name)
    ratio = outside / inside if ion.valence > 0 else inside / outside
    return book.look("thermal_voltage") / number(abs(ion.valence)) * sympy.log(ratio)


def ghk(book: Notebook, membrane: Membrane, ion: Species) -> sympy.Expr:
    """Current per permeability, z F (c_in L(u) − c_out L(−u)) with u = z F V/(R T) and L(x) = x/(1 − exp(−x))."""
    inside, outside = _sides(book, membrane, ion.name)
    u = number(ion.valence) * book.look(f"{membrane.name}.V") / book.look("thermal_voltage")
    return number(ion.valence) * book.look("faraday") * (inside * Linoid(u) - outside * Linoid(-u))


def mixed_potential_recipe(cell: Cell, book: Notebook, path: str) -> None:
    """`soma.E(K:1,Na:0.03)`, asked for by the file."""
    name, _, rest = path.partition(".E(")
    membrane = next(m for m in cell.membranes if m.name == name)
    ratios = tuple((ion, ratio) for ion, _, ratio in (part.partition(":") for part in rest[:-1].split(",")))
    origin = origin_of(f"membrane {name}", membrane.span)
    book.recipe(path, "mV", origin, _goldman, cell, membrane, ratios)


def _goldman(
    book: Notebook, cell: Cell, membrane: Membrane, ratios: tuple[tuple[str, str], ...]
) -> sympy.Expr:
    """The Goldman–Hodgkin–Katz voltage, RT/F ln of the weighted sums; anions change sides."""
    over, under = sympy.Integer(0), sympy.Integer(0)
    for ion, ratio in ratios:
        inside, outside = _sides(book, membrane, ion)
        weight = number(Fraction(ratio))
        cation = cell.valence(ion) > 0
        over += weight * (outside if cation else inside)
        under += weight * (inside if cation else outside)
    return book.look("thermal_voltage") * sympy.log(over / under)


def _flux(book: Notebook, membrane: Membrane, species: Species) -> sympy.Expr:
    """What leaves the first side: current/(z F), or the sum of fluxes of uncharged matter."""
    if species.valence:
        current = book.look(f"{membrane.name}.current({species.name})")
        return current / (number(species.valence) * book.look("faraday"))
    carriers = [c for c in membrane.carriers if species.name in moved_by(c)]
    return book.total(*(f"{c.path}.flux({species.name})" for c in carriers))


def potential_rate(book: Notebook, name: str) -> sympy.Expr:
    """dV/dt = (injected − sum of all currents)/C."""
    injected = [path for path in book.symbols if path.startswith(f"{name}.inject(")]
    current = book.look(f"{name}.current")
    return (book.total(*injected) - current) / book.look(f"{name}.total_capacitance")
