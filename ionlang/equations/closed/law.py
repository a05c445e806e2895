"""Rate laws of transporters, per area: written out, and as straight lines in the potentials where they are."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import sympy

from ionlang.equations.closed.alphabet import Alphabet
from ionlang.equations.closed.chamber import Chamber, leaving
from ionlang.equations.express import express, number
from ionlang.equations.functions import Linoid
from ionlang.model.books.cycles import cycle_of
from ionlang.model.books.following import follows_state
from ionlang.model.cell import Cell, CycleCurrent, Membrane, Transporter
from ionlang.model.expression import Apply, Expr, Literal, Read, reads
from ionlang.model.numbers import followers
from ionlang.source import NOWHERE
from ionlang.units import AMOUNT, AREA, CAPACITANCE, CHARGE, PURE, RATE, Dimension

Straight = tuple[sympy.Expr, Expr]
"""A combination of E − V with rational coefficients, and what it is multiplied with, times F."""


def _apply(operator: str, left: Expr, right: Expr, dimension: Dimension) -> Expr:
    return Apply(operator, (left, right), dimension, NOWHERE)  # type: ignore[arg-type]


def density_of(cell: Cell, membrane: Membrane, carrier: Transporter) -> Expr:
    """(1 − block) · factor · law, per area."""
    law = carrier.law
    written = law.current if isinstance(law, CycleCurrent) else law.rate
    one = Literal(1.0, "1", PURE, NOWHERE)
    whole = _apply("subtract", one, Read(f"{carrier.path}.block", PURE, NOWHERE), PURE)
    size = written.dimension or PURE
    if any(p.path == f"{carrier.path}.factor" for p in cell.parameters):
        whole = _apply("multiply", whole, Read(f"{carrier.path}.factor", PURE, NOWHERE), PURE)
    whole = _apply("multiply", whole, written, size)
    area = Read(f"{membrane.name}.area", AREA, NOWHERE)
    if law.basis == "per capacitance":
        capacitance = Read(f"{membrane.name}.total_capacitance", CAPACITANCE, NOWHERE)
        whole = _apply("divide", _apply("multiply", whole, capacitance, size * CAPACITANCE), area, size)
    elif law.basis == "total":
        whole = _apply("divide", whole, area, size / AREA)
    if isinstance(law, CycleCurrent):
        charge = Literal(float(carrier.charge_out), str(carrier.charge_out), PURE, NOWHERE)
        faraday = Read("faraday", CHARGE / AMOUNT, NOWHERE)
        below = _apply("multiply", charge, faraday, CHARGE / AMOUNT)
        whole = _apply("divide", whole, below, RATE / AREA)
    return whole


def law_in_potentials(
    chamber: Chamber, carrier: Transporter, unknown: Mapping[str, sympy.Dummy]
) -> Straight | None:
    """The rate as a straight line in E − V of the ions that pass; None if it is none."""
    cell, membrane, alphabet = chamber.cell, chamber.membrane, Alphabet()
    V = sympy.Dummy("V", real=True)
    moving = {f"{membrane.name}.E({ion})": V + shift for ion, shift in unknown.items()}
    moving |= {f"{membrane.name}.V": V}
    rules = followers(cell)
    dimensions: dict[str, Dimension] = {}
    unit = alphabet.positive("thermal_voltage", PURE)

    def look(path: str) -> sympy.Expr:
        if path in moving:
            return moving[path]
        if path == f"{carrier.path}.affinity":
            return _affinity(chamber, carrier, unknown, V, unit)
        if path in rules:
            return express(rules[path], look)
        return alphabet.real(path, dimensions.get(path, PURE))

    density = density_of(cell, membrane, carrier)
    dimensions.update({r.path: r.dimension for r in _all_reads(density, rules)})
    rate = sympy.expand(express(density, look))
    if rate.has(sympy.Piecewise, Linoid) or V in rate.free_symbols:
        return None
    return _straight(chamber, carrier, alphabet, rate, unknown)


def stands_still(chamber: Chamber, carrier: Transporter) -> bool:
    """Whether its law is 0 where every ion is in equilibrium, whatever else it reads."""
    cell, alphabet = chamber.cell, Alphabet()
    rules, V = followers(cell), sympy.Dummy("V", real=True)
    equal: dict[str, sympy.Expr] = {f"{chamber.membrane.name}.E({ion.species})": V for ion in chamber.ions}
    equal |= {f"{chamber.membrane.name}.V": V, f"{carrier.path}.affinity": sympy.Integer(0)}
    product = alphabet.positive("product", PURE)
    equal |= {f"{carrier.path}.mass_{way}": product for way in ("forward", "backward")}

    def look(path: str) -> sympy.Expr:
        if path in equal:
            return equal[path]
        return express(rules[path], look) if path in rules else alphabet.real(path, PURE)

    moved = all(m.species in {i.species for i in chamber.ions} for m in carrier.movements)
    return moved and bool(sympy.expand(express(density_of(cell, chamber.membrane, carrier), look)) == 0)


def _all_reads(expression: Expr, rules: Mapping[str, Expr]) -> list[Read]:
    found = []
    for read in reads(expression):
        found.append(read)
        if read.path in rules:
            found += _all_reads(rules[read.path], rules)
    return found


def _straight(
    chamber: Chamber,
    carrier: Transporter,
    alphabet: Alphabet,
    rate: sympy.Expr,
    unknown: Mapping[str, sympy.Dummy],
) -> Straight | None:
    """As slope × combination; positive where it pays for what leaves."""
    shifts = [(ion, d) for ion, d in unknown.items() if d in rate.free_symbols]
    if not shifts:
        return None
    slopes = {d: sympy.diff(rate, d) for _, d in shifts}
    ion, leading = shifts[0]
    out = leaving(chamber.membrane, carrier, ion) * chamber.cell.valence(ion) or Fraction(1)
    slope = -slopes[leading] / number(out)
    ratios = {d: sympy.cancel(each / slope) for d, each in slopes.items()}
    plain = all(not each.free_symbols & {*unknown.values()} for each in slopes.values())
    if not plain or not all(r.is_Rational for r in ratios.values()):
        return None
    combination = sum((r * d for d, r in ratios.items()), sympy.Integer(0))
    if sympy.expand(rate - slope * combination) != 0:
        return None
    law = alphabet.written(sympy.factor(slope * alphabet.positive("faraday", PURE)))
    return None if follows_state(chamber.cell, law) is not None else (combination, law)


def _affinity(
    chamber: Chamber,
    carrier: Transporter,
    unknown: Mapping[str, sympy.Dummy],
    V: sympy.Dummy,
    unit: sympy.Symbol,
) -> sympy.Expr:
    """Σ n z (V − E) F/(RT) of what leaves: what the gradients give to one cycle."""
    cycle = cycle_of(carrier, chamber.membrane)
    if cycle is None or carrier.conversion is not None:
        return V
    whole: sympy.Expr = sympy.Integer(0)
    for movement in carrier.movements:
        if movement.species not in unknown:
            return V
        out = (movement.origin in chamber.membrane.inside) - (movement.target in chamber.membrane.inside)
        z = number(chamber.cell.valence(movement.species))
        whole -= out * movement.count * z * unknown[movement.species] / unit
    return whole
