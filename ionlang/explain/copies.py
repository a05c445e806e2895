"""Values of everything in all copies of lines, read from one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ionlang.explain.laws.spots import Spot, Spots
from ionlang.model.cell_lines import Line
from ionlang.model.expression import Expr
from ionlang.simulate.functions import FloatArray, Phase
from ionlang.simulate.lines.linear_cable import LinearCable
from ionlang.simulate.lines.onlookers import state_of
from ionlang.simulate.machine import Machine
from ionlang.simulate.solution import Solution


@dataclass(frozen=True, slots=True, eq=False)
class InCopies(Mapping[str, float]):
    """Numbers by path in one copy of each line. `arrays` are (N, 1) over the copies of a line, (N − 1, 1) at the
    faces between them, and of one element for all else. What lies at a face is that of the copy before it; the last
    copy has none. `compute` works out what copies come to together, `cable` how a potential
    answers to a current along its line."""

    arrays: Mapping[str, FloatArray]
    spots: Spots
    compute: Callable[[Expr], float]
    cable: Callable[[str], LinearCable | None] = lambda path: None

    def __getitem__(self, path: str) -> float:
        found = self.arrays[path]
        if found.ndim < 2:
            return float(found.reshape(-1)[0])
        row = self._spot(path).number - 1
        if row >= found.shape[0]:
            raise KeyError(path)
        return float(found[row, 0])

    def __contains__(self, path: object) -> bool:
        if path not in self.arrays:
            return False
        assert isinstance(path, str)
        found = self.arrays[path]
        return found.ndim < 2 or self._spot(path).number <= found.shape[0]

    def __iter__(self) -> Iterator[str]:
        return (path for path in self.arrays if path in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _spot(self, path: str) -> Spot:
        spot = self.spots.of(path)
        assert spot is not None
        return spot

    def is_even(self, path: str) -> bool:
        """Whether something has one value in all copies."""
        return _is_even(self.arrays[path]) if path in self.arrays else True

    def moved(self, spots: Spots) -> InCopies:
        return replace(self, spots=spots)

    def together(self, path: str) -> float:
        """The sum over all copies."""
        found = self.arrays[path]
        return float(found.sum()) if found.ndim == 2 else self._spot(path).count * float(found.reshape(-1)[0])


ALIKE = 1e-9
"""Numbers of copies that differ by less than this, against the largest, are the same."""


def spots_of(machine: Machine) -> Spots:
    """The first copy of each line."""
    cell, spread = machine.cell, machine.spread
    differing = frozenset(path for path, symbol in machine.symbols.items() if symbol in spread)
    return Spots(tuple(Spot(line.name, 1, line.count) for line in cell.lines), differing)


def are_in_one_state(machine: Machine, values: Mapping[str, FloatArray], line: Line) -> bool:
    """Whether all copies of a line have the same states, potentials and concentrations."""
    cell = machine.cell
    paths = [state.path for state in machine.system.states if state.line == line.name]
    paths += [f"{membrane.name}.V" for membrane in cell.membranes]
    paths += [content.path for place in cell.places for content in place.contents]
    return all(_is_even(values[path]) for path in paths if line.holds(path) and path in values)


def _is_even(row: FloatArray) -> bool:
    return row.ndim < 2 or not row.size or float(np.ptp(row)) <= ALIKE * max(1e-6, float(np.abs(row).max()))


def values_at(
    machine: Machine, time: float, state: FloatArray, parameters: Sequence[Any]
) -> dict[str, FloatArray]:
    """Everything that the equations define, at a state (n,), as arrays: see `InCopies`."""
    paths = [path for path in machine.symbols if path != "time"]
    if not machine.has_lines:
        rows = machine.paths(paths)(np.array([time]), state[:, None], parameters)
        return dict(zip(paths, rows, strict=True))
    found = machine.arrays(paths)(np.array([time]), state[:, None], parameters)
    return dict(zip(paths, (np.asarray(each, dtype=float) for each in found), strict=True))


def computing(
    machine: Machine, time: float, state: FloatArray, parameters: Sequence[Any]
) -> Callable[[Expr], float]:
    """What an expression that names its copies comes to at a state (n,)."""

    def compute(expression: Expr) -> float:
        found = machine.in_copies([expression])(np.array([time]), state[:, None], parameters)
        return float(np.asarray(found[0]).reshape(-1)[0])

    return compute


class NotKept(ValueError):
    """A time of a long run of which the states of all copies were not kept."""


def whole_at(solution: Solution, time: float) -> tuple[Machine, Phase, FloatArray]:
    """The state (n,) of all copies at a time [ms] of a run, after what jumps there. Raises NotKept."""
    if solution.recorder is None:
        return (solution.machine, *state_of(solution, time))
    recorder = solution.recorder
    times = np.array(recorder.times)
    near = np.flatnonzero(np.abs(times - time) <= 1e-9 * max(1.0, abs(time)))
    if not near.size:
        nearest = float(times[int(np.abs(times - time).argmin())])
        raise NotKept(
            f"of so long a line not every state is kept, and at {time / 1e3:g} s none is; "
            f"the nearest time at which all copies are kept is {nearest / 1e3:.10g} s"
        )
    last = int(near[-1])
    return solution.machine.all_copies, recorder.phases[last], recorder.profiles[last]
