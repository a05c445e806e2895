"""The noun of the ledgers: what each place held before and after each phase of a run, and what moved it.

Amounts in fmol, water in pL, charge in fC, osmolarity in mM, energy in pJ, times in ms. What is gained is positive.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """What one carrier, reaction or action brought: `by` is its path (`soma.NaK`), or words for what has none."""

    by: str
    amount: float


@dataclass(frozen=True, slots=True)
class Account:
    """One species in a place, the charge that a membrane holds, or the water of a place. Of a bath, which has no end,
    and of `nothing`, only what it received is known: `before` and `after` are None."""

    place: str
    what: str
    unit: str
    before: float | None
    after: float | None
    entries: tuple[Entry, ...]

    @property
    def change(self) -> float:
        if self.before is None or self.after is None:
            return sum(entry.amount for entry in self.entries)
        return self.after - self.before

    @property
    def residue(self) -> float:
        """What no entry explains: the error of the numbers."""
        return self.change - sum(entry.amount for entry in self.entries)

    @property
    def size(self) -> float:
        """What a residue is to be compared with."""
        sizes = (self.before, self.after, *(entry.amount for entry in self.entries))
        return max((abs(x) for x in sizes if x), default=0.0)


@dataclass(frozen=True, slots=True)
class Contents:
    """A place as a whole, before and after: the osmolarity [mM]; of a compartment also its volume [pL], and the charge
    of its matter [fC]."""

    place: str
    osmolarity: tuple[float, float]
    volume: tuple[float, float] | None
    charge: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Balance:
    """A total over places (`total K`, `charge in inside less C·V`): before, after, and what nothing explains, in fmol
    (of water pL)."""

    name: str
    before: float
    after: float
    residue: float
    size: float


@dataclass(frozen=True, slots=True)
class Energy:
    """Free energy [pJ]: what is stored in compartments and on membranes; what carriers, fluxes and reactions dissipate;
    what pumps, baths and actions supply.

    after − before = Σ supplied − Σ dissipated, but for the residue.
    """

    before: float
    after: float
    dissipated: tuple[Entry, ...]
    supplied: tuple[Entry, ...]

    @property
    def residue(self) -> float:
        gained = sum(e.amount for e in self.supplied) - sum(e.amount for e in self.dissipated)
        return self.after - self.before - gained

    @property
    def size(self) -> float:
        """The energy that went through: the larger of all that was dissipated and all that was supplied."""
        return max(sum(abs(e.amount) for e in side) for side in (self.dissipated, self.supplied))


@dataclass(frozen=True, slots=True)
class LedgerPhase:
    """A stretch [ms] between two edges of the scenario; `words` are the actions in force."""

    words: tuple[str, ...]
    start: float
    end: float
    accounts: tuple[Account, ...]
    contents: tuple[Contents, ...]
    balances: tuple[Balance, ...]
    energy: Energy | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """The phases of a run in order, and all of them together; `notes` say what could not be counted."""

    phases: tuple[LedgerPhase, ...]
    whole: LedgerPhase
    notes: tuple[str, ...]


def gathered(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Entries of one name added up, in the order of their first appearance."""
    found: dict[str, float] = {}
    for entry in entries:
        found[entry.by] = found.get(entry.by, 0.0) + entry.amount
    return tuple(Entry(by, amount) for by, amount in found.items())
