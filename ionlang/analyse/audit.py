"""The audit that only numbers of a run allow: which carriers without fuel go uphill at rest, or where a run ends.

Ohmic and constant-field channels never do; those with a written law or a reversal potential of their own are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from ionlang.analyse.copies import copies_shown
from ionlang.model.books.passages import (
    Passage,
    climb,
    gained,
    journey,
    moves_of,
    needed_paths,
    passages,
)
from ionlang.model.cell import Cell, Channel, ConstantField, Ohmic
from ionlang.model.evaluate import NotKnown
from ionlang.model.expression import reads
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.rest import Rest
from ionlang.simulate.solution import Solution

NOTHING = 1e-6  # of RT: a gradient that rounding leaves


@dataclass(frozen=True, slots=True)
class Uphill:
    """A carrier without fuel that goes uphill: `gain` is the free energy of one cycle [mV], `rate` cycles per time
    [fmol/ms], `way` what it moves from where to where; `where` in which copy of a line."""

    what: str
    way: str
    gain: float
    rate: float
    where: str = ""

    @property
    def text(self) -> str:
        way = f"{self.way}, {gained(self.gain)} uphill, {self.rate * 1e3:.4g} fmol/s"
        return f"{self.what} takes {way}{self.where}"


def audit_of_rest(rest: Rest) -> tuple[str, ...]:
    """A line for each carrier that goes uphill, at each equilibrium."""
    alone = len(rest.found) == 1
    return tuple(
        f"audit: {'at rest' if alone else f'at equilibrium {i}'} {found.text}"
        for i, e in enumerate(rest.found, 1)
        for found in uphill(rest.machine, 0.0, e.state, rest.parameters)
    )


def audit_of_run(solution: Solution) -> tuple[str, ...]:
    """A line for each carrier that goes uphill when the run ends; at rest, where nothing was run."""
    if solution.trajectory is None:
        settled = solution.rest.settled if solution.rest is not None else None
        if solution.rest is None or settled is None:
            return ()
        found = uphill(solution.machine, 0.0, settled.state, solution.rest.parameters)
        return tuple(f"at rest {each.text}" for each in found)
    piece = solution.trajectory.pieces[-1]
    parameters = piece.phase.parameters_many(np.array([piece.end]))
    found = uphill(solution.machine, piece.end, piece.values[:, -1], parameters)
    return tuple(f"at the end {each.text}" for each in found)


def uphill(
    machine: Machine, time: float, state: FloatArray, parameters: Sequence[ArrayLike]
) -> tuple[Uphill, ...]:
    """The carriers that go uphill at a time [ms] in a state (n,)."""
    looked_at = tuple(_doubtful(machine.cell))
    if not looked_at:
        return ()
    wanted = [path for passage in looked_at for path in _paths(machine, passage)]
    paths = [path for path in (*wanted, "thermal_voltage") if path in machine.symbols]
    found: dict[Uphill, None] = {}
    for copy in copies_shown(machine.cell):
        values = copy.values(machine, paths, time, state, parameters)
        each = (_uphill(machine.cell, passage, values) for passage in looked_at)
        found |= {replace(up, where=copy.where): None for up in each if up is not None}
    return tuple(found)


def _doubtful(cell: Cell) -> Iterator[Passage]:
    """Those whose law may be wrong; in the copies of a line they are not looked at."""
    for passage in (p for p in passages(cell) if cell.line_of(p.rate) is None):
        law = passage.carrier.law
        if not isinstance(law, ConstantField) and not (isinstance(law, Ohmic) and law.reversal is None):
            yield passage


def _paths(machine: Machine, passage: Passage) -> Iterator[str]:
    yield from needed_paths(machine.cell, passage)
    if isinstance(passage.carrier, Channel):
        for ratio in (share.ratio for share in passage.carrier.shares if share.ratio is not None):
            yield from (read.path for read in reads(ratio))


def _uphill(cell: Cell, passage: Passage, values: dict[str, float]) -> Uphill | None:
    try:
        moves = moves_of(cell, passage, values)
        rate, gain = values[passage.rate] * passage.scale, climb(cell, passage, moves, values)
    except (NotKnown, KeyError):
        return None
    if not (rate * gain > 0 and abs(gain) > NOTHING * values["thermal_voltage"]):
        return None
    return Uphill(passage.what, journey(moves, rate), abs(gain), abs(rate))
