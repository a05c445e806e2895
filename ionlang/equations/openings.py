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
    carriers = (carrier for membrane in cell.membranes for carrier in membrane.carriers)
    return next(o for carrier in carriers for o in carrier.openings if path in o.paths)
