"""Conservation before Newton: the conserved totals eliminate states, and what remains is sought for rest.

From each conservation law the largest pool is eliminated, never a potential (in a small cell one micromole of charge
is tens of millivolts).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ionlang.codegen.callables import scalar_outputs
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.reduced import Kind, ReducedSystem

POTENTIAL_RANGE = (-200.0, 150.0)  # mV, searched for rest
_SCALES = {"potential": 10.0, "gate": 0.1, "concentration": 10.0, "variable": 1.0}
_KINDS = {
    "potential": Kind.POTENTIAL,
    "gate": Kind.GATE,
    "concentration": Kind.CONCENTRATION,
    "variable": Kind.VARIABLE,
}


def invariant_matrix(machine: Machine, parameters: Sequence[float]) -> FloatArray:
    """Rows: conservation laws; columns: states; entries in fmol per unit of the state."""
    system = machine.system
    matrix = np.zeros((len(system.invariants), len(system.states)))
    terms = [(row, i, value) for row, law in enumerate(system.invariants) for i, value in law.terms]
    if terms:
        values = scalar_outputs(system, [value for _, _, value in terms])(
            0.0, [0.0] * len(system.states), parameters
        )
        for (row, column, _), value in zip(terms, values, strict=True):
            matrix[row, column] = value
    return matrix


def reduced_system(machine: Machine, parameters: Sequence[float], start: FloatArray) -> ReducedSystem:
    """dy/dt on the states that the conserved totals of `start` (n,) leave free."""
    laws = invariant_matrix(machine, parameters)
    kinds = tuple(_KINDS[s.kind] for s in machine.system.states)
    eliminated = _eliminated(laws, start, kinds)
    kept = tuple(i for i in range(len(kinds)) if i not in eliminated)
    matrix, offset = _lift(laws, laws @ start, eliminated, kept, len(kinds))
    lower, upper = _box(kinds, laws, start)
    scale = np.array([_SCALES[s.kind] for s in machine.system.states])
    concentrations = np.array([k is Kind.CONCENTRATION for k in kinds])
    scale = np.where(concentrations, np.maximum(np.abs(start), 1e-6), scale)
    own = np.array([k is Kind.VARIABLE for k in kinds]) & (start != 0)
    scale = np.where(own, np.abs(start), scale)
    vector = machine.vector
    return ReducedSystem(
        lambda y: _plain(vector.rhs(0.0, y, parameters)),
        lambda y: _plain(vector.jacobian(0.0, y, parameters)),
        offset, matrix, kept, kinds, lower, upper, scale,
    )  # fmt: skip


def _plain(values: FloatArray) -> FloatArray:
    return np.asarray(values, dtype=float)


def _eliminated(laws: FloatArray, start: FloatArray, kinds: tuple[Kind, ...]) -> list[int]:
    """One state for each law, by Gaussian elimination with the largest pool as pivot."""
    work = laws.copy()
    chosen: list[int] = []
    for row in range(len(work)):
        weight = np.abs(work[row] * np.maximum(np.abs(start), 1e-12))
        weight[[i for i, kind in enumerate(kinds) if kind is Kind.POTENTIAL or i in chosen]] = 0.0
        pivot = int(np.argmax(weight))
        chosen.append(pivot)
        for other in range(len(work)):
            if other != row:
                work[other] -= work[row] * (work[other, pivot] / work[row, pivot])
    return chosen


def _lift(
    laws: FloatArray, totals: FloatArray, eliminated: list[int], kept: tuple[int, ...], n: int
) -> tuple[FloatArray, FloatArray]:
    """y = offset + matrix x with x the kept states."""
    matrix, offset = np.zeros((n, len(kept))), np.zeros(n)
    for column, i in enumerate(kept):
        matrix[i, column] = 1.0
    if eliminated:
        block = laws[:, eliminated]
        matrix[eliminated] = -np.linalg.solve(block, laws[:, list(kept)])
        offset[eliminated] = np.linalg.solve(block, totals)
    return matrix, offset


def _box(kinds: tuple[Kind, ...], laws: FloatArray, start: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Where rest is sought: potentials in a wide physiological range, gates from 0 to 1, concentrations above 0 and
    below what the conserved totals of matter allow."""
    lower, upper = np.zeros(len(kinds)), np.full(len(kinds), np.inf)
    for i, kind in enumerate(kinds):
        if kind is Kind.POTENTIAL:
            lower[i], upper[i] = POTENTIAL_RANGE
        elif kind is Kind.GATE:
            upper[i] = 1.0
        elif kind is Kind.VARIABLE:
            lower[i] = -np.inf
    for law in laws:
        if (law >= 0).all():
            total = float(law @ start)
            held = np.flatnonzero(law)
            upper[held] = np.minimum(upper[held], total / law[held])
    return lower, upper
