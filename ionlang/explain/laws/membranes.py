"""Laws of membranes: Nernst and constant-field potentials, sums over carriers, where V comes from."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from ionlang.explain.laws.faces import Signed, charging_along, current_at_face, through_faces
from ionlang.explain.laws.paths import (
    FARADAY,
    concentration,
    in_thermal,
    per_area,
    potential,
    rate_of,
    reduced,
    thermal,
    valence,
)
from ionlang.explain.laws.spots import Spots
from ionlang.model.algebra import (
    count,
    exp,
    linoid,
    log,
    minus,
    negated,
    over,
    plus,
    read,
    signed_sum,
    times,
)
from ionlang.model.books.along import passed_outward
from ionlang.model.books.balance import total_capacitance
from ionlang.model.books.ledger import Process, charge_of, couplings, processes
from ionlang.model.cell import (
    Cell,
    Channel,
    DefinedPotential,
    FromCharge,
    FromCurrents,
    Membrane,
    Ohmic,
    Species,
    Transporter,
)
from ionlang.model.check.defined import is_on_both_sides, is_warm, mixed, moved_by
from ionlang.model.check.laws import model_expressions, scenario_expressions
from ionlang.model.expression import Expr, Read
from ionlang.units import AREA, CAPACITANCE, CHARGE, CONDUCTANCE, CURRENT, PURE, RATE, VOLTAGE

Laws = Iterator[tuple[str, Expr]]


def membrane_laws(cell: Cell, membrane: Membrane, spots: Spots) -> Laws:
    name = membrane.name
    if membrane.capacitance is not None:
        yield f"{name}.total_capacitance", total_capacitance(membrane)
        whole = read(f"{name}.total_capacitance", CAPACITANCE)
        yield per_area(whole).path, over(whole, read(f"{name}.area", AREA))
    if membrane.area_rule is not None:
        yield f"{name}.area", membrane.area_rule
    yield from _potential_laws(cell, membrane, spots)
    for species in cell.species:
        yield from _species_laws(cell, membrane, species)
    currents = [read(f"{c.path}.current", CURRENT) for c in membrane.carriers if counts(c)]
    ohmic = [c.path for c in membrane.channels if isinstance(c.law, Ohmic)]
    conductances = [read(f"{path}.total_conductance", CONDUCTANCE) for path in ohmic]
    for word, parts in (("current", currents), ("total_conductance", conductances)):
        yield f"{name}.{word}", plus(*parts)
        yield f"{name}.{word}/area", plus(*map(per_area, parts))
    for injected in (p.path for p in cell.parameters if p.path.startswith(f"{name}.inject(")):
        yield f"{injected}/area", over(read(injected, CURRENT), read(f"{name}.area", AREA))


def counts(carrier: Channel | Transporter) -> bool:
    """Whether its current counts in V."""
    return (isinstance(carrier, Channel) or bool(carrier.charge_out)) and not carrier.excluded


def _species_laws(cell: Cell, membrane: Membrane, species: Species) -> Laws:
    name, ion = membrane.name, species.name
    if species.kind == "ion" and is_warm(cell) and is_on_both_sides(cell, membrane, species):
        yield f"{name}.E({ion})", nernst(cell, ion, *holders(cell, membrane, ion))
        yield f"{name}.ghk({ion})", constant_field(name, ion, *holders(cell, membrane, ion))
    if species.valence and is_warm(cell):
        yield reduced(name, ion).path, in_thermal(cell, potential(name), valence(ion))
    carriers = [c for c in membrane.carriers if ion in moved_by(c)]
    if carriers and species.valence:
        total = read(f"{name}.current({ion})", CURRENT)
        parts = [read(f"{c.path}.current({ion})", CURRENT) for c in carriers]
        yield total.path, plus(*parts)
        yield per_area(total).path, plus(*map(per_area, parts))
        yield f"{name}.flux({ion})", over(total, times(valence(ion), FARADAY))
    elif carriers:
        yield f"{name}.flux({ion})", plus(*(read(f"{c.path}.flux({ion})", RATE) for c in carriers))


def holders(cell: Cell, membrane: Membrane, species: str) -> tuple[Read, Read]:
    """What is inside and what is outside."""
    inside, outside = (cell.holder(side, species) for side in (membrane.inside, membrane.outside))
    assert inside is not None and outside is not None
    return concentration(inside, species), concentration(outside, species)


def nernst(cell: Cell, ion: str, inside: Read, outside: Read) -> Expr:
    """E = RT/(zF) ln(out/in)."""
    return times(thermal(cell, ion), log(over(outside, inside)))


def constant_field(membrane: str, ion: str, inside: Read, outside: Read) -> Expr:
    """Current per permeability: z F u/(1 − e^(−u)) (in − out e^(−u))."""
    u = reduced(membrane, ion)
    return times(valence(ion), FARADAY, linoid(u), minus(inside, times(outside, exp(negated(u)))))


def _potential_laws(cell: Cell, membrane: Membrane, spots: Spots) -> Laws:
    name = membrane.name
    capacitance = read(f"{name}.total_capacitance", CAPACITANCE)
    match membrane.potential:
        case FromCurrents():
            yield rate_of(f"{name}.V", VOLTAGE).path, over(charging(cell, membrane, spots), capacitance)
        case FromCharge():
            yield f"{name}.V", over(read(f"{name}.charge", CHARGE), capacitance)
            yield rate_of(f"{name}.charge", CHARGE).path, charging(cell, membrane, spots)
        case DefinedPotential(value=value):
            yield f"{name}.V", value
        case _:
            pass


def charging_terms(cell: Cell, membrane: Membrane) -> list[tuple[Fraction, Expr]]:
    """Currents into the membrane: its own carriers in the file's order, what reaches it through others, what is
    injected."""
    own = [(Fraction(-1), read(f"{c.path}.current", CURRENT)) for c in membrane.carriers if counts(c)]
    terms: list[tuple[Fraction, Expr]] = [*own]
    terms += [(sign, read(path, CURRENT)) for sign, path in reaching(cell, membrane.name)]
    return [*terms, *((Fraction(1), read(path, CURRENT)) for path in injected_into(cell, membrane))]


def along_terms(cell: Cell, membrane: Membrane, spots: Spots) -> Signed:
    """Currents into the membrane from the copies beside it in a line, and out to them."""
    couplings = charging_along(cell, membrane)
    return [term for c in couplings for term in through_faces(spots, current_at_face(c))]


def injected_into(cell: Cell, membrane: Membrane) -> list[str]:
    """The injected currents that charge a membrane: into it, or into one that it encloses."""
    within = [m.name for m in cell.membranes if membrane.name in passed_outward(cell, m)]
    prefixes = tuple(f"{name}.inject(" for name in dict.fromkeys((membrane.name, *within)))
    return [p.path for p in cell.parameters if p.path.startswith(prefixes)]


def charging(cell: Cell, membrane: Membrane, spots: Spots) -> Expr:
    """−(I_a + I_b + …) + what else comes."""
    terms = charging_terms(cell, membrane)
    own = [term for sign, term in terms if sign == -1]
    others = [(sign, term) for sign, term in terms if sign != -1]
    first = [(Fraction(-1), plus(*own))] if own else []
    return signed_sum([*first, *along_terms(cell, membrane, spots), *others])


def reaching(cell: Cell, name: str) -> list[tuple[Fraction, str]]:
    """The currents of carriers in other membranes that charge this one, each with how much of it does."""
    if not any(isinstance(m.potential, DefinedPotential) for m in cell.membranes):
        return []
    pool = charge_of(name)
    along = {p.path for p in couplings(cell)}  # for membership only
    found = [
        p
        for p in processes(cell)
        if p.change_of(pool) and p.path not in along and not p.path.startswith(f"{name}.")
    ]
    return [_as_current(cell, process, process.change_of(pool)) for process in found]


def _as_current(cell: Cell, process: Process, change: Fraction) -> tuple[Fraction, str]:
    """A process that carries charge as the current that it is: `change` counts charges for each unit of its rate."""
    owner, _, word = process.path.rpartition(".")
    if process.kind == "current":
        return change, process.path
    if word.startswith("flux("):
        ion = word.removeprefix("flux(").removesuffix(")")
        return change / cell.valence(ion), f"{owner}.current({ion})"
    charges = next(t.charge_out for m in cell.membranes for t in m.transporters if t.path == owner)
    return change / charges, f"{owner}.current"


def mixed_laws(cell: Cell) -> Laws:
    """`M.E(X:1,Y:0.03)`, wherever the file asks for one."""
    for expression in (*model_expressions(cell), *scenario_expressions(cell)):
        for found in mixed(expression):
            yield found.path, mixed_potential(cell, found.path)


def mixed_potential(cell: Cell, path: str) -> Expr:
    """RT/F ln of the weighted sums; anions change sides."""
    name, _, rest = path.partition(".E(")
    membrane = next(m for m in cell.membranes if m.name == name)
    above: list[tuple[Fraction, Expr]] = []
    below: list[tuple[Fraction, Expr]] = []
    for ion, _, ratio in (part.partition(":") for part in rest[:-1].split(",")):
        inside, outside = holders(cell, membrane, ion)
        cation = cell.valence(ion) > 0
        weight = count(Fraction(ratio)) if ratio[0].isdigit() or ratio[0] == "." else read(ratio, PURE)
        above.append((Fraction(1), times(weight, outside if cation else inside)))
        below.append((Fraction(1), times(weight, inside if cation else outside)))
    return times(thermal(cell), log(over(signed_sum(above), signed_sum(below))))
