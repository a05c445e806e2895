"""The part of an explanation that is about any quantity but the potential of a membrane: its law, what its terms come
to, and where it stands."""

from __future__ import annotations

from ionlang.analyse.display import plain
from ionlang.explain.between import face_equations
from ionlang.explain.change import account_of, brought, completed, rate_terms
from ionlang.explain.doers import doer
from ionlang.explain.explanation import Account, Equation, Piece
from ionlang.explain.facts import energy_account, facts
from ionlang.explain.render.numbers import with_unit
from ionlang.explain.sums import summed
from ionlang.explain.tidy import tidied
from ionlang.explain.view import View
from ionlang.model.algebra import written_out
from ionlang.model.cell import Parameter
from ionlang.model.evaluate import evaluate
from ionlang.model.expression import Apply, Expr, Literal, Read, reads
from ionlang.units import PURE, RATE, TIME, VOLTAGE

Told = tuple[View, tuple[Equation, ...], tuple[Account, ...], tuple[str, ...]]

SLOW = 1e3
"""What changes by less than a billionth of itself in this time [ms] stays."""
STEADY = 1e-6
"""A rate this small against its largest term is none."""


def quantity_told(view: View, target: Read) -> Told:
    """Equations, accounts and causes of a quantity."""
    rate = _rate(view, target)
    if rate is not None:
        return _state_told(view, target, rate)
    law = view.laws.get(target.path)
    given = next((p for p in view.cell.parameters if p.path == target.path), None)
    if law is None or (given is not None and isinstance(law, Literal)):
        return _given_told(view, target, given)
    law = tidied(law, view.now)
    told = [*_terms(view, law, target)]
    if told and told[0].total == 0:
        view = view.with_value(target.path, 0.0, view.label(target.path))
    said = [*facts(view, target), *([] if given is None else [_where(given)])]
    if view.before is not None:
        account = _change(view, target, law)
        told, said = [*told, *account], [*said, *_moved(view, target)]
    main = Equation(_words(view, target), target, law)
    return view, (main, *face_equations(view, law)), tuple(told), tuple(said)


def _words(view: View, target: Read) -> str:
    return view.label(target.path)[1]


def _rate(view: View, target: Read) -> Read | None:
    """The rate of a state, or of the amount behind a concentration."""
    for path in (target.path, f"amount({target.path})"):
        rate = f"d({path})/dt"
        if rate in view.laws:
            dimension = target.dimension / TIME if path == target.path else RATE
            return Read(rate, dimension, target.span)
    return None


def _state_told(view: View, target: Read, rate: Read) -> Told:
    law = tidied(view.laws[rate.path], view.now)
    equations = [Equation("what brings it and what takes it", rate, law)]
    own = view.laws.get(target.path)
    if own is not None and target.path not in {p.path for p in view.cell.parameters}:
        equations.append(Equation(_words(view, target), target, tidied(own, view.now)))
    equations += face_equations(view, law)
    account = _rate_account(view, rate, law)
    if account.total == 0:
        view = view.with_value(rate.path, 0.0, view.label(rate.path))
    moving = _balance_of(view, target, account) if target.dimension != PURE else []
    told, said = [account], [*moving, *facts(view, target)]
    if view.before is not None:
        told.append(_brought(view, target, rate, law))
        said += _moved(view, target)
    return view, tuple(equations), tuple(told), tuple(said)


def _rate_account(view: View, rate: Read, law: Expr) -> Account:
    """What each term of a rate comes to, in the law's order."""
    terms = rate_terms(law)
    pieces = tuple(Piece(doer(view, t), view.now.of(t), rate.dimension) for t in terms)
    words = "what each brings (+) and takes (-)"
    return Account(words, pieces, summed(pieces), rate.dimension)


