"""Random closed and half-open cells, and what must hold of the equilibria that are reported for each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

import ionlang
from ionlang.simulate.functions import GuardedRates, Phase
from ionlang.simulate.resting.newton import descend
from ionlang.simulate.resting.reduce import reduced_system
from ionlang.simulate.resting.reduced import (
    LARGEST_CONCENTRATION,
    ScaledSystem,
    inside,
    scaled_system,
    states,
)
from ionlang.simulate.resting.rest import Rest, find_rest
from ionlang.simulate.resting.roots import collect
from ionlang.simulate.resting.stability import Equilibrium, characterise
from ionlang.simulate.resting.starts import scatter, settle
from ionlang.simulate.running.integrate import Integration
from ionlang.simulate.running.tolerances import absolute_tolerances

Array = npt.NDArray[np.float64]
NEAR = 1e-3
"""Typical sizes: how far from an equilibrium a cell is put to see whether it stays."""

YEARS = 1e11  # ms
STEPS = 6000


@dataclass(frozen=True, eq=False)
class Cell:
    rest: Rest
    scaled: ScaledSystem
    home: Array

    @property
    def z(self) -> Array:
        """The equilibria (r, m)."""
        return np.array([self.at(e.state) for e in self.rest.found]).reshape(-1, len(self.home))

    def at(self, y: Array) -> Array:
        return y[self.scaled.rows] / self.scaled.unit


def cell_of(text: str) -> Cell | None:
    """None where nothing can move or the start is on the edge of what is possible."""
    machine = ionlang.loads(text).machine
    rest = find_rest(machine, {})
    system = reduced_system(machine, rest.parameters, rest.written)
    if not system.rows or not np.isfinite(rest.written).all():
        return None
    settled = settle(scaled_system(system), rest.written)
    return None if settled is None else Cell(rest, *settled)


def check_residuals(cell: Cell) -> None:
    for e in cell.rest.found:
        assert e.residual < 1e-10, (e.state, e.residual)


def check_stability(cell: Cell) -> None:
    """From near each stable one the cell comes back; from near each that is not it leaves."""
    for place, e in enumerate(cell.rest.found):
        if e.singular or abs(e.eigenvalues[0].real) < 1e-9 * abs(e.eigenvalues[-1].real):
            continue
        direction = _leading_direction(cell, e)
        z = cell.z[place] + NEAR * direction
        time = 60 / abs(float(e.eigenvalues[0].real))
        far = _farthest(cell, z, cell.z[place], time)
        if far is None:
            continue
        if e.stable:
            assert far[-1] < 0.2 * NEAR, (place, far, e.eigenvalues)
        else:
            assert far.max() > 10 * NEAR, (place, far, e.eigenvalues)


def check_nothing_else(cell: Cell, starts: int) -> None:
    """No long integration from random starts with the same totals settles where nothing was reported."""
    for z in scatter(cell.scaled, cell.home, starts):
        end = _settles(cell, z)
        if end is not None:
            away = np.abs(cell.z - end).max(axis=1, initial=0.0)
            loose = [i for i, e in enumerate(cell.rest.found) if e.singular]
            assert away.min(initial=np.inf) < 1e-4 or loose, (
                end * cell.scaled.unit,
                cell.z * cell.scaled.unit,
                cell.rest.equilibria,
            )


def _leading_direction(cell: Cell, e: Equilibrium) -> Array:
    system = cell.scaled.system
    slope = np.asarray(system.jacobian(e.state[:, None]))[:, :, 0]
    reduced = slope[cell.scaled.rows] @ cell.scaled.spread / cell.scaled.unit[:, None]
    values, vectors = np.linalg.eig(reduced)
    direction = vectors[:, int(np.argmax(values.real))].real
    return direction / np.abs(direction).max()


def _integration(cell: Cell, z: Array, time: float) -> tuple[Integration, Array] | None:
    y = states(cell.scaled, z[None])
    if not inside(cell.scaled, y)[0]:
        return None
    machine = cell.rest.machine
    phase = Phase(0.0, time, list(cell.rest.parameters))
    atol = absolute_tolerances(machine, phase.parameters, cell.rest.written, 1e-7)
    return Integration(GuardedRates(machine.functions, phase), phase, 1e-7, np.maximum(atol, 1e-300)), y[:, 0]


def _farthest(cell: Cell, z: Array, home: Array, time: float) -> Array | None:
    """The distances (k,) from an equilibrium on the way; None if the integrator gives up before."""
    begun = _integration(cell, z, time)
    if begun is None:
        return None
    times, values, _ = begun[0].leg(0.0, begun[1], STEPS)
    away = np.abs(values[:, cell.scaled.rows] / cell.scaled.unit - home).max(axis=1)
    return away if times[-1] >= time or away.max() > 10 * NEAR else None


def _settles(cell: Cell, z: Array) -> Array | None:
    """The stable equilibrium that a cell comes to in years; None if it comes to none in the box."""
    begun = _integration(cell, z, YEARS)
    if begun is None:
        return None
    _, values, _ = begun[0].leg(0.0, begun[1], STEPS)
    end = cell.at(values[-1])
    if not inside(cell.scaled, states(cell.scaled, end[None]))[0]:
        return None
    newton = descend(cell.scaled, end[None], np.arange(len(end)))
    near = newton.converged & (np.abs(newton.z - end).max(axis=1) < 0.02)
    roots = collect(cell.scaled, newton.z[near])
    found = characterise(cell.scaled, roots.z, roots.hits)
    small = all((e.state < LARGEST_CONCENTRATION).all() for e in found)
    return roots.z[0] if found and found[0].stable and small else None
