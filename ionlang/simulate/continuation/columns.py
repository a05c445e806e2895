"""What places on branches and curves show: potentials, concentrations, volumes and variables, in display units."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ionlang.simulate.continuation.swing import Swing
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.reduced import ScaledSystem
from ionlang.simulate.resting.reduced import states as lifted
from ionlang.simulate.table import moving_concentrations, shown

_SWAY = 1e-4  # typical sizes


def columns_of(machine: Machine) -> tuple[str, ...]:
    """What a point shows: potentials, and concentrations, volumes and variables that can move."""
    cell, known = machine.cell, machine.symbols
    paths = [f"{m.name}.V" for m in cell.membranes]
    for place in cell.places:
        paths += moving_concentrations(machine, place)
        paths += [f"{place.name}.volume"] if place.moves else []
    paths += [s.path for s in machine.system.states if s.kind == "variable"]
    return tuple(path for path in dict.fromkeys(paths) if path in known)


def seen(
    machine: Machine, columns: tuple[str, ...], states: FloatArray, parameters: Sequence[Sequence[float]]
) -> dict[str, FloatArray]:
    """What the columns are (k,) in k states (n, k), each with its own parameters."""
    with np.errstate(all="ignore"):
        rows = machine.paths(columns)(np.zeros(states.shape[1]), states, list(np.array(parameters).T))
    return {path: shown(machine, path, row) for path, row in zip(columns, rows, strict=True)}


def potentials_of(machine: Machine, columns: dict[str, FloatArray]) -> dict[str, FloatArray]:
    return {m.name: columns[f"{m.name}.V"] for m in machine.cell.membranes if f"{m.name}.V" in columns}


def lyapunov(
    machine: Machine,
    columns: tuple[str, ...],
    scaled: ScaledSystem,
    parameters: list[float],
    z: FloatArray,
    of: Swing,
) -> float | None:
    """ℓ in dr/dt = σ r + ℓ r³ for the amplitude r = 2|z dQ/dx q| of the first column Q that swings."""
    if not of.is_known:
        return None
    nodes = z + _SWAY * np.array(
        [sign * way for way in (of.shape.real, of.shape.imag) for sign in (1.0, -1.0)]
    )
    for values in seen(machine, columns, lifted(scaled, nodes), [parameters] * 4).values():
        size = math.hypot(values[0] - values[1], values[2] - values[3]) / (2 * _SWAY)
        if math.isfinite(size) and size > 0:
            return of.growth / (4 * size**2)
    return None
