"""Equations of gates that an event opens: x' = −x/rise, s' = x/rise − s/decay; without rise s' = −s/decay."""

from __future__ import annotations

import sympy

from ionlang.equations.notebook import Notebook
from ionlang.model.cell import SynapticGate


def synaptic_rate(book: Notebook, gate: str, kinetics: SynapticGate, path: str) -> sympy.Expr:
    """The rate [per ms] of the gate at `gate`, or of its drive; without its temperature factor."""
    falling = -book.look(path) / book.look(f"{gate}.{'decay' if path == gate else 'rise'}")
    if path != gate or kinetics.rise is None:
        return falling
    return book.look(f"{gate}.drive") / book.look(f"{gate}.rise") + falling
