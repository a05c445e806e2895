"""Which equation the field writes for a potential: Nernst, constant field, chord conductance, with a pump, or the
balance of all currents. A closed form is taken only if it gives the root of the balance."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from ionlang.explain.explanation import Equation
from ionlang.explain.laws.carriers import net_out, portion, reversal_of
from ionlang.explain.laws.membranes import nernst, reaching
from ionlang.explain.laws.paths import concentration, per_area, potential, thermal
from ionlang.explain.moment import Moment
from ionlang.explain.names import species_name
from ionlang.explain.sums import CANCELLED
from ionlang.explain.tidy import tidied
from ionlang.explain.voltage.balance import Balance, conductance_at
from ionlang.explain.voltage.way import Way
from ionlang.model.algebra import count, log, over, plus, read, signed_sum, times
from ionlang.model.cell import Cell, Channel, ConstantField, Ohmic, Share, Transporter
from ionlang.model.expression import Expr, Read
from ionlang.units import AREA

SAME = 1e-6
"""A closed form that misses the balance by less [mV] is right."""
AT_REST = 1e-5
"""Nearer than this [mV] to its equilibrium potential an ion is at rest."""
LEVEL = 1e-8
"""Potentials that differ by less [mV] differ by rounding."""
LITTLE = 1e-6
"""Of the largest other current: so little to a neighbour at nearly the same potential is nothing."""

Kind = Literal["equilibrium", "constant field", "pump and leak", "chord", "balance"]


@dataclass(frozen=True, slots=True)
class Form:
    """The equation of a potential, and those of its terms."""

    kind: Kind
    main: tuple[Equation, ...]
    terms: tuple[Equation, ...]


def form_of(balance: Balance, moment: Moment, root: float | None, left: Read) -> Form:
    """The first form that holds; `root` is where the currents balance, `left` what the equation is for."""
    ways = active(balance, moment)
    for form in (
        _equilibrium(balance, ways, moment, left),
        _chord(balance, ways, left),
        _constant_field(balance, ways, left),
        _pump_and_leak(balance, ways, moment, left),
    ):
        if form is not None and root is not None and abs(moment.of(form.main[0].right) - root) < SAME:
            return form
    known = [w for w in balance.ways if w.carrier is not None or (w in ways and moment.of(w.current))]
    currents = [(w.sign, sized(balance, w.flow)) for w in known]
    whole = Equation("all currents together are nothing", left, signed_sum(currents), balance=True)
    return Form("balance", (whole,), tuple(_current_laws(balance, moment, ways)))


def active(balance: Balance, moment: Moment) -> list[Way]:
    """The ways that are open: without those that are blocked, or whose pump stands still, and without those to
    neighbours in a line while all of these are at the same potential."""
    return [way for way in by_itself(balance, moment).ways if _is_open(way, moment)]


def _is_open(way: Way, moment: Moment) -> bool:
    return moment.of(way.current if way.size is None else times(way.size, way.part)) != 0


def by_itself(balance: Balance, moment: Moment) -> Balance:
    """Without the ways to neighbours in a line while all of these are at the same potential: where V goes then, they
    go as well, and hold it back by nothing."""
    own = [w for w in balance.ways if not w.is_along]
    largest = max((abs(moment.of(w.current)) for w in own), default=0.0)
    along = [w for w in balance.ways if w.is_along and _is_open(w, moment)]
    if all(_is_level(balance, w, moment, largest) for w in along):
        return replace(balance, ways=tuple(own))
    return balance


def _is_level(balance: Balance, way: Way, moment: Moment, largest: float) -> bool:
    """Whether what passes to a neighbour is nothing."""
    if way.towards is None:
        return abs(moment.of(way.current)) < CANCELLED * largest
    apart = abs(moment.of(way.towards) - moment[balance.V])
    return apart < LEVEL or (apart < AT_REST and abs(moment.of(way.current)) < LITTLE * largest)


def dense(balance: Balance) -> bool:
    """Whether everything is written per area, so that the area is in no one's way."""
    if reaching(balance.cell, balance.membrane.name) or any(w.is_along for w in balance.ways):
        return False
    return all(c.law.basis == "per area" for c in balance.membrane.carriers)


