"""Cell → System: the equations of a cell.

For every membrane C dV/dt = −(sum of all currents) + injected current; for every compartment
d[S]/dt = (what its carriers bring)/volume; for every gate dx/dt = factor (alpha (1 − x) − beta x) or
factor (inf − x)/tau.
"""

from __future__ import annotations

from dataclasses import replace

import sympy
from sympy.core.parameters import distribute

from ionlang.constants import AVOGADRO, FARADAY, GAS_CONSTANT
from ionlang.equations.channels import channel_recipes
from ionlang.equations.chemistry import reaction_recipes
from ionlang.equations.electrodiffusion import electrodiffusion_recipes
from ionlang.equations.energy import energy_recipes
from ionlang.equations.energy_along import energy_along_recipes
from ionlang.equations.express import number
from ionlang.equations.fields import field_recipes
from ionlang.equations.gap_junctions import gap_junction_recipes
from ionlang.equations.gates import gate_recipes
from ionlang.equations.lines import line_recipes
from ionlang.equations.membranes import (
    charge_start,
    charging_current,
    membrane_recipes,
    mixed_potential_recipe,
    potential_rate,
)
from ionlang.equations.notebook import Notebook
from ionlang.equations.openings import opening_rate, opening_start
from ionlang.equations.parameters import parameters_of
from ionlang.equations.places import (
    amount_rate,
    amount_start,
    buffer_recipes,
    concentration_rate,
    concentration_start,
    place_recipes,
    volume_rate,
)
from ionlang.equations.schemes import scheme_recipes
from ionlang.equations.starts import started_in_order
from ionlang.equations.system import End, Invariant, Origin, Start, State, System
from ionlang.equations.transport import flux_recipes, transporter_recipes
from ionlang.equations.variables import varying_of, varying_rate, varying_recipes, varying_start
from ionlang.equations.water import water_recipes
from ionlang.equations.wording import origin_of, unit_text
from ionlang.model.books.balance import capacitance_at_start
from ionlang.model.books.conservation import Law, conservation_laws
from ionlang.model.books.conservation_lines import end_at, laws_along_lines
from ionlang.model.books.ledger import Pool
from ionlang.model.books.states import Variable, state_of, variables
from ionlang.model.cell import Cell, Channel, Line
from ionlang.model.cell_lines import of_any_copy
from ionlang.model.check.defined import is_warm, mixed
from ionlang.model.check.laws import model_expressions, scenario_expressions
from ionlang.units import parse_unit


def derive(cell: Cell) -> System:
    """The system of equations of a cell that has been checked."""
    with distribute(False):
        return _derive(cell)


def _derive(cell: Cell) -> System:
    book = Notebook()
    listed = variables(cell)
    states = tuple(
        State(
            v.path, book.declare(v.path), v.kind, unit_text(v.dimension), origin_of(v.what, v.span), *_extent(cell, v)
        )
        for v in listed
    )  # fmt: skip
    book.spread |= {state.symbol: state.extent for state in states if state.line}
    parameters = parameters_of(cell, book)
    _write_recipes(cell, book)
    rates = tuple(_rate(cell, book, v) for v in listed)
    starts = tuple(_start(cell, book, v) for v in sorted(listed, key=lambda v: v.kind == "gate"))
    book.write_all()
    invariants = _invariants(cell, book, listed)
    time = book.declare("time")
    definitions = tuple(book.definitions)
    starts = started_in_order(starts, definitions)
    return System(cell.name, time, states, parameters, definitions, rates, starts, invariants)


def _extent(cell: Cell, variable: Variable) -> tuple[int, str, str, End]:
    """How many of it there are, and in which line; or the line whose end it is."""
    line = cell.line_of(variable.path)
    if line is not None:
        return line.count, line.name, "", ""
    owner = variable.path.removeprefix("amount(").rpartition(".")[0]
    return (1, "", *end_at(cell, owner))


def _write_recipes(cell: Cell, book: Notebook) -> None:
    _constant_recipes(cell, book)
    for definition in cell.definitions:
        origin = origin_of(definition.what, definition.span)
        book.recipe(
            definition.path, unit_text(definition.dimension), origin, Notebook.value, definition.value
        )
    for membrane in cell.membranes:
        membrane_recipes(cell, book, membrane)
        for carrier in membrane.carriers:
            gate_recipes(book, carrier)
            scheme_recipes(book, carrier)
            if isinstance(carrier, Channel):
                channel_recipes(cell, book, membrane, carrier)
            else:
                transporter_recipes(cell, book, membrane, carrier)
        water_recipes(book, membrane)
    for line in cell.lines:
        _line_recipes(cell, book, line)
    for flux in cell.fluxes:
        flux_recipes(book, flux)
    for reaction in cell.reactions:
        reaction_recipes(cell, book, reaction)
    for varying in cell.varying:
        varying_recipes(book, varying)
    for place in cell.places:
        place_recipes(cell, book, place)
    for buffer in cell.buffers:
        buffer_recipes(cell, book, buffer)
    energy_recipes(cell, book)
    for expression in (*model_expressions(cell), *scenario_expressions(cell)):
        for read in mixed(expression):
            mixed_potential_recipe(cell, book, of_any_copy(read.path))


