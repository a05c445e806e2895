"""Cell → every closed form of its rest that holds, and why others do not."""

from __future__ import annotations

from collections.abc import Callable

from ionlang.equations.closed.chamber import chambers
from ionlang.equations.closed.chambers import form_of_chamber
from ionlang.equations.closed.form import ClosedForm, ClosedForms, Missing
from ionlang.equations.closed.potentials import form_of_tie
from ionlang.equations.closed.steady import Steady, Tie, steady
from ionlang.model.books.ledger import couplings
from ionlang.model.cell import Cell, Membrane


def closed_forms(cell: Cell, shut: Callable[[str], bool]) -> ClosedForms:
    """`shut`: whether a process carries nothing at this rest, or there is nothing of what a path counts; what is shut
    is left out."""
    known = steady(cell, shut)
    forms = [form for tie in known.ties if (form := form_of_tie(cell, tie)) is not None]
    missing: list[Missing] = []
    for membrane, tie in known.charges:
        if any(form.subject == membrane.name for form in forms):
            continue
        form = form_of_tie(cell, tie) if tie.flows else None
        if form is not None:
            forms.append(form)
        else:
            missing.append(Missing("chord conductance", membrane.name, _why_not(cell, membrane, tie)))
    for membrane, place in chambers(cell):
        found = form_of_chamber(cell, membrane, place, known, shut)
        if isinstance(found, ClosedForm):
            forms.append(found)
        else:
            missing.append(found)
    return ClosedForms(tuple(forms), tuple(missing))


def passing(known: Steady, membrane: Membrane) -> list[str]:
    """The species that flow through channels of a membrane, in order."""
    return list(
        dict.fromkeys(f.share.species for f in known.flows if f.membrane is membrane and f.share.species)
    )


def _why_not(cell: Cell, membrane: Membrane, tie: Tie) -> str:
    """Why V of a membrane has no formula."""
    pumps = [p.what for p, _ in tie.others]
    fields = [f.channel.name for f, _ in tie.flows if not f.is_ohmic]
    ohmic = [f.channel.name for f, _ in tie.flows if f.is_ohmic]
    if not tie.flows and not pumps:
        return "nothing that is open carries charge"
    if fields and ohmic:
        mixed = f"{fields[0]} is a constant field and {ohmic[0]} a conductance"
        return f"{mixed}: V would stand inside and outside an exponential"
    beside = [p.path for p in couplings(cell)]
    along = [p.what for p, _ in tie.others if p.path in beside]
    if fields and along:
        return (
            f"{along[0]} brings current from the copies beside this one, and beside the constant field of the "
            "channels V would stand inside and outside an exponential"
        )
    through = [
        p.what for p, _ in tie.others if p.path not in beside and not p.path.startswith(f"{membrane.name}.")
    ]
    if through:
        return f"what passes {through[0]} of another membrane charges it too"
    if fields and pumps:
        return (
            f"the current of {pumps[0]} does not balance what leaks of the ions that it moves, and beside the constant "
            "field of the channels V would stand inside and outside an exponential"
        )
    if fields:
        heavy = next(
            (f.share.species for f, _ in tie.flows if abs(cell.valence(f.share.species or "")) != 1), ""
        )
        return f"{heavy} is not monovalent, and its constant field has another power of exp(F·V/(R·T))"
    return f"only {' and '.join(pumps)} carries charge, and no channel pulls V anywhere"
