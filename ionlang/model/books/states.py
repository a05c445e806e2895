"""The quantities that have a rate of their own: potentials or the charge behind them, gates with a delay,
concentrations or amounts that something moves, volumes that water fills."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from ionlang.model.books.ledger import Pool, moved_pools
from ionlang.model.cell import (
    Cell,
    Content,
    DefinedPotential,
    FromCharge,
    FromCurrents,
    FromZeroCurrent,
    Gate,
    Membrane,
    Place,
    Scheme,
)
from ionlang.records import dataclass
from ionlang.source import Span
from ionlang.units import AMOUNT, CHARGE, CONCENTRATION, PURE, VOLTAGE, VOLUME, Dimension


@dataclass(frozen=True, slots=True)
class Variable:
    """A state by its canonical path; `what` is the block it belongs to, as the file calls it."""

    path: str
    kind: Literal["potential", "charge", "gate", "concentration", "amount", "volume", "variable"]
    dimension: Dimension
    what: str
    span: Span


def variables(cell: Cell, injected: tuple[Pool, ...] = ()) -> tuple[Variable, ...]:
    """All states of a cell: potentials first, then gates, then contents and volumes, each in source order.
    `injected` are pools that scenarios not yet built will fill."""
    moved = {*moved_pools(cell), *injected}
    potentials = [v for m in cell.membranes for v in _potential(m)]
    gates = [
        Variable(path, "gate", PURE, f"{_word(opening)} {opening.name} of {carrier.name}", opening.span)
        for m in cell.membranes
        for carrier in m.carriers
        for opening in carrier.openings
        for path in opening.paths
    ]
    contents = [
        _content(cell, p, c)
        for p in cell.places
        for c in p.contents
        if p.kind == "compartment" and not c.held and Pool(p.name, c.species) in moved
    ]
    volumes = [
        Variable(f"{p.name}.volume", "volume", VOLUME, f"compartment {p.name}", p.span)
        for p in cell.places
        if p.motion == "water"
    ]
    own = [Variable(v.path, "variable", v.dimension, f"variable {v.name}", v.span) for v in cell.varying]
    return (*potentials, *gates, *contents, *volumes, *own)


def _potential(membrane: Membrane) -> Iterator[Variable]:
    what, span = f"membrane {membrane.name}", membrane.span
    match membrane.potential:
        case FromCurrents():
            yield Variable(f"{membrane.name}.V", "potential", VOLTAGE, what, span)
        case FromCharge():
            yield Variable(f"{membrane.name}.charge", "charge", CHARGE, what, span)
        case FromZeroCurrent() | DefinedPotential():
            return


def _content(cell: Cell, place: Place, content: Content) -> Variable:
    what = f"compartment {place.name}"
    if in_amounts(cell, place, content):
        return Variable(f"amount({content.path})", "amount", AMOUNT, what, content.span)
    return Variable(content.path, "concentration", CONCENTRATION, what, content.span)


def in_amounts(cell: Cell, place: Place, content: Content) -> bool:
    """Whether the amount of it is counted and its concentration follows: where the volume moves, where a buffer
    binds some."""
    return place.moves or bool(cell.buffers_of(place.name, content.species))


def state_of(cell: Cell, pool: Pool) -> str | None:
    """The path of the state that holds a pool; None where none does (a potential without inertia)."""
    if pool.kind == "water":
        return f"{pool.place}.volume"
    if pool.species is None:
        membrane = next(m for m in cell.membranes if m.name == pool.place)
        return next((v.path for v in _potential(membrane)), None)
    place = cell.place(pool.place)
    content = place.content(pool.species)
    assert content is not None
    return _content(cell, place, content).path


def is_loose(cell: Cell, pool: Pool) -> bool:
    """Whether the charge is not the state times a constant: V from currents on an area that changes."""
    membrane = next((m for m in cell.membranes if pool.kind == "charge" and m.name == pool.place), None)
    return (
        membrane is not None
        and isinstance(membrane.potential, FromCurrents)
        and membrane.area_rule is not None
    )


def _word(opening: Gate | Scheme) -> str:
    return "gate" if isinstance(opening, Gate) else "scheme"


def changeable(cell: Cell, injected: tuple[Pool, ...] = ()) -> dict[str, Dimension]:
    """The states that may be given a value by themselves: not those of a scheme, which together are 1."""
    schemes = (s for m in cell.membranes for c in m.carriers for s in c.schemes)
    bound = {path for scheme in schemes for path in scheme.paths}  # for membership only
    return dict(_named(v) for v in variables(cell, injected) if v.path not in bound)


def _named(state: Variable) -> tuple[str, Dimension]:
    """What a file calls a state, with its dimension: an amount goes by its concentration, a charge by its potential."""
    match state.kind:
        case "amount":
            return state.path.removeprefix("amount(").removesuffix(")"), CONCENTRATION
        case "charge":
            return f"{state.path.removesuffix('.charge')}.V", VOLTAGE
        case _:
            return state.path, state.dimension