def sized(balance: Balance, total: Expr) -> Expr:
    """A total, or per area where everything is written so."""
    if not dense(balance):
        return total
    return (
        per_area(total)
        if isinstance(total, Read)
        else over(total, read(f"{balance.membrane.name}.area", AREA))
    )


def _equilibrium(balance: Balance, ways: list[Way], moment: Moment, left: Read) -> Form | None:
    """One ion alone passes, or each that passes is at rest: V is its Nernst potential."""
    ions = [w for w in ways if w.size is not None]
    if not ions or len(ions) < len(ways) or any(_ion(w) is None for w in ions):
        return None
    species = list(dict.fromkeys((_ion(w), w.share.inside, w.share.outside) for w in ions if w.share))
    V = moment[balance.V]
    still = all(w.towards is not None and abs(moment.of(w.towards) - V) < AT_REST for w in ions)
    if len(species) > 1 and not still:
        return None
    cell, found = balance.cell, []
    for ion, inside, outside in species:
        assert ion is not None
        law = nernst(cell, ion, concentration(inside, ion), concentration(outside, ion))
        found.append(Equation(f"the Nernst equation of {species_name(ion)}", left, law))
    return Form("equilibrium", tuple(found), ())


def _ion(way: Way) -> str | None:
    """The ion whose equilibrium potential the way pulls to; None for a written reversal potential."""
    fixed = (
        isinstance(way.carrier, Channel) and isinstance(way.carrier.law, Ohmic) and way.carrier.law.reversal
    )
    return None if fixed or way.share is None else way.share.species


def _chord(balance: Balance, ways: list[Way], left: Read) -> Form | None:
    """V = (Σ g E − I)/Σ g."""
    ohmic = [w for w in ways if isinstance(w.carrier, Channel) and isinstance(w.carrier.law, Ohmic)]
    ohmic += [w for w in ways if w.is_along and w.size is not None]
    if not ohmic or any(w.size is not None for w in ways if w not in ohmic):
        return None
    above: list[tuple[Fraction | int, Expr]] = []
    below: list[Expr] = []
    for way in ways:
        if way in ohmic and way.is_along:
            assert way.size is not None and way.towards is not None
            g = times(way.size, way.part)
            above.append((1, times(g, way.towards)))
            below.append(g)
        elif way in ohmic:
            assert way.size is not None and isinstance(way.carrier, Channel) and way.share is not None
            g = times(sized(balance, way.size), portion(way.carrier, way.share))
            above.append((1, times(g, reversal_of(balance.cell, balance.membrane, way.carrier, way.share))))
            below.append(g)
        else:
            above.append((-way.sign, sized(balance, way.flow)))
    law = over(signed_sum(above), plus(*below))
    words = "the chord conductance equation"
    return Form("chord", (Equation(words, left, law),), tuple(nernst_equations(balance, ohmic)))


def nernst_equations(balance: Balance, ways: Iterable[Way]) -> Iterable[Equation]:
    """The equilibrium potential of each ion that the ways carry, once."""
    cell, seen = balance.cell, dict[str, Equation]()
    for way in ways:
        ion = _ion(way)
        if ion is None or way.share is None or not isinstance(way.carrier, Channel):
            continue
        target = reversal_of(cell, balance.membrane, way.carrier, way.share)
        sides = concentration(way.share.inside, ion), concentration(way.share.outside, ion)
        words = f"the Nernst equation of {species_name(ion)}"
        seen.setdefault(target.path, Equation(words, target, nernst(cell, ion, *sides)))
    return seen.values()


def _fields(balance: Balance, ways: list[Way]) -> list[Way] | None:
    """The ways of monovalent ions through constant-field channels, if all sizes are such."""
    sized_ways = [w for w in ways if w.size is not None]
    for w in sized_ways:
        law = w.carrier.law if isinstance(w.carrier, Channel) else None
        if not isinstance(law, ConstantField) or w.share is None or w.share.species is None:
            return None
        if abs(balance.cell.valence(w.share.species)) != 1:
            return None
    return sized_ways or None


