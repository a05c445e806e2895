"""What is asked of every copy of a line, along a stretch of a run: at the integrator's samples, and between them by its
own interpolation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce

import numpy as np

from ionlang.model.cell_lines import Copies
from ionlang.model.expression import Apply, Expr
from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.machine import Machine
from ionlang.simulate.sheaf import Indices
from ionlang.simulate.trajectory import INTERVALS, Piece, lagrange

Combine = Callable[[FloatArray], FloatArray]
"""What k quantities (k, …) come to together (…)."""


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """`parts` (k, copies, samples) of smooth quantities, of each copy of a range, at the `times` (5s + 1,) of s steps;
    `values` (copies, samples) is what they come to."""

    times: FloatArray
    parts: FloatArray
    values: FloatArray
    combine: Combine

    def at(self, copies: Indices, t: FloatArray) -> FloatArray:
        """In these copies (m,) at these instants (m,) [ms], within the stretch."""
        edges = self.times[::INTERVALS]
        step = np.clip(np.searchsorted(edges, t, side="right") - 1, 0, edges.size - 2)
        length = edges[step + 1] - edges[step]
        weights = lagrange(INTERVALS * (t - edges[step]) / np.where(length > 0.0, length, 1.0))
        column = INTERVALS * step
        found = weights[0] * self.parts[:, copies, column]
        for node in range(1, INTERVALS + 1):
            found += weights[node] * self.parts[:, copies, column + node]
        return self.combine(found)


@dataclass(frozen=True, slots=True, eq=False)
class Sampler:
    """A quantity or a condition in every copy of a range; a condition is above 0 where it holds."""

    machine: Machine
    copies: Copies
    wanted: tuple[Expr, ...]
    combine: Combine

    def see(self, piece: Piece) -> Stretch:
        """What it is along a piece."""
        return self.of(piece.times, piece.values, piece.phase.parameters_many(piece.times))

    def of(self, t: FloatArray, y: FloatArray, p: ParametersMany) -> Stretch:
        """What it is in the states y (n, m) at the instants t (m,)."""
        rows = self.machine.in_copies(self.wanted)(t, y, p)
        chosen = slice(self.copies.first - 1, self.copies.last)
        shape = (self.copies.last - self.copies.first + 1, t.size)
        parts = np.array([np.broadcast_to(row[chosen] if row.ndim else row, shape) for row in rows])
        return Stretch(t, parts, self.combine(parts), self.combine)


def sampler_of_quantity(machine: Machine, quantity: Expr, copies: Copies) -> Sampler:
    return Sampler(machine, copies, (quantity,), lambda parts: parts[0])


def sampler_of_condition(machine: Machine, condition: Expr, copies: Copies) -> Sampler:
    """Comparisons are sampled one by one, since `and` and `or` of smooth quantities are not smooth."""
    compared = tuple(_differences(condition))
    return Sampler(machine, copies, compared, lambda parts: _margin(condition, iter(parts)))


def _differences(condition: Expr) -> Iterator[Expr]:
    """What is above 0 where each comparison holds, in text order."""
    match condition:
        case Apply(operator="greater" | "greater_equal", arguments=(left, right)):
            yield Apply("subtract", (left, right), left.dimension, condition.span)
        case Apply(operator="less" | "less_equal", arguments=(left, right)):
            yield Apply("subtract", (right, left), left.dimension, condition.span)
        case Apply(operator="and" | "or" | "not", arguments=arguments):
            for argument in arguments:
                yield from _differences(argument)
        case _:
            raise AssertionError(f"no condition: {condition}")


def _margin(condition: Expr, parts: Iterator[FloatArray]) -> FloatArray:
    """A condition from its comparisons: above 0 where it holds, below where it does not, never 0."""
    assert isinstance(condition, Apply)
    match condition.operator:
        case "and":
            return reduce(np.minimum, [_margin(a, parts) for a in condition.arguments])
        case "or":
            return reduce(np.maximum, [_margin(a, parts) for a in condition.arguments])
        case "not":
            return -_margin(condition.arguments[0], parts)
        case _:
            least = np.finfo(float).tiny * (1.0 if condition.operator.endswith("_equal") else -1.0)
            part = next(parts)
            return np.where(part == 0.0, least, part)
