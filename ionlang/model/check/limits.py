"""Checks on numbers that are known before anything runs: what must be positive, what may not be negative."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from ionlang.diagnostics import Label, Problems
from ionlang.model.act.composition import FAMILY
from ionlang.model.act.present import before_the_run
from ionlang.model.blocks.building import Building
from ionlang.model.books.cycles import cycles
from ionlang.model.books.neutrality import check_charges, is_whole
from ionlang.model.cell import Cell, Channel, Ohmic, Parameter, Share
from ionlang.model.cell_lines import Passing
from ionlang.model.check.balances import check_balances, span_of, value_of
from ionlang.model.check.laws import model_expressions
from ionlang.model.evaluate import NotKnown, evaluate
from ionlang.model.expression import Expr, reads
from ionlang.model.numbers import parameter_values
from ionlang.model.scenario import Scenario
from ionlang.model.scenario_when import Always
from ionlang.model.study import Variant
from ionlang.source import Span
from ionlang.units import AREA, CONCENTRATION, PURE, TIME

_POSITIVE = {
    "volume": "without volume there is no concentration",
    "area": "without area nothing can cross",
    "capacitance": "without capacitance V would have to jump; membranes have about `1 uF/cm2`",
    "temperature": "temperatures count from absolute zero: `37 degC` is 310.15 K",
    "thermal_voltage": "RT/F is above 0 at every temperature, for instance `26.7 mV` at 37 degC",
    "K_d": "it is the concentration that takes half of the sites",
    "molar_volume": "water takes about `18 mL/mol`",
    "tau": "what follows without delay is an `instantaneous` gate, or a `let`",
    "equilibrium_constant": "it is a ratio of concentrations",
    "temperature_factor": "it multiplies the rates of the gate; without it they are as written",
    "spacing": "it is the distance from the middle of a copy to that of the next",
    "total_length": "it is the length of all copies together",
    "cross_section": "to let nothing pass leave the coupling out",
    "resistivity": "without resistance nothing could fall along the line; cytoplasm has about `100 ohm.cm`",
}
_DIRECTION = "the direction of a current comes from V - E: write the size, without a sign"
_TURN = "to run a reaction the other way, exchange what stands before and after `into`"
_NOT_NEGATIVE = {
    "conductance": _DIRECTION, "permeability": _DIRECTION, "forward": _TURN, "backward": _TURN,
    "factor": "to close it write 0: no carrier runs the other way",
    "total": "it is the concentration of binding sites",
    "number": "to let nothing pass write 0",
}  # fmt: skip


_DOWNHILL = "what diffuses goes from where there is more to where there is less"
_LONGER = "it says how much longer the ways are than a straight line: 1 in free solution, about 1.6 in brain"
_RATIO = "is the logarithm of a ratio of concentrations"


def check_numbers(building: Building, cell: Cell) -> None:
    """All that is known before anything runs: parameters, start values, ratios, what scenarios set."""
    problems, values = building.problems, parameter_values(cell)
    doubtful = [p.name for p in cell.places if not is_whole(building, cell, p)]
    check_values(problems, cell, values, {}, doubtful)
    for acting in cell.acting:
        _check_settings(problems, cell, acting, values)
    for scenario in (*cell.scenarios, *cell.compared):
        _check_what_follows(problems, cell, scenario, doubtful)
    check_charges(problems, cell, values, doubtful)


def check_values(
    problems: Problems,
    cell: Cell,
    values: Mapping[str, float],
    given: Mapping[str, Span],
    doubtful: Collection[str] = (),
) -> None:
    """Whether the cell may have these values. `given` are the places of those that come from outside the file,
    `doubtful` the places (of matter) whose charge is not known for other mistakes."""
    for parameter in cell.parameters:
        value = values.get(parameter.path)
        if value is not None:
            check_value(problems, parameter, value, values, given.get(parameter.path, parameter.value.span))
    check_together(problems, cell, values, given, doubtful)


def check_together(
    problems: Problems,
    cell: Cell,
    values: Mapping[str, float],
    given: Mapping[str, Span],
    doubtful: Collection[str] = (),
) -> None:
    """What no parameter tells alone: contents that balance, shares of a channel."""
    _check_concentrations(problems, cell, values, given)
    check_balances(problems, cell, values, given, doubtful, _in_logarithms(cell))
    for membrane in cell.membranes:
        for channel in membrane.channels:
            _check_ratios(problems, f"channel {channel.name}", channel.shares, values)
    for junction in (j for line in cell.lines for j in line.gap_junctions):
        _check_ratios(problems, f"the gap junctions in {junction.place}", junction.shares, values)


def _check_settings(
    problems: Problems, cell: Cell, acting: Scenario | Variant, values: Mapping[str, float]
) -> None:
    parameters = {p.path: p for p in cell.parameters}
    gates = {g.path for m in cell.membranes for c in m.carriers for g in c.gates}
    for override in (o for o in acting.overrides if o.way in FAMILY):
        value = _known(override.value, values)
        if override.target in parameters:
            parameter = parameters[override.target]
            check_value(problems, parameter, value, values, override.value.span)
            if _is_content(parameter) and value < 0:
                _not_above_0(problems, override.target, override.value.span)
    for jump in (j for j in (acting.jumps if isinstance(acting, Scenario) else ()) if j.way == "set"):
        value = _known(jump.value, values)
        if jump.value.dimension == CONCENTRATION and value < 0:
            _not_above_0(problems, jump.target, jump.value.span)
        if jump.target in gates and jump.value.dimension == PURE:
            _check_gate(problems, jump.target, value, jump.value.span)


def _check_what_follows(
    problems: Problems, cell: Cell, scenario: Scenario, doubtful: Collection[str]
) -> None:
    """What the file's numbers come to under what holds for the whole scenario, as far as that is not reported."""
    places = {o.target: o.value.span for o in scenario.overrides if isinstance(o.when, Always)}
    if not places:
        return
    present, values = before_the_run(cell, scenario), {}
    for path in present:
        with suppress(NotKnown):
            values[path] = present[path]
    under = Problems()
    check_values(under, cell, values, places, doubtful)
    reported = [(d.code, d.message) for d in problems.found]
    for diagnostic in under.found:
        if (diagnostic.code, diagnostic.message) not in reported:
            label = Label(scenario.span, f"in scenario {scenario.name}")
            problems.add(replace(diagnostic, secondary=(*diagnostic.secondary, label)))


