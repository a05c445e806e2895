"""The charge of a place, and the concentration that balances it; the capacitance that holds charge."""

from __future__ import annotations

from fractions import Fraction

from ionlang.model.books.potentials import group_of
from ionlang.model.cell import Cell, Content, FromCharge, Membrane, Place
from ionlang.model.expression import Apply, Expr, Literal, Read
from ionlang.source import Span
from ionlang.units import (
    AMOUNT,
    AREA,
    CAPACITANCE,
    CHARGE,
    CONCENTRATION,
    PURE,
    VOLTAGE,
    VOLUME,
    Dimension,
)

BALANCES = "balances charge"
BALANCES_OSMOLARITY = "balances osmolarity"


def balance_parameters(cell: Cell) -> tuple[str, ...]:
    """The paths of the parameters that balance the charge of a place (`inside.A`, or `inside.A.start` if it moves):
    they follow from the composition before anything runs."""
    return tuple(p.path for p in cell.parameters if p.text in (BALANCES, BALANCES_OSMOLARITY))


def balance_expression(cell: Cell, place: Place) -> Expr:
    """The concentration at the start of the species that balances the charge: so much that the places of its potential
    together hold the charge of their membranes' capacitances at the starting potentials (Σ C V; a bath holds none).
    Of several such places the first with a balance answers for all, a further one for itself."""
    assert place.balancer is not None
    content = place.content(place.balancer)
    assert content is not None
    span = content.span
    own = _minus(_zero(CONCENTRATION, span), _charge_of_others(cell, place, span))
    if _answers(cell, place):
        rest = [_scaled(_charge_of_all(cell, p, span), p, place) for p in _unbalanced(cell, place)]
        own = _minus(own, _sum(rest, CONCENTRATION, span)) if rest else own
        own = Apply("add", (own, _charge_held(cell, place, span)), CONCENTRATION, span)
    return Apply("divide", (own, _pure(cell.valence(place.balancer), span)), CONCENTRATION, span)


def charge_at_start(cell: Cell, place: Place, span: Span) -> Expr:
    """What the places of one potential hold beyond the charge of their membranes' capacitances at the start, as a
    concentration in the first of them: Σ z c − Σ C V/(F volume)."""
    others = [p for p in _unbalanced(cell, place) if p is not place]
    matter = [
        _charge_of_all(cell, place, span),
        *(_scaled(_charge_of_all(cell, p, span), p, place) for p in others),
    ]
    return _minus(_sum(matter, CONCENTRATION, span), _charge_held(cell, place, span))


def _group(cell: Cell, place: Place) -> list[Place]:
    return [cell.place(name) for name in group_of(cell, place.name)]


def _answers(cell: Cell, place: Place) -> bool:
    return next(p for p in _group(cell, place) if p.balancer is not None) is place


def _unbalanced(cell: Cell, place: Place) -> list[Place]:
    return [p for p in _group(cell, place) if p.balancer is None and p.volume_start is not None]


def _scaled(charge: Expr, of: Place, into: Place) -> Expr:
    """A concentration of charge in one place as one in another."""
    assert of.volume_start is not None
    if into.volume_start is None:
        return charge
    ratio = Apply("divide", (of.volume_start, into.volume_start), PURE, charge.span)
    return Apply("multiply", (charge, ratio), CONCENTRATION, charge.span)


def osmotic_expression(place: Place, other: Place) -> Expr:
    """The concentration at the start of the species that balances the osmolarity: so much that the place has that of
    the other."""
    content = place.content(place.osmotic_balancer or "")
    assert content is not None
    terms = [c.start for c in other.contents if c.start is not None]
    own = [c.start for c in place.contents if c.start is not None and c is not content]
    span = content.span
    return _minus(_sum(terms, CONCENTRATION, span), _sum(own, CONCENTRATION, span))


def across(cell: Cell, place: Place) -> tuple[Place, ...]:
    """The places across the membranes that water crosses there; across all its membranes, if it crosses none."""
    wet = [(w.inside, w.outside) for m in cell.membranes for w in m.waters]
    dry = [(m.inside[0], m.outside[0]) for m in cell.membranes]
    for sides in (wet, dry):
        found = [a if b == place.name else b for a, b in sides if place.name in (a, b)]
        if found:
            return tuple(cell.place(name) for name in dict.fromkeys(found))
    return ()


def total_capacitance(membrane: Membrane) -> Expr:
    """The capacitance as a total, however it is written."""
    assert membrane.capacitance is not None
    return _total(membrane, "area")


def capacitance_at_start(membrane: Membrane) -> Expr:
    """The total capacitance with the area at the start."""
    return _total(membrane, "area" if membrane.area_rule is None else "area.start")


def _total(membrane: Membrane, word: str) -> Expr:
    assert membrane.capacitance is not None
    span = membrane.capacitance.span
    if membrane.capacitance_basis == "total":
        return membrane.capacitance
    area = Read(f"{membrane.name}.{word}", AREA, span)
    return Apply("multiply", (membrane.capacitance, area), CAPACITANCE, span)


