"""Schemes by numbers: whether they come to rest at the start, and whether a channel's cycles need no fuel.

A channel opens and closes by itself, so at equilibrium each of its steps is as frequent as its reverse, and round every
cycle the product of the rates is the same in both directions (microscopic reversibility). A scheme that breaks this
would go round for ever, at the cost of nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from ionlang.diagnostics import Problems
from ionlang.model.blocks.reaching import Pair, reached
from ionlang.model.cell import Cell, Channel, Membrane, Scheme
from ionlang.model.evaluate import NotKnown, evaluate
from ionlang.model.numbers import followers, parameter_values

POTENTIALS = (-110.0, -60.0, -10.0, 40.0)  # mV, none of them round: a pole of a written quotient often is
ALLOWED = 0.01  # of the product: rates are printed with two or three digits
Rates = dict[Pair, float]


def check_schemes(cell: Cell, problems: Problems) -> None:
    for membrane in cell.membranes:
        for carrier in membrane.carriers:
            for scheme in carrier.schemes:
                _check_start(cell, membrane, scheme, problems)
                if isinstance(carrier, Channel):
                    _check_cycles(cell, membrane, scheme, problems)


def rates_at(cell: Cell, membrane: Membrane, scheme: Scheme, potential: float | None) -> Rates | None:
    """The rates [per ms] at a potential [mV] (None: the one at the start) and at the concentrations of the start; None
    if they depend on more."""
    values = parameter_values(cell)
    given = values.get(f"{membrane.name}.V.start") if potential is None else potential
    values |= {path.removesuffix(".start"): v for path, v in values.items() if path.endswith(".start")}
    if given is not None:
        values[f"{membrane.name}.V"] = given
    _follow(cell, values)
    try:
        return {(t.origin, t.target): evaluate(t.rate, values) for t in scheme.transitions}
    except NotKnown:
        return None


def _follow(cell: Cell, values: dict[str, float]) -> None:
    """What `let`s come to at these values, as far as they are known."""
    waiting = {path: value for path, value in followers(cell).items() if path not in values}
    before = len(waiting) + 1
    while len(waiting) < before:
        before = len(waiting)
        for path in list(waiting):
            try:
                values[path] = evaluate(waiting[path], values)
                del waiting[path]
            except NotKnown:
                continue


def _check_start(cell: Cell, membrane: Membrane, scheme: Scheme, problems: Problems) -> None:
    """At the start every state must lead to the first one, by rates that are not 0 there."""
    rates = rates_at(cell, membrane, scheme, None) if scheme.start is None else None
    if rates is None or any(math.isnan(rate) for rate in rates.values()):
        return
    ways = [pair for pair, rate in rates.items() if rate > 0]
    stuck = next((s for s in scheme.states if scheme.states[0] not in reached(s, ways)), None)
    if stuck is not None:
        problems.error(
            "ION338", f"nothing says where scheme {scheme.name} starts", scheme.span,
            f"at the start no rate above 0 leads from {stuck} to {scheme.states[0]}",
            notes=("without `start` it begins at its steady state",),
            help=f"say in which state all channels begin: `start = {stuck}`",
        )  # fmt: skip


def _check_cycles(cell: Cell, membrane: Membrane, scheme: Scheme, problems: Problems) -> None:
    """Report the first cycle that is not balanced, at the potential where that shows most."""
    worst: tuple[float, tuple[str, ...], float] | None = None
    for cycle in cycles(scheme):
        for potential in POTENTIALS:
            rates = rates_at(cell, membrane, scheme, potential)
            if rates is None:
                return
            excess = _round(cycle, rates)
            if abs(excess) > math.log1p(ALLOWED) and (worst is None or abs(excess) > abs(worst[0])):
                worst = (excess, cycle, potential)
        if worst is not None:
            _report(scheme, *worst, problems)
            return


def cycles(scheme: Scheme) -> Iterator[tuple[str, ...]]:
    """A basis of the cycles: one for each pair of neighbours that a tree over the states does not join."""
    ways = [(t.origin, t.target) for t in scheme.transitions]
    pairs = dict.fromkeys(
        pair if (pair[1], pair[0]) not in ways[:i] else pair[::-1] for i, pair in enumerate(ways)
    )
    tree: list[Pair] = []
    for a, b in pairs:
        if b in reached(a, _both(tree)):
            yield _path(b, a, _both(tree))
        else:
            tree.append((a, b))


def _both(pairs: list[Pair]) -> list[Pair]:
    return [*pairs, *((b, a) for a, b in pairs)]


def _path(start: str, end: str, ways: list[Pair]) -> tuple[str, ...]:
    """The states along the only way from one to the other in a tree."""
    trails: list[tuple[str, ...]] = [(start,)]
    for trail in trails:
        if trail[-1] == end:
            return trail
        trails += [(*trail, b) for a, b in ways if a == trail[-1] and b not in trail]
    raise AssertionError("a tree joins all its states")


def _round(cycle: tuple[str, ...], rates: Mapping[Pair, float]) -> float:
    """ln of the product of rates round the cycle over that of the reverse ones; a missing step has rate 0."""
    steps = list(zip(cycle, (*cycle[1:], cycle[0]), strict=True))
    forward = [rates.get((a, b), 0.0) for a, b in steps]
    backward = [rates.get((b, a), 0.0) for a, b in steps]
    if not (all(r > 0 for r in forward) or all(r > 0 for r in backward)):
        return 0.0  # it goes round in neither direction, or a rate is no number
    over, under = (sum(math.log(r) if r > 0 else -math.inf for r in part) for part in (forward, backward))
    return over - under


def _report(
    scheme: Scheme, excess: float, cycle: tuple[str, ...], potential: float, problems: Problems
) -> None:
    turn = cycle if excess > 0 else (cycle[0], *reversed(cycle[1:]))
    size = f"{math.exp(min(abs(excess), 300)):.3g} times" if math.isfinite(excess) else "infinitely"
    problems.warning(
        "ION340", f"scheme {scheme.name} goes round without fuel", scheme.span,
        f"{' → '.join((*turn, turn[0]))} is {size} as fast as the way back at {potential:g} mV",
        notes=("at equilibrium the product of the rates round a cycle is the same in both directions",),
        help="let one rate follow from the others of its cycle",
    )  # fmt: skip
