"""Whether the charge of a compartment adds up: solutions are neutral to a few parts in a hundred thousand."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping

from ionlang.diagnostics import Problems
from ionlang.model.blocks.building import Building
from ionlang.model.books.balance import charge_at_start
from ionlang.model.books.ledger import moved_pools
from ionlang.model.books.potentials import group_of
from ionlang.model.cell import Cell, Membrane, Place
from ionlang.model.evaluate import NotKnown, evaluate
from ionlang.model.expression import Expr
from ionlang.model.names.sides import sides_of
from ionlang.model.numbers import parameter_values

_GROSS = 1e-3  # of all the charge there: no composition of a paper is rounded so coarsely

_LOOKED_AT = 11  # copies of a line, from the first to the last


def check_charges(
    problems: Problems, cell: Cell, values: Mapping[str, float], doubtful: Collection[str]
) -> None:
    """Warn of a compartment with far more ions of one sign: V and what moves may be right, its composition is not."""
    for place in _with_moving_ions(cell):
        group = [cell.place(name) for name in group_of(cell, place.name)]
        if group[0] is not place or any(p.balancer is not None or p.name in doubtful for p in group):
            continue
        everywhere = (values, *_further_on(cell, place, values))
        excess = next((found for v in everywhere if (found := _excess(cell, place, v))), 0.0)
        if excess:
            valence = "-1" if excess > 0 else "+1"
            problems.warning(
                "ION317", f"compartment {place.name} holds {excess:.4g} mM of charge that nothing balances",
                place.span, "its ions move, so its charge counts",
                help=f"name what is missing, for instance `impermeant A {{ valence = {valence} }}`, and write here "
                "`A balances charge`",
            )  # fmt: skip


def _excess(cell: Cell, place: Place, values: Mapping[str, float]) -> float:
    """The charge that nothing balances [mM]; 0 where it is small, or not known."""
    excess = _known(charge_at_start(cell, place, place.span), values)
    charges = [
        abs(float(cell.valence(c.species))) * _known(c.start, values)
        for c in place.contents
        if c.start is not None
    ]
    return excess if abs(excess) > _GROSS * sum(charges) and min(charges) >= 0 else 0.0


def _further_on(cell: Cell, place: Place, values: Mapping[str, float]) -> Iterator[Mapping[str, float]]:
    """Where the field along a line is solved, the numbers of further copies."""
    line = cell.line_of(f"{place.name}.")
    if line is None or not any(field.place == place.name for field in line.electrodiffusions):
        return
    spacing = _known(line.spacing, values)
    for k in range(1, _LOOKED_AT):
        copy = 1 + k * (line.count - 1) // (_LOOKED_AT - 1)
        yield parameter_values(cell, {f"{line.name}.x": (copy - 0.5) * spacing})


def _with_moving_ions(cell: Cell) -> Iterator[Place]:
    moved = {p.place for p in moved_pools(cell) if p.species is not None and cell.valence(p.species)}
    return (p for p in cell.places if p.kind == "compartment" and p.name in moved)


def is_whole(building: Building, cell: Cell, place: Place) -> bool:
    """Whether all is known that decides the charge of a place: no mistake there that has been reported already."""
    root = building.resolver.root
    entity = root.find(place.name)
    assert entity is not None
    listed = [m.name for m in entity.members.values() if m.kind == "content"]
    known = {c.species for c in place.contents if c.start is not None and c.species in building.valences}
    if entity.lost or entity.stray or any(name not in known for name in listed):
        return False
    membranes = {m.name: m for m in cell.membranes}
    for other in (e for e in root.all() if e.kind == "membrane" and e.block.sides is not None):
        if entity in (found for side in sides_of(other) or () for found in side):
            built = membranes.get(other.path)
            if built is None or other.lost or not _has_capacitance(building, built):
                return False
    return not _is_broken(building, f"{place.name}.volume")


def _has_capacitance(building: Building, membrane: Membrane) -> bool:
    """Whether its total is known: a density without area was complained of, or is of no matter."""
    if membrane.capacitance is None:
        return True
    if membrane.capacitance_basis != "total" and membrane.area is None:
        return False
    return not any(_is_broken(building, f"{membrane.name}.{word}") for word in ("area", "capacitance"))


def _is_broken(building: Building, path: str) -> bool:
    return path in building.broken


def _known(expression: Expr, values: Mapping[str, float]) -> float:
    try:
        return evaluate(expression, values)
    except NotKnown:
        return math.nan