def check_value(
    problems: Problems, parameter: Parameter, value: float, values: Mapping[str, float], span: Span
) -> None:
    """Whether a parameter may have this value: its sign, and the bounds that the file gives for it."""
    _check_size(problems, parameter, value, span)
    check_bounds(problems, parameter, value, values, span)
    if parameter.what.startswith("gate ") and parameter.path.endswith(".start"):
        _check_gate(problems, parameter.path.removesuffix(".start"), value, span)


def _check_gate(problems: Problems, path: str, value: float, span: Span) -> None:
    if value < 0 or value > 1:
        problems.error(
            "ION312", f"the gate {path} lies between 0 and 1", span, "not between 0 and 1",
            help="it is the open share: 0 is closed, 1 is open",
        )  # fmt: skip


def _is_content(parameter: Parameter) -> bool:
    path = parameter.path.removesuffix(".start")
    of_place = parameter.what.startswith(("bath ", "compartment "))
    return (
        of_place
        and path.startswith(f"{parameter.what.partition(' ')[2]}.")
        and parameter.dimension == CONCENTRATION
    )


def _not_above_0(problems: Problems, path: str, span: Span) -> None:
    place, _, species = path.removesuffix(".start").rpartition(".")
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


def _known(expression: Expr, values: Mapping[str, float]) -> float:
    try:
        return evaluate(expression, values)
    except NotKnown:
        return math.nan


