"""The noun of this stage's end: what a run found. Columns by name and unit, NumPy underneath."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ionlang.model.cell_lines import of_any_copy
from ionlang.model.scenario import Expectation, Scenario
from ionlang.simulate.functions import FloatArray
from ionlang.simulate.machine import Machine
from ionlang.simulate.resting.rest import Rest
from ionlang.simulate.running.integrate import Failure
from ionlang.simulate.table import TIME, columns_of, heading, shown, unit_of, write_csv
from ionlang.simulate.trajectory import Trajectory
from ionlang.simulate.tuning.tuned import Tuned

if TYPE_CHECKING:
    from os import PathLike

    from ionlang.plot import Figure
    from ionlang.simulate.frames import DataFrame, Dataset
    from ionlang.simulate.ledgers.ledger import Ledger
    from ionlang.simulate.lines.along import Along
    from ionlang.simulate.lines.arrivals import Arrivals
    from ionlang.simulate.lines.profiles import Profiles
    from ionlang.simulate.lines.recorder import Recorder


DRIFT_PER_TOLERANCE = 1e3
"""A balance may drift by this times the relative tolerance before the run counts as broken."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """An `expect` and what came out: `value` in cell units, nan where an event never came."""

    expectation: Expectation
    value: float
    target: float
    tolerance: float | None
    upper: float | None
    passed: bool
    never: bool


@dataclass(frozen=True, slots=True)
class Drift:
    """How well a law of conservation or a balance held: `size` is the largest |amount − start − ∫ fluxes| relative
    to the amount of that pool and what moved."""

    name: str
    size: float


@dataclass(frozen=True, slots=True)
class Supply:
    """What holding or setting a state brought from outside the model, in its unit (mM or mV)."""

    path: str
    amount: float


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """A scenario that ran. `trajectory` is None where only rest was asked; `failure` says why a run stopped early.

    `windows` are the stretches [ms] that actions filled, with their words; `fired` the events that happened: when [ms]
    and their paths. `ended`: a `run until` ended by its condition, before its limit. `remarks` are what tests of a
    membrane say besides their number: the kind of an answer, why there is no threshold. `tuned` is what was solved for
    before. `start` (n,) is the state that it began at, `held` the states that were kept in each piece, `given` the
    values from outside (by path, in cell units).

    `solution["soma.V"]` is a column: the quantity of that path at `times`, in its unit of `units` (mV, mM, s, pA).
    """

    scenario: Scenario
    machine: Machine
    rest: Rest | None
    trajectory: Trajectory | None
    windows: tuple[tuple[float, float, str], ...]
    measures: tuple[tuple[str, float], ...]
    verdicts: tuple[Verdict, ...]
    drifts: tuple[Drift, ...]
    supplies: tuple[Supply, ...]
    failure: Failure | None
    rtol: float
    fired: tuple[tuple[float, str], ...] = ()
    ended: bool = False
    remarks: tuple[str, ...] = ()
    tuned: tuple[Tuned, ...] = ()
    start: FloatArray | None = None
    held: tuple[tuple[int, ...], ...] = ()
    given: Mapping[str, float] = field(default_factory=dict)
    recorder: Recorder | None = None
    along: Along | None = None
    _cache: dict[str, FloatArray] = field(default_factory=dict, repr=False)

    @property
    def passed(self) -> bool:
        return self.failure is None and not self.broken_balances and all(v.passed for v in self.verdicts)

    @property
    def broken_balances(self) -> tuple[Drift, ...]:
        """Balances whose drift is beyond what the tolerance of the run explains: a mistake of the numbers. Of a run
        that failed nothing more is said than that."""
        if self.failure is not None:
            return ()
        return tuple(d for d in self.drifts if not d.size <= DRIFT_PER_TOLERANCE * self.rtol)

    @property
    def conservation_drift(self) -> float:
        """The worst of all drifts; 0 where nothing was integrated."""
        return max((d.size for d in self.drifts), default=0.0)

    @property
    def end(self) -> float:
        """The last instant reached [ms]."""
        return self.trajectory.end if self.trajectory is not None else 0.0

    def instants(self, most: int = 20_000) -> FloatArray:
        """Instants [ms] where the solver itself looked, edges included; evenly thinned to at most `most`, or to the
        edges if these are more."""
        if self.trajectory is None:
            return np.zeros(1)
        every = np.unique(np.concatenate([piece.times for piece in self.trajectory.pieces]))
        if every.size <= most:
            return every
        edges = np.unique([t for piece in self.trajectory.pieces for t in (piece.start, piece.end)])
        chosen = np.linspace(0, every.size - 1, max(most - edges.size, 2)).astype(np.intp)
        return np.unique(np.concatenate([every[chosen], edges]))

    def states(self, instants: FloatArray) -> FloatArray:
        """States (n, m) at the instants (m,) [ms], after what jumps there."""
        if self.trajectory is None:
            assert self.rest is not None
            settled = self.rest.settled
            state = self.rest.written if settled is None else settled.state
            return np.repeat(state[:, None], instants.size, axis=1)
        return self.trajectory.at(instants)

    def values(self, paths: Sequence[str], instants: FloatArray) -> FloatArray:
        """Any quantities of the model (k, m) by path, in cell units, at the instants (m,) [ms]."""
        function = self.machine.paths(paths)
        if self.trajectory is None:
            assert self.rest is not None
            return function(instants, self.states(instants), list(self.rest.parameters))
        result = np.empty((len(paths), instants.size))
        index = self.trajectory.piece_indices(instants)
        for k in np.unique(index).tolist():
            chosen = index == k
            piece = self.trajectory.pieces[k]
            t = instants[chosen]
            result[:, chosen] = function(t, piece.at(t), piece.phase.parameters_many(t))
        return result

    @property
    def times(self) -> FloatArray:
        """The instants of the columns [s]: the solver's own, at most 20 000."""
        return self[TIME]

    @property
    def columns(self) -> tuple[str, ...]:
        """The paths of the table in order: time, potentials, concentrations, gates, Nernst potentials, currents,
        rates."""
        return columns_of(self.machine)

    @property
    def units(self) -> dict[str, str]:
        """The unit of each column; `1` for a pure number."""
        return {path: unit_of(self.machine, path).text or "1" for path in self.columns}

    def __repr__(self) -> str:
        state = "stopped early" if self.failure is not None else "passed" if self.passed else "failed"
        return f"<run of {self.scenario.name}, {self.end / 1e3:g} s, {state}>"

    def _repr_html_(self) -> str:
        """What a notebook shows: measures, verdicts, and a picture if matplotlib is there."""
        from ionlang.analyse.pages import solution_page
        from ionlang.plot.inline import picture

        return solution_page(self, picture(self))

    def __getitem__(self, path: str) -> FloatArray:
        """Any quantity of the model at `times`, in its display unit; read-only. At an edge what holds from then on.
        Raises KeyError for a path that the model does not have."""
        if path not in self._cache:
            unit_of(self.machine, path)
            wanted = self.columns if path in self.columns else (path,)
            with np.errstate(divide="ignore", invalid="ignore"):
                rows = self.values(wanted, self.instants())
            self._cache.update({p: shown(self.machine, p, row) for p, row in zip(wanted, rows, strict=True)})
        return self._cache[path]

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str) and of_any_copy(path) in self.machine.symbols

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    @property
    def final(self) -> dict[str, float]:
        """The last value of each column."""
        return {path: float(self[path][-1]) for path in self.columns}

    def profiles(self, path: str) -> Profiles:
        """A quantity of a line, `tissue.outside.K`, in all copies at some hundred even times. Raises KeyError."""
        from ionlang.simulate.lines.profiles import profiles_of

        return profiles_of(self, path)

    def save_profiles(
        self,
        path: str | PathLike[str],
        quantities: Sequence[str] | None = None,
        at: Sequence[float] | None = None,
    ) -> None:
        """Write quantities of a line over position and time, as `.csv`, `.npz` or `.json`: at the times `at` [s], or at
        all that are kept. Raises ValueError, KeyError, OSError."""
        from ionlang.simulate.lines.profile_files import save_profiles

        save_profiles(self, path, quantities, at)

    def arrivals(self, measure: str) -> Arrivals:
        """When a front came to each copy of a line: the front that a measure of the scenario asks for (`front_speed`,
        `front_reach`, `reached`). Raises KeyError."""
        from ionlang.simulate.lines.arrivals import arrivals_of

        return arrivals_of(self, measure)

    def to_csv(self, path: str | PathLike[str]) -> None:
        """Write all columns under headings such as `soma.V [mV]`. Raises OSError."""
        headings = [heading(column, unit_of(self.machine, column)) for column in self.columns]
        write_csv(Path(path), headings, {column: self[column] for column in self.columns})

    def to_pandas(self) -> DataFrame:
        """All columns over an index of times [s]; `attrs["units"]` names their units. Raises ImportError without
        pandas."""
        from ionlang.simulate.frames import data_frame

        return data_frame(self)

    def to_xarray(self) -> Dataset:
        """All columns along `time` [s], each with its `units`; scenario and measures in `attrs`. Raises ImportError
        without xarray."""
        from ionlang.simulate.frames import dataset

        return dataset(self)

    def ledger(self, of: str | None = None) -> Ledger:
        """What each place held before and after each phase of the run, and what moved it; charge, osmolarity and free
        energy too. `of` some copies of a line alone, `row[3]` or `row[2 .. 4]`. Raises ValueError where only rest was
        asked, and for copies that there are not."""
        # A ledger is kept of a run that is over; like its picture it is asked for on the run.
        from ionlang.simulate.ledgers.copies import copies_named
        from ionlang.simulate.ledgers.keep import ledger_of

        return ledger_of(self, None if of is None else copies_named(self.machine.cell, of))

    def plot(
        self,
        path: str | PathLike[str] | None = None,
        between: tuple[float, float] | None = None,
        show: Sequence[str] | None = None,
        along: Sequence[str] | None = None,
        at: Sequence[float] | None = None,
    ) -> Figure:
        """The time course as a figure, saved if a path is given (`.png`, `.pdf`, `.svg`); `between` are the first and
        the last instant [s], `show` names panels, of `ionlang.plot.SHOWS` (without it, what moves). Of a line it is a
        kymograph of the quantities that `along` names, or with `at` their profiles at these times [s]; a path that ends
        in `.gif` or `.mp4` gets a film. Raises ImportError without matplotlib, ValueError for a panel that there is
        not, KeyError for a quantity that stands in no line."""
        # As with the page of a notebook a call to a stage above: the picture of a run is looked for on the run.
        from ionlang import plot

        drawn = (
            plot.figure(self, between, show, along) if at is None else plot.profiles_figure(self, at, along)
        )
        if path is not None and plot.is_film(path):
            plot.save_film(self, path, between, along)
        elif path is not None:
            plot.save_figure(drawn, path)
        return drawn
