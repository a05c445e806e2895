"""The audit that only numbers of a run allow: which carriers without fuel go uphill at rest, or where a run ends.

Ohmic and constant-field channels never do; those with a written law or a reversal potential of their own are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

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
from ionlang.simulate.ledgers.copies import in_copies
from ionlang.simulate.lines.onlookers import state_of
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
    phase, state = state_of(solution, solution.end)
    found = uphill(
        solution.machine.all_copies, solution.end, state, phase.parameters_many(np.array([solution.end]))
    )
    return tuple(f"at the end {each.text}" for each in found)


def uphill(
    machine: Machine, time: float, state: FloatArray, parameters: Sequence[ArrayLike]
) -> tuple[Uphill, ...]:
    """The carriers that go uphill at a time [ms] in a state (n,); in a line, where most."""
    looked_at = tuple(_doubtful(machine.cell))
    if not looked_at:
        return ()
    wanted = [path for passage in looked_at for path in _paths(machine, passage)]
    paths = [path for path in dict.fromkeys((*wanted, "thermal_voltage")) if path in machine.symbols]
    with np.errstate(all="ignore"):
        rows = in_copies(machine, paths)(np.array([time]), np.reshape(state, (-1, 1)), list(parameters))
    values = dict(zip(paths, (row[..., 0] for row in rows), strict=True))
    found = (_where_most(machine.cell, passage, values) for passage in looked_at)
    return tuple(each for each in found if each is not None)


def _where_most(cell: Cell, passage: Passage, values: Mapping[str, FloatArray]) -> Uphill | None:
    line = cell.line_of(passage.rate)
    if line is None:
        return _uphill(
            cell, passage, {path: float(value) for path, value in values.items() if not value.ndim}
        )
    mine = {
        path: np.broadcast_to(v, line.count) for path, v in values.items() if not v.ndim or line.holds(path)
    }
    every = (
        (i, _uphill(cell, passage, {path: float(value[i]) for path, value in mine.items()}))
        for i in range(line.count)
    )
    found = [(up, i) for i, up in every if up is not None]
    if not found:
        return None
    most, i = max(found, key=lambda pair: pair[0].gain)
    others = len(found) - 1
    beside = f" and {others} other cop{'ies' if others > 1 else 'y'}" if others else ""
    return replace(most, where=f" in {line.name}[{i + 1}]{beside}")


def _doubtful(cell: Cell) -> Iterator[Passage]:
    """Those whose law may be wrong."""
    for passage in passages(cell):
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
