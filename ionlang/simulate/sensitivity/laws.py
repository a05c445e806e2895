"""How the laws of conservation weigh states, when parameters move: volumes and capacitances stand in the weights."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from ionlang.codegen.callables import SlopesMany, output_slopes
from ionlang.equations.system import System
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine


def law_slopes(machine: Machine, parameters: Sequence[float], change: FloatArray) -> FloatArray:
    """d (W · change)/d parameter (laws, P) for a fixed `change` (n,) of the states."""
    system = machine.system
    places = [(row, i) for row, law in enumerate(system.invariants) for i, _ in law.terms]
    found = np.zeros((len(system.invariants), len(system.parameters)))
    slopes = _weights(system)
    if not slopes.rows:
        return found
    entries = slopes.function(np.zeros(1), np.zeros((len(system.states), 1)), list(parameters))[:, 0]
    for entry, weight, variable in zip(entries.tolist(), slopes.rows, slopes.columns, strict=True):
        row, state = places[weight]
        found[row, variable - len(system.states)] += entry * change[state]
    return found


@lru_cache(maxsize=16)
def _weights(system: System) -> SlopesMany:
    return output_slopes(system, [value for law in system.invariants for _, value in law.terms])