def _charge_of_all(cell: Cell, place: Place, span: Span) -> Expr:
    """Σ z c of all that is written."""
    terms: list[Expr] = []
    for content in place.contents:
        z = cell.valence(content.species)
        if content.start is not None and z:
            whole = _with_bound(cell, place, content, content.start)
            terms.append(Apply("multiply", (_pure(z, span), whole), CONCENTRATION, span))
    return _sum(terms, CONCENTRATION, span)


def _charge_of_others(cell: Cell, place: Place, span: Span) -> Expr:
    """Σ z c of all that is written (not of the species that balances)."""
    terms: list[Expr] = []
    for content in place.contents:
        z = cell.valence(content.species)
        if content.start is not None and z and content.species != place.balancer:
            whole = _with_bound(cell, place, content, content.start)
            terms.append(Apply("multiply", (_pure(z, span), whole), CONCENTRATION, span))
    return _sum(terms, CONCENTRATION, span)


def _with_bound(cell: Cell, place: Place, content: Content, free: Expr) -> Expr:
    """What is free and what buffers bind of it, which keeps its charge: c + Σ total c/(K_d + c). Of what is held only
    the free part is counted."""
    span, whole = content.span, free
    buffers = () if content.held else cell.buffers_of(place.name, content.species)
    for buffer in buffers:
        most = Apply("add", (buffer.dissociation, free), CONCENTRATION, span)
        bound = Apply(
            "multiply", (buffer.total, Apply("divide", (free, most), PURE, span)), CONCENTRATION, span
        )
        whole = Apply("add", (whole, bound), CONCENTRATION, span)
    return whole


def charge_on(cell: Cell, membrane: Membrane, span: Span, asked: tuple[str, ...] = ()) -> Expr | None:
    """What a membrane holds for its first side at the start: C V where V is given. Of V from charge without a start it
    is the charge of the first side, and what membranes hold that have it on their second side (`asked` are those that
    wait for this one; two that face each other are reported elsewhere)."""
    if membrane.start is not None:
        volts = Read(f"{membrane.name}.V.start", VOLTAGE, span)
        return Apply("multiply", (capacitance_at_start(membrane), volts), CHARGE, span)
    places = _group(cell, cell.place(membrane.inside[0]))
    if not isinstance(membrane.potential, FromCharge) or any(p.volume_start is None for p in places):
        return None
    own = [_charge_in(cell, place, span) for place in places]
    facing = [m for m in cell.membranes if any(place.name in m.outside for place in places)]
    beyond = [m for m in facing if m.name not in asked]
    held = (charge_on(cell, m, span, (*asked, membrane.name)) for m in beyond)
    return _sum([*own, *(charge for charge in held if charge is not None)], CHARGE, span)


def _charge_in(cell: Cell, place: Place, span: Span) -> Expr:
    density = _charge_of_all(cell, place, span)
    return Apply("multiply", (density, _charge_per_concentration(place, span)), CHARGE, span)


def _charge_per_concentration(place: Place, span: Span) -> Expr:
    """F × volume at the start."""
    assert place.volume_start is not None
    faraday = Read("faraday", CHARGE / AMOUNT, span)
    return Apply("multiply", (faraday, place.volume_start), CHARGE / AMOUNT * VOLUME, span)


def _charge_held(cell: Cell, place: Place, span: Span) -> Expr:
    """What the capacitances of its membranes hold there, as a concentration of charge. V from charge without a start
    asks nothing of its own first side; where a bath stands beside the place, the bath gives and takes that charge."""
    group = group_of(cell, place.name)
    if place.volume_start is None or any(p.kind == "bath" for p in _group(cell, place)):
        return _zero(CONCENTRATION, span)
    terms: list[Expr] = []
    for m in cell.membranes:
        inside, outside = (any(name in side for name in group) for side in (m.inside, m.outside))
        if inside == outside or (inside and m.start is None):
            continue
        held = charge_on(cell, m, span)
        if held is not None:
            terms.append(held if inside else Apply("negate", (held,), CHARGE, span))
    if not terms:
        return _zero(CONCENTRATION, span)
    charge = _sum(terms, CHARGE, span)
    return Apply("divide", (charge, _charge_per_concentration(place, span)), CONCENTRATION, span)


def _sum(terms: list[Expr], dimension: Dimension, span: Span) -> Expr:
    if not terms:
        return _zero(dimension, span)
    total = terms[0]
    for term in terms[1:]:
        total = Apply("add", (total, term), dimension, span)
    return total


def _minus(left: Expr, right: Expr) -> Expr:
    return Apply("subtract", (left, right), left.dimension, left.span)


def _zero(dimension: Dimension, span: Span) -> Expr:
    return Literal(0.0, "0", dimension, span)


def _pure(value: Fraction, span: Span) -> Expr:
    return Literal(float(value), str(value), PURE, span)
