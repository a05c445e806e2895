"""The ledger of a run for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ionlang.analyse.display import duration, plain
from ionlang.simulate.ledgers.ledger import Account, Contents, Energy, Entry, Ledger, LedgerPhase

UNSEEN = 1e-9
"""Of the largest entry of an account: too little to be listed."""


def ledger_text(ledger: Ledger) -> str:
    """All phases, and the whole run if there are several."""
    lines = [f"ledger of {ledger.scenario}"]
    for i, phase in enumerate(ledger.phases, 1):
        acting = "; ".join(phase.words) or "nothing acts"
        lines += ["", f"{i}. {duration(phase.start)} to {duration(phase.end)}: {acting}", *_phase(phase)]
    if len(ledger.phases) > 1:
        lines += ["", f"the whole run, to {duration(ledger.whole.end)}", *_phase(ledger.whole)]
    return "\n".join([*lines, *(f"note: {note}" for note in ledger.notes)]) + "\n"


def _phase(phase: LedgerPhase) -> Iterator[str]:
    for contents in phase.contents:
        own = [a for a in phase.accounts if a.place == contents.place]
        if contents.volume is not None or own:
            yield from _place(contents, own)
    known = [contents.place for contents in phase.contents]
    others = dict.fromkeys(a.place for a in phase.accounts if a.place not in known)
    for place in others:
        yield f"   {place}"
        yield from _accounts([a for a in phase.accounts if a.place == place])
    if phase.energy is not None:
        yield from _energy(phase.energy)
    if phase.balances:
        totals = (f"{b.name} {_share(b.residue, b.size)}" for b in phase.balances)
        yield f"   unexplained, of what there is: {', '.join(totals)}"


def _place(contents: Contents, accounts: Sequence[Account]) -> Iterator[str]:
    said = [f"osmolarity {_pair(*contents.osmolarity, 'mM')}"]
    if contents.volume is not None:
        said.append(f"volume {_pair(*contents.volume, 'pL')}")
    if contents.charge is not None:
        said.append(f"charge {_pair(*contents.charge, 'fC')}")
    yield f"   {contents.place}: {', '.join(said)}"
    yield from _accounts(accounts)


def _pair(before: float, after: float, unit: str) -> str:
    first, last = plain(before, 6), plain(after, 6)
    return f"{first} {unit}" if first == last else f"{first} → {last} {unit}"


def _accounts(accounts: Sequence[Account]) -> Iterator[str]:
    for a in accounts:
        known = a.before is not None and a.after is not None
        held = f"{plain(a.before or 0.0, 7):>12} → {plain(a.after or 0.0, 7):<12}" if known else f"{'':27}"
        moved = _through(a.entries, a.unit)
        rest = f";  unexplained {plain(a.residue, 2)}" if abs(a.residue) > UNSEEN * a.size else ""
        yield f"     {a.what:8} {held} {_signed(a.change, a.unit, 5):>16}   {moved}{rest}".rstrip()


def _through(entries: Iterable[Entry], unit: str) -> str:
    entries = tuple(entries)
    most = max((abs(e.amount) for e in entries), default=0.0)
    return ", ".join(f"{e.by} {_signed(e.amount, '', 5)}" for e in entries if abs(e.amount) > UNSEEN * most)


def _signed(value: float, unit: str, digits: int) -> str:
    return f"{value:+.{digits}g} {unit}".rstrip()


def _energy(energy: Energy) -> Iterator[str]:
    change = _signed(energy.after - energy.before, "pJ", 6)
    yield f"   free energy: {plain(energy.before, 8)} → {plain(energy.after, 8)} pJ ({change})"
    for word, entries in (("dissipated", energy.dissipated), ("supplied", energy.supplied)):
        total = sum(e.amount for e in entries)
        parts = [f"{e.by} {plain(e.amount, 5)}" for e in entries if abs(e.amount) > UNSEEN * energy.size]
        yield f"     {word:11}{plain(total, 6)} pJ{': ' if parts else ''}{', '.join(parts)}"
    yield f"     unexplained {plain(energy.residue, 2)} pJ ({_share(energy.residue, energy.size)} of what went through)"


def _share(residue: float, size: float) -> str:
    return f"{abs(residue) / size:.1e}" if size else "0"
