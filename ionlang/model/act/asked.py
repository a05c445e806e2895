"""What a scenario asks of its run: the parts of its measures and expectations."""

from __future__ import annotations

from dataclasses import replace

from ionlang.model.expression import Apply, Expr, Observed, Probed, Read, reads
from ionlang.model.over_copies import is_over_copies, several
from ionlang.model.scenario import Scenario


def asked(scenario: Scenario) -> list[Expr]:
    """Every side of every measure and expectation, and what decides a search, in source order."""
    parts = [m.value for m in scenario.measures]
    parts += [scenario.search.condition] if scenario.search is not None else []
    for e in scenario.expectations:
        parts += [part for part in (e.value, e.target, e.upper, e.tolerance) if part is not None]
    return parts


def observations(scenario: Scenario) -> list[Observed | Probed]:
    """All that is asked of a run, of rest, or of a test of a membrane, in source order."""
    return [observed for part in asked(scenario) for observed in _observed(part)]


def outside_observed(expression: Expr) -> list[Read]:
    """What an expression reads without saying when."""
    match expression:
        case Observed() | Probed():
            return []
        case Apply(arguments=arguments):
            if is_over_copies(expression):
                return [replace(read, span=expression.span) for read in several(arguments[0])][:1]
            return [read for argument in arguments for read in outside_observed(argument)]
        case _:
            return list(reads(expression))


def _observed(expression: Expr) -> list[Observed | Probed]:
    match expression:
        case Observed() | Probed():
            return [expression]
        case Apply(arguments=arguments):
            return [o for argument in arguments for o in _observed(argument)]
        case _:
            return []


def observed_in(expression: Expr) -> list[Observed]:
    """What an expression asks of a run, in text order."""
    return [each for each in _observed(expression) if isinstance(each, Observed)]
