"""What chemistry keeps: groups that pass from one species to another, as totals without negative parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from ionlang.model.books.ledger import Pool

if TYPE_CHECKING:
    from ionlang.model.books.conservation import Law

Weights = dict[Pool, Fraction]


def moieties(laws: Sequence[Law]) -> list[tuple[str, Weights]]:
    """Of the conservation laws of matter those that count a group, with their names: as they are if no weight is
    negative, else with another one added that makes them so."""
    matter = [dict(law.weights) for law in laws if all(pool.species is not None for pool, _ in law.weights)]
    found = [_without_negatives(weights, matter) for weights in matter]
    return [(_name(weights), weights) for weights in found if weights is not None]


def _without_negatives(weights: Weights, others: Iterable[Weights]) -> Weights | None:
    if min(weights.values()) >= 0:
        return weights
    for other in others:
        shares = [
            -w / other[pool] for pool, w in weights.items() if w < 0 and other.get(pool, Fraction(0)) > 0
        ]
        if not shares:
            continue
        pools = dict.fromkeys((*weights, *other))
        none = Fraction(0)
        summed = {pool: weights.get(pool, none) + max(shares) * other.get(pool, none) for pool in pools}
        if min(summed.values()) >= 0:
            return {pool: w for pool, w in summed.items() if w}
    return None


def _name(weights: Weights) -> str:
    """`total ATP + ADP in cell`: of one place, or each species with its own."""
    places = tuple(dict.fromkeys(pool.place for pool in weights))
    if len(places) == 1:
        return f"total {' + '.join(_counted(w, pool.species or '') for pool, w in weights.items())} in {places[0]}"
    return "total " + " + ".join(
        _counted(w, f"{pool.species} in {pool.place}") for pool, w in weights.items()
    )


def _counted(weight: Fraction, what: str) -> str:
    return what if weight == 1 else f"{weight} {what}"
