"""The part of an explanation that is about any quantity but the potential of a membrane: its law, what its terms come
to, and where it stands."""

from __future__ import annotations

import math

from ionlang.analyse.display import plain
from ionlang.explain.change import account_of, brought, completed, rate_terms
from ionlang.explain.explanation import Account, Equation, Piece
from ionlang.explain.facts import facts
from ionlang.explain.render.numbers import with_unit
from ionlang.explain.tidy import tidied
from ionlang.explain.view import View
from ionlang.model.cell import Parameter
from ionlang.model.evaluate import evaluate
from ionlang.model.expression import Apply, Expr, Literal, Read, reads
from ionlang.units import TIME

Told = tuple[View, tuple[Equation, ...], tuple[Account, ...], tuple[str, ...]]

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
    said = [*facts(view, target), *([] if given is None else [_where(given)])]
    if view.before is not None:
        account = _change(view, target, law)
        told, said = [*told, *account], [*said, *_moved(view, target)]
    return view, (Equation(_words(view, target), target, law),), tuple(told), tuple(said)


def _words(view: View, target: Read) -> str:
    return view.label(target.path)[1]


def _rate(view: View, target: Read) -> Read | None:
    """The rate of a state, or of the amount behind a concentration."""
    assert target.dimension is not None
    for path, dimension in ((target.path, target.dimension), (f"amount({target.path})", None)):
        if f"d({path})/dt" in view.laws:
            law = view.laws[f"d({path})/dt"]
            rate = law.dimension if dimension is None else dimension / TIME
            return Read(f"d({path})/dt", rate, target.span)
    return None


def _state_told(view: View, target: Read, rate: Read) -> Told:
    law = tidied(view.laws[rate.path], view.now)
    equations = [Equation("what brings it and what takes it", rate, law)]
    own = view.laws.get(target.path)
    if own is not None and target.path not in {p.path for p in view.cell.parameters}:
        equations.append(Equation(_words(view, target), target, tidied(own, view.now)))
    account = _rate_account(view, rate, law)
    told, said = [account], [*_balance_of(view, target, account), *facts(view, target)]
    if view.before is not None:
        told.append(_brought(view, target, rate, law))
        said += _moved(view, target)
    return view, tuple(equations), tuple(told), tuple(said)


def _rate_account(view: View, rate: Read, law: Expr) -> Account:
    """What each term of a rate comes to, in the law's order."""
    assert rate.dimension is not None
    terms = rate_terms(law)
    pieces = tuple(Piece(whose(view, t), view.now.of(t), rate.dimension) for t in terms)
    words = "what each brings (+) and takes (-)"
    return Account(words, pieces, math.fsum(p.amount for p in pieces), rate.dimension)


def whose(view: View, term: Expr) -> str:
    """The name of a term: that of the flow in it, else of the first thing that it reads."""
    found = list(reads(term))
    flows = [r for r in found if r.path.endswith((".rate", ")")) and not r.path.startswith(("z(", "amount("))]
    first = next(iter([*flows, *found]), None)
    return "constant" if first is None else view.label(first.path)[1]


def _balance_of(view: View, target: Read, account: Account) -> list[str]:
    matter = _words(view, target)
    largest = max((abs(p.amount) for p in account.pieces), default=0.0)
    if largest == 0 or all(
        abs(p.amount) < 1e-12 * max(1.0, abs(view.now[target.path])) for p in account.pieces
    ):
        return [f"Nothing brings or takes anything now: {matter} stays."]
    brings = [p for p in account.pieces if p.amount > 0]
    takes = [p for p in account.pieces if p.amount < 0]
    said = [f"{p.words} {'adds' if p.amount > 0 else 'takes'} {with_unit(abs(p.amount), p.dimension)}" for p in
            sorted((*brings, *takes), key=lambda p: -abs(p.amount))[:4]]  # fmt: skip
    sentence = "; ".join(said)
    if abs(account.total) < STEADY * largest:
        end = f"together nothing, so {matter} stays"
    else:
        end = f"together {with_unit(account.total, account.dimension)}, so it {'rises' if account.total > 0 else 'falls'}"
    return [f"{sentence[:1].upper()}{sentence[1:]}; {end}."]


def _given_told(view: View, target: Read, given: Parameter | None) -> Told:
    """A number that is given."""
    value = with_unit(view.now[target.path], target.dimension)
    words = _words(view, target)
    if given is None:
        sentence = f"{words[:1].upper()}{words[1:]} is {value}: a constant, or what the run found."
        return view, (), (), (*facts(view, target), sentence)
    said = [_where(given)]
    if view.before is not None:
        said += _moved(view, target)
    return view, (), (), tuple(said)


def _where(given: Parameter) -> str:
    """Where the file says a number."""
    text = " ".join(given.text.split())
    place = given.span.place()
    begin = f"It is given: `{text}`" if "not stated" not in text else "The file does not state it"
    from_where = f", from {given.source}" if given.source else ""
    return (
        f"{begin} ({given.what}, {place}){from_where}; a scenario or `--set {given.path}=…` may give another."
    )


def _terms(view: View, law: Expr, target: Read) -> list[Account]:
    """What the terms of a sum come to."""
    if not isinstance(law, Apply) or law.operator not in ("add", "subtract"):
        return []
    assert target.dimension is not None
    pieces = tuple(Piece(whose(view, t), view.now.of(t), target.dimension) for t in rate_terms(law))
    return [Account("its terms", pieces, math.fsum(p.amount for p in pieces), target.dimension)]


def _change(view: View, target: Read, law: Expr) -> list[Account]:
    assert target.dimension is not None and view.before is not None
    words = f"its change from {view.before.words}"
    found = account_of(view, lambda values: evaluate(law, values), [law], target.dimension, words)
    return [] if found is None or not found.pieces else [found]


def _brought(view: View, target: Read, rate: Read, law: Expr) -> Account:
    """What each term brought between the two moments; what is left was set by the scenario."""
    assert view.before is not None and rate.dimension is not None
    dimension = rate.dimension * TIME
    path = rate.path.removeprefix("d(").removesuffix(")/dt")
    total = view.now[path] - view.before[path]
    first, last = (with_unit(m[path], dimension) for m in (view.before, view.now))
    words = f"what moved it from {first} {view.before.words} to {last}"
    if view.solution is None or view.solution.trajectory is None:
        return Account(words, (Piece("all together", total, dimension),), total, dimension)
    terms = rate_terms(law)
    pieces = [Piece(whose(view, t), a, dimension) for t, a in zip(terms, brought(view, terms), strict=True)]
    scale = max([abs(view.now[path]), *(abs(p.amount) for p in pieces)])
    return Account(words, completed(pieces, total, 1e-4 * scale, dimension), total, dimension)


def _moved(view: View, target: Read) -> list[str]:
    assert view.before is not None
    first, last = view.before[target.path], view.now[target.path]
    if first == last:
        return [f"It did not change since {view.before.words}."]
    times = f", {plain(last / first, 3)} times as much" if first > 0 and last > 0 else ""
    there, now = with_unit(first, target.dimension), with_unit(last, target.dimension)
    return [f"It went from {there} {view.before.words} to {now}{times}."]
