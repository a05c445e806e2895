"""Checks on numbers that are known before anything runs: what must be positive, what may not be negative."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ionlang.diagnostics import Label, Problems
from ionlang.model.building import Building
from ionlang.model.cell import Cell, Channel, Definition, Ohmic, Parameter
from ionlang.model.evaluate import NotKnown, evaluate
from ionlang.model.expression import Expr, reads
from ionlang.model.scenario import Scenario
from ionlang.source import Span
from ionlang.units import CONCENTRATION

_POSITIVE = {
    "volume": "without volume there is no concentration",
    "area": "without area nothing can cross",
    "capacitance": "without capacitance V would have to jump; membranes have about `1 uF/cm2`",
    "temperature": "temperatures count from absolute zero: `37 degC` is 310.15 K",
    "thermal_voltage": "RT/F is above 0 at every temperature, for instance `26.7 mV` at 37 degC",
}
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
    """All that is known before anything runs: parameters, start values, what scenarios set."""
    values = parameter_values(cell)
    for parameter in cell.parameters:
        value = values.get(parameter.path)
        if value is not None:
            check_value(building.problems, parameter, value, values, parameter.value.span)
    _check_concentrations(building, cell, values)
    for scenario in cell.scenarios:
        _check_settings(building, cell, scenario, values)


def _check_settings(building: Building, cell: Cell, scenario: Scenario, values: Mapping[str, float]) -> None:
    parameters = {p.path: p for p in cell.parameters}
    for override in (o for o in scenario.overrides if o.way == "set"):
        value = _known(override.value, values)
        if override.target in parameters:
            parameter = parameters[override.target]
            check_value(building.problems, parameter, value, values, override.value.span)
    for jump in scenario.jumps:
        if jump.value.dimension == CONCENTRATION and _known(jump.value, values) < 0:
            _not_above_0(building.problems, jump.target, jump.value.span)


def check_value(
    problems: Problems, parameter: Parameter, value: float, values: Mapping[str, float], span: Span
) -> None:
    """Whether a parameter may have this value: its sign, and the bounds that the file gives for it."""
    _check_sign(problems, parameter, value, span)
    check_bounds(problems, parameter, value, values, span)
    path = parameter.path.removesuffix(".start")
    is_content = parameter.what.startswith(("bath ", "compartment ")) and path.count(".") == 1
    if is_content and parameter.value.span != span and parameter.dimension == CONCENTRATION and value < 0:
        _not_above_0(problems, path, span)


def _not_above_0(problems: Problems, path: str, span: Span) -> None:
    place, _, species = path.rpartition(".")
    problems.error(
        "ION304", f"the concentration of {species} in {place} must be above 0", span, "not above 0"
    )


def check_bounds(
    problems: Problems, parameter: Parameter, value: float, values: Mapping[str, float], span: Span
) -> None:
    """Whether a value lies between the bounds that the file gives for its parameter."""
    if parameter.bounds is None:
        return
    lower, upper = (_known(bound, values) for bound in parameter.bounds)
    places = [bound.span for bound in parameter.bounds]
    if lower > upper:
        problems.error(
            "ION312", f"the bounds of {parameter.path} leave no room", places[0], "the lower bound",
            secondary=(Label(places[1], "lies above the upper one"),),
            help="write `between` the smaller `and` the larger",
        )  # fmt: skip
    elif value < lower or value > upper:
        problems.error(
            "ION312", f"{parameter.path} must lie between {places[0].text} and {places[1].text}", span, "out of bounds",
            secondary=(Label(places[0].to(places[1]), "the bounds given in the file"),),
            help="correct the number, or widen the bounds if it is right",
        )  # fmt: skip


def _known(bound: Expr, values: Mapping[str, float]) -> float:
    try:
        return evaluate(bound, values)
    except NotKnown:
        return math.nan


def _check_sign(problems: Problems, parameter: Parameter, value: float, span: Span) -> None:
    word = parameter.path.rpartition(".")[2]
    if parameter.what == "param":
        return
    if word in _POSITIVE and value <= 0:
        of = "" if parameter.what == "setting" else f" of {parameter.what}"
        problems.error(
            "ION312", f"the {word.replace('_', ' ')}{of} must be above 0", span, "not above 0",
            help=_POSITIVE[word],
        )  # fmt: skip
    if word in _NOT_NEGATIVE and value < 0:
        problems.error(
            "ION312", f"the {word} of {parameter.what} cannot be negative", span, "below 0",
            help="the direction of a current comes from V - E: write the size, without a sign",
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
