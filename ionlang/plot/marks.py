"""What a scenario did when, for the shades and words of a figure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ionlang.model.evaluate import NotKnown, evaluate
from ionlang.model.expression import Expr
from ionlang.model.numbers import parameter_values
from ionlang.simulate.solution import Solution
from ionlang.source import Span

_LONGEST = 72  # characters


@dataclass(frozen=True, slots=True)
class Mark:
    """The words of an action and the stretches of time [ms] in which it holds; one of no length is a moment."""

    words: str
    stretches: tuple[tuple[float, float], ...]


def marks_of(solution: Solution, start: float, end: float) -> tuple[Mark, ...]:
    """Actions with an edge in the run, as far as they are within `start` and `end`; equal words are one mark."""
    found: dict[str, list[tuple[float, float]]] = {}
    for opening, closing, words in (*solution.windows, *_holdings(solution), *_jumps(solution)):
        if closing >= start and opening <= end:
            stretch = (max(opening, start), min(closing, end))
            found.setdefault(_shortened(words), []).append(stretch)
    marks = (Mark(words, tuple(sorted(stretches))) for words, stretches in found.items())
    return tuple(sorted(marks, key=lambda mark: mark.stretches[0]))


def _holdings(solution: Solution) -> list[tuple[float, float, str]]:
    return [
        (_moment(solution, holding.start), _moment(solution, holding.end, math.inf), _words(holding.span))
        for holding in solution.scenario.holdings
        if holding.start is not None
    ]


def _jumps(solution: Solution) -> list[tuple[float, float, str]]:
    moments = [(_moment(solution, jump.at), _words(jump.span)) for jump in solution.scenario.jumps]
    return [(moment, moment, words) for moment, words in moments]


def _moment(solution: Solution, expression: Expr | None, otherwise: float = 0.0) -> float:
    if expression is None or solution.trajectory is None:
        return otherwise
    machine = solution.machine
    # Behind the parameters stand constants that follow from them.
    given = zip(machine.parameter_names, solution.trajectory.pieces[0].phase.parameters, strict=False)
    try:
        return evaluate(expression, parameter_values(machine.cell, dict(given)))
    except NotKnown:
        return otherwise


def _words(span: Span) -> str:
    return " ".join(span.text.split())


def _shortened(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1].rstrip()}…"
