"""Equations of a membrane: Nernst potentials, constant-field factors, sums over carriers, C dV/dt.

Signs: V = first side − second side, a current is positive when positive charge leaves the first side.
"""

from __future__ import annotations

from fractions import Fraction

import sympy

from ionlang.equations.express import number
from ionlang.equations.functions import Linoid
from ionlang.equations.notebook import Notebook
from ionlang.equations.system import Origin
from ionlang.equations.wording import origin_of
from ionlang.model.books.along import passed_outward
from ionlang.model.books.balance import charge_on, total_capacitance
from ionlang.model.books.ledger import Process, charge_of, processes
from ionlang.model.cell import (
    Cell,
    Channel,
    DefinedPotential,
    FromCharge,
    FromZeroCurrent,
    Membrane,
    Ohmic,
    Species,
)
from ionlang.model.check.defined import is_on_both_sides, is_warm, moved_by

LOWEST_POTENTIAL, HIGHEST_POTENTIAL = -400.0, 400.0
"""Between these [mV] the currents of a membrane without inertia cancel."""


def membrane_recipes(cell: Cell, book: Notebook, membrane: Membrane) -> None:
    """`E(X)`, `ghk(X)`, `current`, `current(X)`, `flux(X)`, `total_capacitance`, `total_conductance`."""
    name, origin = membrane.name, origin_of(f"membrane {membrane.name}", membrane.span)
    if membrane.capacitance is not None:
        book.recipe(f"{name}.total_capacitance", "pF", origin, Notebook.value, total_capacitance(membrane))
    if membrane.area_rule is not None:
        book.recipe(f"{name}.area", "100 um2", origin, Notebook.value, membrane.area_rule)
    _potential_recipe(cell, book, membrane, origin)
    for species in cell.species:
        if species.kind == "ion" and is_warm(cell) and is_on_both_sides(cell, membrane, species):
            sides = _holders(cell, membrane, species.name)
            book.recipe(f"{name}.E({species.name})", "mV", origin, nernst, species, *sides)
            book.recipe(f"{name}.ghk({species.name})", "fC/pL", origin, ghk, name, species, *sides)
        carriers = [c for c in membrane.carriers if species.name in moved_by(c)]
        if carriers and species.valence:
            currents = [f"{c.path}.current({species.name})" for c in carriers]
            book.recipe(f"{name}.current({species.name})", "pA", origin, Notebook.total, *currents)
        if carriers:
            book.recipe(f"{name}.flux({species.name})", "fmol/ms", origin, _flux, membrane, species)
    electric = [c for c in membrane.carriers if (isinstance(c, Channel) or c.charge_out) and not c.excluded]
    book.recipe(f"{name}.current", "pA", origin, Notebook.total, *(f"{c.path}.current" for c in electric))
    ohmic = [f"{c.path}.total_conductance" for c in membrane.channels if isinstance(c.law, Ohmic)]
    book.recipe(f"{name}.total_conductance", "nS", origin, Notebook.total, *ohmic)


def _potential_recipe(cell: Cell, book: Notebook, membrane: Membrane, origin: Origin) -> None:
    """V where it is no state: charge over capacitance, the root of the currents, or as written."""
    path = f"{membrane.name}.V"
    match membrane.potential:
        case FromCharge():
            book.recipe(path, "mV", origin, _from_charge, membrane.name)
        case FromZeroCurrent():
            book.root(path, "mV", origin, _net_current, _lowest, _highest, cell, membrane.name)
        case DefinedPotential(value=value) if path not in book.symbols:
            book.recipe(path, "mV", origin, Notebook.value, value)
        case _:
            pass


def _from_charge(book: Notebook, name: str) -> sympy.Expr:
    return book.look(f"{name}.charge") / book.look(f"{name}.total_capacitance")


def _net_current(book: Notebook, cell: Cell, name: str) -> sympy.Expr:
    return -charging_current(book, cell, name)


def _lowest(book: Notebook, cell: Cell, name: str) -> sympy.Expr:
    return number(LOWEST_POTENTIAL)


def _highest(book: Notebook, cell: Cell, name: str) -> sympy.Expr:
    return number(HIGHEST_POTENTIAL)


def _holders(cell: Cell, membrane: Membrane, species: str) -> tuple[str, str]:
    inside, outside = (cell.holder(side, species) for side in (membrane.inside, membrane.outside))
    assert inside is not None and outside is not None
    return f"{inside}.{species}", f"{outside}.{species}"


