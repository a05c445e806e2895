"""Several runs of one scenario side by side: what each member measured, in arrays over the variants and axes."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ionlang.model.scenario import Scenario
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.solution import Solution, Verdict
from ionlang.simulate.table import heading
from ionlang.simulate.tuning.tuned import Tuned
from ionlang.units import Dimension, Unit, display_unit

if TYPE_CHECKING:
    from os import PathLike

    from ionlang.plot import Figure

VARIANT, FAILURE, BEYOND = "variant", "failure", " beyond"


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """A parameter that was swept. `path` is its full name, `name` what the file calls it; `values` (m,) are in `unit`,
    the one that readers expect (mM, mV, s …)."""

    path: str
    name: str
    dimension: Dimension
    unit: str
    values: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Tipping:
    """The value at which a condition changes, between two runs. At `value` it holds, at `beyond` it does not (in cell
    units); `runs` were made to find that. `other` is the run at `beyond`; `remarks` are what went wrong on the way."""

    name: str
    dimension: Dimension
    value: float
    beyond: float
    runs: int
    other: Solution
    remarks: tuple[str, ...]

    @property
    def unit(self) -> str:
        return _unit(self.dimension).text or "1"

    @property
    def ends(self) -> tuple[float, float]:
        """In `unit`: where the condition holds, and where it does not."""
        scale = float(_unit(self.dimension).scale)
        return self.value / scale, self.beyond / scale

    @property
    def bracket(self) -> tuple[float, float]:
        """The same two values, the smaller one first."""
        low, high = sorted(self.ends)
        return low, high


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """One run; of a search, which `tried` so many, the one at which the condition holds, with what was `found`.
    `variant` is None without `compare`; `values` are those of the axes, in their units. `solution` is None if the run
    could not begin or nothing was found; `failure` says why, or why it did not reach its end."""

    variant: str | None
    values: tuple[float, ...]
    solution: Solution | None
    failure: str | None
    found: Tipping | None = None
    tried: int = 1

    @property
    def passed(self) -> bool:
        return self.failure is None and self.solution is not None and self.solution.passed

    def measured(self, measure: str) -> float:
        """What a measure came to, in cell units; nan if it never came, and for a run that failed."""
        if self.solution is None or self.failure is not None:
            return math.nan
        return dict(self.solution.measures)[measure]


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """An expectation that names runs, at one point of the axes."""

    values: tuple[float, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """A scenario that ran several times. Members are in order: the variants, in each the axes, the last one fastest.

    `study["peak"]` is an array of what every member measured, in the unit of `units`; nan is never, or no run.
    Its shape is (variants, values of the first axis, …), without the first if nothing is compared. `tuned` is what was
    solved for, once, before all runs.
    """

    scenario: Scenario
    machine: Machine
    variants: tuple[str, ...]
    axes: tuple[Axis, ...]
    members: tuple[Member, ...]
    judgements: tuple[Judgement, ...]
    tuned: tuple[Tuned, ...] = ()

    @property
    def shape(self) -> tuple[int, ...]:
        compared = (len(self.variants),) if self.variants else ()
        return (*compared, *(axis.values.size for axis in self.axes))

    @property
    def runs(self) -> int:
        """How many runs were made: one for each member, and all that searches took."""
        return sum(m.tried for m in self.members)

    @property
    def measures(self) -> tuple[str, ...]:
        return tuple(m.name for m in self.scenario.measures)

    @property
    def units(self) -> dict[str, str]:
        """The unit of each axis and measure; `1` for a pure number."""
        measured = {m.name: _unit(m.dimension).text or "1" for m in self.scenario.measures}
        return {axis.name: axis.unit for axis in self.axes} | measured

    @property
    def failed(self) -> tuple[Member, ...]:
        """Members that did not run to their end, or whose balances do not close."""
        return tuple(m for m in self.members if m.failure is not None)

    @property
    def passed(self) -> bool:
        return all(m.passed for m in self.members) and all(j.verdict.passed for j in self.judgements)

    def __repr__(self) -> str:
        return f"<study of {self.scenario.name}, {len(self.members)} runs, {'passed' if self.passed else 'failed'}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: the table of all runs, and what was expected of them."""
        from ionlang.analyse.pages import study_page

        return study_page(self)

    def __getitem__(self, measure: str) -> FloatArray:
        """What every member measured, read-only. Raises KeyError for a name that is no measure."""
        known = {m.name: m for m in self.scenario.measures}
        if measure not in known:
            raise KeyError(f"no measure {measure!r}; there are: {', '.join(known) or 'none'}")
        scale = float(_unit(known[measure].dimension).scale)
        found = np.asarray(np.array([m.measured(measure) for m in self.members]).reshape(self.shape) / scale)
        found.flags.writeable = False
        return found

    def __contains__(self, measure: object) -> bool:
        return measure in self.measures

    def __iter__(self) -> Iterator[str]:
        return iter(self.measures)

    def member(self, *values: float, variant: str | None = None) -> Member:
        """The run at these values of the axes (in order, in their units) and of this variant. Raises KeyError if there
        is none, or no single one."""
        found = [
            m
            for m in self.members
            if (variant is None or m.variant == variant)
            and len(values) == len(m.values)
            and np.allclose(values, m.values, rtol=1e-9, atol=0.0)
        ]
        if len(found) != 1:
            raise KeyError(
                f"{len(found) or 'no'} runs at {values} of variant {variant}: give every axis, and the variant"
            )
        return found[0]

    def to_csv(self, path: str | PathLike[str]) -> None:
        """One line for each member: variant, axes, measures, why it failed; what never came is an empty cell.
        Raises OSError."""
        with Path(path).open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(list(self._headings()))
            for member in self.members:
                rows.writerow(list(self._cells(member)))

    def _headings(self) -> Iterator[str]:
        yield from (VARIANT,) if self.variants else ()
        yield from (f"{axis.name} [{axis.unit}]" for axis in self.axes)
        yield from (heading(m.name, _unit(m.dimension)) for m in self.scenario.measures)
        if self.scenario.search is not None:
            sought = self.scenario.search
            yield heading(f"{sought.name}{BEYOND}", _unit(sought.dimension))
        yield FAILURE

    def _cells(self, member: Member) -> Iterator[str]:
        yield from (member.variant or "",) if self.variants else ()
        yield from (repr(value) for value in member.values)
        for measure in self.scenario.measures:
            value = member.measured(measure.name) / float(_unit(measure.dimension).scale)
            yield "" if np.isnan(value) else repr(float(value))
        if self.scenario.search is not None:
            yield "" if member.found is None else repr(float(member.found.ends[1]))
        yield member.failure or ""

    def plot(self, path: str | PathLike[str] | None = None) -> Figure:
        """What was compared on one figure, or the measures over what was swept; saved if a path is given (`.png`,
        `.pdf`, `.svg`). Raises ImportError without matplotlib, ValueError if there is nothing to draw."""
        # As with a run: the picture is looked for on the study.
        from ionlang import plot

        drawn = plot.study_figure(self)
        if path is not None:
            plot.save_figure(drawn, path)
        return drawn


def _unit(dimension: Dimension) -> Unit:
    return display_unit(dimension)
