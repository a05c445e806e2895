"""How small an error of a state may be, whatever its size."""

from __future__ import annotations

import numpy as np

from ionlang.simulate.functions import FloatArray, ParametersMany
from ionlang.simulate.machine import Machine

_ABSOLUTE = {
    "potential": 1e-3,
    "charge": 1e-3,
    "gate": 1e-4,
    "concentration": 1e-2,
    "amount": 1e-2,
    "volume": 1e-4,
    "variable": 1e-3,
}
"""Absolute tolerance per relative one [mV, mV × C, 1, mM, mM × volume, of the volume, of the start]:
1e-9 mV, 1e-10 of a gate and 1e-8 mM at 1e-6."""


def absolute_tolerances(
    machine: Machine, parameters: ParametersMany, start: FloatArray, rtol: float
) -> FloatArray:
    """Per state (n,), in its unit, for a run that begins at `start` (n,); or (n, m) for m of them."""
    begun = start[:, None] if start.ndim == 1 else start
    sizes = np.ones(begun.shape)
    measured = [(i, path) for i, s in enumerate(machine.system.states) if (path := _size_of(s.kind, s.path))]
    if measured:
        paths = [path for _, path in measured]
        values = machine.paths(paths)(np.zeros(begun.shape[1]), begun, list(parameters))
        sizes[[i for i, _ in measured]] = np.abs(values)
    own = np.array([s.kind == "variable" for s in machine.system.states], dtype=bool)[:, None] & (begun != 0)
    sizes = np.where(own, np.abs(begun), sizes)
    relative: FloatArray = rtol * sizes.T * np.array([_ABSOLUTE[s.kind] for s in machine.system.states])
    return relative.T.reshape(start.shape)


def _size_of(kind: str, path: str) -> str:
    """What a tolerance of a state is counted in; empty where it has its unit already."""
    match kind:
        case "charge":
            return f"{path.removesuffix('.charge')}.total_capacitance"
        case "amount":
            return f"{path.removeprefix('amount(').rpartition('.')[0]}.volume"
        case "volume":
            return path
        case _:
            return ""