def nernst(book: Notebook, ion: Species, inside: str, outside: str) -> sympy.Expr:
    """E = RT/(zF) ln(out/in), of the concentrations at two paths."""
    within, without = book.look(inside), book.look(outside)
    ratio = without / within if ion.valence > 0 else within / without
    return book.look("thermal_voltage") / number(abs(ion.valence)) * sympy.log(ratio)


def ghk(book: Notebook, membrane: str, ion: Species, inside: str, outside: str) -> sympy.Expr:
    """Current per permeability, z F (c_in L(u) − c_out L(−u)) with u = z F V/(R T) and L(x) = x/(1 − exp(−x))."""
    within, without = book.look(inside), book.look(outside)
    u = number(ion.valence) * book.look(f"{membrane}.V") / book.look("thermal_voltage")
    return number(ion.valence) * book.look("faraday") * (within * Linoid(u) - without * Linoid(-u))


def mixed_potential_recipe(cell: Cell, book: Notebook, path: str) -> None:
    """`soma.E(K:1,Na:0.03)`, asked for by the file."""
    name, _, rest = path.partition(".E(")
    membrane = next(m for m in cell.membranes if m.name == name)
    ratios = tuple((ion, ratio) for ion, _, ratio in (part.partition(":") for part in rest[:-1].split(",")))
    origin = origin_of(f"membrane {name}", membrane.span)
    book.recipe(path, "mV", origin, _goldman, cell, membrane, ratios)


def _goldman(
    book: Notebook, cell: Cell, membrane: Membrane, ratios: tuple[tuple[str, str], ...]
) -> sympy.Expr:
    """The Goldman–Hodgkin–Katz voltage, RT/F ln of the weighted sums; anions change sides."""
    over, under = sympy.Integer(0), sympy.Integer(0)
    for ion, ratio in ratios:
        inside, outside = (book.look(path) for path in _holders(cell, membrane, ion))
        weight = number(Fraction(ratio)) if ratio[0].isdigit() or ratio[0] == "." else book.look(ratio)
        cation = cell.valence(ion) > 0
        over += weight * (outside if cation else inside)
        under += weight * (inside if cation else outside)
    return book.look("thermal_voltage") * sympy.log(over / under)


def _flux(book: Notebook, membrane: Membrane, species: Species) -> sympy.Expr:
    """What leaves the first side: current/(z F), or the sum of fluxes of uncharged matter."""
    if species.valence:
        current = book.look(f"{membrane.name}.current({species.name})")
        return current / (number(species.valence) * book.look("faraday"))
    carriers = [c for c in membrane.carriers if species.name in moved_by(c)]
    return book.total(*(f"{c.path}.flux({species.name})" for c in carriers))


def charging_current(book: Notebook, cell: Cell, name: str) -> sympy.Expr:
    """What charges the membrane [pA]: injected currents, less its own, and what reaches its first side through
    membranes whose V is defined (gap junctions)."""
    within = [m.name for m in cell.membranes if name in passed_outward(cell, m)]
    injected = [path for path in book.symbols if path.startswith(tuple(f"{m}.inject(" for m in within))]
    current = book.total(*injected) - book.look(f"{name}.current")
    return sum((_through_junction(book, name, p) for p in _reaching(cell, name)), current)


def _reaching(cell: Cell, name: str) -> list[Process]:
    """The processes of other membranes that change the charge on this one."""
    if not cell.lines and not any(isinstance(m.potential, DefinedPotential) for m in cell.membranes):
        return []
    own = {f"{m.name}." for m in cell.membranes if m.name == name}
    pool = charge_of(name)
    return [p for p in processes(cell) if p.change_of(pool) and not p.path.startswith(tuple(own))]


def _through_junction(book: Notebook, name: str, process: Process) -> sympy.Expr:
    charge = number(process.change_of(charge_of(name))) * book.look(process.path)
    return charge if process.kind == "current" else charge * book.look("faraday")


def potential_rate(book: Notebook, cell: Cell, name: str) -> sympy.Expr:
    """dV/dt = (what charges the membrane)/C."""
    return charging_current(book, cell, name) / book.look(f"{name}.total_capacitance")


def charge_start(book: Notebook, cell: Cell, membrane: Membrane) -> sympy.Expr:
    """C V if a start is given, else F Σ z n of what the first side holds at the start."""
    charge = charge_on(cell, membrane, membrane.span)
    assert charge is not None
    return book.value(charge)
