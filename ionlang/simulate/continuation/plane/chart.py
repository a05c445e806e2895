"""The noun that two parameters make: curves of folds and Hopf points in their plane, in the units of the reader."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ionlang.simulate.continuation.diagram import Diagram, Over
from ionlang.simulate.continuation.plane.lines import Curve
from ionlang.simulate.continuation.plane.spot import Corner
from ionlang.simulate.continuation.plane.trace import Stop
from ionlang.simulate.functions import FloatArray

if TYPE_CHECKING:
    from ionlang.plot import Figure


@dataclass(frozen=True, slots=True, eq=False)
class Border:
    """A curve of folds or Hopf points, k points in order; those of `Chart.points` are among them.

    number counts from 1. parameter, also (k,): the first and the second parameter in the units of the chart;
    V {membrane: (k,) mV}; columns {path: (k,)} in display units. frequency (k,) [Hz]: |Im λ|/2π, 0 on a curve of folds.
    changes_stability (k,): rest is stable on one side. states (n, k) in cell units. began, ended: why it goes no
    further.
    """

    number: int
    kind: Curve
    parameter: FloatArray
    also: FloatArray
    V: dict[str, FloatArray]
    columns: dict[str, FloatArray]
    frequency: FloatArray
    changes_stability: npt.NDArray[np.bool_]
    states: FloatArray
    began: Stop
    ended: Stop


@dataclass(frozen=True, slots=True, eq=False)
class Corners:
    """A point that only two parameters together can bring about; curve: the number of the first that has it.

    parameter, also in the units of the chart; V {membrane: mV}; variables {path: in its display unit}; state (n,) in
    cell units.
    """

    kind: Corner
    curve: int
    parameter: float
    also: float
    V: dict[str, float]
    variables: dict[str, float]
    state: FloatArray


@dataclass(frozen=True, slots=True)
class Census:
    """How many equilibria there are between two neighbouring points of a row, and how many of them are stable.

    also: the row; low, high: from where to where the first parameter has that count; both in the units of the chart.
    """

    also: float
    low: float
    high: float
    equilibria: int
    stable: int


@dataclass(frozen=True, slots=True, eq=False)
class Chart:
    """Curves over the plane of `over` and `also`; diagram: the branches over the first parameter at `value` of the
    second (in its unit), which is the file's own if that lies in the range; census: counts along all rows that were
    searched."""

    over: Over
    also: Over
    value: float
    diagram: Diagram
    curves: tuple[Border, ...]
    points: tuple[Corners, ...]
    census: tuple[Census, ...]
    notes: tuple[str, ...]

    @property
    def model(self) -> str:
        return self.diagram.model

    @property
    def units(self) -> dict[str, str]:
        """Units of `Border.columns`."""
        return self.diagram.units

    def of_kind(self, kind: Corner) -> tuple[Corners, ...]:
        return tuple(point for point in self.points if point.kind == kind)

    def __repr__(self) -> str:
        names = f"{self.over.name} and {self.also.name}"
        return f"<{len(self.curves)} curve(s) of {self.model} over {names}, {len(self.points)} points>"

    def to_csv(self, path: str | PathLike[str]) -> None:
        """Write all points of all curves in order. Raises OSError."""
        with Path(path).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(self._rows())

    def _rows(self) -> Iterator[list[str]]:
        ends = [f"{each.name} [{each.unit or '1'}]" for each in (self.over, self.also)]
        headings = [f"{path} [{unit}]" for path, unit in self.units.items()]
        yield ["curve_number", "kind", *ends, "changes_stability", "frequency [Hz]", *headings]
        for curve in self.curves:
            for k in range(len(curve.parameter)):
                row = [curve.columns[path][k] for path in self.units]
                numbers = [repr(float(x)) for x in (curve.parameter[k], curve.also[k])]
                changes = str(bool(curve.changes_stability[k])).lower()
                frequency = repr(float(curve.frequency[k])) if curve.kind == "hopf" else ""
                columns = [repr(float(x)) for x in row]
                yield [str(curve.number), curve.kind, *numbers, changes, frequency, *columns]

    def plot(self, path: str | PathLike[str] | None = None) -> Figure:
        """The plane with its curves and points, and how many equilibria its regions have; saved if a path is given.
        Raises ImportError without matplotlib, ValueError if there is no curve."""
        # A call to a stage above, as on a Diagram: the picture is looked for on what it shows.
        from ionlang import plot

        drawn = plot.chart_figure(self)
        if path is not None:
            plot.save_figure(drawn, path)
        return drawn