def _constant_field(balance: Balance, ways: list[Way], left: Read) -> Form | None:
    """V = RT/F ln(Σ P c/Σ P c)."""
    fields = _fields(balance, ways)
    if fields is None or len(fields) < len(ways):
        return None
    weights = [(_permeability(balance, w), w.share) for w in fields if w.share is not None]
    law = _goldman(balance.cell, weights)
    return Form("constant field", (Equation("the Goldman–Hodgkin–Katz equation", left, law),), ())


def _permeability(balance: Balance, way: Way) -> Expr:
    assert way.size is not None
    return times(sized(balance, way.size), way.part)


def _goldman(cell: Cell, weights: list[tuple[Expr, Share]]) -> Expr:
    above: list[tuple[int, Expr]] = []
    below: list[tuple[int, Expr]] = []
    for P, share in weights:
        ion = share.species or ""
        inside, outside = concentration(share.inside, ion), concentration(share.outside, ion)
        cation = cell.valence(ion) > 0
        above.append((1, times(P, outside if cation else inside)))
        below.append((1, times(P, inside if cation else outside)))
    return times(thermal(cell), log(over(signed_sum(above), signed_sum(below))))


def _pump_and_leak(balance: Balance, ways: list[Way], moment: Moment, left: Read) -> Form | None:
    """Two cations that leak and one pump that carries both back: as the constant field, the one that is pumped in
    weighted by the ratio of the pump (Mullins and Noda)."""
    fields = _fields(balance, ways)
    pumps = [w for w in ways if isinstance(w.carrier, Transporter)]
    if fields is None or len(pumps) != 1 or len(fields) + 1 != len(ways):
        return None
    pump = pumps[0].carrier
    assert isinstance(pump, Transporter)
    counts = {m.species: net_out(balance.membrane, pump, m.species) for m in pump.movements}
    moving = [w for w in fields if not _still(balance, w, moment)]
    leaving = [w for w in moving if w.share and counts.get(w.share.species or "", Fraction(0)) > 0]
    coming = [w for w in moving if w.share and counts.get(w.share.species or "", Fraction(0)) < 0]
    if len(leaving) != 1 or len(coming) != 1 or len(moving) != 2:
        return None
    names = [w.share.species or "" for w in (leaving[0], coming[0]) if w.share is not None]
    if any(balance.cell.valence(name) != 1 for name in names):
        return None
    ratio = count(counts[names[0]] / -counts[names[1]])
    weights = [
        (times(ratio, _permeability(balance, w)) if w in coming else _permeability(balance, w), w.share)
        for w in fields
        if w in moving and w.share is not None
    ]
    words = "the Mullins–Noda equation: constant field, with the ratio of the pump"
    return Form("pump and leak", (Equation(words, left, _goldman(balance.cell, weights)),), ())


def _still(balance: Balance, way: Way, moment: Moment) -> bool:
    E = math.nan if way.towards is None else moment.of(way.towards)
    return abs(E - moment[balance.V]) < AT_REST


def _current_laws(balance: Balance, moment: Moment, ways: list[Way]) -> Iterable[Equation]:
    """The law of each current that is not nothing, in the file's order."""
    for way in ways:
        target = sized(balance, way.flow)
        if way.carrier is not None and isinstance(target, Read) and target.path in moment.laws:
            yield Equation(f"current through {way.words}", target, tidied(moment.laws[target.path], moment))
    yield from nernst_equations(balance, [w for w in ways if isinstance(w.carrier, Channel)])


def shares(balance: Balance, moment: Moment) -> list[tuple[Way, float, float]]:
    """Each way that is a path of an ion or has a reversal potential, with its chord conductance at this V [nS] and
    its share of all of them."""
    found = [(w, g) for w in active(balance, moment) if (g := conductance_at(balance, w, moment)) is not None]
    whole = math.fsum(g for _, g in found)
    return [(w, g, g / whole) for w, g in found] if whole > 0 else []


def potential_of(balance: Balance) -> Read:
    return potential(balance.membrane.name)
