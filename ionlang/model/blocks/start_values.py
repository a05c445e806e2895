"""Numbers that have no sentence of their own: start values, held concentrations, areas not stated, blocked shares.

Each is a parameter with a path, which a scenario may set.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from ionlang.model.blocks.balancing import balanced
from ionlang.model.blocks.building import Building
from ionlang.model.books.beginning import at_start
from ionlang.model.books.ledger import Pool
from ionlang.model.books.states import variables
from ionlang.model.cell import (
    Cell,
    Channel,
    Content,
    Flux,
    FromCharge,
    FromCurrents,
    Membrane,
    Parameter,
    Place,
    Reaction,
    Transporter,
)
from ionlang.model.expression import Expr, Literal, Read
from ionlang.source import Span
from ionlang.units import AREA, CONCENTRATION, PURE, VOLTAGE, VOLUME, Dimension

ONE_SQUARE_CENTIMETRE = 1e6  # in cell units of 100 um2


def with_start_values(building: Building, cell: Cell, injected: tuple[Pool, ...]) -> Cell:
    """The cell with all its numbers as parameters; `injected` are pools that scenarios fill."""
    states = [v.path for v in variables(cell, injected)]
    places = tuple(_place(building, p, states) for p in cell.places)
    membranes = tuple(_membrane(building, m) for m in cell.membranes)
    for f in cell.fluxes:
        _block(building, f)
    for r in cell.reactions:
        _block(building, r)
    places = tuple(_with_start_volume(p) for p in places)
    known = replace(cell, places=places, membranes=membranes)
    known = balanced(building, known, partial(moves, states=states))
    rules = _rules(building, known)
    for p in known.places:
        if p.volume_rule is not None:
            value = at_start(p.volume_rule, rules)
            _number(building, _start_volume(p), value, VOLUME, f"{p.kind} {p.name}", p.span)
    for m in membranes:
        if m.area_rule is not None:
            _number(
                building,
                f"{m.name}.area.start",
                at_start(m.area_rule, rules),
                AREA,
                f"membrane {m.name}",
                m.span,
            )
    return known


def moves(p: Place, content: Content, states: list[str]) -> bool:
    """Whether its concentration changes, so that what is written is a start value."""
    changes = p.moves or content.path in states or f"amount({content.path})" in states
    return changes and not content.held and p.kind == "compartment"


def _place(building: Building, p: Place, states: list[str]) -> Place:
    contents: list[Content] = []
    for c in p.contents:
        if c.start is None or (c.held and not building.is_fixed(c.start)):
            contents.append(c)
            building.fixed[c.path] = c.start is None and c.held and c.path not in states
            continue
        movable = moves(p, c, states)
        start = _number(
            building,
            f"{c.path}.start" if movable else c.path,
            c.start,
            CONCENTRATION,
            f"{p.kind} {p.name}",
            c.span,
        )
        if movable:
            building.fixed[c.path] = False
        contents.append(replace(c, start=start))
    return replace(p, contents=tuple(contents))


def _membrane(building: Building, m: Membrane) -> Membrane:
    what = f"membrane {m.name}"
    if m.area is None:
        area: Expr = Literal(ONE_SQUARE_CENTIMETRE, "1 cm2 (not stated)", AREA, m.span)
        _number(building, f"{m.name}.area", area, AREA, what, m.span)
    for carrier in m.carriers:
        _block(building, carrier)
    if m.start is None:
        return m
    start = _number(building, f"{m.name}.V.start", m.start, VOLTAGE, what, m.span)
    owner = FromCharge(start) if isinstance(m.potential, FromCharge) else FromCurrents(start)
    return replace(m, potential=owner)


def _block(building: Building, carrier: Channel | Transporter | Flux | Reaction) -> None:
    zero = Literal(0.0, "0", PURE, carrier.span)
    _number(building, f"{carrier.path}.block", zero, PURE, f"{_kind(carrier)} {carrier.name}", carrier.span)


def _kind(carrier: Channel | Transporter | Flux | Reaction) -> str:
    match carrier:
        case Channel():
            return "channel"
        case Flux():
            return "flux"
        case Reaction():
            return "reaction"
        case Transporter():
            return carrier.kind


def _rules(building: Building, cell: Cell) -> dict[str, Expr]:
    """What each quantity that changes is at the start: its start parameter, or what it follows from."""
    rules: dict[str, Expr] = {}
    for p in building.parameters:
        if p.path.endswith(".start"):
            rules[p.path.removesuffix(".start")] = Read(p.path, p.dimension, p.span)
    rules |= {d.path: d.value for d in cell.definitions if not building.is_fixed(d.value)}
    rules |= {f"{p.name}.volume": p.volume_rule for p in cell.places if p.volume_rule is not None}
    rules |= {f"{m.name}.area": m.area_rule for m in cell.membranes if m.area_rule is not None}
    return rules


def _start_volume(p: Place) -> str:
    return f"{p.name}.volume.start"


def _with_start_volume(p: Place) -> Place:
    """A volume that is a definition has a value at the start, which balances are counted with."""
    if p.volume_rule is None:
        return p
    return replace(p, volume_start=Read(_start_volume(p), VOLUME, p.volume_rule.span))


def _number(building: Building, path: str, value: Expr, dimension: Dimension, what: str, span: Span) -> Expr:
    text = value.text if isinstance(value, Literal) else value.span.text
    building.parameters.append(Parameter(path, value, dimension, text, what, None, None, span))
    building.fixed[path] = True
    return Read(path, dimension, value.span)
