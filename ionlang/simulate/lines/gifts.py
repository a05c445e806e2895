"""What holding and setting states in a cell with lines brought from outside the model.

What a held state was given is how far it moved less how far its own rate would have moved it; what a jump gave is the
step between two stretches of a run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ionlang.model.books.ledger import Pool, injections, processes
from ionlang.model.books.states import state_of
from ionlang.simulate.functions import FloatArray, Phase
from ionlang.simulate.machine import Machine
from ionlang.simulate.solution import Supply
from ionlang.simulate.trajectory import INTERVALS, Piece

_TO_CHARGE = {"potential": "total_capacitance", "concentration": "volume"}


@dataclass(slots=True)
class Gifts:
    """Of each row of the state vector (n,), in its unit: what it was given while it was held (`kept`) and by jumps
    (`jumped`). `last` is the state where the run has come to, `held` the rows that are held in the stretch under
    way."""

    machine: Machine
    last: FloatArray
    kept: FloatArray
    jumped: FloatArray
    held: tuple[int, ...] = ()
    phase: Phase | None = None

    def see(self, piece: Piece) -> None:
        """Count a whole stretch."""
        weights = piece.quadrature(0, piece.times.size // INTERVALS)
        self.begun(piece.phase, piece.values[:, 0])
        self.crossed(piece.phase, piece.times, piece.values, weights)
        self.ended(piece.values[:, -1])

    def begun(self, phase: Phase, values: FloatArray) -> None:
        """A stretch begins in the state `values` (n,)."""
        self.phase = phase
        self.jumped += values - self.last
        self.kept[list(self.held)] -= values[list(self.held)]

    def crossed(self, phase: Phase, times: FloatArray, values: FloatArray, weights: FloatArray) -> None:
        """Count what the rates of held states would have brought: states (n, m), weights [ms] (m,) for the integral."""
        if self.held:
            rhs = self.machine.functions.rhs_many
            assert rhs is not None
            rows = list(self.held)
            self.kept[rows] -= rhs(times, values, phase.parameters_many(times))[rows] @ weights

    def ended(self, values: FloatArray) -> None:
        """A stretch ends in the state `values` (n,)."""
        self.kept[list(self.held)] += values[list(self.held)]
        self.last = np.array(values)

    def supplies(self) -> tuple[Supply, ...]:
        """What was given, in the order of the states: to one copy in the unit of the state, to neighbours together as
        an amount or a charge. Gates hold nothing."""
        if self.phase is None:  # the run did not get under way
            return ()
        given = self.kept + self.jumped
        return tuple(found for pool in self._pools() for found in self._supply(pool, given))

    def _pools(self) -> Sequence[Pool]:
        listed = (*processes(self.machine.cell), *injections(self.machine.cell))
        return tuple(dict.fromkeys(pool for process in listed for pool, _ in process.changes))

    def _supply(self, pool: Pool, given: FloatArray) -> Sequence[Supply]:
        machine = self.machine
        path = state_of(machine.cell, pool)
        if path is None:
            return ()
        number = next(i for i, s in enumerate(machine.system.states) if s.path == path)
        state, rows = machine.system.states[number], np.flatnonzero(machine.layout.states == number)
        copies = np.flatnonzero(given[rows])
        groups = np.split(copies, np.flatnonzero(np.diff(copies) > 1) + 1) if copies.size else []
        amounts = given[rows] * self._sizes(state.path, state.kind)
        found = []
        for group in groups:
            if group.size == 1:
                row = int(rows[group[0]])
                found.append(Supply(machine.row_path(row), float(given[row])))
                continue
            which = "" if group.size == rows.size else f"[{group[0] + 1} .. {group[-1] + 1}]"
            name = _of_several(state.path, state.kind).replace(f"{state.line}.", f"{state.line}{which}.", 1)
            found.append(Supply(name, float(amounts[group].sum())))
        return found

    def _sizes(self, path: str, kind: str) -> FloatArray:
        """What turns each of them into an amount or a charge [fC]."""
        word = _TO_CHARGE.get(kind)
        if word is None:
            return np.ones(1)
        assert self.phase is not None
        t = np.array([self.phase.start])
        owner = path.rpartition(".")[0]
        found = self.machine.arrays([f"{owner}.{word}"])(
            t, self.last[:, None], self.phase.parameters_many(t)
        )[0]
        return np.ravel(found)


def _of_several(path: str, kind: str) -> str:
    """How that is called whose sum is told."""
    match kind:
        case "concentration":
            return f"amount({path})"
        case "potential":
            return f"{path.removesuffix('.V')}.charge"
        case _:
            return path


def unit_of_supply(path: str) -> str:
    """The unit of what a supply says."""
    if path.startswith("amount("):
        return "fmol"
    match path.rpartition(".")[2]:
        case "V":
            return "mV"
        case "charge":
            return "fC"
        case "volume":
            return "pL"
        case _:
            return "mM"


def gifts_of(machine: Machine, start: FloatArray) -> Gifts:
    """Nothing given yet, in a run that begins in `start` (n,)."""
    return Gifts(machine, np.array(start), np.zeros(start.size), np.zeros(start.size))


def settle_gifts(
    machine: Machine, pieces: Sequence[Piece], held: Sequence[tuple[int, ...]], start: FloatArray
) -> Gifts:
    """What was given in a run of which every state is kept."""
    gifts = gifts_of(machine, start)
    for piece, rows in zip(pieces, held, strict=True):
        gifts.held = rows
        gifts.see(piece)
    return gifts
