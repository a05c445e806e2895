"""The ledger of a run as a plain object for JSON, and as the rows of a table."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from os import PathLike
from pathlib import Path

from ionlang.analyse.objects import Object, Value, number
from ionlang.simulate.ledgers.ledger import Account, Energy, Entry, Ledger, LedgerPhase

HEADINGS = ("scenario", "phase", "from [s]", "to [s]", "place", "what", "unit", "line", "by", "value")


def ledger_object(ledger: Ledger) -> Object:
    """Amounts in the unit that stands beside, times in s, energies in pJ."""
    return {
        "phases": [_phase(phase) for phase in ledger.phases],
        "whole": _phase(ledger.whole),
        "notes": list(ledger.notes),
    }


def _phase(phase: LedgerPhase) -> Object:
    return {
        "actions": list(phase.words),
        "from_s": phase.start * 1e-3,
        "to_s": phase.end * 1e-3,
        "accounts": [_account(account) for account in phase.accounts],
        "places": {
            c.place: {
                "osmolarity_mM": _pair(c.osmolarity),
                **({"volume_pL": _pair(c.volume)} if c.volume is not None else {}),
                **({"charge_fC": _pair(c.charge)} if c.charge is not None else {}),
            }
            for c in phase.contents
        },
        "balances": {
            b.name: {
                "before": number(b.before),
                "after": number(b.after),
                "unexplained": number(b.residue),
                "relative": number(abs(b.residue) / b.size if b.size else 0.0),
            }
            for b in phase.balances
        },
        "energy": None if phase.energy is None else _energy(phase.energy),
    }


def _account(account: Account) -> Object:
    return {
        "place": account.place,
        "what": account.what,
        "unit": account.unit,
        "before": number(account.before),
        "after": number(account.after),
        "change": number(account.change),
        "through": _entries(account.entries),
        "unexplained": number(account.residue),
    }


def _energy(energy: Energy) -> Object:
    return {
        "before_pJ": number(energy.before),
        "after_pJ": number(energy.after),
        "dissipated_pJ": _entries(energy.dissipated),
        "supplied_pJ": _entries(energy.supplied),
        "unexplained_pJ": number(energy.residue),
        "relative": number(abs(energy.residue) / energy.size if energy.size else 0.0),
    }


def _entries(entries: Iterable[Entry]) -> Object:
    return {entry.by: number(entry.amount) for entry in entries}


def _pair(pair: tuple[float, float]) -> list[Value]:
    return [number(x) for x in pair]


def write_ledgers(path: str | PathLike[str], ledgers: Sequence[tuple[str, Ledger]]) -> None:
    """All of them in one file, a number in each line: `line` says which (before, after, through, unexplained …).
    Raises OSError."""
    with Path(path).open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(HEADINGS)
        for name, ledger in ledgers:
            for i, phase in enumerate(ledger.phases, 1):
                head = (name, i, repr(phase.start * 1e-3), repr(phase.end * 1e-3))
                writer.writerows((*head, *row) for row in _rows(phase))


Row = tuple[str, str, str, str, str, str]


def _rows(phase: LedgerPhase) -> Iterator[Row]:
    for a in phase.accounts:
        yield from _lines(a.place, a.what, a.unit, (("before", a.before), ("after", a.after)))
        yield from ((a.place, a.what, a.unit, "through", e.by, repr(e.amount)) for e in a.entries)
        yield from _lines(a.place, a.what, a.unit, (("unexplained", a.residue),))
    for c in phase.contents:
        listed = (("osmolarity", "mM", c.osmolarity), ("volume", "pL", c.volume), ("charge", "fC", c.charge))
        for what, unit, pair in listed:
            if pair is not None:
                yield from _lines(c.place, what, unit, (("before", pair[0]), ("after", pair[1])))
    if phase.energy is not None:
        e = phase.energy
        yield from _lines("", "free energy", "pJ", (("before", e.before), ("after", e.after)))
        for word, entries in (("dissipated", e.dissipated), ("supplied", e.supplied)):
            yield from (("", "free energy", "pJ", word, x.by, repr(x.amount)) for x in entries)
        yield from _lines("", "free energy", "pJ", (("unexplained", e.residue),))


def _lines(place: str, what: str, unit: str, values: Iterable[tuple[str, float | None]]) -> Iterator[Row]:
    return ((place, what, unit, word, "", repr(x)) for word, x in values if x is not None)
