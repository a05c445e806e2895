"""Laws of reactions, affinities, and quantities with a rate of their own."""

from __future__ import annotations

from collections.abc import Iterator

from ionlang.explain.laws.carriers import working
from ionlang.explain.laws.paths import concentration, energy, in_thermal, potential, rate_of
from ionlang.model.algebra import count, exp, log, minus, negated, over, plus, power, read, times
from ionlang.model.books.cycles import Cycle, cycles
from ionlang.model.cell import Cell, ChangesBy, MassAction, Part, Reaction, RelaxesTo, Varying, WrittenRate
from ionlang.model.check.defined import is_warm
from ionlang.model.expression import Expr
from ionlang.units import CONCENTRATION, PURE, TIME, VOLUME

Laws = Iterator[tuple[str, Expr]]


def reaction_laws(cell: Cell, reaction: Reaction) -> Laws:
    left, volume = working(cell, reaction.path), read(f"{reaction.place}.volume", VOLUME)
    match reaction.law:
        case WrittenRate(rate=rate, basis="total"):
            yield f"{reaction.path}.rate", times(left, rate)
        case WrittenRate(rate=rate):
            yield f"{reaction.path}.rate", times(left, volume, rate)
        case MassAction(forward=forward, backward=backward):
            line = reaction.conversion
            ways = [_way(forward, line.origins), _way(backward, line.targets)]
            yield f"{reaction.path}.rate", times(left, volume, _difference(*ways))


def _difference(forward: Expr | None, backward: Expr | None) -> Expr:
    if forward is None:
        return count(0) if backward is None else negated(backward)
    return forward if backward is None else minus(forward, backward)


def _way(constant: Expr | None, parts: tuple[Part, ...]) -> Expr | None:
    if constant is None:
        return None
    return times(constant, *(power(concentration(p.place, p.species), p.count) for p in parts))


def cycle_laws(cell: Cell) -> Laws:
    """Affinity [1], the two terms of mass action, the free energy of what turns matter."""
    for cycle in cycles(cell):
        if cycle.charge_out and not is_warm(cell):
            continue
        affinity, forward, backward = cycle.readings
        taken, given = _product(cycle.takes), _product(cycle.gives)
        constant = [cycle.constant] if cycle.constant is not None else []
        chemical = log(over(times(*constant, taken), given))
        electric = _electric(cell, cycle)
        yield affinity, chemical if electric is None else plus(chemical, electric)
        yield forward, taken
        left = over(given, constant[0]) if constant else given
        yield backward, left if electric is None else times(left, exp(negated(electric)))
        if cycle.constant is not None and is_warm(cell):
            yield f"{cycle.path}.free_energy", negated(times(energy(cell), read(affinity, PURE)))


def _product(parts: tuple[tuple[str, int], ...]) -> Expr:
    return times(*(power(read(path, CONCENTRATION), number) for path, number in parts))


def _electric(cell: Cell, cycle: Cycle) -> Expr | None:
    """charge_out F V/(RT)."""
    if not cycle.charge_out or cycle.membrane is None:
        return None
    return in_thermal(cell, potential(cycle.membrane), count(cycle.charge_out))


def varying_laws(varying: Varying) -> Laws:
    own = read(varying.path, varying.dimension)
    match varying.kinetics:
        case ChangesBy(rate=rate):
            yield rate_of(own.path, varying.dimension).path, rate
        case RelaxesTo(inf=inf, tau=tau):
            goal, span = read(f"{own.path}.inf", varying.dimension), read(f"{own.path}.tau", TIME)
            yield goal.path, inf
            yield span.path, tau
            yield rate_of(own.path, varying.dimension).path, over(minus(goal, own), span)
