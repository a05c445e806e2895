"""The part of an explanation that is about the potential of a membrane."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ionlang.explain.between import face_equations
from ionlang.explain.change import account_of, brought, completed, inputs, rate_terms
from ionlang.explain.doers import doer
from ionlang.explain.explanation import Account, Equation, Name, Piece
from ionlang.explain.laws.paths import potential, rate_of
from ionlang.explain.moment import Moment
from ionlang.explain.view import View
from ionlang.explain.voltage.balance import Balance, balance_of, settling
from ionlang.explain.voltage.cause import accounts, cause, voltage
from ionlang.explain.voltage.forms import by_itself, dense, form_of, sized
from ionlang.model.algebra import over, plus, read, signed_sum
from ionlang.model.cell import FromZeroCurrent, Membrane
from ionlang.model.expression import Expr, Read
from ionlang.units import CAPACITANCE, CHARGE, VOLTAGE

SETTLED = 1e-5
"""V this near to the balance of its currents [mV] has come to it."""
NEAR = 1.0
"""V this near to it [mV] follows it."""
TOLERANCE = 1e-3
"""What the integrals of the currents may miss [mV]."""


Told = tuple[View, tuple[Equation, ...], tuple[Account, ...], tuple[str, ...]]


def potential_told(view: View, membrane: Membrane) -> Told:
    """Equations, accounts and causes of V; the view knows the symbols that they need."""
    balance, now = balance_of(view.cell, membrane, view.now.spots), view.now
    alone = by_itself(balance, now)
    lag = settling(alone, now)
    follows = lag is not None and (abs(lag) < SETTLED or isinstance(membrane.potential, FromZeroCurrent))
    if follows or (lag is not None and abs(lag) < NEAR):
        assert lag is not None
        view, left = (view, potential(membrane.name)) if follows else _balanced(view, membrane)
        form = form_of(alone, now, now[balance.V] - lag, left)
        if not follows:
            view = view.with_law(left.path, form.main[0].right, view.label(left.path))
        equations = (*form.main, *form.terms)
        said = [*cause(balance, now), *([] if follows else [_lags(balance, now, lag)])]
    else:
        equations, said = _on_the_way(view, balance), [*_heading(balance, now, lag), *cause(balance, now)]
    equations = (*equations, *face_equations(view, *(e.right for e in equations)))
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
    name, words = balance.membrane.name, "the currents charge the membrane"
    rate = rate_of(f"{name}.V", VOLTAGE)
    if rate.path in view.laws:
        capacitance = sized(balance, read(f"{name}.total_capacitance", CAPACITANCE))
        return (Equation(words, rate, over(_inward(view, balance), capacitance)),)
    charge = rate_of(f"{name}.charge", CHARGE)
    return (Equation(words, charge, view.laws[charge.path]),) if charge.path in view.laws else ()


def _inward(view: View, balance: Balance) -> Expr:
    """−(I_a + I_b + …) + what is injected."""
    ways = [w for w in balance.ways if w.carrier is not None or view.now.of(w.current)]
    own = [sized(balance, w.flow) for w in ways if w.carrier is not None]
    others = [(-w.sign, sized(balance, w.flow)) for w in ways if w.carrier is None]
    return signed_sum([*([(-1, plus(*own))] if own else []), *others])


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
        view, lambda values: _root(balance, values, near), keys, VOLTAGE, words, dense=dense(balance)
    )
    if account is None:
        return _charged(view, balance, total, words)
    pieces = account.pieces
    rest = total - math.fsum(p.amount for p in pieces)
    if abs(rest) > 1e-9:
        pieces = (*pieces, Piece("V is not quite where its currents balance", rest, VOLTAGE))
    return Account(words, pieces, total, VOLTAGE)


def _root(balance: Balance, values: Mapping[str, float], near: float) -> float:
    root = balance.root(values, near)
    return math.nan if root is None else root


def _charged(view: View, balance: Balance, total: float, words: str) -> Account:
    """What each current brought to V; the rest was set by the scenario."""
    name = balance.membrane.name
    laws = [
        view.laws[f"d({name}.{word})/dt"] for word in ("V", "charge") if f"d({name}.{word})/dt" in view.laws
    ]
    if not laws or view.solution is None or view.solution.trajectory is None:
        return Account(words, (Piece("all currents together", total, VOLTAGE),), total, VOLTAGE)
    law, capacitance = laws[0], read(f"{name}.total_capacitance", CAPACITANCE)
    if f"d({name}.V)/dt" not in view.laws:
        law = over(law, capacitance)
    terms = rate_terms(law)
    amounts = brought(view, terms)
    pieces = [Piece(doer(view, t), a, VOLTAGE) for t, a in zip(terms, amounts, strict=True) if a]
    return Account(words, completed(pieces, total, TOLERANCE, VOLTAGE), total, VOLTAGE)


def main_reasons(view: View, change: Account) -> list[str]:
    """The sentence that names what moved most."""
    pieces = sorted(change.pieces, key=lambda p: -abs(p.amount))
    if not pieces or change.total == 0:
        return []
    first = pieces[0]
    if abs(change.total) < 1e-6:
        return ["V has not moved."]
    whole = abs(first.amount - change.total) < 1e-3 * abs(change.total)
    part = "all of it" if whole else f"{voltage(first.amount)} of it"
    sentence = f"{change.words}, by {voltage(change.total)}: {part} by {first.words}"
    if len(pieces) > 1 and abs(pieces[1].amount) > 0.1 * abs(first.amount):
        sentence += f"; then {voltage(pieces[1].amount)} by {pieces[1].words}"
    return [f"{sentence}."]
