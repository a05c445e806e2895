"""View → Derivation: the closed forms of a cell in the names and the numbers of its file."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from ionlang.equations.closed.form import ClosedForm, Step
from ionlang.equations.closed.recognise import closed_forms
from ionlang.explain.derived.cable import cables
from ionlang.explain.derived.derivation import Compared, Derivation, Derived, NotThere
from ionlang.explain.derived.missing import missing_words
from ionlang.explain.derived.numbers import numbers_of
from ionlang.explain.derived.range import finite_of
from ionlang.explain.explain import legend_of
from ionlang.explain.explanation import Equation, Name
from ionlang.explain.names import Label, joined, species_name
from ionlang.explain.tidy import tidied
from ionlang.explain.view import View
from ionlang.model.books.ledger import Process, couplings
from ionlang.model.cell import ConstantField, Ohmic
from ionlang.model.expression import reads


def derivation(view: View) -> Derivation:
    """Every closed form that holds at the rest of the view, with its numbers."""
    if not view.now.settled:
        return Derivation(view.cell.name, False, (), ())
    found = closed_forms(view.cell, shut_at(view))
    derived = tuple(_derived(view, form) for form in found.forms)
    lines = list(cables(view))
    along = tuple(_derived(*each) for each in lines if not isinstance(each, NotThere))
    missing = (*missing_words(view, found), *(each for each in lines if isinstance(each, NotThere)))
    return Derivation(view.cell.name, view.now.settled, (*derived, *along), missing, _where(view))


def _where(view: View) -> tuple[str, ...]:
    """Which copy of each line is told of."""
    return tuple(
        f"copy {s.number} of {s.count} of {s.line}"
        f"{', in the same state as all others' if s.line in view.level else ''}"
        for s in view.now.spots.at
    )


def shut_at(view: View) -> Callable[[str], bool]:
    """Whether nothing passes there at this moment: a channel without conductance, a carrier that stands still because
    it is blocked, a current that is not injected, a content of which there is none."""
    cell, now = view.cell, view.now
    sizes: dict[str, list[str]] = {}
    for channel in (c for m in cell.membranes for c in m.channels):
        for share in channel.shares:
            word = f"flux({share.species})" if share.species is not None else "current(charge)"
            size = {Ohmic: "total_conductance", ConstantField: "total_permeability"}.get(type(channel.law))
            if size is not None:
                ratio = (
                    [f"{channel.path}.ratio({share.species or 'charge'})"] if share.ratio is not None else []
                )
                sizes[f"{channel.path}.{word}"] = [f"{channel.path}.{size}", *ratio]

    level = {
        process.path
        for process in couplings(cell)
        if _beside(process) and (line := cell.line_of(process.path)) is not None and line.name in view.level
    }  # for membership only

    def shut(path: str) -> bool:
        if path in level:
            return True
        parts = sizes.get(path, [path])
        return any(part in now and now[part] == 0 for part in parts)

    return shut


def _beside(process: Process) -> bool:
    """Whether it is what neighbours in a line give one another."""
    return any(where == "neighbours" for where, _, _ in process.elsewhere)


def _derived(view: View, form: ClosedForm) -> Derived:
    view = _with_totals(view, form)
    near = abs(view.now[form.rate]) if form.rate and view.now[form.rate] else 1.0
    made = numbers_of(form.steps, view.now, near)
    whole = numbers_of(form.complete, view.now, near) if form.complete else made
    for step in form.steps:
        view = view.with_value(step.left.path, made[step.left.path], _label(view, step))
    shown = [s for s in form.steps if not s.left.path.endswith(".slope")]
    equations = tuple(
        Equation(s.words or form.kind, s.left, tidied(s.right, view.now), balance=s.how == "root")
        for s in shown
    )
    compared = tuple(_compared(view, form, r.step, r.path, made, whole) for r in form.results)
    finite = finite_of(view, form) if form.extremes else None
    neglected = view.now[form.correction] if form.correction else 0.0
    form = replace(form, conditions=(*form.conditions, *_nothing_passes(view, form)))
    return Derived(form, equations, legend_of(view, equations), compared, neglected, finite)


def _nothing_passes(view: View, form: ClosedForm) -> tuple[str, ...]:
    spot = view.now.spots.of(f"{form.subject}.")
    if form.kind == "cable" or spot is None or spot.line not in view.level or spot.count < 2:
        return ()
    passing = any(spot.holds(p.path) and _beside(p) for p in couplings(view.cell))
    return (
        (f"all copies of {spot.line} are in the same state, so nothing passes between them",)
        if passing
        else ()
    )


def _label(view: View, step: Step) -> Label:
    path = step.left.path
    if path.startswith("closed("):
        name, words = view.label(path[len("closed(") : -1])
        return name, f"{words}, by this form"
    if step.symbol[0]:
        return Name(*step.symbol), step.meaning
    owner = path.removesuffix("/area")
    return view.label(path if path in view.labels else owner)


def _compared(
    view: View, form: ClosedForm, step: str, path: str, made: dict[str, float], whole: dict[str, float]
) -> Compared:
    dimension = next(s.left.dimension for s in form.steps if s.left.path == step)
    assert dimension is not None
    return Compared(path, view.label(path)[1], made[step], view.now[path], whole[step], dimension)


def _with_totals(view: View, form: ClosedForm) -> View:
    """What a form needs and no equation of the cell defines: conserved totals, the charge that it neglects."""
    for path, value, label in _totals(view, form):
        view = view.with_value(path, value, label)
    return view


def _totals(view: View, form: ClosedForm) -> list[tuple[str, float, Label]]:
    now, place = view.now, form.subject
    wanted = dict.fromkeys(r.path for s in (*form.steps, *form.complete) for r in reads(s.right))
    found: list[tuple[str, float, Label]] = []
    for path in wanted:
        if path.startswith("total("):
            ion = path[len("total(") : -1]
            found.append((path, *_total(view, place, ion)))
        elif path == f"{place}.mean_valence":
            found.append((path, *_mean_valence(view, form)))
    if form.correction and form.correction not in now:
        size = now[f"{place}.charge"] / now["faraday"] / now[f"{place}.volume"]
        found.append(
            (form.correction, size, (Name("q", place), f"charge on the membrane, per volume of {place}"))
        )
    return found


def _total(view: View, place: str, ion: str) -> tuple[float, Label]:
    membrane = next(m for m in view.cell.membranes if m.inside == (place,))
    outside = view.cell.holder(membrane.outside, ion) or ""
    amount = sum(view.now[f"{p}.{ion}"] * view.now[f"{p}.volume"] for p in (place, outside))
    return amount, (Name("n", ion), f"{species_name(ion)} in {place} and {outside} together, conserved")


def _mean_valence(view: View, form: ClosedForm) -> tuple[float, Label]:
    """Of what cannot leave, weighted by amount."""
    amounts = dict.fromkeys(
        r.path for s in form.steps if s.left.path == f"closed({form.subject}.volume)" for r in reads(s.right)
    )
    stuck = {path: path.rpartition(".")[2].rstrip(")") for path in amounts if path.startswith("amount(")}
    whole = math.fsum(view.now[path] for path in stuck)
    charge = math.fsum(float(view.cell.valence(name)) * view.now[path] for path, name in stuck.items())
    return charge / whole, (Name("z", "mean"), f"mean charge number of {joined(list(stuck.values()))}")
