"""The part of an explanation that is about the potential of a membrane."""

from __future__ import annotations

import math

from ionlang.explain.algebra import over, read
from ionlang.explain.change import account_of, brought, inputs, rate_terms
from ionlang.explain.explanation import Account, Equation, Name, Piece
from ionlang.explain.laws.paths import potential, rate_of
from ionlang.explain.moment import Moment
from ionlang.explain.view import View
from ionlang.explain.voltage.balance import Balance, balance_of, settling
from ionlang.explain.voltage.cause import accounts, cause, voltage
from ionlang.explain.voltage.forms import form_of
from ionlang.model.cell import FromZeroCurrent, Membrane
from ionlang.model.expression import Expr, Read, reads
from ionlang.units import CAPACITANCE, CHARGE, TIME, VOLTAGE

SETTLED = 1e-5
"""V this near to the balance of its currents [mV] has come to it."""
NEAR = 1.0
"""V this near to it [mV] follows it."""


Told = tuple[View, tuple[Equation, ...], tuple[Account, ...], tuple[str, ...]]


def potential_told(view: View, membrane: Membrane) -> Told:
    """Equations, accounts and causes of V; the view knows the symbols that they need."""
    balance, now = balance_of(view.cell, membrane), view.now
    lag = settling(balance, now)
    follows = lag is not None and (abs(lag) < SETTLED or isinstance(membrane.potential, FromZeroCurrent))
    if follows or (lag is not None and abs(lag) < NEAR):
        assert lag is not None
        view, left = (view, potential(membrane.name)) if follows else _balanced(view, membrane)
        form = form_of(balance, now, now[balance.V] - lag, left)
        if not follows:
            view = view.with_law(left.path, form.main[0].right, view.label(left.path))
        equations = (*form.main, *form.terms)
        said = [*cause(balance, now), *([] if follows else [_lags(balance, now, lag)])]
    else:
        equations, said = _on_the_way(view, balance), [*_heading(balance, now, lag), *cause(balance, now)]
    told = [*accounts(balance, now)]
    if view.before is not None:
        change = change_of(view, balance)
        told, said = [*told, change], [*said, *main_reasons(view, change)]
    return view, equations, tuple(told), tuple(said)


def _balanced(view: View, membrane: Membrane) -> tuple[View, Read]:
    """A symbol for the potential at which the currents would balance."""
    left = read(f"{membrane.name}.V.balance", VOLTAGE)
    name, _ = view.label(f"{membrane.name}.V")
    sub = f"balance,{name.sub}" if name.sub else "balance"
    label = (Name(name.base, sub), f"potential at which the currents of {membrane.name} balance")
    return view.with_law(left.path, potential(membrane.name), label), left


def _lags(balance: Balance, moment: Moment, lag: float) -> str:
    return f"V itself is {voltage(moment[balance.V])}, {voltage(abs(lag))} from there: it follows what changes slowly."


def _on_the_way(view: View, balance: Balance) -> tuple[Equation, ...]:
    """C dV/dt = −(I_a + I_b + …)."""
    name = balance.membrane.name
    for left in (rate_of(f"{name}.V", VOLTAGE), rate_of(f"{name}.charge", CHARGE)):
        if left.path in view.laws:
            return (Equation("the currents charge the membrane", left, view.laws[left.path]),)
    return ()


def _heading(balance: Balance, moment: Moment, lag: float | None) -> list[str]:
    if lag is None:
        return ["Nothing pulls V back: no potential balances the currents."]
    goal = moment[balance.V] - lag
    way = "down" if lag > 0 else "up"
    return [
        f"V is on its way: with everything as open as it is now the currents would balance at {voltage(goal)}, "
        f"so V moves {way}."
    ]


def change_of(view: View, balance: Balance) -> Account:
    """Why V moved between the two moments: what moved its balance, or what each current charged."""
    assert view.before is not None
    lags = [settling(balance, m) for m in (view.before, view.now)]
    V = balance.V
    total = view.now[V] - view.before[V]
    words = f"V moved from {voltage(view.before[V])} {view.before.words} to {voltage(view.now[V])}"
    first, last = lags
    if first is None or last is None or max(abs(first), abs(last)) > NEAR:
        return _charged(view, balance, total, words)

    expressions = [w.current for w in balance.ways]
    keys = [k for k in inputs(expressions, view.before, view.now) if k.path != V]
    near = view.now[V]
    account = account_of(
        view, lambda values: balance.root(values, near) or math.nan, keys, VOLTAGE, words
    )
    if account is None:
        return _charged(view, balance, total, words)
    pieces = account.pieces
    rest = total - math.fsum(p.amount for p in pieces)
    if abs(rest) > 1e-9:
        pieces = (*pieces, Piece("V is not quite where its currents balance", rest, VOLTAGE))
    return Account(words, pieces, total, VOLTAGE)


def _charged(view: View, balance: Balance, total: float, words: str) -> Account:
    """What each current brought to V; the rest was set by the scenario."""
    equations = _on_the_way(view, balance)
    if not equations or view.solution is None or view.solution.trajectory is None:
        return Account(words, (Piece("all currents together", total, VOLTAGE),), total, VOLTAGE)
    law = equations[0].right
    if equations[0].left.dimension != VOLTAGE / TIME:
        law = over(law, read(f"{balance.membrane.name}.total_capacitance", CAPACITANCE))
    terms = rate_terms(law)
    pieces = [
        Piece(f"charge through {_whose(view, term)}", amount, VOLTAGE)
        for term, amount in zip(terms, brought(view, terms), strict=True)
    ]
    rest = total - math.fsum(p.amount for p in pieces)
    if abs(rest) > 1e-4:
        pieces.append(Piece("set by the scenario", rest, VOLTAGE))
    elif pieces:
        pieces[-1] = Piece(pieces[-1].words, pieces[-1].amount + rest, VOLTAGE)
    return Account(words, tuple(pieces), total, VOLTAGE)


def _whose(view: View, term: Expr) -> str:
    found = next((r for r in reads(term) if r.path not in ("faraday",)), None)
    return "nothing" if found is None else view.label(found.path)[1].removeprefix("current out through ")


def main_reasons(view: View, change: Account) -> list[str]:
    """The sentence that names what moved most."""
    pieces = sorted(change.pieces, key=lambda p: -abs(p.amount))
    if not pieces or change.total == 0:
        return []
    first = pieces[0]
    if abs(change.total) < 1e-6:
        return ["V has not moved."]
    sentence = f"{change.words}, by {voltage(change.total)}: mostly for {first.words} ({voltage(first.amount)})"
    if len(pieces) > 1 and abs(pieces[1].amount) > 0.1 * abs(first.amount):
        sentence += f", then {pieces[1].words} ({voltage(pieces[1].amount)})"
    return [f"{sentence}."]
