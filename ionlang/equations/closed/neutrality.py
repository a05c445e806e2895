"""Neutral inside, and as many particles inside as outside: two equations for V and the volume.

With r = exp(−FV/RT) and the shift δ of each ion, [X]in = [X]out exp(−zFδ/RT) r^z. S_z is the sum of [X]out exp(−zFδ/RT)
over the ions of valence z, or of their totals where outside is closed too, ρ what does not depend on r. Neutrality is a
polynomial in r; of first or second degree it is solved here, of a higher one its positive root is left to be found.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from ionlang.equations.closed import quantities as q
from ionlang.equations.closed.alphabet import Alphabet
from ionlang.equations.closed.chamber import Chamber, Ion, NotClosed
from ionlang.equations.closed.form import Step
from ionlang.equations.closed.shifts import Shifts, shift_path
from ionlang.equations.express import number
from ionlang.model.expression import Read
from ionlang.source import NOWHERE
from ionlang.units import AMOUNT, CONCENTRATION, PURE, VOLTAGE, VOLUME

HIGHEST = 12
"""A polynomial of a higher degree is no closed form any more."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Symbols of a state in closed form. `factors` are exp(−zFδ/RT); `sums` are S_z by valence."""

    chamber: Chamber
    alphabet: Alphabet
    r: sympy.Symbol
    factors: dict[str, sympy.Expr]
    sums: dict[int, sympy.Symbol]
    fixed: sympy.Symbol
    correction: sympy.Symbol

    @property
    def volumes(self) -> tuple[sympy.Symbol, sympy.Symbol]:
        """Inside and outside."""
        outside = self.chamber.ions[0].outside
        names = self.chamber.place.name, outside
        inner, outer = (self.alphabet.positive(f"{name}.volume", VOLUME) for name in names)
        return inner, outer

    def source(self, ion: Ion) -> sympy.Symbol:
        """[X]out, or the conserved total."""
        if self.chamber.conserved:
            return self.alphabet.positive(total_path(self.chamber, ion), AMOUNT)
        return q.concentration(self.alphabet, ion.outside, ion.species)

    def spread(self, z: int) -> sympy.Expr:
        """What a total or an outer concentration is multiplied with, beside its factor, to give what is inside."""
        if not self.chamber.conserved:
            return self.r**z
        inner, outer = self.volumes
        return self.r**z / (outer + inner * self.r**z)


def total_path(chamber: Chamber, ion: Ion) -> str:
    return f"total({ion.species})"


def ratio_path(chamber: Chamber) -> str:
    return f"{chamber.membrane.name}.ratio"


def correction_path(chamber: Chamber) -> str:
    """What neutrality neglects: the charge on the membrane as a concentration inside [mM]."""
    return f"{chamber.place.name}.charge/volume"


def sum_path(chamber: Chamber, z: int) -> str:
    return f"{chamber.place.name}.sum({z})"


def fixed_path(chamber: Chamber) -> str:
    return f"{chamber.place.name}.fixed"


def closed_symbols(alphabet: Alphabet, chamber: Chamber, shifts: Shifts) -> Closed:
    """Raises NotClosed for a valence that is no whole number."""
    broken = next((i for i in chamber.ions if i.valence.denominator != 1), None)
    if broken is not None:
        raise NotClosed(f"the charge number of {broken.species} is no whole number")
    unit, factors = q.thermal(alphabet, chamber.cell), {}
    for ion in chamber.ions:
        factors[ion.species] = sympy.Integer(1)
        if shifts.of[ion.species] != 0:
            shift = alphabet.real(shift_path(chamber, ion), VOLTAGE)
            factors[ion.species] = sympy.exp(-number(ion.valence) * shift / unit)
    size = AMOUNT if chamber.conserved else CONCENTRATION
    valences = sorted({int(ion.valence) for ion in chamber.ions}, reverse=True)
    sums = {z: alphabet.positive(sum_path(chamber, z), size) for z in valences}
    r = alphabet.positive(ratio_path(chamber), PURE)
    fixed = alphabet.real(fixed_path(chamber), CONCENTRATION)
    correction = alphabet.real(correction_path(chamber), CONCENTRATION)
    return Closed(chamber, alphabet, r, factors, sums, fixed, correction)


