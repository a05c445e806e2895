"""The charge of a place, and the concentration that balances it; the capacitance that holds charge."""

from __future__ import annotations

from fractions import Fraction

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
    """The concentration at the start of the species that balances the charge: so much that the place holds the charge
    of its membranes' capacitances at the starting potentials (Σ C V; a bath holds none; of several places of one side
    the first-named holds it)."""
    assert place.balancer is not None
    content = place.content(place.balancer)
    assert content is not None
    missing = _minus(
        _charge_held(cell, place, content.span), _charge_of_others(cell, place, content.span, place.balancer)
    )
    valence = _pure(cell.valence(place.balancer), content.span)
    return Apply("divide", (missing, valence), CONCENTRATION, content.span)


def charge_at_start(cell: Cell, place: Place, span: Span) -> Expr:
    """What the place holds beyond the charge of its membranes' capacitances at the start: Σ z c − Σ C V/(F volume)."""
    return _minus(_charge_of_others(cell, place, span, place.balancer), _charge_held(cell, place, span))


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


def charge_on(cell: Cell, membrane: Membrane, span: Span) -> Expr | None:
    """What a membrane holds for its first side at the start: C V where V is given. Of V from charge without a start it
    is the charge of the first side, and what membranes hold that have the place on their second side."""
    if membrane.start is not None:
        volts = Read(f"{membrane.name}.V.start", VOLTAGE, span)
        return Apply("multiply", (capacitance_at_start(membrane), volts), CHARGE, span)
    if not isinstance(membrane.potential, FromCharge):
        return None
    own = [_charge_in(cell, cell.place(name), span) for name in membrane.inside]
    beyond = [m for m in cell.membranes if any(name in m.outside for name in membrane.inside)]
    held = (charge_on(cell, m, span) for m in beyond)
    return _sum([*own, *(charge for charge in held if charge is not None)], CHARGE, span)


def _charge_in(cell: Cell, place: Place, span: Span) -> Expr:
    density = _charge_of_others(cell, place, span, None)
    return Apply("multiply", (density, _charge_per_concentration(place, span)), CHARGE, span)


def _charge_per_concentration(place: Place, span: Span) -> Expr:
    """F × volume at the start."""
    assert place.volume_start is not None
    faraday = Read("faraday", CHARGE / AMOUNT, span)
    return Apply("multiply", (faraday, place.volume_start), CHARGE / AMOUNT * VOLUME, span)


def _charge_of_others(cell: Cell, place: Place, span: Span, balancer: str | None) -> Expr:
    """Σ z c of all that is written, free and bound (not of the species that balances)."""
    terms: list[Expr] = []
    for content in place.contents:
        z = cell.valence(content.species)
        if content.start is not None and z and content.species != balancer:
            amounts = [content.start, *bound_at_start(cell, place, content, span)]
            total = _sum(amounts, CONCENTRATION, span)
            terms.append(Apply("multiply", (_pure(z, span), total), CONCENTRATION, span))
    return _sum(terms, CONCENTRATION, span)


def bound_at_start(cell: Cell, place: Place, content: Content, span: Span) -> list[Expr]:
    """What fast buffers bind of it at the start: sites × free/(K_d + free) for each."""
    assert content.start is not None
    found: list[Expr] = []
    for buffer in cell.buffers_of(place.name, content.species):
        whole = Apply("add", (buffer.dissociation, content.start), CONCENTRATION, span)
        share = Apply("divide", (content.start, whole), PURE, span)
        found.append(Apply("multiply", (buffer.total, share), CONCENTRATION, span))
    return found


def _charge_held(cell: Cell, place: Place, span: Span) -> Expr:
    """What the capacitances of its membranes hold there, as a concentration of charge."""
    if place.volume_start is None:
        return _zero(CONCENTRATION, span)
    terms: list[Expr] = []
    for m in cell.membranes:
        if place.name == m.inside[0] and m.start is not None:
            terms += [held for held in (charge_on(cell, m, span),) if held is not None]
        elif place.name == m.outside[0]:
            beyond = charge_on(cell, m, span)
            terms += [] if beyond is None else [Apply("negate", (beyond,), CHARGE, span)]
    if not terms:
        return _zero(CONCENTRATION, span)
    return Apply(
        "divide", (_sum(terms, CHARGE, span), _charge_per_concentration(place, span)), CONCENTRATION, span
    )


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
