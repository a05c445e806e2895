"""The noun of this room: a budget of energy. Numbers in cell units: powers in fW and rates in fmol/ms at a moment,
energies in aJ and amounts in fmol over a stretch of time; where no membrane has an area of its own, for each cm²."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from ionlang.analyse.objects import Object
    from ionlang.plot import Figure

Along = Literal["diffusion", "electrodiffusion", "axial", "gap junction"]
Kind = Literal["channel", "pump", "transporter", "flux", "reaction", "water"] | Along
Course = Literal["downhill", "uphill", "at equilibrium", "closed", "driven", "not known"]


@dataclass(frozen=True, slots=True)
class Row:
    """One way that something goes: an ion through a channel, cycles of a pump, transporter, flux or reaction, water,
    what is handed on along a line.

    `rate` is positive as written, or out of the first side; water in pL/ms, or pL. `energy` [mJ/mol] is the ΔG of that
    direction. `lost` is what it dissipates; `gained` and `spent` are what a carrier puts on what goes uphill, and what
    its fuel or what goes downhill gives. None where that is not known.

    Of what stands in a line all is summed over the copies, and `energy` is the mean over what runs; None if copies run
    in both directions. `rate` of what is handed on is the mean over the faces, positive towards the last copy.
    """

    path: str
    kind: Kind
    ion: str | None
    rate: float
    energy: float | None
    lost: float | None
    gained: float | None
    spent: float | None
    course: Course

    @property
    def is_along(self) -> bool:
        """Whether it is handed on along a line."""
        return self.kind in get_args(Along)

    @property
    def efficiency(self) -> float | None:
        """What is gained over what is spent; None where either is not known, or nothing runs."""
        known = self.gained is not None and self.spent is not None
        if not known or not self.gained or not self.spent:
            return None
        forward = self.spent > 0
        return self.gained / self.spent if forward else self.spent / self.gained


@dataclass(frozen=True, slots=True)
class Cause:
    """How much of a pump's fuel goes back to one way by which an ion returns. `share` may be below 0 (a way that helps
    the pump); those of one pump and ion sum to 1. `path` None: the place itself, whose content changes; if it is
    `held`, it is kept as it is from outside the model."""

    ion: str
    place: str
    path: str | None
    share: float
    fuel: float
    held: bool = False


@dataclass(frozen=True, slots=True)
class Bill:
    """The fuel that a pump uses, `fuel` of `species`, with the oxygen that makes as much again."""

    path: str
    species: str
    fuel: float
    oxygen: float
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Balance:
    """What passive ways for matter lose, what carriers with fuel put on what they move, and what is drawn from the
    concentrations of each species and the charge of membranes meanwhile: (words, power), empty over a stretch. `lost`
    is all that is known to be dissipated, `entropy` that over T [fW/K, aJ/K]."""

    passive: float
    work: float
    drawn: tuple[tuple[str, float], ...]
    lost: float
    entropy: float

    @property
    def gap(self) -> float:
        """What passive ways lose beyond the work of the pumps, as a share of the larger."""
        size = max(abs(self.passive), abs(self.work))
        return (self.passive - self.work) / size if size else 0.0


@dataclass(frozen=True, slots=True)
class Charge:
    """What one ion of a channel carried over a stretch: positive charge that came in, and that went out [fC], the net
    amount that came in [fmol] and the fuel that brings it back; None where no pump would."""

    path: str
    ion: str
    inward: float
    outward: float
    amount: float
    fuel: float | None


@dataclass(frozen=True, slots=True)
class Swing:
    """An action potential of a membrane: V between `low` and `high` [mV], and the least charge C ΔV [fC] that does it.
    `area` [100 um²]."""

    membrane: str
    low: float
    high: float
    least: float
    area: float
    charges: tuple[Charge, ...]

    @property
    def inward(self) -> float:
        return sum(c.inward for c in self.charges)

    @property
    def excess(self) -> float | None:
        """Positive charge that came in over the least that would do."""
        return self.inward / self.least if self.least else None


@dataclass(frozen=True, slots=True)
class Budget:
    """Where free energy goes. `words` say when; `stretch` are the first and last instant [ms] of a budget over time.
    `left_out` are ways without a known free energy, with the reason. `per_area`: all is for each cm² of membrane.
    `notes` are for the reader."""

    model: str
    words: str
    stretch: tuple[float, float] | None
    rows: tuple[Row, ...]
    bills: tuple[Bill, ...]
    balance: Balance
    swings: tuple[Swing, ...]
    left_out: tuple[tuple[str, str], ...]
    temperature: float
    per_area: bool
    atp_per_oxygen: float
    notes: tuple[str, ...] = ()

    @property
    def dissipation(self) -> float:
        """All power that is known to be dissipated [fW]; over a stretch the energy [aJ]."""
        return self.balance.lost

    @property
    def entropy_production(self) -> float:
        """Its entropy per time [fW/K]; over a stretch the entropy [aJ/K]."""
        return self.balance.entropy

    def text(self) -> str:
        """The budget as tables for a terminal."""
        from ionlang.analyse.energy.text import budget_text

        return budget_text(self)

    def as_object(self) -> Object:
        """The contract of `ionlang energy --format json`."""
        from ionlang.analyse.energy.objects import budget_object

        return budget_object(self)

    def to_csv(self, path: str | PathLike[str]) -> None:
        """Write a line for each way. Raises OSError."""
        from ionlang.analyse.energy.objects import write_rows

        write_rows(self, Path(path))

    def plot(self, path: str | PathLike[str] | None = None) -> Figure:
        """Bars of where the power goes, saved if a path is given. Raises ImportError without matplotlib, ValueError if
        nothing is known."""
        from ionlang import plot

        drawn = plot.budget_figure(self)
        if path is not None:
            plot.save_figure(drawn, path)
        return drawn

    def __repr__(self) -> str:
        return f"<energy of {self.model} {self.words}: {len(self.rows)} ways>"
