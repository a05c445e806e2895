"""What action potentials carry along a line: the charge of each channel over a stretch of a run, and the least that
would do, over all copies. Per area it is their mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ionlang.analyse.energy.budget import Charge, Swing
from ionlang.analyse.energy.swings import charges_of
from ionlang.model.cell import Channel
from ionlang.simulate import locate
from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.ledgers.copies import in_copies, together
from ionlang.simulate.lines.onlookers import extremes_over, integral_over, state_of
from ionlang.simulate.rows import Arrays
from ionlang.simulate.solution import Solution


def swings_along(solution: Solution, after: float, until: float, ions_per_fuel: float) -> Iterator[Swing]:
    """For each membrane with a capacitance, of a line or not."""
    machine = solution.machine.all_copies
    membranes = [m for m in machine.cell.membranes if m.capacitance is not None]
    potentials = in_copies(machine, [f"{m.name}.V" for m in membranes])
    extremes = extremes_over(solution, potentials, after, until)
    phase, state = state_of(solution, after)
    t = np.array([after])
    shares = [(c, s.species) for m in membranes for c in m.channels for s in c.shares]
    charges = _charges(solution, shares, after, until, ions_per_fuel)
    for membrane, (low, high) in zip(membranes, extremes, strict=True):
        paths = [f"{membrane.name}.{word}" for word in ("total_capacitance", "area")]
        capacitance, area = in_copies(machine, paths)(t, state[:, None], phase.parameters_many(t))
        least = float((capacitance[..., 0] * (high - low)).sum())
        channels = [channel.path for channel in membrane.channels]
        own = tuple(charge for charge in charges if charge.path in channels)
        yield Swing(membrane.name, float(low.min()), float(high.max()), least, float(area.sum()), own)


def _charges(
    solution: Solution,
    shares: Sequence[tuple[Channel, str | None]],
    after: float,
    until: float,
    ions_per_fuel: float,
) -> tuple[Charge, ...]:
    if not shares:
        return ()
    machine = solution.machine.all_copies
    rows = in_copies(machine, [f"{c.path}.current({ion or 'charge'})" for c, ion in shares])
    over = integral_over(solution, _both_ways(rows), after, until)
    return tuple(charges_of(machine.cell, shares, over.reshape(2, len(shares)), ions_per_fuel))


def _both_ways(rows: Arrays) -> locate.Quantity:
    """What comes in, then what goes out, over all copies."""

    def integrand(t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
        currents = rows(t, y, p)
        each = [np.maximum(sign * current, 0.0) for sign in (-1, 1) for current in currents]
        return np.array([together(row) for row in each])

    return integrand
