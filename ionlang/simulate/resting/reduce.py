"""Conservation before Newton: the conserved totals eliminate states, and what remains is sought for rest.

From each conservation law the largest pool is eliminated, never a potential (in a small cell one micromole of charge
is tens of millivolts).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.exhaust import every_rest
from ionlang.simulate.resting.reduced import LARGEST_CONCENTRATION, Kind, ReducedSystem

POTENTIAL_RANGE = (-350.0, 250.0)  # mV, searched for rest: fungi and plants reach -250 mV
POTENTIAL_SCALE = 10.0  # mV
_KINDS = {
    "potential": Kind.POTENTIAL,
    "charge": Kind.POTENTIAL,
    "gate": Kind.GATE,
    "concentration": Kind.CONCENTRATION,
    "amount": Kind.AMOUNT,
    "volume": Kind.AMOUNT,
    "variable": Kind.VARIABLE,
}


def invariant_matrix(machine: Machine, parameters: Sequence[float]) -> FloatArray:
    """Rows: conservation laws; columns: states; entries in fmol per unit of the state."""
    system = machine.system
    matrix = np.zeros((len(system.invariants), len(system.states)))
    places = [(row, i) for row, law in enumerate(system.invariants) for i, _ in law.terms]
    if places:
        for place, weight in zip(places, machine.law_weights(parameters), strict=True):
            matrix[place] = weight
    return matrix


def kinds_of(machine: Machine) -> tuple[Kind, ...]:
    return tuple(_KINDS[s.kind] for s in machine.system.states)


def eliminated_states(machine: Machine, parameters: Sequence[float], start: FloatArray) -> list[int]:
    """For each conservation law the state that it leaves dependent on the others."""
    return _eliminated(invariant_matrix(machine, parameters), start, kinds_of(machine))


def reduced_system(machine: Machine, parameters: Sequence[float], start: FloatArray) -> ReducedSystem:
    """dy/dt on the states that the conserved totals of `start` (n,) leave free."""
    return reduced_without(machine, parameters, start, eliminated_states(machine, parameters, start))


def reduced_without(
    machine: Machine, parameters: Sequence[float], start: FloatArray, eliminated: list[int]
) -> ReducedSystem:
    """As `reduced_system`, with these states left dependent on the others, one for each conservation law."""
    laws = invariant_matrix(machine, parameters)
    kinds = kinds_of(machine)
    kept = tuple(i for i in range(len(kinds)) if i not in eliminated)
    matrix, offset = _lift(laws, laws @ start, eliminated, kept, len(kinds))
    volts = _state_per_potential(machine, parameters, start)
    lower, upper = _box(kinds, laws, start, volts)
    scale = np.where(volts > 0, POTENTIAL_SCALE * volts, np.maximum(np.abs(start), 1e-6))
    scale = np.where([k is Kind.GATE for k in kinds], 0.1, scale)
    scale = np.where([k is Kind.VARIABLE and y == 0 for k, y in zip(kinds, start, strict=True)], 1.0, scale)
    vector, scalar = machine.vector, machine.scalar

    def single(y: FloatArray) -> tuple[FloatArray, FloatArray]:
        state = y.tolist()
        return np.array(scalar.rhs(0.0, state, parameters)), np.array(scalar.jacobian(0.0, state, parameters))

    return ReducedSystem(
        lambda y: _plain(vector.rhs(0.0, y, parameters)),
        lambda y: _plain(vector.jacobian(0.0, y, parameters)),
        offset, matrix, kept, kinds, lower, upper, scale, single=single,
        exhaust=lambda system: every_rest(machine, parameters, system),
    )  # fmt: skip


def lift_without(
    machine: Machine, parameters: Sequence[float], start: FloatArray, eliminated: list[int]
) -> tuple[FloatArray, FloatArray]:
    """matrix (n, m) and offset (n,) of `reduced_without`: all states as they follow from the free ones."""
    laws, n = invariant_matrix(machine, parameters), len(machine.system.states)
    kept = tuple(i for i in range(n) if i not in eliminated)
    return _lift(laws, laws @ start, eliminated, kept, n)


def _state_per_potential(machine: Machine, parameters: Sequence[float], start: FloatArray) -> FloatArray:
    """For each state (n,) how much of it makes one mV: 1 for a potential, the capacitance for a charge, else 0."""
    found = np.array([1.0 if s.kind == "potential" else 0.0 for s in machine.system.states])
    charges = [i for i, s in enumerate(machine.system.states) if s.kind == "charge"]
    if charges:
        paths = [
            machine.system.states[i].path.removesuffix(".charge") + ".total_capacitance" for i in charges
        ]
        found[charges] = machine.paths(paths)(np.zeros(1), start[:, None], list(parameters))[:, 0]
    return found


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


def _box(
    kinds: tuple[Kind, ...], laws: FloatArray, start: FloatArray, volts: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Where rest is sought: potentials in a wide physiological range, gates from 0 to 1, concentrations above 0 and
    below what the conserved totals of matter allow, and what dissolves."""
    lower, upper = np.zeros(len(kinds)), np.full(len(kinds), np.inf)
    for i, kind in enumerate(kinds):
        if kind is Kind.POTENTIAL:
            lower[i], upper[i] = (volts[i] * bound for bound in POTENTIAL_RANGE)
        elif kind is Kind.GATE:
            upper[i] = 1.0
        elif kind is Kind.VARIABLE:
            lower[i] = -np.inf
        elif kind is Kind.CONCENTRATION and start[i] < LARGEST_CONCENTRATION:
            upper[i] = LARGEST_CONCENTRATION
    for law in laws:
        if (law >= 0).all():
            total = float(law @ start)
            held = np.flatnonzero(law)
            upper[held] = np.minimum(upper[held], total / law[held])
    return lower, upper
