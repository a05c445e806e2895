"""Numbers that have no sentence of their own: start values, held concentrations, areas not stated, blocked shares.

Each is a parameter with a path, which a scenario may set.
"""

from __future__ import annotations

from dataclasses import replace

from ionlang.model.blocks.building import Building
from ionlang.model.books.balance import BALANCES, BALANCES_OSMOLARITY, balance_expression, osmotic_expression
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
    known = replace(cell, places=places, membranes=membranes)
    rules = _rules(building, known, states)
    known = replace(known, places=tuple(_sized(building, p, rules) for p in places))
    places = tuple(_balanced(building, known, p, states) for p in known.places)
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
    return replace(known, places=places)


def _moves(p: Place, content: Content, states: list[str]) -> bool:
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
        moves = _moves(p, c, states)
        start = _number(
            building,
            f"{c.path}.start" if moves else c.path,
            c.start,
            CONCENTRATION,
            f"{p.kind} {p.name}",
            c.span,
        )
        if moves:
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


def _balanced(building: Building, cell: Cell, p: Place, states: list[str]) -> Place:
    """The place with the species that balance its charge and its osmolarity; how much that takes is a parameter."""
    if p.balancer is not None and building.valences.get(p.balancer):
        p = _filled(building, p, p.balancer, balance_expression(cell, p), BALANCES, states)
    if p.osmotic_balancer is not None and building.valences.get(p.osmotic_balancer) == 0:
        known = replace(cell, places=tuple(p if q.name == p.name else q for q in cell.places))
        p = _filled(
            building, p, p.osmotic_balancer, osmotic_expression(known, p), BALANCES_OSMOLARITY, states
        )
    return p


def _filled(building: Building, p: Place, species: str, value: Expr, text: str, states: list[str]) -> Place:
    content = p.content(species)
    if content is None or content.start is not None:
        return p
    moves = _moves(p, content, states)
    path = f"{content.path}.start" if moves else content.path
    what = f"{p.kind} {p.name}"
    building.parameters.append(Parameter(path, value, CONCENTRATION, text, what, None, None, content.span))
    building.fixed[path] = True
    building.fixed[content.path] = not moves
    start = replace(content, start=Read(path, CONCENTRATION, content.span))
    return replace(p, contents=tuple(start if c is content else c for c in p.contents))


def _rules(building: Building, cell: Cell, states: list[str]) -> dict[str, Expr]:
    """What each quantity that changes is at the start: its start parameter (also of what balances, which is entered
    later), or what it follows from."""
    rules: dict[str, Expr] = {
        c.path: Read(f"{c.path}.start", CONCENTRATION, c.span)
        for p in cell.places
        for c in p.contents
        if c.start is None and _moves(p, c, states)
    }
    for p in building.parameters:
        if p.path.endswith(".start"):
            rules[p.path.removesuffix(".start")] = Read(p.path, p.dimension, p.span)
    rules |= {d.path: d.value for d in cell.definitions if not building.is_fixed(d.value)}
    rules |= {f"{p.name}.volume": p.volume_rule for p in cell.places if p.volume_rule is not None}
    rules |= {f"{m.name}.area": m.area_rule for m in cell.membranes if m.area_rule is not None}
    return rules


def _sized(building: Building, p: Place, rules: dict[str, Expr]) -> Place:
    """The volume at the start of a place whose volume is a definition."""
    if p.volume_rule is None:
        return p
    what = f"{p.kind} {p.name}"
    value = at_start(p.volume_rule, rules)
    return replace(p, volume_start=_number(building, f"{p.name}.volume.start", value, VOLUME, what, p.span))


def _number(building: Building, path: str, value: Expr, dimension: Dimension, what: str, span: Span) -> Expr:
    text = value.text if isinstance(value, Literal) else value.span.text
    building.parameters.append(Parameter(path, value, dimension, text, what, None, None, span))
    building.fixed[path] = True
    return Read(path, dimension, value.span)
