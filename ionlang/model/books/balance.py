"""The charge of a place, and the concentration that balances it; the capacitance that holds charge."""

from __future__ import annotations

from fractions import Fraction

from ionlang.model.cell import Cell, Membrane, Place
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
    missing = _minus(_charge_held(cell, place, content.span), _charge_of_others(cell, place, content.span))
    valence = _pure(cell.valence(place.balancer), content.span)
    return Apply("divide", (missing, valence), CONCENTRATION, content.span)


def charge_at_start(cell: Cell, place: Place, span: Span) -> Expr:
    """What the place holds beyond the charge of its membranes' capacitances at the start: Σ z c − Σ C V/(F volume)."""
    return _minus(_charge_of_others(cell, place, span), _charge_held(cell, place, span))


def osmotic_expression(cell: Cell, place: Place) -> Expr:
    """The concentration at the start of the species that balances the osmolarity: so much that the place has that of
    the other side of its first membrane that water crosses (of its first membrane, if none does)."""
    content = place.content(place.osmotic_balancer or "")
    other = _across(cell, place)
    assert content is not None and other is not None
    terms = [c.start for c in other.contents if c.start is not None]
    own = [c.start for c in place.contents if c.start is not None and c is not content]
    span = content.span
    return _minus(_sum(terms, CONCENTRATION, span), _sum(own, CONCENTRATION, span))


def _across(cell: Cell, place: Place) -> Place | None:
    sides = [(w.inside, w.outside) for m in cell.membranes for w in m.waters]
    sides += [(m.inside[0], m.outside[0]) for m in cell.membranes]
    for inside, outside in sides:
        if place.name in (inside, outside):
            return cell.place(outside if place.name == inside else inside)
    return None


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


def _charge_of_others(cell: Cell, place: Place, span: Span) -> Expr:
    """Σ z c of all that is written (not of the species that balances)."""
    terms: list[Expr] = []
    for content in place.contents:
        z = cell.valence(content.species)
        if content.start is not None and z and content.species != place.balancer:
            terms.append(Apply("multiply", (_pure(z, span), content.start), CONCENTRATION, span))
    return _sum(terms, CONCENTRATION, span)


def _charge_held(cell: Cell, place: Place, span: Span) -> Expr:
    """What the capacitances of its membranes hold there, as a concentration of charge."""
    terms: list[Expr] = []
    for m in cell.membranes:
        if place.volume_start is None or m.start is None or place.name not in (m.inside[0], m.outside[0]):
            continue
        held = Apply(
            "multiply", (capacitance_at_start(m), Read(f"{m.name}.V.start", VOLTAGE, span)), CHARGE, span
        )
        terms.append(held if m.inside[0] == place.name else Apply("negate", (held,), CHARGE, span))
    if not terms or place.volume_start is None:
        return _zero(CONCENTRATION, span)
    faraday = Read("faraday", CHARGE / AMOUNT, span)
    amount = Apply("multiply", (faraday, place.volume_start), CHARGE / AMOUNT * VOLUME, span)
    return Apply("divide", (_sum(terms, CHARGE, span), amount), CONCENTRATION, span)


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
