"""A cell in which one coordinate decides everything: given it, each other state's rest follows by linear equations.

Gates, schemes and what else relaxes linearly is eliminated group by group, exactly; what remains is the rate of the one
coordinate, with all else at rest, as a function of it alone. Its zeros are the equilibria, all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ionlang.codegen.program import Program, Quantity
from ionlang.simulate.enclosing import jet
from ionlang.simulate.enclosing.evaluate import Affine, NotLinear, evaluate
from ionlang.simulate.enclosing.interval import ONE, Array, Interval, exactly
from ionlang.simulate.enclosing.jet import Jet
from ionlang.simulate.enclosing.order import groups, needs_of

LARGEST_GROUP = 12
"""States that depend on one another; the elimination takes the cube of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Reduction:
    """rows (m,): the kept states; y = offset + matrix @ x; lead: the coordinate that decides."""

    program: Program
    parameters: tuple[float, ...]
    offset: Array
    matrix: Array
    rows: tuple[int, ...]
    lead: int
    order: tuple[tuple[int, ...], ...]

    def rate(self, lead: Interval) -> Jet:
        """Of the lead, over stretches of it. Raises NotLinear where the structure is another."""
        with np.errstate(all="ignore"):
            return _Elimination(self).run(lead)[0]

    def coordinates(self, lead: Array) -> Array:
        """All coordinates (k, m) in which everything but the lead is at rest, at values (k,) of it; nan where that is
        at no finite value."""
        with np.errstate(all="ignore"):
            _, found = _Elimination(self).run(exactly(lead))
            middles = [(each.value.low + each.value.high) / 2 for each in found]
        return np.array([np.broadcast_to(middle, len(lead)) for middle in middles]).T


@dataclass(slots=True, eq=False)
class _Elimination:
    """One pass: coordinates solved so far, and quantities that are made of them alone, by name."""

    reduction: Reduction
    solved: dict[int, Jet] = field(default_factory=dict)
    memo: dict[str, Affine] = field(default_factory=dict)
    unknown: tuple[int, ...] = ()

    def run(self, lead: Interval) -> tuple[Jet, list[Jet]]:
        one, program = self.reduction, self.reduction.program
        for name, value in zip(program.entries, one.parameters, strict=True):
            self.memo[name] = Affine(jet.constant(value))
        self.memo["t"] = Affine(jet.constant(0.0))
        self.solved[one.lead] = Jet(lead, ONE)
        for group in one.order:
            self._solve(group)
        rate = evaluate(program.rates[one.rows[one.lead]], self._look)
        return rate.known, [self.solved[i] for i in range(len(one.rows))]

    def _solve(self, group: tuple[int, ...]) -> None:
        before, self.unknown = dict(self.memo), group
        rates = [self.reduction.program.rates[self.reduction.rows[i]] for i in group]
        found = _resting([evaluate(rate, self._look) for rate in rates], group)
        self.memo, self.unknown = before, ()
        self.solved.update(zip(group, found, strict=True))

    def _look(self, name: str) -> Affine:
        if name not in self.memo:
            self.memo[name] = self._found(name)
        return self.memo[name]

    def _found(self, name: str) -> Affine:
        program = self.reduction.program
        for number, state in enumerate(program.states):
            if state.name == name:
                return self._state(number)
        for definition in program.definitions:
            if definition.name == name and isinstance(definition, Quantity):
                return evaluate(definition.expression, self._look)
        raise NotLinear  # something that is sought

    def _state(self, number: int) -> Affine:
        known = jet.constant(float(self.reduction.offset[number]))
        weights: list[tuple[int, Jet]] = []
        for i in np.flatnonzero(self.reduction.matrix[number]).tolist():
            share = jet.constant(float(self.reduction.matrix[number, i]))
            if i in self.solved:
                known = jet.add(known, jet.multiply(share, self.solved[i]))
            elif i in self.unknown:
                weights.append((i, share))
            else:
                raise NotLinear
        return Affine(known, tuple(weights))


def _resting(rates: list[Affine], group: tuple[int, ...]) -> list[Jet]:
    """Where rates (one for each coordinate of a group) are zero, by Gauss's elimination without a pivot search: the
    diagonal, by which a state returns, is the largest entry where states pass into one another."""
    zero = jet.constant(0.0)
    rows = [[dict(rate.weights).get(j, zero) for j in group] for rate in rates]
    right = [jet.negate(rate.known) for rate in rates]
    count = len(group)
    for k in range(count):
        for i in range(k + 1, count):
            factor = jet.divide(rows[i][k], rows[k][k])
            rows[i] = [
                _less(a, factor, b) if j > k else a
                for j, (a, b) in enumerate(zip(rows[i], rows[k], strict=True))
            ]
            right[i] = _less(right[i], factor, right[k])
    found: list[Jet] = [zero] * count
    for k in reversed(range(count)):
        for j in range(k + 1, count):
            right[k] = _less(right[k], rows[k][j], found[j])
        found[k] = jet.divide(right[k], rows[k][k])
    return found


def _less(one: Jet, factor: Jet, other: Jet) -> Jet:
    return jet.add(one, jet.negate(jet.multiply(factor, other)))


def reductions(
    program: Program, structure: Sequence[Sequence[bool]], parameters: Sequence[float], offset: Array, matrix: Array,
    rows: tuple[int, ...], leads: Sequence[int],
) -> list[Reduction]:  # fmt: skip
    """For each of the coordinates `leads` the reduction to it, where groups are small enough; whether it is linear
    shows when it is evaluated."""
    needs = needs_of(structure, matrix, rows)
    ordered = [(lead, groups(needs, lead)) for lead in leads]
    return [
        Reduction(program, tuple(float(p) for p in parameters), offset, matrix, rows, lead, order)
        for lead, order in ordered
        if all(len(group) <= LARGEST_GROUP for group in order)
    ]
