"""The quantities that have a rate of their own: potentials, concentrations that something moves, gates with a delay."""

from __future__ import annotations

from typing import Literal

from ionlang.model.books.ledger import Pool, moved_pools
from ionlang.model.cell import Cell, Gate, Scheme
from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.units import CONCENTRATION, PURE, VOLTAGE, Dimension


@dataclass(frozen=True, slots=True)
class Variable:
    """A state by its canonical path; `what` is the block it belongs to, as the file calls it."""

    path: str
    kind: Literal["potential", "concentration", "gate"]
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
        Variable(path, "gate", PURE, f"{_word(opening)} {opening.name} of {carrier.name}", opening.span)
        for m in cell.membranes
        for carrier in m.carriers
        for opening in carrier.openings
        for path in opening.paths
    ]
    concentrations = [
        Variable(c.path, "concentration", CONCENTRATION, f"compartment {p.name}", c.span)
        for p in cell.places
        for c in p.contents
        if p.kind == "compartment" and not c.held and Pool(p.name, c.species) in moved
    ]
    return (*potentials, *gates, *concentrations)


def _word(opening: Gate | Scheme) -> str:
    return "gate" if isinstance(opening, Gate) else "scheme"


def changeable(cell: Cell, injected: tuple[Pool, ...] = ()) -> dict[str, Dimension]:
    """The states that may be given a value by themselves: not those of a scheme, which together are 1."""
    schemes = (s for m in cell.membranes for c in m.carriers for s in c.schemes)
    bound = {path for scheme in schemes for path in scheme.paths}  # for membership only
    return {v.path: v.dimension for v in variables(cell, injected) if v.path not in bound}
