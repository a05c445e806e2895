"""Laws of gates and schemes."""

from __future__ import annotations

from collections.abc import Iterator

from ionlang.explain.laws.paths import rate_of
from ionlang.model.algebra import ONE, minus, negated, over, plus, read, signed_sum, times
from ionlang.model.books.elimination import (
    Pair,
    Removal,
    grown_path,
    leaving_path,
    rate_path,
    removals,
    weight_path,
)
from ionlang.model.cell import Gate, RateGate, RelaxGate, Scheme, SynapticGate
from ionlang.model.expression import Expr, Read
from ionlang.units import FREQUENCY, PURE, TIME

Laws = Iterator[tuple[str, Expr]]


def gate_laws(gate: Gate) -> Laws:
    path = gate.path
    x = read(path, PURE)
    alpha, beta = read(f"{path}.alpha", FREQUENCY), read(f"{path}.beta", FREQUENCY)
    factor = ONE if gate.factor is None else gate.factor
    match gate.kinetics:
        case RateGate(alpha=opening, beta=closing):
            yield alpha.path, opening
            yield beta.path, closing
            yield f"{path}.inf", over(alpha, plus(alpha, beta))
            yield f"{path}.tau", over(ONE, plus(alpha, beta))
            change = minus(times(alpha, minus(ONE, x)), times(beta, x))
            yield rate_of(path, PURE).path, times(factor, change)
        case RelaxGate(inf=inf, tau=tau):
            yield f"{path}.inf", inf
            if tau is not None:
                yield f"{path}.tau", tau
                away = minus(read(f"{path}.inf", PURE), x)
                yield rate_of(path, PURE).path, times(factor, over(away, read(f"{path}.tau", TIME)))
        case SynapticGate():
            yield from _synaptic(path, gate.kinetics, factor)
    if gate.instantaneous:
        yield path, read(f"{path}.inf", PURE)


def _synaptic(path: str, kinetics: SynapticGate, factor: Expr) -> Laws:
    x, drive = read(path, PURE), read(f"{path}.drive", PURE)
    rise, decay = read(f"{path}.rise", TIME), read(f"{path}.decay", TIME)
    yield f"{path}.decay", kinetics.decay
    if kinetics.rise is None:
        yield rate_of(path, PURE).path, times(factor, negated(over(x, decay)))
        return
    yield f"{path}.rise", kinetics.rise
    yield rate_of(path, PURE).path, times(factor, minus(over(drive, rise), over(x, decay)))
    yield rate_of(drive.path, PURE).path, times(factor, negated(over(drive, rise)))


def scheme_laws(scheme: Scheme) -> Laws:
    factor = ONE if scheme.factor is None else scheme.factor
    rates: dict[Pair, Read] = {}
    for t in scheme.transitions:
        rates[t.origin, t.target] = read(rate_path(scheme, (t.origin, t.target)), FREQUENCY)
        yield rates[t.origin, t.target].path, t.rate
    first, *others = scheme.states
    yield scheme.occupancy(first), signed_sum([(1, ONE), *((-1, _occupancy(scheme, s)) for s in others)])
    for state in others:
        terms = [
            (1 if state == t.target else -1, times(rates[t.origin, t.target], _occupancy(scheme, t.origin)))
            for t in scheme.transitions
            if state in (t.origin, t.target)
        ]
        yield rate_of(scheme.occupancy(state), PURE).path, times(factor, signed_sum(terms))
    if scheme.start is None:
        yield from _steady(scheme, rates)


def _occupancy(scheme: Scheme, state: str) -> Read:
    return read(scheme.occupancy(state), PURE)


def _steady(scheme: Scheme, rates: dict[Pair, Read]) -> Laws:
    """The steady state by taking out one state after another, as the equations do."""
    now = dict(rates)
    for removal in removals(scheme):
        leaving = read(leaving_path(scheme, removal.state), FREQUENCY)
        yield leaving.path, plus(*(now[pair] for pair in removal.outof))
        yield weight_path(scheme, removal.state), over(_gained(scheme, removal, now), leaving)
        grown: dict[Pair, Read] = {}
        for pair in removal.grown:
            detour = over(times(now[pair[0], removal.state], now[removal.state, pair[1]]), leaving)
            path = grown_path(scheme, pair, removal.state)
            yield path, plus(now[pair], detour) if pair in now else detour
            grown[pair] = read(path, FREQUENCY)
        now |= grown
    whole = plus(*(_weight(scheme, s) for s in scheme.states))
    for state in scheme.states:
        yield f"{scheme.occupancy(state)}.inf", over(_weight(scheme, state), whole)


def _gained(scheme: Scheme, removal: Removal, now: dict[Pair, Read]) -> Expr:
    return signed_sum([(1, times(_weight(scheme, i), now[i, k])) for i, k in removal.into])


def _weight(scheme: Scheme, state: str) -> Expr:
    return ONE if state == scheme.states[0] else read(weight_path(scheme, state), PURE)
