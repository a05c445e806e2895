"""Why there is no closed form, in words: what else moves an ion, and whether it goes against its gradient."""

from __future__ import annotations

from ionlang.equations.closed.form import ClosedForms
from ionlang.explain.derived.derivation import NotThere
from ionlang.explain.names import joined, species_name
from ionlang.explain.render.numbers import with_unit
from ionlang.explain.view import View
from ionlang.model.books.ledger import Pool, Process, processes
from ionlang.model.cell import Cell, Membrane
from ionlang.units import VOLTAGE

_SUBJECTS = {
    "chord conductance": "closed form of V of {subject}",
    "Gibbs-Donnan": "Gibbs–Donnan equilibrium of {subject}",
    "pump and leak": "pump–leak form of {subject}",
}
STILL = 1e-6
"""An ion this near to equilibrium [mV] is not moved against its gradient."""


def missing_words(view: View, found: ClosedForms) -> tuple[NotThere, ...]:
    """Ions without a Nernst equation first, then what was tried and did not hold."""
    ions = [each for m in view.cell.membranes for each in _ions(view, m, found)]
    others = [
        NotThere(m.kind, m.subject, f"no {_SUBJECTS[m.kind].format(subject=m.subject)}: {m.why}")
        for m in found.missing
    ]
    return (*ions, *others)


def _ions(view: View, membrane: Membrane, found: ClosedForms) -> list[NotThere]:
    known = {(f.subject, f.species) for f in found.forms if f.kind == "Nernst"}
    words = []
    for ion in (s.name for s in view.cell.species if f"{membrane.name}.E({s.name})" in view.now):
        passes = any(s.species == ion for c in membrane.channels for s in c.shares)
        moved = any(m.species == ion for t in membrane.transporters for m in t.movements)
        if (membrane.name, ion) not in known and (passes or moved):
            why = _why(view, membrane, ion)
            text = f"no Nernst equation for {species_name(ion)} at {membrane.name}: {why}"
            words.append(NotThere("Nernst", membrane.name, text))
    return words


def _why(view: View, membrane: Membrane, ion: str) -> str:
    cell = view.cell
    sides = [cell.holder(side, ion) or "" for side in (membrane.inside, membrane.outside)]
    free = [p for p in sides if _is_free(cell, p, ion)]
    if not free:
        return f"{sides[0]}.{ion} and {sides[1]}.{ion} are given, and V need not be where they balance"
    movers = [p for p in processes(cell) if _brings(view, p, free[0], ion)]
    others = [p for p in movers if ".flux(" not in p.path or not p.path.startswith(f"{membrane.name}.")]
    if not movers:
        return f"all of its ways are shut, so {free[0]}.{ion} stays as it is"
    if not others:
        names = joined(list(dict.fromkeys(p.what for p in movers)))
        carry = "carries" if len({p.what for p in movers}) == 1 else "carry"
        return f"{names} {carry} it by a law that need not stand still where it is in equilibrium"
    names = joined(list(dict.fromkeys(p.what for p in others)))
    E, V = view.now[f"{membrane.name}.E({ion})"], view.now[f"{membrane.name}.V"]
    verb = "moves" if len({p.what for p in others}) == 1 else "move"
    if abs(E - V) < STILL:
        return f"{names} {verb} it too"
    side = "above" if E > V else "below"
    against = "against its gradient" if _uphill(view, membrane, others, free[0], ion, E - V) else "too"
    return f"{names} {verb} it {against}, and E_{ion} = {with_unit(E, VOLTAGE)} comes to lie {side} V"


def _is_free(cell: Cell, place: str, ion: str) -> bool:
    if not place or cell.place(place).kind == "bath":
        return False
    content = cell.place(place).content(ion)
    return content is not None and not content.held


def _brings(view: View, process: Process, place: str, ion: str) -> bool:
    path = process.path
    return bool(process.change_of(Pool(place, ion))) and path in view.now and view.now[path] != 0


def _uphill(
    view: View, membrane: Membrane, others: list[Process], place: str, ion: str, above: float
) -> bool:
    """Whether they bring more to where its electrochemical potential is higher: inside, where z (E − V) < 0."""
    brought = sum(float(p.change_of(Pool(place, ion))) * view.now[p.path] for p in others)
    inward = brought if place in membrane.inside else -brought
    return inward * float(view.cell.valence(ion)) * above < 0
