"""The noun that continuation makes: branches of equilibria over one parameter, in the units of the reader."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from ionlang.simulate.continuation.branch import Ending, Kind, Spectrum
from ionlang.simulate.functions import FloatArray

if TYPE_CHECKING:
    from ionlang.plot import Figure

Criticality = Literal["supercritical", "subcritical"]


@dataclass(frozen=True, slots=True)
class Over:
    """What is varied: the parameter `path`, called `name` by who asked, from `low` to `high` (cell units). A value in
    the unit that was asked for is (cell value − offset)/scale; `unit` is empty for a pure number."""

    name: str
    path: str
    low: float
    high: float
    unit: str
    scale: float
    offset: float

    def shown(self, value: float) -> float:
        return (value - self.offset) / self.scale


@dataclass(frozen=True, slots=True)
class Extremum:
    """The quantity that is least or greatest at a point, and its value there in `unit`."""

    quantity: str
    which: Literal["minimum", "maximum"]
    value: float
    unit: str


@dataclass(frozen=True, slots=True, eq=False)
class Tip:
    """A fold, a Hopf point or a branch point; an extremum; or an asymptote, where a quantity grows without bound (the
    parameter is then the limit, V and state those of the last point of the branch).

    parameter in the unit of the diagram; V {membrane: mV}; variables {path: in its display unit}; columns {path: in its
    unit}, all of these and what else is shown. frequency [Hz]:
    |Im λ|/2π at a Hopf point, with which a small cycle begins; None elsewhere. changes_stability: whether rest is
    stable on one side; otherwise other eigenvalues are unstable all the while. state (n,) in cell units.

    lyapunov: ℓ in dr/dt = σ r + ℓ r³ at a Hopf point, where r is the amplitude of the first quantity shown (a
    potential, if there is one, else a variable) and σ the real part of the pair [per ms, and per square of its unit];
    None where it cannot be told. extremum, growing: of those two kinds.
    """

    kind: Kind
    branch: int
    parameter: float
    V: dict[str, float]
    variables: dict[str, float]
    frequency: float | None
    changes_stability: bool
    state: FloatArray
    lyapunov: float | None = None
    extremum: Extremum | None = None
    growing: str | None = None
    columns: dict[str, float] = field(default_factory=dict)

    @property
    def criticality(self) -> Criticality | None:
        """At a Hopf point: `supercritical` if the small cycle is stable (in the plane in which it swings)."""
        if self.lyapunov is None:
            return None
        return "supercritical" if self.lyapunov < 0 else "subcritical"


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """One branch, k points in order; those of `Diagram.points` are among them.

    number counts from 1. parameter (k,) in the unit of the diagram; V {membrane: (k,) mV}; columns {path: (k,)}: also
    concentrations, volumes and variables that can move, in display units. stable (k,): all eigenvalues have negative
    real parts. states (n, k) in cell units; eigenvalues (m, k) of the free states [per ms]. began, ended: why it goes
    no further.
    """

    number: int
    parameter: FloatArray
    V: dict[str, FloatArray]
    columns: dict[str, FloatArray]
    stable: npt.NDArray[np.bool_]
    states: FloatArray
    eigenvalues: Spectrum
    began: Ending
    ended: Ending


@dataclass(frozen=True, slots=True, eq=False)
class Diagram:
    """All branches that were found, what happens on them, and what a reader should know; `units` are those of
    `Track.columns`."""

    model: str
    over: Over
    units: dict[str, str]
    branches: tuple[Track, ...]
    points: tuple[Tip, ...]
    notes: tuple[str, ...]

    @property
    def name(self) -> str:
        """The parameter as it was asked for."""
        return self.over.name

    @property
    def unit(self) -> str:
        """The unit of the parameter; `1` for a pure number."""
        return self.over.unit or "1"

    @property
    def shown(self) -> tuple[str, ...]:
        """What is shown if nothing is asked for: potentials; without membranes the first quantities."""
        potentials = tuple(path for path in self.units if path.endswith((".V", ".V)")))
        return potentials or tuple(self.units)[:4]

    def of_kind(self, kind: Kind) -> tuple[Tip, ...]:
        return tuple(point for point in self.points if point.kind == kind)

    def __repr__(self) -> str:
        return (
            f"<{len(self.branches)} branch(es) of {self.model} over {self.name}, {len(self.points)} points>"
        )

    def to_csv(self, path: str | PathLike[str]) -> None:
        """Write all points of all branches in order. Raises OSError."""
        with Path(path).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(self._rows())

    def _rows(self) -> Iterator[list[str]]:
        headings = [f"{path} [{unit}]" for path, unit in self.units.items()]
        yield ["branch_number", f"{self.name} [{self.unit}]", "stable", *headings]
        for track in self.branches:
            for k, value in enumerate(track.parameter):
                row = [repr(float(track.columns[path][k])) for path in self.units]
                yield [str(track.number), repr(float(value)), str(bool(track.stable[k])).lower(), *row]

    def plot(self, path: str | PathLike[str] | None = None, show: str | None = None) -> Figure:
        """The bifurcation diagram, saved if a path is given (`.png`, `.pdf`, `.svg`): stable states solid, unstable
        ones dashed. `show` names one of `units` to draw in place of potentials. Raises ImportError without matplotlib,
        ValueError for a name that there is not."""
        # A call to a stage above, as on a Solution: the picture is looked for on what it shows.
        from ionlang import plot

        drawn = plot.diagram_figure(self, show)
        if path is not None:
            plot.save_figure(drawn, path)
        return drawn
