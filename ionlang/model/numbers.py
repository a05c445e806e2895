"""Checks on numbers that are known before anything runs: what must be positive, what may not be negative."""

from __future__ import annotations

import math

from ionlang.model.building import Building
from ionlang.model.cell import Cell, Channel, Definition, Ohmic, Parameter
from ionlang.model.evaluate import NotKnown, evaluate
from ionlang.model.expression import Expr, reads
from ionlang.source import Span

_POSITIVE = ("volume", "area", "capacitance", "temperature", "thermal_voltage")
_NOT_NEGATIVE = ("conductance", "permeability")


def parameter_values(cell: Cell, overrides: dict[str, float] | None = None) -> dict[str, float]:
    """The value of every parameter in cell units, those that follow from others included; overrides replace."""
    values: dict[str, float] = dict(_constants())
    values.update(overrides or {})
    named: tuple[Parameter | Definition, ...] = (*cell.parameters, *cell.definitions)
    waiting: list[tuple[str, Expr]] = [(n.path, n.value) for n in named if n.path not in values]
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
    _thermal(cell, values)
    return values


def _constants() -> dict[str, float]:
    from ionlang.constants import FARADAY, GAS_CONSTANT

    return {"pi": math.pi, "faraday": FARADAY.in_cell_units, "gas_constant": GAS_CONSTANT.in_cell_units}


def _thermal(cell: Cell, values: dict[str, float]) -> None:
    ratio = values["gas_constant"] / values["faraday"]
    if "temperature" in values:
        values.setdefault("thermal_voltage", ratio * values["temperature"])
    elif "thermal_voltage" in values:
        values["temperature"] = values["thermal_voltage"] / ratio


def check_numbers(building: Building, cell: Cell) -> None:
    values = parameter_values(cell)
    for parameter in cell.parameters:
        value = values.get(parameter.path)
        if value is not None:
            _check_sign(building, parameter, value)
    _check_concentrations(building, cell, values)


def _check_sign(building: Building, parameter: Parameter, value: float) -> None:
    word = parameter.path.rpartition(".")[2]
    span = parameter.value.span
    if word in _POSITIVE and parameter.what != "param" and not value > 0:
        building.problems.error(
            "ION312", f"the {word.replace('_', ' ')} of {parameter.what} must be above 0", span, "not above 0"
        )
    if word in _NOT_NEGATIVE and parameter.what != "param" and value < 0:
        building.problems.error(
            "ION312", f"the {word} of {parameter.what} cannot be negative", span, "below 0",
            help="the sign of a current comes from V - E; a negative conductance is none",
        )  # fmt: skip


def _check_concentrations(building: Building, cell: Cell, values: dict[str, float]) -> None:
    logarithms = _in_logarithms(cell)
    for place in cell.places:
        for content in place.contents:
            if content.start is None:
                continue
            span: Span = content.start.span
            try:
                value = evaluate(content.start, values)
            except NotKnown:
                continue
            needs = (place.name, content.species) in logarithms
            if value < 0 or (value == 0 and needs) or math.isnan(value):
                building.problems.error(
                    "ION304", f"the concentration of {content.species} in {place.name} must be above 0", span,
                    "not above 0",
                    notes=("its Nernst potential is the logarithm of a ratio of concentrations",) if needs else (),
                    help="write the free concentration; traces are small, not zero: `0.0001 mM`",
                )  # fmt: skip


def _in_logarithms(cell: Cell) -> set[tuple[str, str]]:
    """Where a Nernst potential is taken: (place, species)."""
    found: set[tuple[str, str]] = set()
    for membrane in cell.membranes:
        sides = (membrane.inside, membrane.outside)
        for channel in membrane.channels:
            found |= {(side, name) for side in sides for name in _nernst_species(channel)}
        for definition in (d.value for d in cell.definitions):
            for read in reads(definition):
                if read.path.startswith(f"{membrane.name}.E(") and ":" not in read.path:
                    found |= {(side, read.path[len(membrane.name) + 3 : -1]) for side in sides}
    return found


def _nernst_species(channel: Channel) -> list[str]:
    if not isinstance(channel.law, Ohmic) or channel.law.reversal is not None:
        return []
    return [share.species for share in channel.shares if share.species is not None]
