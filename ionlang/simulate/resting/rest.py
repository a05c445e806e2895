"""Rest: every equilibrium of a cell under given parameters, as written and as found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.account import Equilibria, Statistics
from ionlang.simulate.resting.equilibria import find_equilibria, settle_from
from ionlang.simulate.resting.lines.find import find_line_equilibria, find_settled_line
from ionlang.simulate.resting.lines.newton import Task
from ionlang.simulate.resting.reduce import invariant_matrix, reduced_system
from ionlang.simulate.resting.stability import Equilibrium


@dataclass(frozen=True, slots=True, eq=False)
class Rest:
    """The equilibria of a cell. `written` (n,) is the state as the file writes it, `totals` are the conserved
    quantities of it [fmol], in the order of the system's invariants; parameters are those that were in force."""

    machine: Machine
    parameters: tuple[float, ...]
    written: FloatArray
    equilibria: Equilibria
    totals: tuple[float, ...]

    @property
    def found(self) -> tuple[Equilibrium, ...]:
        return self.equilibria.found

    @property
    def settled(self) -> Equilibrium | None:
        """The stable equilibrium that the cell comes to from the state as written; the nearest stable one where
        that could not be followed; None if none is stable."""
        place = self.equilibria.statistics.start_reaches
        if place is not None:
            return self.found[place]
        stable = [e for e in self.found if e.stable]
        size = np.maximum(np.abs(self.written), 1.0)
        return min(stable, key=lambda e: float(np.abs((e.state - self.written) / size).max()), default=None)


def find_rest(machine: Machine, overrides: Mapping[str, float]) -> Rest:
    """All equilibria under the parameters of the file with these overrides (by path, in cell units)."""
    parameters = machine.parameters(overrides)
    written = np.array(machine.initial_state(parameters), dtype=float)
    return rest_from(machine, parameters, written)


def find_settled(machine: Machine, overrides: Mapping[str, float]) -> Rest:
    """As `find_rest`, but only the stable equilibrium that the cell comes to from the state as written, where that can
    be followed: what a scenario that begins at rest needs."""
    parameters = machine.parameters(overrides)
    written = np.array(machine.initial_state(parameters), dtype=float)
    if machine.has_lines:
        task = Task(machine, parameters, written)
        return _rest_of_line(task, find_settled_line(task))
    settled = settle_from(reduced_system(machine, parameters, written), written)
    if settled is None:
        return rest_from(machine, parameters, written)
    alone = Equilibria((settled,), Statistics(1, 1, (), 0, None), ())
    totals = invariant_matrix(machine, parameters) @ written
    return Rest(machine, tuple(parameters), written, alone, tuple(float(x) for x in totals))


def rest_from(machine: Machine, parameters: list[float], written: FloatArray) -> Rest:
    """All equilibria that share the conserved totals of a given state (n,)."""
    if machine.has_lines:
        task = Task(machine, parameters, written)
        return _rest_of_line(task, find_line_equilibria(task))
    totals = invariant_matrix(machine, parameters) @ written
    equilibria = find_equilibria(reduced_system(machine, parameters, written), written)
    return Rest(machine, tuple(parameters), written, equilibria, tuple(float(x) for x in totals))


def _rest_of_line(task: Task, found: Equilibria) -> Rest:
    """Of each law the total over all copies."""
    totals = tuple(float(x) for x in task.totals.by_law)
    return Rest(task.machine, tuple(task.parameters), task.written, found, totals)
