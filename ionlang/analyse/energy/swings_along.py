"""What action potentials carry along a line: the charge of each channel over a stretch of a run, and the least that
would do, over all copies. Per area it is their mean."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ionlang.analyse.energy.budget import Charge, Swing
from ionlang.analyse.energy.swings import charges_of
from ionlang.model.cell import Membrane
from ionlang.simulate import locate
from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.ledgers.copies import Arrays, in_copies, together
from ionlang.simulate.onlookers import extremes_over, integral_over, machine_of, state_of
from ionlang.simulate.solution import Solution


def swings_along(solution: Solution, after: float, until: float, ions_per_fuel: float) -> Iterator[Swing]:
    """For each membrane with a capacitance, of a line or not."""
    machine = machine_of(solution)
    membranes = [m for m in machine.cell.membranes if m.capacitance is not None]
    potentials = in_copies(machine, [f"{m.name}.V" for m in membranes])
    extremes = extremes_over(solution, potentials, after, until)
    phase, state = state_of(solution, after)
    t = np.array([after])
    for membrane, (low, high) in zip(membranes, extremes, strict=True):
        paths = [f"{membrane.name}.{word}" for word in ("total_capacitance", "area")]
        capacitance, area = in_copies(machine, paths)(t, state[:, None], phase.parameters_many(t))
        least = float((capacitance[..., 0] * (high - low)).sum())
        charges = tuple(_charges(solution, membrane, after, until, ions_per_fuel))
        yield Swing(membrane.name, float(low.min()), float(high.max()), least, float(area.sum()), charges)


def _charges(
    solution: Solution, membrane: Membrane, after: float, until: float, ions_per_fuel: float
) -> Iterator[Charge]:
    shares = [(c, s.species) for c in membrane.channels for s in c.shares]
    if not shares:
        return
    rows = in_copies(machine_of(solution), [f"{c.path}.current({ion or 'charge'})" for c, ion in shares])
    over = integral_over(solution, _both_ways(rows), after, until)
    yield from charges_of(machine_of(solution).cell, shares, over.reshape(2, len(shares)), ions_per_fuel)


def _both_ways(rows: Arrays) -> locate.Quantity:
    """What comes in, then what goes out, over all copies."""

    def integrand(t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
        currents = rows(t, y, p)
        each = [np.maximum(sign * current, 0.0) for sign in (-1, 1) for current in currents]
        return np.array([together(row) for row in each])

    return integrand
