"""A machine and what is asked → the sensitivity of rest, or of what a scenario measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ionlang.model.cell import Cell, Parameter
from ionlang.model.expression import Expr
from ionlang.model.scenario import Scenario
from ionlang.outcome import NumericalFailure
from ionlang.simulate.lines.functions import refuse_lines
from ionlang.simulate.machine import Machine
from ionlang.simulate.measure import Observer, measure_all
from ionlang.simulate.running.course import Progress
from ionlang.simulate.sensitivity.answer import (
    Effect,
    LeftOut,
    Response,
    Sensitivity,
    effect_of,
    response_of,
)
from ionlang.simulate.sensitivity.asked import Asked, at_rest, measuring, potentials
from ionlang.simulate.sensitivity.course import Followed, Stopped, begun_of, followed
from ionlang.simulate.sensitivity.dual import Moved
from ionlang.simulate.sensitivity.gauge import Gauge, NoDerivative
from ionlang.simulate.sensitivity.inputs import inputs_of
from ionlang.simulate.sensitivity.lines.follow import NoSlopes
from ionlang.simulate.sensitivity.lines.rest import line_rest
from ionlang.simulate.sensitivity.settled import Undetermined
from ionlang.simulate.sensitivity.tangent import Grazing
from ionlang.simulate.sensitivity.tangents import Tangents
from ionlang.units import PURE

RELATIVE_TOLERANCE = 1e-8
"""Of the run that is followed: its derivatives are a few digits less exact."""


class NotFollowed(NumericalFailure):
    """A rest or a run that has no derivatives at all; says why."""


def sensitivity(
    machine: Machine,
    scenario: Scenario | None,
    asked: Sequence[Asked],
    given: Mapping[str, float],
    rtol: float = RELATIVE_TOLERANCE,
    progress: Progress | None = None,
) -> Sensitivity:
    """Of quantities at rest (without any: of every potential), or of what a scenario measures. Raises NoRest,
    Impossible, NotFollowed, ValueError for what cannot be asked."""
    if scenario is None and machine.has_lines:
        return _of_line_at_rest(machine, at_rest(asked) or potentials(machine), given)
    refuse_lines(machine.cell, "the sensitivity of a run")
    if scenario is None:
        return _of_rest(machine, at_rest(asked) or potentials(machine), given)
    inputs = inputs_of(machine.cell, given)
    whole, wanted = measuring(scenario, asked)
    try:
        run = followed(Tangents(machine), _paths(inputs), given, whole, rtol, progress)
    except (Grazing, Undetermined, Stopped) as error:
        raise NotFollowed(_reason(error, scenario)) from None
    return _measured(machine, whole, inputs, run, wanted)


def _of_rest(machine: Machine, asked: Sequence[Asked], given: Mapping[str, float]) -> Sensitivity:
    inputs = inputs_of(machine.cell, given)
    begun = begun_of(Tangents(machine), _paths(inputs), given, None)
    try:
        values = [(name, e, begun.at_rest(e).single) for name, e in asked]
    except Undetermined:
        raise NotFollowed(
            "the rest of this cell has no derivatives: it is a fold, or one of a continuum of states"
        ) from None
    responses = tuple(_response(machine.cell, inputs, begun.inputs.known.values, *each) for each in values)
    return Sensitivity(machine.cell.name, None, responses, ())


def _of_line_at_rest(machine: Machine, asked: Sequence[Asked], given: Mapping[str, float]) -> Sensitivity:
    if any(line.pattern for line in machine.cell.lines):
        refuse_lines(machine.cell, "the sensitivity of a line whose copies follow a pattern")
    found = line_rest(machine, inputs_of(machine.cell, given), given, asked)
    inputs = [p for p in inputs_of(machine.cell, given) if p.path in found.inputs.place]
    values = found.inputs.known.values
    try:
        responses = tuple(_response(machine.cell, inputs, values, n, e, found.at_rest(e)) for n, e in asked)
    except Undetermined:
        raise NotFollowed(
            "the rest of this line has no derivatives: it is a fold, or one of a continuum of states"
        ) from None
    except NoSlopes:
        raise NotFollowed("the state as written is itself sought: its derivatives are not known") from None
    return Sensitivity(machine.cell.name, None, responses, ())


def _reason(error: Exception, scenario: Scenario) -> str:
    match error:
        case Grazing():
            return f"scenario {scenario.name} has no derivatives: a condition that it waits for only just comes true"
        case Undetermined():
            return f"scenario {scenario.name} begins at a rest without derivatives: a fold, or one of a continuum"
        case _:
            return str(error)


def _measured(
    machine: Machine, scenario: Scenario, inputs: Sequence[Parameter], run: Followed, wanted: Sequence[str]
) -> Sensitivity:
    trajectory = None if run.course is None else run.course.trajectory
    base = run.begun.inputs
    observer = Observer(machine, trajectory, run.begun.rest, dict(base.known.values))
    numbers = dict(measure_all(observer, scenario))
    gauge = Gauge(base, observer, run.tangent, run.begun.at_rest)
    responses: list[Response] = []
    left_out: list[LeftOut] = []
    for measure in scenario.measures:
        try:
            moved = gauge.value(measure.value)
        except NoDerivative as error:
            left_out += [LeftOut(measure.name, str(error))] if measure.name in wanted else []
            continue
        gauge.moved[f"{scenario.name}.{measure.name}"] = moved
        if measure.name in wanted:
            value = Moved(numbers[measure.name], moved.slope)
            responses.append(
                _response(machine.cell, inputs, base.known.values, measure.name, measure.value, value)
            )
    return Sensitivity(machine.cell.name, scenario.name, tuple(responses), tuple(left_out))


def _response(
    cell: Cell,
    inputs: Sequence[Parameter],
    values: Mapping[str, float],
    name: str,
    expression: Expr,
    moved: Moved,
) -> Response:
    dimension, short = expression.dimension or PURE, short_names(cell)
    effects: list[Effect] = [
        effect_of(short[p.path], values[p.path], p.dimension, float(slope), float(moved), dimension)
        for p, slope in zip(inputs, moved.slope[:-1], strict=True)
    ]
    return response_of(name, float(moved), dimension, effects)


def short_names(cell: Cell) -> dict[str, str]:
    """What parameters are called from outside, by path: `inside.K` for `inside.K.start`."""
    paths = {p.path for p in cell.parameters}
    return {
        path: path.removesuffix(".start") if path.removesuffix(".start") not in paths else path
        for path in (p.path for p in cell.parameters)
    }


def _paths(inputs: Sequence[Parameter]) -> tuple[str, ...]:
    return tuple(p.path for p in inputs)
