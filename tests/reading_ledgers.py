"""Single numbers of ledgers, by name."""

from __future__ import annotations

from ionlang.simulate.ledgers.ledger import Account, Energy, LedgerPhase


def account(phase: LedgerPhase, place: str, what: str) -> Account:
    """Of a place and what is counted there."""
    (found,) = [a for a in phase.accounts if (a.place, a.what) == (place, what)]
    return found


def through(found: Account, by: str) -> float:
    """What came of an account by somebody."""
    return sum(e.amount for e in found.entries if e.by == by)


def energy(phase: LedgerPhase) -> Energy:
    assert phase.energy is not None
    return phase.energy


def of(entries: tuple[object, ...], by: str) -> float:
    return sum(e.amount for e in entries if e.by == by)  # type: ignore[attr-defined]
