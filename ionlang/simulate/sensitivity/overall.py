"""The noun of samples of many: how much of what a quantity does over whole ranges is due to each number.

Sobol: the share of the variance that one number makes by itself (`first`) and with all others (`total`). Morris: of
what a step of a number does, from many places, for its whole range, the mean size (`strength`), the mean and the
spread. `±` are 95 % intervals.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ionlang.simulate.sensitivity.answer import LeftOut

if TYPE_CHECKING:
    from ionlang.plot import Figure

Method = Literal["sobol", "morris"]
COLUMNS: dict[Method, tuple[str, ...]] = {
    "sobol": ("total", "total ±", "first", "first ±"),
    "morris": ("strength", "strength ±", "mean", "spread"),
}
"""What each method tells of a number; what it is ranked by comes first."""


@dataclass(frozen=True, slots=True)
class Share:
    """What the method tells of one number that was varied from `low` to `high`, in `unit`."""

    parameter: str
    low: float
    high: float
    unit: str
    numbers: dict[str, float]


@dataclass(frozen=True, slots=True)
class Spread:
    """A quantity over so many `members` (others failed): its mean and standard deviation in `unit`, and what each
    number has to do with it, the largest first."""

    name: str
    unit: str
    mean: float
    deviation: float
    members: int
    shares: tuple[Share, ...]

    def __getitem__(self, parameter: str) -> Share:
        """Raises KeyError."""
        for share in self.shares:
            if share.parameter == parameter:
                return share
        raise KeyError(
            f"no parameter {parameter!r}; there are: {', '.join(s.parameter for s in self.shares)}"
        )


@dataclass(frozen=True, slots=True)
class Failed:
    """A member that failed: the values of what was varied, in the order of the ranges and in their units, and why."""

    values: tuple[float, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Overall:
    """Samples of many. `held` are numbers without a range; `left_out` quantities that too few members have."""

    model: str
    scenario: str | None
    method: Method
    runs: int
    spreads: tuple[Spread, ...]
    left_out: tuple[LeftOut, ...]
    failed: tuple[Failed, ...]
    held: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return COLUMNS[self.method]

    def __getitem__(self, quantity: str) -> Spread:
        """Raises KeyError."""
        for spread in self.spreads:
            if spread.name == quantity:
                return spread
        raise KeyError(
            f"no quantity {quantity!r}; there are: {', '.join(s.name for s in self.spreads) or 'none'}"
        )

    def to_csv(self, path: str | PathLike[str]) -> None:
        """A line for each number of each quantity. Raises OSError."""
        with Path(path).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(self._rows())

    def _rows(self) -> Iterator[list[str]]:
        yield ["quantity", "unit", "parameter", "low", "high", "parameter unit", *self.columns]
        for spread in self.spreads:
            for share in spread.shares:
                numbers = [repr(share.numbers[column]) for column in self.columns]
                ends = (repr(share.low), repr(share.high))
                yield [spread.name, spread.unit, share.parameter, *ends, share.unit, *numbers]

    def plot(self, path: str | PathLike[str] | None = None, top: int = 12) -> Figure:
        """Bars of the `top` largest for each quantity; saved if a path is given (`.png`, `.pdf`, `.svg`). Raises
        ImportError without matplotlib, ValueError if there is nothing to draw."""
        # A call to a stage above, as on a Solution: the picture is looked for on what it shows.
        from ionlang import plot

        drawn = plot.overall_figure(self, top)
        if path is not None:
            plot.save_figure(drawn, path)
        return drawn
