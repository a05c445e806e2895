"""Equations of water: volume that follows osmolarity."""

from __future__ import annotations

import sympy

from ionlang.equations.notebook import Notebook
from ionlang.equations.wording import origin_of
from ionlang.model.cell import Membrane, Water


def water_recipes(book: Notebook, membrane: Membrane) -> None:
    """`rate` [pL/ms] of each osmotic path, positive out of the first side."""
    for water in membrane.waters:
        origin = origin_of(f"water {water.name}", water.span)
        book.recipe(f"{water.path}.rate", "pL/ms", origin, _flow, membrane, water)


def _flow(book: Notebook, membrane: Membrane, water: Water) -> sympy.Expr:
    """permeability × area × molar volume × (osmolarity outside − inside + pressure/RT); RT = F × RT/F."""
    size = book.value(water.permeability)
    if water.basis == "per area":
        size = size * book.look(f"{membrane.name}.area")
    drive = book.look(f"{water.outside}.osmolarity") - book.look(f"{water.inside}.osmolarity")
    if water.pressure is not None:
        energy = book.look("faraday") * book.look("thermal_voltage")
        drive = drive + book.value(water.pressure) / energy
    return size * book.value(water.molar_volume) * drive
