"""What opens a carrier, by the path of its state: a gate, or a state of a scheme."""

from __future__ import annotations

import sympy

from ionlang.equations.gates import gate_rate, gate_start
from ionlang.equations.notebook import Notebook
from ionlang.equations.schemes import occupancy_rate, occupancy_start
from ionlang.model.cell import Cell, Gate, Scheme


def opening_rate(cell: Cell, book: Notebook, path: str) -> sympy.Expr:
    """Its rate [per ms]."""
    owner = _owner(cell, path)
    if isinstance(owner, Gate):
        return gate_rate(book, owner, path)
    return occupancy_rate(book, owner, path.removeprefix(f"{owner.path}."))


def opening_start(cell: Cell, book: Notebook, path: str) -> sympy.Expr:
    """Its start value."""
    owner = _owner(cell, path)
    if isinstance(owner, Gate):
        return gate_start(book, owner, path)
    return occupancy_start(book, owner, path.removeprefix(f"{owner.path}."))


def _owner(cell: Cell, path: str) -> Gate | Scheme:
    carriers = [c for m in cell.membranes for c in m.carriers]
    gate = next((g for c in carriers for g in c.gates if path in g.states), None)
    return gate or next(s for c in carriers for s in c.schemes if path in s.occupancies)