def _line_recipes(cell: Cell, book: Notebook, line: Line) -> None:
    line_recipes(cell, book, line)
    field_recipes(cell, book, line)
    for field in line.electrodiffusions:
        electrodiffusion_recipes(cell, book, line, field)
    for junction in line.gap_junctions:
        gap_junction_recipes(cell, book, line, junction)
    if is_warm(cell):
        energy_along_recipes(cell, book, line)


def _constant_recipes(cell: Cell, book: Notebook) -> None:
    """F, R, N_A, pi, and of RT/F and T the one that is not given."""
    for constant in (FARADAY, GAS_CONSTANT, AVOGADRO):
        origin = Origin(f"constant: {constant.source}", "")
        book.recipe(
            constant.name,
            unit_text(parse_unit(constant.unit).dimension),
            origin,
            _value,
            number(constant.in_cell_units),
        )
    book.recipe("pi", "1", Origin("constant", ""), _value, sympy.pi)
    if cell.temperature is not None:
        book.recipe("thermal_voltage", "mV", Origin("RT/F", ""), _thermal_voltage)
    elif cell.thermal_voltage is not None:
        book.recipe("temperature", "K", Origin("T of the given RT/F", ""), _temperature)


def _value(book: Notebook, value: sympy.Expr) -> sympy.Expr:
    return value


def _thermal_voltage(book: Notebook) -> sympy.Expr:
    return book.look("gas_constant") * book.look("temperature") / book.look("faraday")


def _temperature(book: Notebook) -> sympy.Expr:
    return book.look("faraday") * book.look("thermal_voltage") / book.look("gas_constant")


def _rate(cell: Cell, book: Notebook, variable: Variable) -> sympy.Expr:
    match variable.kind:
        case "potential":
            return potential_rate(book, cell, variable.path.removesuffix(".V"))
        case "charge":
            return charging_current(book, cell, variable.path.removesuffix(".charge"))
        case "amount":
            return amount_rate(book, cell, variable.path)
        case "volume":
            return volume_rate(book, cell, variable.path)
        case "gate":
            return opening_rate(cell, book, variable.path)
        case "concentration":
            return concentration_rate(book, cell, variable.path)
        case "variable":
            return varying_rate(book, varying_of(cell, variable.path))


def _start(cell: Cell, book: Notebook, variable: Variable) -> Start:
    symbol = book.symbols[variable.path]
    match variable.kind:
        case "potential":
            given = f"{variable.path}.start"
            return Start(symbol, book.look(given) if given in book.symbols else sympy.Integer(0))
        case "charge":
            owner = variable.path.removesuffix(".charge")
            membrane = next(m for m in cell.membranes if m.name == owner)
            return Start(symbol, charge_start(book, cell, membrane))
        case "amount":
            return Start(symbol, amount_start(book, cell, variable.path))
        case "volume":
            return Start(symbol, book.look(f"{variable.path}.start"))
        case "gate":
            return Start(symbol, opening_start(cell, book, variable.path))
        case "concentration":
            return Start(symbol, concentration_start(book, cell, variable.path))
        case "variable":
            return Start(symbol, varying_start(book, varying_of(cell, variable.path)))


def _invariants(cell: Cell, book: Notebook, listed: tuple[Variable, ...]) -> tuple[Invariant, ...]:
    if not cell.lines:
        return tuple(_invariant(cell, book, law, listed) for law in conservation_laws(cell))
    kept = laws_along_lines(cell)
    found = [(_invariant(cell, book, each.law, listed), each.line) for each in kept]
    return tuple(replace(law, line=line) for law, line in found if law.terms)


def _invariant(cell: Cell, book: Notebook, law: Law, listed: tuple[Variable, ...]) -> Invariant:
    """Weights are of amounts; a state is an amount itself, a concentration (amount = volume × it), the charge of a
    membrane (over F) or its potential (C V/F; where the capacitance changes, as it is at the start)."""
    index = {v.path: i for i, v in enumerate(listed)}
    terms: list[tuple[int, sympy.Expr]] = []
    for pool, weight in law.weights:
        path = state_of(cell, pool)
        if path is not None:  # a potential without inertia holds no charge that changes
            terms.append((index[path], number(weight) * _size(cell, book, pool, listed[index[path]])))
    unit = "pL" if any(pool.kind == "water" for pool, _ in law.weights) else "fmol"
    return Invariant(law.name, tuple(terms), unit, law.exact)


def _size(cell: Cell, book: Notebook, pool: Pool, state: Variable) -> sympy.Expr:
    match state.kind:
        case "concentration":
            return book.look(f"{pool.place}.volume")
        case "charge":
            return 1 / book.look("faraday")
        case "potential":
            membrane = next(m for m in cell.membranes if m.name == pool.place)
            return book.value(capacitance_at_start(membrane)) / book.look("faraday")
        case _:
            return sympy.Integer(1)
