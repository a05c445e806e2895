"""Conservation along lines: the change of every total, over all copies and what stands in no line, against what passed
the borders."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from ionlang.constants import FARADAY
from ionlang.model.books.conservation import Law, balances
from ionlang.model.books.ledger import Pool, Process, injections, processes
from ionlang.model.books.states import state_of
from ionlang.model.cell import Cell
from ionlang.model.cell_lines import in_copy
from ionlang.simulate import locate
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.solution import Drift
from ionlang.simulate.trajectory import Piece, Trajectory


def settle_lines(machine: Machine, trajectory: Trajectory) -> tuple[Drift, ...]:
    """The drift of every balance over a run."""
    listed = (*processes(machine.cell), *injections(machine.cell))
    return tuple(_drift(machine, trajectory, law, listed) for law in balances(machine.cell))


def _drift(machine: Machine, trajectory: Trajectory, law: Law, listed: Sequence[Process]) -> Drift:
    """|what is there at the end − at the start − ∫ what crossed| over what is there."""
    weights = dict(law.weights)
    crossing = [
        (p, w)
        for p in listed
        if (w := sum((weights.get(q, Fraction(0)) * c for q, c in p.changes), Fraction(0)))
    ]
    crossing = [(p, w) for p, w in crossing if not _is_between_copies(p)]
    left, size = 0.0, 0.0
    for piece in trajectory.pieces:
        begun, ended = (_held(machine, law, piece, k) for k in (0, -1))
        passed = np.array([float(w) for _, w in crossing]) * _passed(machine, piece, [p for p, _ in crossing])
        left += float((ended - begun).sum() - passed.sum())
        size = max(size, float(np.abs(begun).sum()), float(np.abs(ended).sum()), float(np.abs(passed).sum()))
    return Drift(law.name, abs(left) / size if size else 0.0)


def _is_between_copies(process: Process) -> bool:
    """Whether it only hands on from copy to copy, so that the sum over all is nothing."""
    return any(where == "neighbours" for where, _, _ in process.elsewhere)


def _held(machine: Machine, law: Law, piece: Piece, k: int) -> FloatArray:
    """Weight × amount [fmol; pL of water] of each pool of a law, in every copy."""
    t, y = piece.times[[k]], piece.values[:, [k]]
    parameters = piece.phase.parameters_many(t)
    found = []
    for pool, weight in law.weights:
        path = state_of(machine.cell, pool)
        if path is None:
            continue
        size = _size_path(pool, path)
        paths = [path, size] if size else [path]
        values = machine.arrays(paths)(t, y, parameters)
        amount = values[0] * values[1] if size else values[0]
        found.append(
            float(weight) * (amount / FARADAY.in_cell_units if pool.kind == "charge" else amount).ravel()
        )
    return np.concatenate(found) if found else np.zeros(0)


def _size_path(pool: Pool, path: str) -> str:
    """What a unit of the state is counted in: a volume, a capacitance, or nothing where it is an amount or a charge."""
    if pool.kind == "charge":
        return f"{pool.place}.total_capacitance" if path.endswith(".V") else ""
    return f"{pool.place}.volume" if pool.species is not None and not path.startswith("amount(") else ""


def _passed(machine: Machine, piece: Piece, crossing: Sequence[Process]) -> FloatArray:
    """∫ rate dt [fmol] of what crosses a border, over all copies."""
    if not crossing:
        return np.zeros(0)
    paths = [_over_all(machine.cell, p.path) for p in crossing]
    amounts = np.atleast_1d(np.asarray(locate.integral(Trajectory((piece,)), machine.paths(paths))))
    charge = np.array([p.kind == "current" for p in crossing])
    return np.where(charge, amounts / FARADAY.in_cell_units, amounts)


def _over_all(cell: Cell, path: str) -> str:
    line = cell.line_of(path)
    return path if line is None else in_copy(path, line.name, "*")
