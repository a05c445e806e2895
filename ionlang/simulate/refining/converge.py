"""Run a scenario on finer and finer grids."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from ionlang.model.scenario import Scenario
from ionlang.outcome import NumericalFailure
from ionlang.simulate.machine import Machine
from ionlang.simulate.refining.cells import warnings_of_cells
from ionlang.simulate.refining.convergence import Convergence, Grid, Refined
from ionlang.simulate.refining.judge import FINER, judge
from ionlang.simulate.refining.scaling import warnings_of_scaling
from ionlang.simulate.running.run import run
from ionlang.units import LENGTH, display_unit

SHARPER = 0.1
"""Of the tolerance: with it one run shows what the integrator leaves open."""

Share = Callable[[float], None]
"""Told how much of it is done, from 0 to 1."""


def converge(
    machines: Sequence[Machine],
    scenario: str,
    given: Mapping[str, float],
    share: float,
    rtol: float,
    progress: Share | None = None,
) -> Convergence:
    """Run a scenario on grids of which each is `FINER` times as fine as the one before; `given` are values by path as
    the coarsest one has them. Raises ValueError for what has no grid or no measure, NumericalFailure where a run does
    not reach its end."""
    chosen = _scenario(machines[0], scenario)
    values = [_as_on(machines[0], given, FINER**k) for k in range(len(machines))]
    first_two = machines[0], machines[1], (values[0], values[1])
    warnings = (*warnings_of_scaling(*first_two), *warnings_of_cells(*first_two))
    costs = [1, *(FINER**k for k in range(len(machines)))]
    rows: list[dict[str, float]] = []
    for k, (machine, own, tolerance) in enumerate(
        [
            (machines[0], values[0], SHARPER * rtol),
            *((m, v, rtol) for m, v in zip(machines, values, strict=True)),
        ]
    ):
        rows.append(_measured(machine, scenario, own, tolerance))
        if progress is not None:
            progress(sum(costs[: k + 1]) / sum(costs))
    sharp, *plain = rows
    measures = tuple(
        _refined(chosen, name, [row[name] for row in plain], sharp[name], share) for name in sharp
    )
    grids = tuple(_grids(machine, own) for machine, own in zip(machines, values, strict=True))
    return Convergence(machines[0].cell.name, chosen, grids, measures, share, rtol, warnings)


def _scenario(machine: Machine, name: str) -> Scenario:
    found = next(s for s in machine.cell.scenarios if s.name == name)
    if not machine.has_lines:
        raise ValueError("the file has no line of cells, so there is no grid to refine")
    if not found.measures:
        raise ValueError(f"scenario {name} measures nothing: write `measure name = …`")
    return found


def _as_on(machine: Machine, given: Mapping[str, float], split: int) -> dict[str, float]:
    """Values from outside as they are where every copy is split: what lies between two is as much less."""
    spacings = {f"{line.name}.spacing": None for line in machine.cell.lines}
    return {path: value / split if path in spacings else value for path, value in given.items()}


def _measured(machine: Machine, scenario: str, given: Mapping[str, float], rtol: float) -> dict[str, float]:
    """What every measure came to. Raises NumericalFailure."""
    own = _scenario(machine, scenario)
    solution = run(machine, own, given, rtol)
    if solution.failure is not None:
        copies = ", ".join(f"{line.count} copies of {line.name}" for line in machine.cell.lines)
        raise NumericalFailure(
            f"with {copies} scenario {scenario} stopped at {solution.failure.time / 1e3:.6g} s:"
            f" {solution.failure.reason}"
        )
    return dict(solution.measures)


def _refined(scenario: Scenario, name: str, values: Sequence[float], sharp: float, share: float) -> Refined:
    measure = next(m for m in scenario.measures if m.name == name)
    left_open = abs(sharp - values[0])
    known = 0.0 if np.isnan(left_open) else left_open
    return Refined(name, measure.dimension, tuple(values), known, judge(values, known, share))


def _grids(machine: Machine, given: Mapping[str, float]) -> tuple[Grid, ...]:
    """Of every line, on one grid; where copies differ in length, what lies between two on average."""
    parameters = machine.parameters(given)
    start = np.array(machine.initial_state(parameters), dtype=float)
    unit = float(display_unit(LENGTH).scale)
    found = []
    for line in machine.cell.lines:
        (spacing,) = machine.arrays([f"{line.name}.spacing"])(np.zeros(1), start[:, None], parameters)
        found.append(Grid(line.name, line.count, float(spacing.mean()) / unit))
    return tuple(found)
