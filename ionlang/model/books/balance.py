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


def balance_parameters(cell: Cell) -> tuple[str, ...]:
    """The paths of the parameters that balance the charge of a place (`inside.A`, or `inside.A.start` if it moves):
    they follow from the composition before anything runs."""
    return tuple(p.path for p in cell.parameters if p.text == BALANCES)


def balance_expression(cell: Cell, place: Place) -> Expr:
    """The concentration at the start of the species that balances the charge: so much that the place holds the charge
    of its membranes' capacitances at the starting potentials (Σ C V; a bath holds none)."""
    assert place.balancer is not None
    content = place.content(place.balancer)
    assert content is not None
    missing = _minus(_charge_held(cell, place, content.span), _charge_of_others(cell, place, content.span))
    valence = _pure(cell.valence(place.balancer), content.span)
    return Apply("divide", (missing, valence), CONCENTRATION, content.span)


def charge_at_start(cell: Cell, place: Place, span: Span) -> Expr:
    """What the place holds beyond the charge of its membranes' capacitances at the start: Σ z c − Σ C V/(F volume)."""
    return _minus(_charge_of_others(cell, place, span), _charge_held(cell, place, span))


def total_capacitance(membrane: Membrane) -> Expr:
    """The capacitance as a total, however it is written."""
    span = membrane.capacitance.span
    if membrane.capacitance_basis == "total":
        return membrane.capacitance
    area = Read(f"{membrane.name}.area", AREA, span)
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
        if place.volume is None or place.name not in (m.inside, m.outside) or m.start is None:
            continue
        held = Apply(
            "multiply", (total_capacitance(m), Read(f"{m.name}.V.start", VOLTAGE, span)), CHARGE, span
        )
        terms.append(held if m.inside == place.name else Apply("negate", (held,), CHARGE, span))
    if not terms or place.volume is None:
        return _zero(CONCENTRATION, span)
    faraday = Read("faraday", CHARGE / AMOUNT, span)
    amount = Apply("multiply", (faraday, place.volume), CHARGE / AMOUNT * VOLUME, span)
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
