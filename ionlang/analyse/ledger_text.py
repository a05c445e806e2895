"""The ledger of a run for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ionlang.analyse.display import duration, plain
from ionlang.simulate.ledgers.ledger import Account, Contents, Energy, Entry, Ledger, LedgerPhase

UNSEEN = 1e-9
"""Of the largest entry of an account: too little to be listed."""
ROUNDING = 1e-12
"""Of what there is: no change."""
Names = Mapping[str, str]


def ledger_text(name: str, ledger: Ledger) -> str:
    """All phases of a run of that name, and the whole of it if there are several."""
    names = _short(ledger.whole)
    lines = [f"ledger of {name}"]
    for i, phase in enumerate(ledger.phases, 1):
        acting = "; ".join(phase.words) or "nothing acts"
        lines += [
            "",
            f"{i}. {duration(phase.start)} to {duration(phase.end)}: {acting}",
            *_phase(phase, names),
        ]
    if len(ledger.phases) > 1:
        lines += ["", f"the whole run, to {duration(ledger.whole.end)}", *_phase(ledger.whole, names)]
    return "\n".join([*lines, *(f"note: {note}" for note in ledger.notes)]) + "\n"


def _short(phase: LedgerPhase) -> Names:
    """A carrier goes by its own name where no other has it: `NaK` for `soma.NaK`."""
    entries = [e.by for account in phase.accounts for e in account.entries]
    entries += [e.by for e in phase.energy.dissipated] if phase.energy is not None else []
    paths = [by for by in dict.fromkeys(entries) if "." in by and " " not in by and "(" not in by]
    last = [path.rpartition(".")[2] for path in paths]
    return {path: word for path, word in zip(paths, last, strict=True) if last.count(word) == 1}


def _named(by: str, names: Names) -> str:
    """Also within words: `fuel of soma.NaK`."""
    return " ".join(names.get(word, word) for word in by.split(" "))


def _phase(phase: LedgerPhase, names: Names) -> Iterator[str]:
    for contents in phase.contents:
        own = [a for a in phase.accounts if a.place == contents.place]
        if contents.volume is not None or own:
            yield from _place(contents, own, names)
    known = [contents.place for contents in phase.contents]
    for place in dict.fromkeys(a.place for a in phase.accounts if a.place not in known):
        own = [a for a in phase.accounts if a.place == place]
        yield f"   {'membrane ' if own[0].what == 'charge' else ''}{place}"
        yield from _accounts(own, names)
    if phase.energy is not None:
        yield from _energy(phase.energy, names)
    if phase.balances:
        totals = (f"{b.name} {_share(b.residue, b.size)}" for b in phase.balances)
        yield f"   totals agree with what crossed their borders to: {', '.join(totals)}"


def _place(contents: Contents, accounts: Sequence[Account], names: Names) -> Iterator[str]:
    said = [f"osmolarity {_pair(*contents.osmolarity, 'mM')}"]
    if contents.volume is not None:
        said.append(f"volume {_pair(*contents.volume, 'pL')}")
    if contents.charge is not None:
        said.append(f"charge {_pair(*contents.charge, 'fC')}")
    yield f"   {contents.place}: {', '.join(said)}"
    yield from _accounts(accounts, names)


def _pair(before: float, after: float, unit: str) -> str:
    first, last = plain(before, 6), plain(after, 6)
    return f"{first} {unit}" if first == last else f"{first} → {last} {unit}"


def _accounts(accounts: Sequence[Account], names: Names) -> Iterator[str]:
    for a in accounts:
        known = a.before is not None and a.after is not None
        if not known and not a.change:
            continue
        held = f"{plain(a.before or 0.0, 7):>12} → {plain(a.after or 0.0, 7):<12}" if known else f"{'':27}"
        moved = _through(a.entries, names)
        rest = f"; unexplained {plain(a.residue, 2)}" if abs(a.residue) > UNSEEN * a.size else ""
        change = a.change if abs(a.change) > ROUNDING * a.size else 0.0
        yield f"     {a.what:8} {held} {_signed(change, a.unit, 5):>16}   {moved}{rest}".rstrip()


def _through(entries: Iterable[Entry], names: Names) -> str:
    entries = tuple(entries)
    most = max((abs(e.amount) for e in entries), default=0.0)
    seen = (e for e in entries if abs(e.amount) > UNSEEN * most)
    return ", ".join(f"{_named(e.by, names)} {_signed(e.amount, '', 5)}" for e in seen)


def _signed(value: float, unit: str, digits: int) -> str:
    return f"{value:+.{digits}g} {unit}".rstrip()


def _energy(energy: Energy, names: Names) -> Iterator[str]:
    change = _signed(energy.after - energy.before, "pJ", 6)
    yield f"   free energy: {plain(energy.before, 8)} → {plain(energy.after, 8)} pJ, {change}"
    for word, entries in (("dissipated", energy.dissipated), ("supplied", energy.supplied)):
        total = sum(e.amount for e in entries)
        parts = [
            f"{_named(e.by, names)} {plain(e.amount, 5)}"
            for e in entries
            if abs(e.amount) > UNSEEN * energy.size
        ]
        yield f"     {word:11}{plain(total, 6)} pJ{': ' if parts else ''}{', '.join(parts)}"
    yield f"     unexplained {plain(energy.residue, 2)} pJ, {_share(energy.residue, energy.size)} of what went through"


def _share(residue: float, size: float) -> str:
    return f"{abs(residue) / size:.1e}" if size else "0"
