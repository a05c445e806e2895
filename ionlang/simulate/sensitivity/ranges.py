"""Between which values each number of a file is varied, for samples of many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ionlang.model.cell import Cell, Parameter
from ionlang.model.evaluate import evaluate
from ionlang.model.names.suggest import closest
from ionlang.model.numbers import parameter_values
from ionlang.simulate.sensitivity.inputs import inputs_of
from ionlang.simulate.sensitivity.local import short_names
from ionlang.units import TEMPERATURE, Dimension


@dataclass(frozen=True, slots=True)
class Range:
    """A parameter between two values [cell units]."""

    path: str
    name: str
    dimension: Dimension
    low: float
    high: float


def ranges_of(
    cell: Cell, given: Mapping[str, float], within: float, vary: Sequence[str]
) -> tuple[tuple[Range, ...], tuple[str, ...]]:
    """The ranges, and the names of what has none and is held: numbers that are 0, and the temperature. A parameter that
    the file writes `between` two values has these, others their value and the share `within` of it on either side.
    With `vary` these parameters alone. Raises KeyError for a name that is none, ValueError if nothing is left."""
    values, short = parameter_values(cell, dict(given)), short_names(cell)
    inputs = inputs_of(cell, given)
    chosen = _chosen(inputs, short, vary)
    found = [(p, _ends(p, values, within)) for p in chosen]
    ranges = tuple(Range(p.path, short[p.path], p.dimension, *ends) for p, ends in found if ends is not None)
    held = tuple(short[p.path] for p, ends in found if ends is None)
    if not ranges:
        raise ValueError(
            f"nothing is left to vary: {', '.join(held) or 'the file has no numbers'} has no range"
        )
    return ranges, held


def _chosen(inputs: Sequence[Parameter], short: Mapping[str, str], vary: Sequence[str]) -> list[Parameter]:
    known = {short[p.path]: p for p in inputs} | {p.path: p for p in inputs}
    for name in vary:
        if name not in known:
            guess = closest(name, known)
            meant = (
                f"did you mean {guess!r}?"
                if guess
                else f"there are: {', '.join(short[p.path] for p in inputs)}"
            )
            raise KeyError(f"no number {name!r} to vary; {meant}")
    return [known[name] for name in dict.fromkeys(vary)] or list(inputs)


def _ends(parameter: Parameter, values: Mapping[str, float], within: float) -> tuple[float, float] | None:
    value = values[parameter.path]
    if parameter.bounds is not None:
        low, high = (evaluate(bound, values) for bound in parameter.bounds)
        return (low, high) if low < high else None
    if value == 0.0 or parameter.dimension == TEMPERATURE:
        return None
    low, high = sorted((value * (1.0 - within), value * (1.0 + within)))
    return low, high
