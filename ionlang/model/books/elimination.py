"""The steady state of a Markov scheme in closed form, by taking out one state after the other (Grassmann, Taksar and
Heyman's order of Gaussian elimination): every number is a sum of products of rates, nothing is subtracted, so small
occupancies are as accurate as large ones.

Taking out the state k: with s(k) the sum of rates from k to the states still there, the rate from i to j grows by
rate(i, k) rate(k, j)/s(k). At the end one state is left with weight 1, and the weights of the others follow backwards,
w(k) = sum of w(i) rate(i, k)/s(k); occupancies are weights over their sum.
"""

from __future__ import annotations

from collections.abc import Iterator

from ionlang.model.cell_carriers import Scheme
from ionlang.records import dataclass

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Removal:
    """One state taken out. `into` are the rates that lead to it and `outof` those that leave it, as they are by then;
    `grown` are the rates between the states still there that its removal adds to."""

    state: str
    into: tuple[Pair, ...]
    outof: tuple[Pair, ...]
    grown: tuple[Pair, ...]


def removals(scheme: Scheme) -> tuple[Removal, ...]:
    """The states but the first, from the last one backwards."""
    rates = [(t.origin, t.target) for t in scheme.transitions]
    found: list[Removal] = []
    for state in reversed(scheme.states[1:]):
        into = tuple(pair for pair in rates if pair[1] == state)
        outof = tuple(pair for pair in rates if pair[0] == state)
        grown = tuple((i, j) for i, _ in into for _, j in outof if i != j)
        found.append(Removal(state, into, outof, grown))
        rates = list(dict.fromkeys([*(r for r in rates if state not in r), *grown]))
    return tuple(found)


def rate_path(scheme: Scheme, pair: Pair) -> str:
    return f"{scheme.path}.rate({pair[0]},{pair[1]})"


def grown_path(scheme: Scheme, pair: Pair, without: str) -> str:
    """The rate once a state (and those after it) is taken out."""
    return f"{scheme.path}.rate({pair[0]},{pair[1]},without {without})"


def leaving_path(scheme: Scheme, state: str) -> str:
    return f"{scheme.path}.leaving({state})"


def weight_path(scheme: Scheme, state: str) -> str:
    return f"{scheme.path}.weight({state})"


def scheme_paths(scheme: Scheme) -> Iterator[str]:
    """Everything of a scheme that has a value."""
    yield from (scheme.occupancy(state) for state in scheme.states)
    yield from (rate_path(scheme, (t.origin, t.target)) for t in scheme.transitions)
    if scheme.start is not None:
        return
    for removal in removals(scheme):
        yield leaving_path(scheme, removal.state)
        yield weight_path(scheme, removal.state)
        yield from (grown_path(scheme, pair, removal.state) for pair in removal.grown)
    yield from (f"{scheme.occupancy(state)}.inf" for state in scheme.states)
