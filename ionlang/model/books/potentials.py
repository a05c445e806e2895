"""Which places have one potential: those that stand together on a side of a membrane. And what a potential is made of
that is an expression of others."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from ionlang.model.cell import Cell, DefinedPotential, Membrane
from ionlang.model.expression import Apply, Expr, Literal, Read

Weights = dict[str, Fraction]
"""How much of the potential of each membrane, by name."""


def places_of_one_potential(cell: Cell) -> tuple[tuple[str, ...], ...]:
    """The places in groups: those that stand together on a side of a membrane, others alone."""
    groups: list[tuple[str, ...]] = [(p.name,) for p in cell.places]
    for side in (side for m in cell.membranes for side in (m.inside, m.outside) if len(side) > 1):
        joined = [group for group in groups if any(name in side for name in group)]
        whole = tuple(name for group in joined for name in group)
        groups = [whole if group is joined[0] else group for group in groups if group not in joined[1:]]
    return tuple(groups)


def group_of(cell: Cell, place: str) -> tuple[str, ...]:
    """The places that have one potential with this one, itself among them."""
    return next(group for group in places_of_one_potential(cell) if place in group)


def loads(cell: Cell, membrane: Membrane) -> Weights | None:
    """The potentials that a defined one is the sum of, with their coefficients: its current charges those membranes,
    each with the negative of its coefficient (so a gap junction, V = a.V − b.V, takes from a and gives to b). None if
    it is no such sum. A number adds nothing: no current moves it."""
    assert isinstance(membrane.potential, DefinedPotential)
    return _weights(cell, membrane.potential.value, {d.path: d.value for d in cell.definitions}, ())


def _weights(cell: Cell, value: Expr, lets: Mapping[str, Expr], seen: tuple[str, ...]) -> Weights | None:
    match value:
        case Literal():
            return {}
        case Read(path=path):
            return _read(cell, path, lets, seen)
        case Apply(operator="add" | "subtract" as operator, arguments=(left, right)):
            sign = Fraction(1 if operator == "add" else -1)
            return _sum(_weights(cell, left, lets, seen), _weights(cell, right, lets, seen), sign)
        case Apply(operator="negate", arguments=(inner,)):
            return _times(_weights(cell, inner, lets, seen), Fraction(-1))
        case Apply(
            operator="multiply", arguments=(Literal() as number, inner) | (inner, Literal() as number)
        ):
            return _times(_weights(cell, inner, lets, seen), Fraction(repr(number.value)))
        case Apply(operator="divide", arguments=(inner, Literal() as number)) if number.value:
            return _times(_weights(cell, inner, lets, seen), 1 / Fraction(repr(number.value)))
        case _:
            return None


def _read(cell: Cell, path: str, lets: Mapping[str, Expr], seen: tuple[str, ...]) -> Weights | None:
    owner = next((m for m in cell.membranes if path == f"{m.name}.V"), None)
    if owner is not None and not isinstance(owner.potential, DefinedPotential):
        return {owner.name: Fraction(1)}
    through = lets.get(path)
    if owner is not None and isinstance(owner.potential, DefinedPotential):
        through = owner.potential.value
    if through is not None and path not in seen:
        own = (
            isinstance(through, Read) and through.path == path
        )  # a number, under the name of its own parameter
        return {} if own else _weights(cell, through, lets, (*seen, path))
    return {} if any(p.path == path for p in cell.parameters) or path not in lets else None


def _sum(left: Weights | None, right: Weights | None, sign: Fraction) -> Weights | None:
    if left is None or right is None:
        return None
    names = dict.fromkeys((*left, *right))
    return {name: left.get(name, Fraction(0)) + sign * right.get(name, Fraction(0)) for name in names}


def _times(weights: Weights | None, factor: Fraction) -> Weights | None:
    return None if weights is None else {name: factor * weight for name, weight in weights.items()}
