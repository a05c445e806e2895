"""What chemistry keeps: groups that pass from one species to another, as totals without negative parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from ionlang.model.books.ledger import Pool
from ionlang.model.books.null_space import null_space
from ionlang.model.cell import Cell, Conversion, Transporter

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


def kept_by_chemistry(cell: Cell) -> list[dict[str, Fraction]]:
    """The groups that the model's chemical conversions pass on, wherever they take place: weights by species."""
    lines = [_changes(line) for line in _conversions(cell)]
    species = tuple(dict.fromkeys(name for line in lines for name in line))
    columns = [tuple(line.get(name, Fraction(0)) for name in species) for line in lines]
    laws = [
        {Pool("", name): w for name, w in zip(species, vector, strict=True) if w}
        for vector in null_space(columns, len(species))
    ]
    return [{pool.species or "": w for pool, w in weights.items()} for _, weights in moieties(laws)]


def _conversions(cell: Cell) -> Iterator[Conversion]:
    carried = (c.conversion for m in cell.membranes for c in m.carriers if isinstance(c, Transporter))
    return (line for line in (*carried, *(r.conversion for r in cell.reactions)) if line is not None)


def _changes(line: Conversion) -> dict[str, Fraction]:
    changes: dict[str, Fraction] = {}
    for sign, parts in ((-1, line.origins), (1, line.targets)):
        for part in parts:
            changes[part.species] = changes.get(part.species, Fraction(0)) + sign * part.count
    return changes


def sum_of(weights: Mapping[str, Fraction]) -> str:
    """`ATP + 2 ADP`."""
    return " + ".join(_counted(weight, species) for species, weight in weights.items())


def _name(weights: Weights) -> str:
    """`total ATP + ADP in cell`."""
    place = next(pool.place for pool in weights)
    return f"total {sum_of({pool.species or '': w for pool, w in weights.items()})} in {place}"


def _counted(weight: Fraction, what: str) -> str:
    return what if weight == 1 else f"{weight} {what}"
