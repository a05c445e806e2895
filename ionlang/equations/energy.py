"""Free energy of transport, and the power that it comes to."""

from __future__ import annotations

import sympy

from ionlang.equations.express import number
from ionlang.equations.notebook import Notebook
from ionlang.equations.wording import origin_of, unit_text
from ionlang.model.books.energies import energies
from ionlang.model.cell import Cell, Membrane

Moves = tuple[tuple[str, int, str | None, str | None], ...]
"""(species, count, from, to); None is nothing."""


def movement_energy(book: Notebook, cell: Cell, membrane: Membrane, moves: Moves) -> sympy.Expr:
    """ΔG of one cycle = Σ count (RT ln(c_to/c_from) + z F (potential_to − potential_from)); RT = F × RT/F.
    Positive: work must be done. Matter that appears from or vanishes into nothing does not count."""
    terms: sympy.Expr = sympy.Integer(0)
    for species, count, origin, target in moves:
        if origin is None or target is None:
            continue
        ratio = book.look(f"{target}.{species}") / book.look(f"{origin}.{species}")
        rises = (target in membrane.inside) - (origin in membrane.inside)
        electric = number(cell.valence(species) * rises) * book.look(f"{membrane.name}.V")
        terms += sympy.Integer(count) * (book.look("thermal_voltage") * sympy.log(ratio) + electric)
    return book.look("faraday") * terms


def energy_recipes(cell: Cell, book: Notebook) -> None:
    """`dissipation`, `work`, `fuel_power` [fW], `efficiency`; `free_energy(X)` of channels, `free_energy` of fluxes."""
    for reading in energies(cell):
        assert reading.value.dimension is not None
        unit = unit_text(reading.value.dimension)
        book.recipe(reading.path, unit, origin_of(reading.what, reading.span), Notebook.value, reading.value)
