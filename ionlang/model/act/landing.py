"""What a hold or a clamp means for the state behind it: a concentration may be counted as an amount, a potential as a
charge."""

from __future__ import annotations

from ionlang.model.act.staging import Staging
from ionlang.model.act.targets import Target
from ionlang.model.books.states import in_amounts
from ionlang.model.cell import Buffer, Cell, FromCharge
from ionlang.model.expression import Apply, Expr, Read
from ionlang.source import Span
from ionlang.units import AMOUNT, CAPACITANCE, CHARGE, CONCENTRATION, PURE, VOLUME


def kept_state(
    staging: Staging, target: Target, value: Expr | None, span: Span
) -> tuple[str, Expr | None] | None:
    """The path of the state that is kept, with the command in its unit; None (and a message) where the state would
    have to follow a volume or an area that changes."""
    cell = staging.building.cell
    assert cell is not None
    owner, _, word = target.path.rpartition(".")
    membrane = next((m for m in cell.membranes if m.name == owner and word == "V"), None)
    if membrane is not None and isinstance(membrane.potential, FromCharge):
        if membrane.area_rule is not None:
            _refuse(staging, target, f"the area of membrane {membrane.name}", span)
            return None
        size = Read(f"{membrane.name}.total_capacitance", CAPACITANCE, span)
        charge = None if value is None else Apply("multiply", (value, size), CHARGE, span)
        return f"{membrane.name}.charge", charge
    place = next((p for p in cell.places if p.name == owner), None)
    content = place.content(word) if place is not None else None
    if place is None or content is None or not in_amounts(cell, place, content):
        return target.path, value
    if place.moves:
        _refuse(staging, target, f"the volume of {place.name}", span)
        return None
    return f"amount({target.path})", None if value is None else _amount(cell, target.path, value, span)


def _amount(cell: Cell, path: str, free: Expr, span: Span) -> Expr:
    """(free + what fast buffers bind) × volume."""
    owner, _, species = path.rpartition(".")
    total = free
    for buffer in cell.buffers_of(owner, species):
        total = Apply("add", (total, _bound(buffer, free, span)), CONCENTRATION, span)
    return Apply("multiply", (total, Read(f"{owner}.volume", VOLUME, span)), AMOUNT, span)


def _bound(buffer: Buffer, free: Expr, span: Span) -> Expr:
    whole = Apply("add", (buffer.dissociation, free), CONCENTRATION, span)
    return Apply("multiply", (buffer.total, Apply("divide", (free, whole), PURE, span)), CONCENTRATION, span)


def _refuse(staging: Staging, target: Target, what: str, span: Span) -> None:
    staging.building.problems.error(
        "ION402", f"{target.path} cannot be kept: {what} changes", span, "the state behind it would have to follow",
        help="what a place keeps all the time is written there, as in `K = 4 mM held`; or keep it in a `bath`",
    )  # fmt: skip
