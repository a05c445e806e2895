"""What places on branches and curves show: potentials, concentrations, volumes and variables, in display units."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ionlang.model.cell import Cell
from ionlang.model.cell_lines import of_any_copy
from ionlang.simulate.continuation.swing import Swing
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.reduced import ScaledSystem
from ionlang.simulate.resting.reduced import states as lifted
from ionlang.simulate.table import moving_concentrations, shown, shown_copies

MEAN = "mean("
_SWAY = 1e-4  # typical sizes


def columns_of(machine: Machine) -> tuple[str, ...]:
    """What a point shows: potentials, and concentrations, volumes and variables that can move."""
    cell, known = machine.cell, machine.symbols
    paths = [f"{m.name}.V" for m in cell.membranes]
    for place in cell.places:
        paths += moving_concentrations(machine, place)
        paths += [f"{place.name}.volume"] if place.moves else []
    paths += [s.path for s in machine.system.states if s.kind == "variable"]
    there = (path for path in dict.fromkeys(paths) if path in known)
    return tuple(column for path in there for column in _of_copies(cell, path))


def _of_copies(cell: Cell, path: str) -> tuple[str, ...]:
    """Of what stands in a line the copies that are shown, and the mean."""
    copies = shown_copies(cell, path)
    return copies if cell.line_of(path) is None else (*copies, f"{MEAN}{path})")


def quantity_of(column: str) -> str:
    """The path of a column, of a mean that of the sum: `mean(row.wall.V)` → `row[*].wall.V`."""
    line, dot, rest = column.removeprefix(MEAN).removesuffix(")").partition(".")
    return f"{line}[*]{dot}{rest}" if column.startswith(MEAN) else column


def _number(machine: Machine, column: str) -> int:
    """Over how many copies a column is a mean."""
    line = machine.cell.line_of(of_any_copy(quantity_of(column))) if column.startswith(MEAN) else None
    return 1 if line is None else line.count


def seen(
    machine: Machine, columns: tuple[str, ...], states: FloatArray, parameters: Sequence[Sequence[float]]
) -> dict[str, FloatArray]:
    """What the columns are (k,) in k states (n, k), each with its own parameters."""
    function = machine.paths([quantity_of(column) for column in columns])
    with np.errstate(all="ignore"):
        if machine.has_lines:
            each = [
                function(np.zeros(1), y[:, None], list(p)) for y, p in zip(states.T, parameters, strict=True)
            ]
            rows = np.concatenate(each, axis=1)
        else:
            rows = function(np.zeros(states.shape[1]), states, list(np.array(parameters).T))
    return {
        column: shown(machine, quantity_of(column), row / _number(machine, column))
        for column, row in zip(columns, rows, strict=True)
    }


def potentials_of(machine: Machine, columns: dict[str, FloatArray]) -> dict[str, FloatArray]:
    """By membrane, `soma`, `row[3].wall`; a mean by its own name."""
    potentials = [f"{m.name}.V" for m in machine.cell.membranes]
    return {
        column.removesuffix(".V"): row
        for column, row in columns.items()
        if of_any_copy(quantity_of(column)) in potentials
    }


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
