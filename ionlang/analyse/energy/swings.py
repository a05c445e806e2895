"""What an action potential carries: the charge of each channel over a stretch of a run, and the least that would do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from ionlang.analyse.energy.budget import Charge, Swing
from ionlang.analyse.energy.ways import Way, ways_of
from ionlang.constants import FARADAY
from ionlang.model.cell import Cell, Channel, Membrane
from ionlang.simulate import locate
from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.locate import Quantity
from ionlang.simulate.machine import Machine
from ionlang.simulate.trajectory import Trajectory


def swings(
    machine: Machine, trajectory: Trajectory, after: float, until: float, ions_per_fuel: float
) -> Iterator[Swing]:
    """For each membrane with a capacitance."""
    for membrane in (m for m in machine.cell.membranes if m.capacitance is not None):
        name = membrane.name
        V = _single(machine, f"{name}.V")
        high = locate.maximum(trajectory, V, after, until).value
        low = locate.minimum(trajectory, V, after, until).value
        capacitance = locate.value(trajectory, _single(machine, f"{name}.total_capacitance"), after)
        area = locate.value(trajectory, _single(machine, f"{name}.area"), after)
        charges = tuple(_charges(machine, trajectory, membrane, after, until, ions_per_fuel))
        yield Swing(name, low, high, capacitance * (high - low), area, charges)


def _single(machine: Machine, path: str) -> Quantity:
    function = machine.paths([path])
    return lambda t, y, p: function(t, y, p)[0]


def _charges(
    machine: Machine,
    trajectory: Trajectory,
    membrane: Membrane,
    after: float,
    until: float,
    ions_per_fuel: float,
) -> Iterator[Charge]:
    shares = [(c, s.species) for c in membrane.channels for s in c.shares]
    if not shares:
        return
    paths = [f"{c.path}.current({ion or 'charge'})" for c, ion in shares]
    function = machine.paths(paths)

    def both_ways(t: FloatArray, y: FloatArray, p: ParametersMany) -> FloatArray:
        current = function(t, y, p)
        return np.concatenate([np.maximum(-current, 0.0), np.maximum(current, 0.0)])

    moved = np.asarray(locate.integral(trajectory, both_ways, after, until)).reshape(2, len(paths))
    yield from charges_of(machine.cell, shares, moved, ions_per_fuel)


def charges_of(
    cell: Cell, shares: Sequence[tuple[Channel, str | None]], moved: FloatArray, ions_per_fuel: float
) -> Iterator[Charge]:
    """From what came in by each share of a channel, and what went out (2, k) [fC]."""
    for (channel, ion), inward, outward in zip(shares, *moved.tolist(), strict=True):
        z = 1.0 if ion is None else float(cell.valence(ion))
        amount = (inward - outward) / (z * FARADAY.in_cell_units)
        fuel = _fuel(cell, ion, z, amount, ions_per_fuel)
        yield Charge(channel.path, ion or "charge", inward, outward, amount, fuel)


def _fuel(cell: Cell, ion: str | None, z: float, amount: float, ions_per_fuel: float) -> float | None:
    """Fuel that brings back what came in: as the pump of that ion says, or, in a file without pumps, as is usual for
    cations. What goes the other way is paid by the same cycles."""
    if amount <= 0 or z < 0:
        return None
    pumps = [way for way in ways_of(cell) if way.driven and way.fuel is not None]
    counts = [Fraction(n, way.fuel[1]) for way in pumps if way.fuel and (n := _out(way, ion)) > 0]
    if counts:
        return amount / float(max(counts))
    return None if pumps else amount / ions_per_fuel


def _out(way: Way, ion: str | None) -> int:
    """How many of the ion a cycle takes to the second side."""
    found = 0
    for (species, count, origin, target), membrane in way.moves:
        if species == ion and membrane is not None:
            found += count * ((origin in membrane.inside) - (target in membrane.inside))
    return found
