"""Rate laws that do not vanish where what drives them does: a warning.

Nothing drives a line but the gradients of what it moves and the chemistry that it turns, so it must stand still where
they balance, at whatever concentrations that is. One quantity after the other is put there, by numbers, with the rest
as the file starts. What reads its affinity or its mass action is right by construction. Where anything is not known
before the run there is no warning, and of what `uses` fuel nobody knows where it should stand still.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial

from ionlang.diagnostics import Problems
from ionlang.model.books.cycles import Cycle, cycle_of
from ionlang.model.books.passages import Passage, moves_of, passages
from ionlang.model.cell import Cell, Channel, CycleCurrent, Reaction, Transporter, WrittenCurrent, WrittenRate
from ionlang.model.check.laws import law_expressions
from ionlang.model.check.starting import Starting, affinity, nernst, starting
from ionlang.model.check.uphill import check_uphill
from ionlang.model.check.zeros import nearest_zero
from ionlang.model.evaluate import NotKnown, evaluate
from ionlang.model.expression import Expr, reads
from ionlang.records import dataclass

_SMALL = 0.02  # of the rate at the start or one e-fold from equilibrium: rounded constants stay below it
_SMALL_CURRENT = (
    0.04  # of that one RT/F from the reversal potential: as of one that is rounded to the millivolt
)
Point = tuple[str, float]
"""A quantity by its path, with the value where the gradients balance."""


@dataclass(frozen=True, slots=True)
class _Law:
    """A rate law and the points of balance where it should be 0."""

    what: str
    word: str
    expression: Expr
    why: str
    help: str
    points: Callable[[Starting], Iterator[Point]]


def check_passive(problems: Problems, cell: Cell) -> None:
    if problems.errors:
        return
    start = starting(cell)
    uphill = check_uphill(problems, cell, start)
    for path, law in _laws(cell):
        if path not in uphill:
            _check(problems, law, start)


def _laws(cell: Cell) -> Iterator[tuple[str, _Law]]:
    for passage in passages(cell):
        if isinstance(passage.carrier, Channel) and isinstance(passage.carrier.law, WrittenCurrent):
            current = passage.carrier.law.current
            yield passage.carrier.path, _Law(
                passage.what, "current", current, "without fuel only the gradients of what it carries can drive it",
                "`conductance = …` and `permeability = …` follow the concentrations",
                partial(_reversal, cell, passage),
            )  # fmt: skip
    for membrane in cell.membranes:
        for carrier in membrane.transporters:
            cycle = cycle_of(carrier, membrane)
            if cycle is not None and not _is_exact(cell, law_expressions(carrier.law), cycle):
                yield carrier.path, _of_cycle(carrier, cycle)
    for reaction in cell.reactions:
        cycle = cycle_of(reaction)
        if cycle is None or not isinstance(reaction.law, WrittenRate):
            continue
        if cycle.constant is not None and not _is_exact(cell, [reaction.law.rate], cycle):
            yield reaction.path, _of_cycle(reaction, cycle)


def _of_cycle(owner: Transporter | Reaction, cycle: Cycle) -> _Law:
    written = "write it with its affinity, `rate = … * (1 - exp(-affinity))`"
    if isinstance(owner, Reaction):
        why = "there what it makes and what it uses up are in the ratio of its equilibrium constant"
        assert isinstance(owner.law, WrittenRate)
        return _Law(f"reaction {owner.name}", "rate", owner.law.rate, why, written, partial(_balances, cycle))
    word = "current" if isinstance(owner.law, CycleCurrent) else "rate"
    law = law_expressions(owner.law)[0]
    if owner.conversion is not None:
        why = "there what it turns is worth no more than what it moves, and beyond it runs backward"
    else:
        why = "without fuel only the gradients of what it moves can drive it"
        written += "; or say what fuel it uses"
    return _Law(f"{owner.kind} {owner.name}", word, law, why, written, partial(_balances, cycle))


def _is_exact(cell: Cell, law: list[Expr], cycle: Cycle) -> bool:
    """Whether the law reads its own affinity or mass action, directly or through a `let`."""
    named = {d.path: d.value for d in cell.definitions}
    ahead: list[Expr] = [*law]
    seen: dict[str, None] = {}
    while ahead:
        for path in (r.path for r in reads(ahead.pop())):
            if path in (*cycle.readings, f"{cycle.path}.free_energy"):
                return True
            if path in named and path not in seen:
                seen[path] = None
                ahead.append(named[path])
    return False


def _check(problems: Problems, law: _Law, start: Starting) -> None:
    """Report the first quantity in which the law misses its equilibrium: if there is one, where it has a zero."""
    try:
        missed = [point for point in law.points(start) if _misses(law, start, point)]
        zeros = [nearest_zero(_along(law, start, path), path, value) for path, value in missed]
    except NotKnown:
        return
    if not missed:
        return
    chosen = next((i for i, zero in enumerate(zeros) if zero is not None), 0)
    (path, value), zero = missed[chosen], zeros[chosen]
    where = f"at no {path}" if zero is None else f"at {path} = {_shown(path, zero)}"
    balance = f"at {_shown(path, value)}" if zero is not None else f"at {path} = {_shown(path, value)}"
    problems.warning(
        "ION323", f"{law.what} does not stand still at its equilibrium", law.expression.span,
        f"this {law.word} stands still {where}, the gradients balance {balance}",
        notes=(law.why,),
        help=law.help,
    )  # fmt: skip


def _shown(path: str, value: float) -> str:
    return f"{round(value, 9):.4g} mV" if path.endswith(".V") else f"{value:.4g} mM"


def _along(law: _Law, start: Starting, path: str) -> Callable[[float], float]:
    return lambda value: evaluate(law.expression, start.but({path: value}))


def _misses(law: _Law, start: Starting, point: Point) -> bool:
    path, value = point
    rate = _along(law, start, path)
    here, sizes = rate(value), [rate(other) for other in _beside(start, path, value)]
    small = _SMALL_CURRENT if path.endswith(".V") else _SMALL
    if not path.endswith(".V") and path in start:
        sizes.append(evaluate(law.expression, start))
    return all(map(math.isfinite, (here, *sizes))) and abs(here) > small * max(map(abs, sizes))


def _beside(start: Starting, path: str, value: float) -> tuple[float, float]:
    """One e-fold on either side."""
    if path.endswith(".V"):
        return value - start["thermal_voltage"], value + start["thermal_voltage"]
    return value / math.e, value * math.e


def _balances(cycle: Cycle, values: Starting) -> Iterator[Point]:
    """Each quantity where it leaves the cycle no affinity, the others being as they start. Raises NotKnown."""
    if any(not values[path] > 0 for path, _ in (*cycle.takes, *cycle.gives)):
        return
    here = affinity(values, cycle)
    powers: dict[str, int] = {}
    for path, n in (*cycle.takes, *((path, -n) for path, n in cycle.gives)):
        powers[path] = powers.get(path, 0) + n
    for path, n in powers.items():
        if n and abs(here / n) < 50:
            yield path, values[path] * math.exp(-here / n)
    potential = f"{cycle.membrane}.V"
    if cycle.charge_out and potential in values:
        yield potential, values[potential] - here * values["thermal_voltage"] / float(cycle.charge_out)


def _reversal(cell: Cell, passage: Passage, values: Starting) -> Iterator[Point]:
    """The potential at which a channel gains nothing by passing its ions: of several the mean, weighted by their
    parts of the current."""
    total, charge = 0.0, 0.0
    for move in moves_of(cell, passage, values):
        valence = float(cell.valence(move.species))
        ends = (f"{move.origin}.{move.species}", f"{move.target}.{move.species}")
        total += move.amount * valence * nernst(values, valence, ends)
        charge += move.amount * valence
    yield f"{passage.membrane.name}.V", total / charge