def _balance_of(view: View, target: Read, account: Account) -> list[str]:
    """Who brings and who takes, the strongest first."""
    what = _words(view, target)
    ordered = sorted(account.pieces, key=lambda p: -abs(p.amount))
    largest = abs(ordered[0].amount) if ordered else 0.0
    if largest * SLOW < abs(view.now[target.path]) * 1e-9:
        return [f"Nothing changes {what} now: no term of its rate is worth speaking of."]
    said = [f"{p.words} {'brings' if p.amount > 0 else 'takes'} {_size(p)}" for p in ordered[:4] if p.amount]
    if abs(account.total) < STEADY * largest:
        end = "together nothing, so it stays"
    else:
        way = "rises" if account.total > 0 else "falls"
        end = f"together {with_unit(account.total, account.dimension)}, so it {way}"
    sentence = "; ".join(said)
    return [f"{sentence[:1].upper()}{sentence[1:]}: {end}."]


def _size(piece: Piece) -> str:
    return with_unit(abs(piece.amount), piece.dimension)


def _given_told(view: View, target: Read, given: Parameter | None) -> Told:
    """A number for which there is no equation."""
    moved = [] if view.before is None else _moved(view, target)
    if given is not None:
        return view, (), (), (_where(given), *moved)
    words = _words(view, target)
    value = f"{words[:1].upper()}{words[1:]} is {with_unit(view.now[target.path], target.dimension)}"
    if target.path in view.now.told:
        return view, (), (), (*facts(view, target), f"{value}.", *moved)
    return view, (), (), (*facts(view, target), f"{value}: a constant, or what the run found.")


def _where(given: Parameter) -> str:
    """Where the file says a number."""
    text, place = " ".join(given.text.split()), given.span.place()
    begin = "The file does not state it" if "not stated" in text else f"The file says `{text}`"
    source = f", from {given.source}" if given.source else ""
    return f"{begin} ({given.what}, {place}{source}); a scenario or `--set` may say otherwise."


def _terms(view: View, law: Expr, target: Read) -> list[Account]:
    """What the terms of a sum come to."""
    if target.path.endswith(".free_energy"):
        return energy_account(view, target)
    if not isinstance(law, Apply) or law.operator not in ("add", "subtract"):
        return []
    pieces = tuple(Piece(doer(view, t), view.now.of(t), target.dimension) for t in rate_terms(law))
    return [Account("its terms", pieces, summed(pieces), target.dimension)]


def in_potentials(view: View, law: Expr) -> Expr:
    """With z F V/(R T) written out, so that V itself is what changes."""
    for path in [r.path for r in reads(law) if ".u(" in r.path]:
        law = written_out(law, {path: view.laws[path]}, path)
    return law


def _change(view: View, target: Read, law: Expr) -> list[Account]:
    assert view.before is not None
    words = f"what changed it since {view.before.words.removeprefix('at ')}"
    law = in_potentials(view, law)
    found = account_of(view, lambda values: evaluate(law, values), [law], target.dimension, words)
    return [] if found is None or not found.pieces else [found]


def _brought(view: View, target: Read, rate: Read, law: Expr) -> Account:
    """What each term brought between the two moments; what is left was set by the scenario."""
    assert view.before is not None
    dimension = rate.dimension * TIME
    path = rate.path.removeprefix("d(").removesuffix(")/dt")
    total = view.now[path] - view.before[path]
    first, last = (with_unit(m[path], dimension) for m in (view.before, view.now))
    words = f"what moved it from {first} {view.before.words} to {last}"
    if view.solution is None or view.solution.trajectory is None:
        return Account(words, (Piece("all together", total, dimension),), total, dimension)
    terms = rate_terms(law)
    pieces = [Piece(doer(view, t), a, dimension) for t, a in zip(terms, brought(view, terms), strict=True)]
    scale = max([abs(view.now[path]), *(abs(p.amount) for p in pieces)])
    return Account(words, completed(pieces, total, 1e-4 * scale, dimension), total, dimension)


def _moved(view: View, target: Read) -> list[str]:
    assert view.before is not None
    first, last, when = view.before[target.path], view.now[target.path], view.before.words
    there, now = with_unit(first, target.dimension), with_unit(last, target.dimension)
    if there == now:
        return [f"It is {now} {when} too."]
    compared = first > 0 and last > 0 and target.dimension != VOLTAGE
    times = f", {plain(last / first, 3)} times as much" if compared else ""
    return [f"It went from {there} {when} to {now}{times}."]
