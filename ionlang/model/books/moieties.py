"""What chemistry keeps: groups that pass from one species to another, as totals without negative parts."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ionlang.model.books.ledger import Pool

Weights = dict[Pool, Fraction]


def moieties(laws: Sequence[Weights]) -> list[tuple[str, Weights]]:
    """Of these conservation laws those that count a group of matter in one place, with their names: as they are if no
    weight is negative, else with another one added that makes them so."""
    matter = [weights for weights in laws if all(pool.species is not None for pool in weights)]
    found = [w for weights in matter if (w := _without_negatives(weights, matter)) is not None]
    return [(_name(weights), weights) for weights in found if len({pool.place for pool in weights}) == 1]


def _without_negatives(weights: Weights, others: Sequence[Weights]) -> Weights | None:
    if min(weights.values()) >= 0:
        return weights
    none = Fraction(0)
    for other in others:
        lacking = [(pool, -w) for pool, w in weights.items() if w < 0 and other.get(pool, none) > 0]
        share = max((lack / other[pool] for pool, lack in lacking), default=none)
        pools = dict.fromkeys((*weights, *other))
        summed = {pool: weights.get(pool, none) + share * other.get(pool, none) for pool in pools}
        if min(summed.values()) >= 0:
            return {pool: w for pool, w in summed.items() if w}
    return None


def _name(weights: Weights) -> str:
    """`total ATP + ADP in cell`."""
    place = next(pool.place for pool in weights)
    return f"total {' + '.join(_counted(w, pool.species or '') for pool, w in weights.items())} in {place}"


def _counted(weight: Fraction, what: str) -> str:
    return what if weight == 1 else f"{weight} {what}"