def _check_size(problems: Problems, parameter: Parameter, value: float, span: Span) -> None:
    if parameter.what != "param" and (wrong := _wrong_size(parameter, value)) is not None:
        message, label, why = wrong
        problems.error("ION312", message, span, label, help=why)


def _wrong_size(parameter: Parameter, value: float) -> tuple[str, str, str] | None:
    """Message, label and help where a number is not above 0, below 0, or below 1, that has to be or may not be."""
    word = parameter.path.removesuffix(".start").rpartition(".")[2]
    of = "" if parameter.what == "setting" else f" of {parameter.what}"
    if word in _POSITIVE and value <= 0:
        return f"the {_spelt(word)}{of} must be above 0", "not above 0", _POSITIVE[word]
    if word in _NOT_NEGATIVE and value < 0:
        return f"the {word}{of} cannot be negative", "below 0", _NOT_NEGATIVE[word]
    if parameter.dimension == AREA / TIME and value < 0:
        return f"the coefficient of {word} in {parameter.what} cannot be negative", "below 0", _DOWNHILL
    if word == "tortuosity" and value < 1:
        return f"the tortuosity{of} cannot be below 1", "below 1", _LONGER
    return None


def _spelt(word: str) -> str:
    return f"`{word}`" if word[0].isupper() else word.replace("_", " ")


def _check_ratios(
    problems: Problems, of: str, shares: Sequence[Share | Passing], values: Mapping[str, float]
) -> None:
    for share in shares:
        if share.ratio is not None and _known(share.ratio, values) <= 0:
            problems.error(
                "ION312", f"a ratio of {of} must be above 0", share.ratio.span, "not above 0",
                help="ratios say how the ions share what passes; leave out what does not pass",
            )  # fmt: skip


def _check_concentrations(
    problems: Problems, cell: Cell, values: Mapping[str, float], given: Mapping[str, Span]
) -> None:
    logarithms = _in_logarithms(cell)
    for place in cell.places:
        for content in (c for c in place.contents if c.start is not None):
            span = span_of(place, content, given)
            value = value_of(content, values)
            needs = (place.name, content.species) in logarithms
            if (
                (content.species in (place.balancer, place.osmotic_balancer) and span is content.span)
                or value > 0
                or (value == 0 and not needs)
            ):
                continue
            problems.error(
                "ION304", f"the concentration of {content.species} in {place.name} must be above 0", span,
                "not above 0",
                notes=(logarithms[place.name, content.species],) if needs else (),
                help="write the free concentration; traces are small, not zero: `0.0001 mM`",
            )  # fmt: skip


def _in_logarithms(cell: Cell) -> dict[tuple[str, str], str]:
    """Where the model takes a Nernst potential or an affinity: (place, species), with what it is needed for."""
    found: dict[tuple[str, str], str] = {}
    read = [r.path for e in model_expressions(cell) for r in reads(e)]
    for membrane in cell.membranes:
        for share in (s for channel in membrane.channels for s in _nernst_shares(channel)):
            sides = ((place, share.species or "") for place in (share.inside, share.outside))
            found |= dict.fromkeys(sides, f"its Nernst potential {_RATIO}")
        start = f"{membrane.name}.E("
        names = [path[len(start) : -1] for path in read if path.startswith(start) and ":" not in path]
        found |= {
            (place, name): f"its Nernst potential {_RATIO}" for place in membrane.places for name in names
        }
    for cycle in (c for c in cycles(cell) if f"{c.path}.affinity" in read):
        for path, _ in (*cycle.takes, *cycle.gives):
            place, _, species = path.rpartition(".")
            found.setdefault((place, species), f"the affinity of {cycle.path} {_RATIO}")
    return found


def _nernst_shares(channel: Channel) -> list[Share]:
    if not isinstance(channel.law, Ohmic) or channel.law.reversal is not None:
        return []
    return [share for share in channel.shares if share.species is not None]