def step_of_sum(closed: Closed, z: int) -> Step:
    """S_z."""
    mine = [ion for ion in closed.chamber.ions if ion.valence == z]
    law = sum((closed.source(i) * closed.factors[i.species] for i in mine), sympy.Integer(0))
    size = AMOUNT if closed.chamber.conserved else CONCENTRATION
    left = Read(sum_path(closed.chamber, z), size, NOWHERE)
    sign = f"{abs(z) if abs(z) > 1 else ''}{'+' if z > 0 else '−'}"
    listed = " and ".join(ion.species for ion in mine)
    shifted = any(closed.factors[ion.species] != 1 for ion in mine)
    meaning = f"{listed} " + ("in both places" if closed.chamber.conserved else "outside")
    meaning += ", less what the pump keeps away" if shifted else ""
    return Step(left, closed.alphabet.written(law), f"ions of charge {sign}", ("S", sign), meaning)


def step_of_fixed(closed: Closed) -> Step:
    """ρ: Σ z c of what does not pass; where the volume moves what osmolarity makes of it."""
    chamber, alphabet = closed.chamber, closed.alphabet
    mean, law = mean_valence(closed), sympy.Integer(0)
    for content in chamber.kept:
        z = q.whole_valence(chamber.cell, content.species) - mean
        law += z * q.concentration(alphabet, chamber.place.name, content.species)
    for content in () if chamber.swells else chamber.stuck:
        z = q.whole_valence(chamber.cell, content.species)
        law += z * q.concentration(alphabet, chamber.place.name, content.species)
    if chamber.swells:
        law += mean * osmolarity_outside(closed)
    left = Read(fixed_path(chamber), CONCENTRATION, NOWHERE)
    meaning = (
        "charge that the impermeants would have, were they all that is inside"
        if chamber.swells
        else ("charge of what does not pass, as a concentration")
    )
    return Step(left, alphabet.written(law), "charge that stays", ("ρ", ""), meaning)


def mean_valence(closed: Closed) -> sympy.Expr:
    """Of what stays inside while the volume moves: its own where it is one species, else a number by name."""
    chamber = closed.chamber
    if not chamber.swells:
        return sympy.Integer(0)
    if len(chamber.stuck) == 1:
        return q.whole_valence(chamber.cell, chamber.stuck[0].species)
    return closed.alphabet.real(f"{chamber.place.name}.mean_valence", PURE)


def osmolarity_outside(closed: Closed) -> sympy.Symbol:
    water = next(w for w in closed.chamber.membrane.waters)
    return closed.alphabet.positive(f"{water.outside}.osmolarity", CONCENTRATION)


def charge_in_terms_of_r(closed: Closed) -> sympy.Expr:
    """Σ (z − mean) S_z r^z + ρ: nothing, if the inside is neutral."""
    mean = mean_valence(closed)
    terms = [(z - mean) * S * closed.spread(z) for z, S in closed.sums.items()]
    return sum(terms, closed.fixed)


