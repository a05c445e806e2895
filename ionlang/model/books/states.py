"""The quantities that have a rate of their own: potentials, concentrations that something moves, gates with a delay."""

from __future__ import annotations

from typing import Literal

from ionlang.model.books.ledger import Pool, moved_pools
from ionlang.model.cell import Cell
from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.units import CONCENTRATION, PURE, VOLTAGE, Dimension


@dataclass(frozen=True, slots=True)
class Variable:
    """A state by its canonical path; `what` is the block it belongs to, as the file calls it."""

    path: str
    kind: Literal["potential", "concentration", "gate", "variable"]
    dimension: Dimension
    what: str
    span: Span


def variables(cell: Cell, injected: tuple[Pool, ...] = ()) -> tuple[Variable, ...]:
    """All states of a cell: potentials first, then gates, then concentrations, each in source order.
    `injected` are pools that scenarios not yet built will fill."""
    moved = {*moved_pools(cell), *injected}
    potentials = [
        Variable(f"{m.name}.V", "potential", VOLTAGE, f"membrane {m.name}", m.span) for m in cell.membranes
    ]
    gates = [
        Variable(g.path, "gate", PURE, f"gate {g.name} of {carrier.name}", g.span)
        for m in cell.membranes
        for carrier in m.carriers
        for g in carrier.gates
        if not g.instantaneous
    ]
    concentrations = [
        Variable(c.path, "concentration", CONCENTRATION, f"compartment {p.name}", c.span)
        for p in cell.places
        for c in p.contents
        if p.kind == "compartment" and not c.held and Pool(p.name, c.species) in moved
    ]
    own = [Variable(v.path, "variable", v.dimension, f"variable {v.name}", v.span) for v in cell.varying]
    return (*potentials, *gates, *concentrations, *own)
