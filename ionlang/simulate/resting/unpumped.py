"""The rest of a cell without its pumps: everything that uses fuel is blocked, and the cell relaxes from where it rests.

What is conserved then is conserved from there on: more than with the pumps, for what a pump alone moves stays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

import numpy as np

from ionlang.model.books.conservation import conservation_laws
from ionlang.model.books.energies import is_driven
from ionlang.model.books.ledger import moved_pools
from ionlang.model.books.states import state_of
from ionlang.model.cell import Cell, MassAction, Reaction, Transporter
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.equilibria import settle_from
from ionlang.simulate.resting.reduce import reduced_system
from ionlang.simulate.resting.reduced import Kind, ReducedSystem, scaled_system, states
from ionlang.simulate.resting.relaxation import relax
from ionlang.simulate.resting.rest import Rest
from ionlang.simulate.resting.starts import settle

Outcome = Literal["rests", "swells", "moves"]
ALONE = 1e-12
"""A conserved quantity that reads the coordinates by less than this part is settled by others already."""
FAR = 50.0
"""A volume this many times as large, and still growing, has no limit."""
_STEPS = 400


@dataclass(frozen=True, slots=True, eq=False)
class Unpumped:
    """`state` (n,) is where the cell comes to without `pumps` (where it was left, unless the outcome is `rests`);
    `at_rest` (n,) is where it set out; parameters are those in force then."""

    machine: Machine
    parameters: tuple[float, ...]
    pumps: tuple[str, ...]
    outcome: Outcome
    state: FloatArray
    at_rest: FloatArray


def goes_one_way(reaction: Reaction) -> bool:
    """Whether it has no equilibrium of its own: something drives it that the cell does not hold."""
    if isinstance(reaction.law, MassAction):
        return reaction.law.forward is None or reaction.law.backward is None
    return reaction.equilibrium_constant is None


def without_pumps(rest: Rest) -> Unpumped | None:
    """The cell without its pumps; None if it has no stable rest, no pump that works there, or no ion whose
    concentration could change."""
    machine, settled = rest.machine, rest.settled
    cell = machine.cell
    driven = [t for m in cell.membranes for t in m.transporters if is_driven(t)]
    if settled is None or not driven or not any(cell.valence(p.species or "") for p in moved_pools(cell)):
        return None
    rates = machine.paths([f"{t.path}.rate" for t in driven])
    if not rates(np.zeros(1), settled.state[:, None], list(rest.parameters)).any():
        return None
    given = dict(zip(machine.parameter_names, rest.parameters, strict=False))
    stopped: list[Transporter | Reaction] = [*driven, *(r for r in cell.reactions if goes_one_way(r))]
    parameters = machine.parameters(given | {f"{each.path}.block": 1.0 for each in stopped})
    start = np.array(settled.state, dtype=float)
    system = confined(
        reduced_system(machine, parameters, start), _laws(machine, parameters, start, _passive(cell)), start
    )
    outcome, state = _settled(machine, system, start)
    pumps = tuple(each.path for each in stopped)
    return Unpumped(machine, tuple(parameters), pumps, outcome, state, start)


def _passive(cell: Cell) -> Cell:
    """The cell without what is stopped."""
    membranes = tuple(
        replace(m, transporters=tuple(t for t in m.transporters if not is_driven(t))) for m in cell.membranes
    )
    reactions = tuple(r for r in cell.reactions if not goes_one_way(r))
    return replace(cell, membranes=membranes, reactions=reactions)


def _laws(machine: Machine, parameters: list[float], state: FloatArray, passive: Cell) -> FloatArray:
    """Rows: what the passive cell conserves, and what nothing in it moves; columns: states [fmol per unit, or pL]."""
    index = machine.state_index
    rows: list[FloatArray] = []
    sizes = _sizes(machine, parameters, state)
    still = {pool: state_of(machine.cell, pool) for pool in moved_pools(machine.cell)}
    moving = {*moved_pools(passive)}
    known = [dict(law.weights) for law in conservation_laws(passive)]
    known += [{pool: Fraction(1)} for pool in still if pool not in moving]
    for weights in known:
        row = np.zeros(len(state))
        for pool, weight in weights.items():
            path = state_of(machine.cell, pool)
            if path is not None and path in index:
                row[index[path]] += float(weight) * sizes[index[path]]
        rows.append(row)
    return np.array(rows).reshape(len(rows), len(state))


def _sizes(machine: Machine, parameters: list[float], state: FloatArray) -> FloatArray:
    """How much of its pool a unit of each state is."""
    owners = {f"{m.name}.V": f"{m.name}.total_capacitance" for m in machine.cell.membranes}
    places = {c.path: f"{p.name}.volume" for p in machine.cell.places for c in p.contents}
    paths, at = ["faraday"], {}
    for i, each in enumerate(machine.system.states):
        source = owners.get(each.path) if each.kind == "potential" else places.get(each.path)
        if each.kind in ("potential", "concentration") and source is not None:
            at[i] = len(paths)
            paths.append(source)
    found = machine.paths(paths)(np.zeros(1), state[:, None], parameters)[:, 0]
    sizes = np.ones(len(state))
    for i, each in enumerate(machine.system.states):
        sizes[i] = found[at[i]] if i in at else 1.0
        if each.kind in ("potential", "charge"):
            sizes[i] /= found[0]
    return sizes


def confined(system: ReducedSystem, laws: FloatArray, state: FloatArray) -> ReducedSystem:
    """The system with further linear laws (k, n), which keep the values that they have at `state` (n,). The kept states
    are its coordinates; of each new law the one with the largest part of it is eliminated, never a potential."""
    A, b = laws @ system.matrix, laws @ (state - system.offset)
    size = system.scale[list(system.rows)]
    weight = np.array([system.kinds[i] is not Kind.POTENTIAL for i in system.rows]) * size
    gone, kept_rows = _pivots(A * weight, np.abs(laws) @ np.maximum(np.abs(state), system.scale))
    if not gone:
        return system
    stay = [j for j in range(len(size)) if j not in gone]
    block = A[np.ix_(kept_rows, gone)]
    follow = -np.linalg.solve(block, A[np.ix_(kept_rows, stay)])
    shift = np.linalg.solve(block, b[kept_rows])
    M = system.matrix
    return replace(
        system,
        matrix=M[:, stay] + M[:, gone] @ follow,
        offset=system.offset + M[:, gone] @ shift,
        rows=tuple(system.rows[j] for j in stay),
    )


def _pivots(work: FloatArray, scale: FloatArray) -> tuple[list[int], list[int]]:
    """Columns and rows of a set of independent equations, by elimination with the largest entry of each row."""
    work, columns, rows = work.copy(), list[int](), list[int]()
    for row in range(len(work)):
        if not work.shape[1] or np.abs(work[row]).max() <= ALONE * scale[row]:
            continue
        pivot = int(np.argmax(np.abs(work[row])))
        columns.append(pivot)
        rows.append(row)
        below = work[row + 1 :]
        below -= np.outer(below[:, pivot] / work[row, pivot], work[row])
        below[:, pivot] = 0.0
    return columns, rows


def _settled(machine: Machine, system: ReducedSystem, start: FloatArray) -> tuple[Outcome, FloatArray]:
    found = settle_from(system, start)
    if found is not None and not _grown(machine, start, found.state):
        return "rests", np.array(found.state)
    home = settle(scaled_system(system), start)
    if home is None or not any(each.kind == "volume" for each in machine.system.states):
        return "moves", start
    scaled, z = home
    left = states(scaled, relax(scaled, z[None], _STEPS))[:, 0]
    return ("swells" if _grown(machine, start, left) else "moves"), left


def _grown(machine: Machine, start: FloatArray, state: FloatArray) -> bool:
    volumes = [i for i, each in enumerate(machine.system.states) if each.kind == "volume"]
    return any(state[i] > FAR * start[i] for i in volumes)