def step_of_ratio(closed: Closed, correction: sympy.Expr) -> Step:
    """r, from neutrality but for the charge that `correction` [mM] is. Raises NotClosed."""
    equation = charge_in_terms_of_r(closed).subs(closed.fixed, closed.fixed - correction)
    polynomial = _polynomial(closed, equation)
    left = Read(ratio_path(closed.chamber), PURE, NOWHERE)
    meaning = "exp(−F·V/(R·T)): cations of charge 1 that are at rest, inside over outside"
    degree = polynomial.degree()
    if degree < 1 or (len(closed.sums) < 2 and not closed.chamber.stuck):
        raise NotClosed("nothing balances the charge of the ions that pass")
    if degree <= 2:
        law = closed.alphabet.written(_positive_root(polynomial))
        return Step(left, law, "the inside is neutral", ("r", ""), meaning)
    if degree > HIGHEST:
        raise NotClosed(f"neutrality is of degree {degree} in r")
    if closed.chamber.swells:
        raise NotClosed(
            "with ions of several charges and a volume that moves, neutrality may have several roots"
        )
    terms = [c * closed.r**k for (k,), c in polynomial.terms()]
    law = closed.alphabet.written(sum((sympy.factor_terms(t) for t in terms), sympy.Integer(0)))
    words = f"the inside is neutral: r is the positive root of a polynomial of degree {degree}"
    return Step(left, law, words, ("r", ""), meaning, how="root")


def _polynomial(closed: Closed, equation: sympy.Expr) -> sympy.Poly:
    """The equation times what makes it a polynomial in r that is not 0 at r = 0."""
    if closed.chamber.conserved:
        equation = sympy.numer(sympy.together(equation))
    lowest = min(0, *(-abs(z) for z in closed.sums))
    found = sympy.Poly(sympy.expand(equation * closed.r**-lowest), closed.r)
    lowest = min(monomial[0] for monomial in found.monoms())
    return sympy.Poly(sympy.expand(found.as_expr() / closed.r**lowest), closed.r)


def _positive_root(polynomial: sympy.Poly) -> sympy.Expr:
    """(−b + √(b² − 4ac))/(2a): of two positive roots the one at which what stays has a concentration above 0."""
    coefficients = [sympy.factor(c) for c in polynomial.all_coeffs()]
    if len(coefficients) == 2:
        return -coefficients[1] / coefficients[0]
    a, b, c = coefficients
    return (-b + sympy.sqrt(b**2 - 4 * a * c)) / (2 * a)


def step_of_potential(closed: Closed) -> Step:
    law = -q.thermal(closed.alphabet, closed.chamber.cell) * sympy.log(closed.r)
    left = Read(f"closed({closed.chamber.membrane.name}.V)", VOLTAGE, NOWHERE)
    return Step(left, closed.alphabet.written(law), "what r means")


def step_of_ion(closed: Closed, ion: Ion) -> Step:
    """What is inside of an ion."""
    law = closed.source(ion) * closed.factors[ion.species] * closed.spread(int(ion.valence))
    left = Read(f"closed({closed.chamber.place.name}.{ion.species})", CONCENTRATION, NOWHERE)
    return Step(left, closed.alphabet.written(law), f"{ion.species} inside")


def steps_of_volume(closed: Closed) -> tuple[Step, Step]:
    """What osmolarity is left to what stays, and the volume in which it has that."""
    chamber, alphabet, place = closed.chamber, closed.alphabet, closed.chamber.place.name
    law: sympy.Expr = osmolarity_outside(closed)
    for ion in chamber.ions:
        law -= alphabet.positive(f"closed({place}.{ion.species})", CONCENTRATION)
    for content in chamber.kept:
        law -= q.concentration(alphabet, place, content.species)
    left = Read(f"{place}.stuck", CONCENTRATION, NOWHERE)
    names = " and ".join(c.species for c in chamber.stuck)
    words = "inside and outside have the same osmolarity"
    first = Step(
        left, alphabet.written(law), words, ("x", ""), f"{names} inside, what the ions leave of osmolarity"
    )
    amounts = [alphabet.positive(f"amount({c.path})", AMOUNT) for c in chamber.stuck]
    x = alphabet.positive(left.path, CONCENTRATION)
    volume = Read(f"closed({place}.volume)", VOLUME, NOWHERE)
    return first, Step(volume, alphabet.written(sum(amounts, sympy.Integer(0)) / x), f"{names} cannot leave")
