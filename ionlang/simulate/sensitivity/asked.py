"""What is asked for, as measures: a quantity alone is meant at the end of a scenario, without one at rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ionlang.model.expression import Apply, Expr, Functional, Observed, Probed, Read, reads
from ionlang.model.scenario import Measure, Scenario
from ionlang.simulate.machine import Machine
from ionlang.simulate.table import shown_copies
from ionlang.source import NOWHERE
from ionlang.units import PURE, VOLTAGE

Asked = tuple[str, Expr]
"""The text of a quantity and what it means."""


def at_rest(asked: Sequence[Asked]) -> list[Asked]:
    """Quantities of the cell at rest. Raises ValueError for what only a run tells."""
    return [(name, _resting(name, expression)) for name, expression in asked]


def _resting(name: str, expression: Expr) -> Expr:
    match expression:
        case Observed(functional="rest", subject=subject):
            return subject
        case Observed() | Probed():
            raise ValueError(f"{name} asks about a run: name its scenario")
        case Apply():
            arguments = tuple(_resting(name, a) for a in expression.arguments)
            return Apply(expression.operator, arguments, expression.dimension, expression.span)
        case _:
            return expression


def potentials(machine: Machine) -> list[Asked]:
    """What is asked of rest if nothing else is: every membrane's potential, in a line of the copies that
    are shown. Raises ValueError where there is none."""
    paths = [f"{m.name}.V" for m in machine.cell.membranes]
    known = [each for path in paths if path in machine.symbols for each in shown_copies(machine.cell, path)]
    found: list[Asked] = [(path, Read(path, VOLTAGE, NOWHERE)) for path in known]
    if not found:
        raise ValueError("the file has no membrane potential: say of which quantity")
    return found


def measuring(scenario: Scenario, asked: Sequence[Asked]) -> tuple[Scenario, tuple[str, ...]]:
    """The scenario that measures what is asked, and the names of that. Raises ValueError if there is nothing."""
    own = {f"{scenario.name}.{m.name}": m.name for m in scenario.measures}
    if not asked and not own:
        raise ValueError(
            f"scenario {scenario.name} measures nothing: write a `measure`, or say of which quantity"
        )
    more: list[Measure] = []
    names: list[str] = []
    for text, expression in asked:
        known = own.get(expression.path) if isinstance(expression, Read) else None
        names.append(known or text)
        more += [] if known else [_measure(scenario, text, expression)]
    return replace(scenario, measures=(*scenario.measures, *more)), tuple(names) or tuple(own.values())


def _measure(scenario: Scenario, text: str, expression: Expr) -> Measure:
    own = {f"{scenario.name}.{m.name}" for m in scenario.measures}
    if not _observes(expression) and not any(read.path in own for read in reads(expression)):
        when: Functional = "rest" if scenario.duration is None else "end"
        dimension = expression.dimension or PURE
        expression = Observed(when, expression, dimension, None, None, None, 0, expression.span)
    return Measure(text, expression, expression.dimension or PURE, expression.span)


def _observes(expression: Expr) -> bool:
    match expression:
        case Observed() | Probed():
            return True
        case Apply(arguments=arguments):
            return any(_observes(argument) for argument in arguments)
        case _:
            return False


def of_rest(machine: Machine, asked: Sequence[Asked]) -> tuple[Scenario, tuple[str, ...]]:
    """A scenario that asks for rest alone, and the names of its measures. Raises ValueError."""
    chosen = at_rest(asked) or potentials(machine)
    nothing = Scenario("rest", "", False, None, (), (), (), (), (), NOWHERE)
    return measuring(nothing, chosen)
