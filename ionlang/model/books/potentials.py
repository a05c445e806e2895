"""Which places have one potential: those that stand together on a side of a membrane."""

from __future__ import annotations

from ionlang.model.cell import Cell


def places_of_one_potential(cell: Cell) -> tuple[tuple[str, ...], ...]:
    """The places in groups: those that stand together on a side of a membrane, others alone."""
    groups: list[tuple[str, ...]] = [(p.name,) for p in cell.places]
    for side in (side for m in cell.membranes for side in (m.inside, m.outside) if len(side) > 1):
        joined = [group for group in groups if any(name in side for name in group)]
        whole = tuple(name for group in joined for name in group)
        groups = [whole if group is joined[0] else group for group in groups if group not in joined[1:]]
    return tuple(groups)


def group_of(cell: Cell, place: str) -> tuple[str, ...]:
    """The places that have one potential with this one, itself among them."""
    return next(group for group in places_of_one_potential(cell) if place in group)
