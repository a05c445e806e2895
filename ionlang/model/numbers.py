"""Numbers that are known before anything runs: every parameter, and what follows from parameters alone."""

from __future__ import annotations

import math

from ionlang.constants import AVOGADRO, FARADAY, GAS_CONSTANT
from ionlang.model.books.balance import total_capacitance
from ionlang.model.cell import Cell
from ionlang.model.cell_lines import COPY, member_path
from ionlang.model.evaluate import NotKnown, evaluate
from ionlang.model.expression import Apply, Expr, Literal, Read
from ionlang.source import NOWHERE
from ionlang.units import AMOUNT, CHARGE, ENERGY, LENGTH, PURE, TEMPERATURE, VOLTAGE

_FARADAY = Read("faraday", CHARGE / AMOUNT, NOWHERE)
_GAS_CONSTANT = Read("gas_constant", ENERGY / AMOUNT / TEMPERATURE, NOWHERE)
_TEMPERATURE = Read("temperature", TEMPERATURE, NOWHERE)
_THERMAL_VOLTAGE = Read("thermal_voltage", VOLTAGE, NOWHERE)


def parameter_values(cell: Cell, overrides: dict[str, float] | None = None) -> dict[str, float]:
    """The value of every parameter in cell units, those that follow from others included; overrides replace."""
    values = {**constants(), **(overrides or {})}
    waiting = [(path, value) for path, value in named_values(cell).items() if path not in values]
    while waiting:
        left = []
        for path, value in waiting:
            try:
                values[path] = evaluate(value, values)
            except NotKnown:
                left.append((path, value))
        if len(left) == len(waiting):
            break
        waiting = left
    return values


def constants() -> dict[str, float]:
    """Those that every file may name."""
    return {
        "pi": math.pi,
        "faraday": FARADAY.in_cell_units,
        "gas_constant": GAS_CONSTANT.in_cell_units,
        "avogadro": AVOGADRO.in_cell_units,
    }


def named_values(cell: Cell) -> dict[str, Expr]:
    """Every parameter as the file writes it, and what follows from parameters."""
    return {p.path: p.value for p in cell.parameters} | followers(cell)


def followers(cell: Cell) -> dict[str, Expr]:
    """What has a name and may follow from parameters: every `let`, the total capacitances, and of T and RT/F the one
    that is not given."""
    found = {d.path: d.value for d in cell.definitions}
    found |= {f"{m.name}.total_capacitance": total_capacitance(m) for m in cell.membranes if m.capacitance}
    if cell.temperature is not None:
        energy = Apply("multiply", (_GAS_CONSTANT, _TEMPERATURE), ENERGY / AMOUNT, NOWHERE)
        found["thermal_voltage"] = Apply("divide", (energy, _FARADAY), VOLTAGE, NOWHERE)
    elif cell.thermal_voltage is not None:
        energy = Apply("multiply", (_FARADAY, _THERMAL_VOLTAGE), ENERGY / AMOUNT, NOWHERE)
        found["temperature"] = Apply("divide", (energy, _GAS_CONSTANT), TEMPERATURE, NOWHERE)
    for line in cell.lines:  # of the first copy, where one number has to stand for all
        number = Read(f"{line.name}.{COPY}", PURE, NOWHERE)
        found[number.path] = Literal(1.0, "1", PURE, NOWHERE)
        before = Apply("subtract", (number, Literal(0.5, "0.5", PURE, NOWHERE)), PURE, NOWHERE)
        found[f"{line.name}.x"] = Apply("multiply", (before, line.spacing), LENGTH, NOWHERE)
        if line.pattern:
            found[member_path(line.name)] = Literal(0.0, "0", PURE, NOWHERE)
        found |= {} if line.length is None else {f"{line.name}.spacing": line.spacing}
    return found
